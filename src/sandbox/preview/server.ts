/**
 * The browser preview: pages that look like HubSpot's, over the sandbox's records, with the app's extensions rendered from
 * the same bundle that HubSpot gets. It listens on loopback only, since whoever reaches it reads the account and acts on it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { AccountError, createAccount, type Account } from './account.ts';
import { bundleAssets, type Assets } from './assets.ts';
import { createFetchProxy, type FetchProxy, type FetchRequest } from './fetch-proxy.ts';
import { pageHtml } from './page.ts';
import { companyActivities } from './company-activities.ts';
import { listCompanies, type ListQuery } from './company-list.ts';
import { companyPage } from './company-page.ts';
import type { ActionRequest, WorkflowAction } from './views.ts';
import { createActionRunner, viewOf, type ActionRunner } from './workflow-actions.ts';

export type PreviewUser = {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: 'manager' | 'admin' | 'reader';
};

export type PreviewOptions = {
  /** 0 for any free port. */
  readonly port: number;
  readonly sandboxUrl: string;
  readonly clientSecret: string;
  readonly portalId: string;
  readonly appId: string;
  /** IANA name; extensions get it in their context. */
  readonly timeZone: string;
  /** The public address the card is configured with, e.g. https://rekindle.example. */
  readonly apiBaseUrl: string;
  /** Where that really is, e.g. http://127.0.0.1:8080. */
  readonly serverUrl: string;
  readonly users: readonly PreviewUser[];
};

/** What the page knows before it asks for anything. */
export type PreviewPortal = {
  readonly portalId: string;
  readonly appId: string;
  readonly timeZone: string;
  readonly users: readonly PreviewUser[];
  readonly cards: Assets['cards'];
  readonly settings: Assets['settings'];
  readonly home: Assets['home'];
  readonly workflowActions: readonly WorkflowAction[];
  readonly variables: Readonly<Record<string, string>>;
};

type Parts = {
  readonly options: PreviewOptions;
  readonly assets: Assets;
  readonly account: Account;
  readonly proxy: FetchProxy;
  readonly runAction: ActionRunner;
};

/** Starts serving; resolves once it listens. Rejects when the port is taken or the extensions do not build. */
export async function startPreview(
  options: PreviewOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const assets = await bundleAssets();
  const account = createAccount(options.sandboxUrl);
  const proxy = createFetchProxy({
    ...options,
    permittedUrls: assets.permittedUrls.map((url) => url.replaceAll('${API_BASE_URL}', options.apiBaseUrl)),
    now: Date.now,
  });
  const runAction = createActionRunner({ ...options, now: Date.now });
  const server = createServer(createApp({ options, assets, account, proxy, runAction }));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens has a port.
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function createApp(parts: Parts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyFromThisMachine);
  app.get('/assets/*path', (request, response) => {
    const file = parts.assets.files.get(request.path);
    if (file === undefined) return void response.sendStatus(404);
    response.type(file.type).set('cache-control', 'no-store').send(file.text);
  });
  app.get('/favicon.ico', (_request, response) => void response.sendStatus(204));
  addApi(app, parts);
  const html = pageHtml();
  app.get('/{*path}', (_request, response) => void response.type('html').send(html));
  app.use(answerError);
  return app;
}

/** A page of another site must not reach us through a host name it controls (DNS rebinding) or a form post. */
function onlyFromThisMachine(request: Request, response: Response, next: NextFunction): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const origin = request.headers.origin;
  const foreign = origin !== undefined && origin !== `http://${request.headers.host}`;
  if (!['127.0.0.1', 'localhost'].includes(host) || foreign) {
    return void response.status(403).json({ message: 'The preview answers to this machine only.' });
  }
  next();
}

function portalOf({ options, assets }: Parts): PreviewPortal {
  return {
    portalId: options.portalId,
    appId: options.appId,
    timeZone: options.timeZone,
    users: options.users,
    cards: assets.cards,
    settings: assets.settings,
    home: assets.home,
    workflowActions: assets.workflowActions.map(viewOf),
    variables: { API_BASE_URL: options.apiBaseUrl },
  };
}

function addApi(app: Express, parts: Parts): void {
  const { account, options } = parts;
  app.get('/api/portal', (_request, response) => void response.json(portalOf(parts)));

  app.get('/api/companies', async (request, response) => {
    const given = (name: string): string => {
      const value = request.query[name];
      return typeof value === 'string' ? value : '';
    };
    const query: ListQuery = {
      view: given('view') === 'all' ? 'all' : 'partners',
      search: given('search'),
      status: given('status'),
      owner: given('owner'),
      sort: given('sort'),
      after: given('after'),
    };
    response.json(await listCompanies(account, query, options.timeZone));
  });

  app.get('/api/companies/:id', async (request, response) => {
    const page = await companyPage(account, request.params.id, options.timeZone);
    if (page === null)
      return void response.status(404).json({ message: 'There is no such company in the sandbox.' });
    response.json(page);
  });

  app.get('/api/companies/:id/activities', async (request, response) => {
    response.json(await companyActivities(account, request.params.id));
  });

  addCalls(app, parts);
}

/** What reaches the app's own server, as HubSpot would send it. Bodies come from our own page, over loopback. */
function addCalls(app: Express, { assets, options, proxy, runAction }: Parts): void {
  app.post('/api/fetch', express.json({ limit: '2mb' }), async (request, response) => {
    const body = request.body as { userId: string; request: FetchRequest };
    const user = options.users.find(({ id }) => id === body.userId);
    if (user === undefined)
      return void response.status(400).json({ message: 'No such user in this preview.' });
    response.json(await proxy(body.request, user));
  });

  app.post('/api/workflow-actions/:uid', express.json(), async (request, response) => {
    const action = assets.workflowActions.find(({ uid }) => uid === request.params['uid']);
    if (action === undefined)
      return void response.status(404).json({ message: 'The app has no such action.' });
    response.json(await runAction(action, request.body as ActionRequest));
  });
}

function answerError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) return next(error);
  const message = error instanceof Error ? error.message : String(error);
  response.status(error instanceof AccountError ? 502 : 500).json({ message });
}
