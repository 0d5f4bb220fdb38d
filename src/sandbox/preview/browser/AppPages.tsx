/** The two places of an app outside of records: its page, and the Settings tab among the connected apps. */
import type { PreviewPortal, PreviewUser } from '../server.ts';
import { ExtensionFrame } from './ExtensionFrame.tsx';
import { panelOf, TabRow } from './TabRow.tsx';
import { useTitle } from './use-title.ts';

type Props = { readonly portal: PreviewPortal; readonly user: PreviewUser };

export function AppPage({ portal, user }: Props) {
  useTitle('Rekindle home');
  return (
    <main className="app-page" tabIndex={-1}>
      {portal.home === null ? (
        <Missing what="home" manifest="app/pages" />
      ) : (
        <>
          <h1>{portal.home.name}</h1>
          <ExtensionFrame key={user.id} surface={portal.home} portal={portal} user={user} />
        </>
      )}
    </main>
  );
}

/** HubSpot has more of them; the settings are the app's own. */
const appTabs = [{ id: 'settings', title: 'Settings' }] as const;

export function SettingsPage({ portal, user }: Props) {
  useTitle('Rekindle settings');
  return (
    <main className="app-page" tabIndex={-1}>
      <p className="muted">Connected apps › Rekindle</p>
      <h1>Rekindle</h1>
      <TabRow row="app" label="Connected app" heads={appTabs} chosen="settings" onChoose={() => {}} />
      <section {...panelOf('app', 'settings')} className="app-settings">
        {portal.settings === null ? (
          <Missing what="settings" manifest="app/settings" />
        ) : (
          <ExtensionFrame key={user.id} surface={portal.settings} portal={portal} user={user} />
        )}
      </section>
    </main>
  );
}

function Missing({ what, manifest }: { what: string; manifest: string }) {
  return (
    <div className="alert alert-info" role="status">
      <strong>This app has no {what} page.</strong> HubSpot shows one where {manifest} has a manifest.
    </div>
  );
}
