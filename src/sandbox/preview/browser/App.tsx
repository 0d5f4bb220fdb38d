import { useEffect, useRef, useState, type MouseEvent } from 'react';
import type { PreviewPortal, PreviewUser } from '../server.ts';
import { AppPage, SettingsPage } from './AppPages.tsx';
import { CompaniesPage } from './CompaniesPage.tsx';
import { actionsPath, companiesPath, homePath, settingsPath } from './paths.ts';
import { RecordPage } from './RecordPage.tsx';
import { ShellProvider } from './shell.tsx';
import { useLoad } from './use-load.ts';
import { WorkflowActionsPage } from './WorkflowActionsPage.tsx';

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

/** Who is signed in stays so for the browser's tab, also after a reload. */
function useUser(users: readonly PreviewUser[]): [PreviewUser | undefined, (id: string) => void] {
  const [userId, setUserId] = useState(sessionStorage.getItem('user'));
  const choose = (id: string): void => {
    sessionStorage.setItem('user', id);
    setUserId(id);
  };
  return [users.find(({ id }) => id === userId) ?? users[0], choose];
}

function Pages({ portal }: { portal: PreviewPortal }) {
  const { address, open } = useAddress();
  const [user, chooseUser] = useUser(portal.users);
  return (
    // Links are links and work from the keyboard; this only spares a reload.
    <div className="app" onClick={followInside(open)}>
      <header className="topbar">
        <a className="brand" href={companiesPath(portal.portalId)} data-inside="">
          Rekindle sandbox
        </a>
        <Navigation portal={portal} address={address} />
        <span className="notice">Preview, not HubSpot’s rendering</span>
        <label className="user">
          <span>Signed in as</span>
          <select value={user?.id} onChange={(event) => chooseUser(event.target.value)}>
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
      ) : (
        <Page address={address} portal={portal} user={user} />
      )}
    </div>
  );
}

function Navigation({ portal, address }: { portal: PreviewPortal; address: string }) {
  const { portalId, appId } = portal;
  const places = [
    { path: companiesPath(portalId), name: 'Companies' },
    { path: homePath(portalId, appId), name: 'Rekindle home' },
    { path: settingsPath(portalId, appId), name: 'Rekindle settings' },
    { path: actionsPath(portalId), name: 'Workflow actions' },
  ];
  return (
    <nav className="places" aria-label="HubSpot">
      {places.map(({ path, name }) => (
        <a key={path} href={path} data-inside="" aria-current={path === address ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

type PageProps = { readonly address: string; readonly portal: PreviewPortal; readonly user: PreviewUser };

/** A new page begins at its top for everybody: whoever uses the keyboard or listens, too. */
function useFocusOnPage(address: string): void {
  const shown = useRef(address);
  useEffect(() => {
    if (shown.current === address) return;
    shown.current = address;
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }, [address]);
}

function Page({ address, portal, user }: PageProps) {
  useFocusOnPage(address);
  const recordId = /\/record\/0-2\/(\d+)$/.exec(address)?.[1];
  if (recordId !== undefined) return <RecordPage key={recordId} id={recordId} portal={portal} user={user} />;
  switch (address) {
    case homePath(portal.portalId, portal.appId):
      return <AppPage portal={portal} user={user} />;
    case settingsPath(portal.portalId, portal.appId):
      return <SettingsPage portal={portal} user={user} />;
    case actionsPath(portal.portalId):
      return <WorkflowActionsPage portal={portal} />;
    default:
      return <CompaniesPage portal={portal} user={user} />;
  }
}
