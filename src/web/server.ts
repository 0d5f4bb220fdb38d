/**
 * The server that HubSpot calls for the card. Every route but the two for health is behind the signature check; what
 * the middleware does, and in which order, is all in `assemble`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { RekindleError, UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { readPortal } from '../store/portal.ts';
import { checkAccess } from './access.ts';
import type { ActOptions } from './act.ts';
import { checkActing } from './acting.ts';
import { addActionRoutes } from './action-routes.ts';
import { showCard } from './card.ts';
import { livez, readyz } from './health.ts';
import { showHistory } from './history.ts';
import { showHome } from './home.ts';
import { addIntakeRoute } from './intake.ts';
import { limits } from './limits.ts';
import type { Logger } from './log.ts';
import { answerErrors, notFound } from './middleware/errors.ts';
import { harden } from './middleware/harden.ts';
import { allowMethods } from './middleware/methods.ts';
import { refusePeople } from './middleware/no-people.ts';
import { ourPortalOnly } from './middleware/our-portal.ts';
import { limitPerUser } from './middleware/rate-limit.ts';
import { readRawBody } from './middleware/raw-body.ts';
import { refuseReplays } from './middleware/replay.ts';
import { logRequests } from './middleware/request-log.ts';
import { requireSignature, requireWorkflowSignature } from './middleware/signature.ts';
import { previewSettingsDraft } from './preview.ts';
import { parsePublicUrl } from './public-url.ts';
import { addSettingsRoutes, type SettingsHubSpot } from './settings-routes.ts';
import { createTask } from './task.ts';
import { receiveWebhooks } from './webhooks.ts';

export type ServerOptions = {
  /** What requests ask, which somebody waits for (openForRequests). */
  readonly store: Store;
  /** For what rewrites everybody or goes on behind a request; `store` unless given. */
  readonly patientStore?: Store;
  readonly hubspot: Pick<HubSpot, 'createTask'> & SettingsHubSpot;
  /** The app's client secret, with which HubSpot signs. */
  readonly clientSecret: string;
  /** The https URL under which HubSpot calls us: an origin and an optional path prefix, which the proxy strips. */
  readonly publicUrl: string;
  readonly portalId: string;
  /** Null accepts every app that knows the client secret, which is ours alone. */
  readonly appId: string | null;
  /** Who may change the settings besides super admins: HubSpot user ids and email addresses. */
  readonly settingsAdmins?: readonly string[];
  /** Who may act at the card besides those who may change the settings; every user of the account where it is absent or null. */
  readonly actors?: readonly string[] | null;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address to listen on; every one of this machine when absent. */
  readonly host?: string;
  readonly log: Logger;
  readonly clock: () => Instant;
  /** Called when HubSpot told of changes that wait to be read; within this process the quickest way to wake the queue. */
  readonly onHints?: () => void;
  /** What people and workflows do to partners; a server without it only shows. */
  readonly acting?: Pick<ActOptions, 'hubspot' | 'refresh'>;
  /** How many reverse proxies of ours stand in front; decides which address the log names for a refused request. */
  readonly trustedProxyHops?: number;
};

export type RunningServer = {
  /** Where it listens, for people and tests on this machine; not the public URL. */
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, finishes those in flight, and hangs up on whoever is left after 24 s. */
  close(): Promise<void>;
};

/** The application without a port. Throws UsageError when the configuration would not let it check who calls. */
export function createApp(options: ServerOptions): express.Express {
  return assemble(options, () => false);
}

/**
 * Starts the server. Rejects with UsageError when the configuration is unusable, and with RekindleError when the port
 * cannot be had.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let closing = false;
  const server = createServer(
    {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    },
    assemble(options, () => closing),
  );
  server.setTimeout(limits.idleSocketTimeoutMs);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | null = null;
  return {
    url: localUrl(options.host, port),
    port,
    close() {
      closing = true;
      closed ??= drain(server);
      return closed;
    },
  };
}

function assemble(options: ServerOptions, isClosing: () => boolean): express.Express {
  const { store, patientStore = store, log, clock } = options;
  assertConfigured(options);
  const publicUrl = parsePublicUrl(options.publicUrl);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.trustedProxyHops ?? 0);

  app.use(logRequests(log, clock), harden(), allowMethods('GET', 'HEAD', 'POST'));
  const askDatabase = (): Promise<unknown> => readPortal(store.db);
  app.all('/livez', allowMethods('GET', 'HEAD'), livez());
  app.all('/readyz', allowMethods('GET', 'HEAD'), readyz({ askDatabase, isClosing, log }));

  const signing = { clientSecret: options.clientSecret, publicUrl, clock };
  const signed = requireSignature(signing);
  // A replayed delivery only makes records be read again, so nobody has to remember signatures here.
  app.all(
    '/webhooks/hubspot',
    allowMethods('POST'),
    readRawBody(limits.webhookBodyBytes),
    signed,
    refusePeople(),
    receiveWebhooks(options),
  );
  // One limit for all that a user asks, wherever it is sent.
  const ofUser = [signed, ourPortalOnly(options), limitPerUser()];
  const fromHubSpot = [readRawBody(), ...ofUser];
  const access = checkAccess({ ...options, admins: options.settingsAdmins ?? [] });
  const acting = checkActing({ actors: options.actors ?? null, access });
  app.all('/card', allowMethods('GET'), fromHubSpot, showCard({ store, acting, clock }));
  if (options.acting !== undefined) {
    const ofWorkflow = [requireWorkflowSignature(signing), refusePeople()];
    addActionRoutes(app, { ...options, ...options.acting, acting, ofUser, ofWorkflow });
  }
  app.all('/home', allowMethods('GET'), fromHubSpot, showHome(options));
  app.all('/card/history', allowMethods('GET'), fromHubSpot, showHistory(options));
  addSettingsRoutes(app, { ...options, patientStore, access, ofUser });
  addIntakeRoute(app, { ...options, patientStore });
  app.all(
    '/settings/preview',
    allowMethods('POST'),
    readRawBody(limits.settingsBodyBytes),
    ofUser,
    previewSettingsDraft({ store: patientStore, access, log, clock, isClosing }),
  );
  app.all(
    '/card/task',
    allowMethods('POST'),
    fromHubSpot,
    refuseReplays(clock),
    createTask({ ...options, acting }),
  );

  app.use(notFound());
  app.use(answerErrors(log));
  return app;
}

/** Without the secret or the account nobody could be told from anybody: better no server than an open one. */
function assertConfigured({ clientSecret, portalId, appId }: ServerOptions): void {
  if (clientSecret.trim() === '') {
    throw new UsageError(
      "The app's client secret is missing, so requests from HubSpot cannot be told from forged ones. Set " +
        'HUBSPOT_CLIENT_SECRET (or HUBSPOT_CLIENT_SECRET_FILE); HubSpot shows it on the app’s Auth tab.',
    );
  }
  if (!/^\d+$/.test(portalId)) {
    throw new UsageError(
      'The HubSpot account id must be a number. Set HUBSPOT_PORTAL_ID to the number that HubSpot shows beside the account’s name.',
    );
  }
  if (appId !== null && !/^\d+$/.test(appId)) {
    throw new UsageError('The app id must be a number. Correct HUBSPOT_APP_ID, or leave it out.');
  }
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = (error: NodeJS.ErrnoException): void => reject(listenError(error, port, host));
  server.once('error', refuse);
  server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  await promise;
  server.off('error', refuse);
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string | undefined): RekindleError {
  const causes: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use by another program. Stop it, or choose another port with PORT.`,
    EACCES: `Port ${port} may not be opened by this user. Choose a port above 1023 with PORT.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose one that it has, or none to listen on all.`,
    ENOTFOUND: `The host name ${host} is unknown here. Choose an address of this machine, or none to listen on all.`,
  };
  const message = causes[error.code ?? ''] ?? `The server cannot listen on port ${port}: ${error.message}.`;
  return new RekindleError(message, { cause: error, retryable: error.code === 'EADDRINUSE' });
}

function localUrl(host: string | undefined, port: number): string {
  const name = host === undefined || host === '::' || host === '0.0.0.0' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function drain(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // A connection that was busy at that moment would be kept open by its client: hang up once its answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const deadline = setTimeout(() => server.closeAllConnections(), limits.closeTimeoutMs);
  await promise;
  clearInterval(idle);
  clearTimeout(deadline);
}
