import { useEffect } from 'react';

/** Names the browser's tab, and with it what a screen reader says first of a page; null while the name is not known. */
export function useTitle(name: string | null): void {
  useEffect(() => {
    if (name !== null) document.title = `${name} | Rekindle sandbox`;
  }, [name]);
}
