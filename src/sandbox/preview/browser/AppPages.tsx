/** The two places of an app outside of records: its page, and the Settings tab among the connected apps. */
import type { PreviewPortal, PreviewUser } from '../server.ts';
import { ExtensionFrame } from './ExtensionFrame.tsx';

type Props = { readonly portal: PreviewPortal; readonly user: PreviewUser };

export function AppPage({ portal, user }: Props) {
  return (
    <main className="app-page">
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

export function SettingsPage({ portal, user }: Props) {
  return (
    <main className="app-page">
      <p className="muted">Connected apps › Rekindle</p>
      <h1>Rekindle</h1>
      <div className="tabs" role="tablist" aria-label="Connected app">
        <button
          type="button"
          role="tab"
          id="tab-settings"
          aria-selected={true}
          aria-controls="panel-settings"
        >
          Settings
        </button>
      </div>
      <section role="tabpanel" id="panel-settings" aria-labelledby="tab-settings" className="app-settings">
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
