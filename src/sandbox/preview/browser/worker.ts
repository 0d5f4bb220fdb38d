/**
 * The realm in which HubSpot runs an extension: a web worker without a page, with React and remote-ui as globals and
 * HubSpot's functions on `self` (hubspot-platform.md sections 3.4, 6.7 and 8). The extension itself is unmodified.
 */
import { createRemoteRoot, type RemoteChannel } from '@remote-ui/core';
import * as RemoteUI from '@remote-ui/react';
import { createEndpoint, retain, type MessageEndpoint } from '@remote-ui/rpc';
import * as React from 'react';
import { ErrorBoundary } from './error-boundary.ts';
import type { RealmContext, RealmHost, RealmWorker } from './realm.ts';

type FetchOptions = {
  readonly method?: string;
  readonly timeout?: number;
  readonly body?: object;
  readonly headers?: Headers | Record<string, string>;
};
type Api = {
  readonly context: RealmContext;
  readonly actions: object;
  readonly runServerlessFunction: () => never;
};
type Extension = (api: Api) => React.ReactElement;

/** `self` of a dedicated worker; the compiler knows it as a window. */
type WorkerScope = MessageEndpoint & { importScripts(url: string): void };
const scope = self as unknown as WorkerScope;

const endpoint = createEndpoint<RealmHost>(scope);
const host = endpoint.call;

const bodyless: ReadonlySet<number> = new Set([204, 205, 304]);

async function hsFetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
  const answer = await host.fetch({
    url: String(url),
    method: options.method ?? 'GET',
    headers: Object.fromEntries(new Headers(options.headers)),
    body: options.body === undefined ? null : JSON.stringify(options.body),
    timeoutMs: options.timeout ?? null,
  });
  return new Response(bodyless.has(answer.status) ? null : answer.body, { status: answer.status });
}

function log(level: 'debug' | 'info' | 'warn' | 'error'): (message: string | number) => void {
  return (message) => void host.log(level, String(message));
}

/** Clipboard, alerts and the rest run in the page: the worker has neither a screen nor a user. */
function actionsOf({ crm }: RealmContext): object {
  const everywhere = {
    addAlert: host.addAlert,
    reloadPage: host.reloadPage,
    openIframeModal: host.openIframeModal,
    copyTextToClipboard: host.copyTextToClipboard,
    closeOverlay: host.closeOverlay,
    navigateToPage: host.navigateToPage,
  };
  if (crm === undefined) return everywhere;
  return {
    ...everywhere,
    refreshObjectProperties: host.refreshObjectProperties,
    fetchCrmObjectProperties: host.readProperties,
    onCrmPropertiesUpdate: host.onProperties,
  };
}

function unavailable(what: string): () => Promise<{ json(): Promise<{ error: string }> }> {
  const error = `The preview does not serve ${what} to extensions; HubSpot does.`;
  return async () => ({ json: async () => ({ error }) });
}

function hooksOf(api: Api): object {
  return {
    useExtensionContext: () => api.context,
    useExtensionActions: () => api.actions,
    useExtensionApi: () => api,
    useAppPageLocation: () => ({ path: '/', params: {} }),
    fetchCrmProperties: async (names: readonly string[] | '*', onUpdate: (properties: object) => void) => {
      void host.onProperties(names, onUpdate);
      return { json: async () => ({ data: await host.readProperties(names) }) };
    },
    fetchAssociations: unavailable('associations'),
    fetchCrmSearch: unavailable('searches'),
    formatCrmProperties: unavailable('property formatting'),
    fetchHubSpotApi: unavailable("HubSpot's API"),
  };
}

/** What a worker of HubSpot's does not offer: everything goes through hubspot.fetch, nothing is kept. */
const withheld = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'indexedDB', 'caches'];

function runServerlessFunction(): never {
  throw new Error('Serverless functions do not exist in the preview.');
}

function onError(error: Error): void {
  void host.crashed(error.message);
}

function prepareScope(api: Api, onExtend: (extension: Extension) => void): void {
  Object.assign(self, {
    React,
    RemoteUI,
    __HUBSPOT_EXTENSION_WORKER__: true,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    extend_V2: onExtend,
    hsFetch,
    serverless: runServerlessFunction,
    hsWorkerAPI: hooksOf(api),
  });
  for (const name of withheld) Object.defineProperty(self, name, { value: undefined, configurable: true });
}

async function start(script: string, context: RealmContext, channel: RemoteChannel): Promise<void> {
  retain(channel);
  const api: Api = { context, actions: actionsOf(context), runServerlessFunction };
  const extended: Extension[] = [];
  prepareScope(api, (extension) => void extended.push(extension));
  scope.importScripts(script);
  const [extension] = extended;
  if (extension === undefined) {
    return void host.crashed('The extension did not call hubspot.extend while its script ran.');
  }
  const root = createRemoteRoot(channel);
  RemoteUI.createRoot(root).render(React.createElement(ErrorBoundary, { onError }, extension(api)));
  root.mount();
}

endpoint.expose({ start } satisfies RealmWorker);
