import { useCallback, useEffect, useState } from 'react';
import { askPreview } from './ask.ts';

export type Load<T> = {
  readonly value: T | null;
  readonly error: string | null;
  readonly reload: () => void;
};

/** Loads `path`, again whenever it changes or `reload` is called; what was loaded stays until its successor is there. */
export function useLoad<T>(path: string): Load<T> {
  type State = { readonly question: number; readonly value: T | null; readonly error: string | null };
  const [state, setState] = useState<State>({ question: 1, value: null, error: null });
  const { question } = state;

  useEffect(() => {
    let latest = true;
    const load = async (): Promise<void> => {
      try {
        const value = await askPreview<T>(path);
        if (latest) setState((now) => (now.question === question ? { question, value, error: null } : now));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (latest) setState((now) => (now.question === question ? { ...now, error: message } : now));
      }
    };
    void load();
    return () => {
      latest = false;
    };
  }, [path, question]);

  const reload = useCallback(() => setState((now) => ({ ...now, question: now.question + 1 })), []);
  return { value: state.value, error: state.error, reload };
}
