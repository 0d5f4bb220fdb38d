/** Runs one extension in a worker of its own and draws what it renders. */
import { createRemoteReceiver, RemoteRenderer } from '@remote-ui/react/host';
import { createEndpoint, fromWebWorker, retain, type Endpoint } from '@remote-ui/rpc';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Surface } from '../assets.ts';
import type { FetchAnswer } from '../fetch-proxy.ts';
import type { PreviewPortal, PreviewUser } from '../server.ts';
import type { CompanyPage } from '../views.ts';
import { askPreview } from './ask.ts';
import { controller } from './host/components.tsx';
import { HeadingLevel } from './host/heading-level.ts';
import { closeOverlay } from './host/overlay-registry.ts';
import { useShell, type Shell } from './shell.tsx';
import type { RealmContext, RealmHost, RealmWorker, StoredProperties } from './realm.ts';

type Props = {
  readonly surface: Surface;
  /** The record that the extension stands on; absent on the settings page and the app's own pages. */
  readonly company?: CompanyPage;
  readonly portal: PreviewPortal;
  readonly user: PreviewUser;
  /** HubSpot would read the record again. */
  readonly onRefresh?: () => void;
};

function contextOf({ surface, company, portal, user }: Props): RealmContext {
  return {
    location: surface.location,
    ...(company === undefined ? {} : { crm: { objectId: Number(company.id), objectTypeId: '0-2' } }),
    user: {
      id: Number(user.id),
      email: user.email,
      emails: [user.email],
      firstName: user.firstName,
      lastName: user.lastName,
      locale: 'en-gb',
      language: 'en',
      roles: [],
      teams: [],
      permissions: user.role === 'admin' ? ['integrations-management-write'] : [],
    },
    portal: { id: Number(portal.portalId), timezone: portal.timeZone },
    extension: { appId: portal.appId, appName: surface.name, cardTitle: surface.name },
    variables: portal.variables,
  };
}

const noProperties: StoredProperties = {};
const noRefresh = (): void => {};

function pick(stored: StoredProperties, names: readonly string[] | '*'): StoredProperties {
  if (names === '*') return stored;
  return Object.fromEntries(names.map((name) => [name, stored[name] ?? null]));
}

type Live = {
  properties: StoredProperties;
  refresh: () => void;
  listeners: ((properties: StoredProperties) => void)[];
};

function hostOf(live: Live, user: PreviewUser, shell: Shell, onCrash: (message: string) => void): RealmHost {
  return {
    fetch: (request) => askPreview<FetchAnswer>('/api/fetch', { userId: user.id, request }),
    // Extension logs go to HubSpot's app log; here to the console, an error as a warning, since the page is fine.
    log: (level, message) => console[level === 'error' ? 'warn' : level](`[extension] ${message}`),
    crashed: onCrash,
    readProperties: async (names) => pick(live.properties, names),
    onProperties(names, callback) {
      retain(callback);
      live.listeners.push((properties) => callback(pick(properties, names)));
    },
    addAlert: (alert) => shell.addAlert(alert),
    refreshObjectProperties: () => live.refresh(),
    reloadPage: () => location.reload(),
    openIframeModal(modal, onClose) {
      if (onClose !== undefined) retain(onClose);
      shell.openIframe(modal, onClose);
    },
    copyTextToClipboard: (text) => navigator.clipboard.writeText(text),
    closeOverlay,
    navigateToPage: ({ to }) =>
      shell.addAlert({ type: 'info', title: 'HubSpot would open a page of the app', message: to }),
  };
}

export function ExtensionFrame(props: Props) {
  const { surface, company, user, onRefresh = noRefresh } = props;
  const stored = company?.stored ?? noProperties;
  const shell = useShell();
  const receiver = useMemo(() => createRemoteReceiver(), []);
  const [crash, setCrash] = useState<string | null>(null);
  const live = useRef<Live>({ properties: stored, refresh: onRefresh, listeners: [] });
  const started = useRef(false);

  useEffect(() => {
    live.current.properties = stored;
    live.current.refresh = onRefresh;
    for (const listener of live.current.listeners) listener(stored);
  }, [stored, onRefresh]);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    const worker = new Worker('/assets/worker.js');
    const endpoint: Endpoint<RealmWorker> = createEndpoint<RealmWorker>(fromWebWorker(worker));
    endpoint.expose(hostOf(live.current, user, shell, setCrash));
    const starting = endpoint.call
      .start(`/assets/extensions/${surface.uid}.js`, contextOf(props), receiver.receive)
      .catch((error: unknown) => setCrash(String(error)));
    // The frame is keyed by record, user and surface: it lives and dies with its worker, and starts only once. A worker
    // that is ended while it loads its script reports that as an error of the page.
    return () => void starting.finally(() => worker.terminate());
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  if (crash !== null) {
    return (
      <div className="alert alert-danger" role="alert">
        <strong>This extension crashed.</strong> HubSpot would show an error in its place. {crash}
      </div>
    );
  }
  return (
    <div className="extension" data-testid={`extension-${surface.uid}`}>
      <HeadingLevel.Provider value={company === undefined ? 2 : 3}>
        <RemoteRenderer receiver={receiver} controller={controller} />
      </HeadingLevel.Provider>
    </div>
  );
}
