import { useEffect, useState, type MouseEvent } from 'react';
import type { PreviewPortal } from '../server.ts';
import { CompaniesPage } from './CompaniesPage.tsx';
import { companiesPath } from './paths.ts';
import { RecordPage } from './RecordPage.tsx';
import { ShellProvider } from './shell.tsx';
import { useLoad } from './use-load.ts';

function useAddress(): { address: string; open: (path: string) => void } {
  const [address, setAddress] = useState(location.pathname);
  useEffect(() => {
    const follow = (): void => setAddress(location.pathname);
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const open = (path: string): void => {
    history.pushState(null, '', path);
    setAddress(path);
    scrollTo(0, 0);
  };
  return { address, open };
}

/** Follows links of ours without loading the page again; leaves new tabs and foreign links to the browser. */
function followInside(open: (path: string) => void): (event: MouseEvent) => void {
  return (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-inside]') : null;
    const path = link?.getAttribute('href');
    if (path === null || path === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(path);
  };
}

export function App() {
  const portal = useLoad<PreviewPortal>('/api/portal');
  if (portal.error !== null) return <p className="page-error">{portal.error}</p>;
  if (portal.value === null) return <p className="page-loading">Loading…</p>;
  return (
    <ShellProvider>
      <Pages portal={portal.value} />
    </ShellProvider>
  );
}

function Pages({ portal }: { portal: PreviewPortal }) {
  const { address, open } = useAddress();
  const [userId, setUserId] = useState(portal.users[0]?.id);
  const user = portal.users.find(({ id }) => id === userId);
  const recordId = /\/record\/0-2\/(\d+)$/.exec(address)?.[1];
  return (
    // Links are links and work from the keyboard; this only spares a reload.
    <div className="app" onClick={followInside(open)}>
      <header className="topbar">
        <a className="brand" href={companiesPath(portal.portalId)} data-inside="">
          Rekindle sandbox
        </a>
        <span className="notice">Preview, not HubSpot’s rendering</span>
        <label className="user">
          <span>Signed in as</span>
          <select value={userId} onChange={(event) => setUserId(event.target.value)}>
            {portal.users.map(({ id, firstName, lastName, role }) => (
              <option key={id} value={id}>
                {firstName} {lastName} ({role})
              </option>
            ))}
          </select>
        </label>
      </header>
      {user === undefined ? (
        <p className="page-error">This preview was started without users.</p>
      ) : recordId === undefined ? (
        <CompaniesPage portal={portal} user={user} />
      ) : (
        <RecordPage key={recordId} id={recordId} portal={portal} user={user} />
      )}
    </div>
  );
}
