/**
 * A HubSpot account in a box: an HTTP server on loopback that behaves as HubSpot is documented to behave
 * (hubspot-api.md), with faults on request, a record of every call, and its own truth to be judged by.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Account } from './api/account.ts';
import { answerPage, exchange, pagePrefix } from './exchange.ts';
import type { ExchangeContext } from './exchange.ts';
import { FaultBook } from './faults.ts';
import { inspect, inspectionPrefix } from './inspection.ts';
import { RateLimits } from './limits.ts';
import { applyMutation } from './mutation.ts';
import type { Mutated, Mutation } from './mutation.ts';
import { allScopes } from './portal/object-types.ts';
import { Portal } from './portal/portal.ts';
import { SearchIndex } from './portal/search-index.ts';
import { StaticLists } from './portal/static-lists.ts';
import { RequestLog } from './request-log.ts';
import type { RequestRecord } from './request-log.ts';
import type { PortalSeed, SeedRecord, SeedType } from './seed.ts';
import { openStateFile } from './state-file.ts';
import { truthOf } from './truth.ts';
import type { Truth } from './truth.ts';
import { WebhookSender } from './webhooks.ts';
import { readBody } from './wire.ts';

export type SandboxOptions = {
  readonly seed: PortalSeed;
  /** 0, or none: any free one. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** On unless switched off. */
  readonly limits?: 'on' | 'off';
  /** The account's time; the machine's unless given. */
  readonly clock?: () => Instant;
  /** The time of the rate windows and of index lag: monotonic milliseconds, independent of the account's time. */
  readonly tickMs?: () => number;
  readonly faults?: readonly string[];
  /** What the token is granted; everything unless given. */
  readonly scopes?: readonly string[];
  /** Keeps what differs from the seed over restarts; a kill may lose the last quarter of a second. */
  readonly stateFile?: string;
  /** How long every answer takes at least. */
  readonly latencyMs?: number;
  readonly indexLagMs?: number;
  readonly associationPageSize?: number;
  /** Where changes are posted; no webhooks without it. */
  readonly webhookTarget?: string;
  /** What webhooks are signed for, where that is not the target itself. */
  readonly webhookPublicUrl?: string;
  readonly webhookRetryDelaysMs?: readonly number[];
  /** What webhooks are signed with: the receiver's idea of now; `clock` unless given. */
  readonly webhookClock?: () => Instant;
};

export type Sandbox = {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly seed: PortalSeed;
  now(): Instant;
  /** In the order of their answers; those that arrived after request number `since`. */
  requests(since?: number): readonly RequestRecord[];
  /** The fullest windows of requests that arrived so far; search apart from the rest. */
  rates(): { readonly peakPer10s: number; readonly peakSearchPerSecond: number };
  /** @throws UsageError for an unknown fault. */
  addFault(spec: string): void;
  clearFaults(): void;
  /** @throws UsageError when the account refuses it. */
  mutate(mutation: Mutation): Mutated;
  /** As `mutate`, for input of unknown shape. */
  applyUnchecked(mutation: unknown): Mutated;
  truth(type?: SeedType): Truth;
  /** The record that answers for this id, archived or not. */
  record(type: SeedType, id: string): SeedRecord | undefined;
  /** How many living records there are. */
  count(type: SeedType): number;
  setClock(clock: () => Instant): void;
  /** Other apps of the account use up some of the daily quota. */
  useDailyQuota(requests: number): void;
  /** Resolves when every webhook so far has been delivered or given up. */
  webhooksSettled(): Promise<void>;
  close(): Promise<void>;
};

const hour = 3_600_000;
/** A few quick attempts first, then over the hours, as HubSpot does: up to ten. */
const webhookRetryDelaysMs = [1000, 5000, 30_000, 300_000, hour, 2 * hour, 4 * hour, 6 * hour, 8 * hour];

/** @throws RekindleError when it cannot listen; UsageError for an unknown fault or an unusable state file. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const startedMs = performance.now();
  const tickMs = options.tickMs ?? (() => performance.now() - startedMs);
  const portal = new Portal(options.seed, options.clock ?? Date.now);
  const stateFile = options.stateFile === undefined ? null : await openStateFile(options.stateFile, portal);
  const account = createAccount(portal, options, tickMs);
  for (const spec of options.faults ?? []) account.faults.add(spec);
  const webhooks = createWebhooks(portal, options);
  const closing = new AbortController();
  const context: ExchangeContext = {
    account,
    log: new RequestLog(),
    scopes: new Set(options.scopes ?? allScopes),
    latencyMs: options.latencyMs ?? 0,
    tickMs,
    closing: closing.signal,
  };
  const server = createServer({ keepAliveTimeout: 120_000, maxHeaderSize: 65_536 });
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const sandbox: Sandbox = {
    ...views(context, webhooks),
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      closing.abort();
      await webhooks?.close();
      server.closeAllConnections();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
      await stateFile?.close();
    },
  };
  server.on('request', (request, response) => void serve(sandbox, context, request, response));
  return sandbox;
}

function createAccount(portal: Portal, options: SandboxOptions, tickMs: () => number): Account {
  const lagMs = options.indexLagMs ?? 0;
  const limits = new RateLimits(portal, { enforced: options.limits !== 'off', tickMs });
  const index = new SearchIndex(portal, { minimumMs: lagMs, maximumMs: lagMs }, tickMs);
  return {
    portal,
    index,
    lists: new StaticLists(portal.seed, portal.now()),
    limits,
    faults: new FaultBook({
      setIndexLag: (lag) => {
        index.lag = lag;
      },
      setOthersPer10s: (requests) => {
        limits.othersPer10s = requests;
      },
      setDailyLimit: (requests) => {
        limits.dailyLimit = requests;
      },
    }),
    associationPageSize: options.associationPageSize ?? 500,
  };
}

function createWebhooks(portal: Portal, options: SandboxOptions): WebhookSender | null {
  if (options.webhookTarget === undefined) return null;
  return new WebhookSender(portal, {
    target: options.webhookTarget,
    publicUrl: options.webhookPublicUrl ?? options.webhookTarget,
    retryDelaysMs: options.webhookRetryDelaysMs ?? webhookRetryDelaysMs,
    clock: options.webhookClock ?? options.clock ?? Date.now,
  });
}

function views(
  { account, log }: ExchangeContext,
  webhooks: WebhookSender | null,
): Omit<Sandbox, 'url' | 'port' | 'close'> {
  const { portal, faults, limits } = account;
  return {
    seed: portal.seed,
    now: () => portal.now(),
    requests: (since) => log.list(since),
    rates: () => limits.peaks(),
    addFault: (spec) => faults.add(spec),
    clearFaults: () => faults.clear(),
    mutate: (mutation) => applyMutation(portal, mutation),
    applyUnchecked: (mutation) => applyMutation(portal, mutation),
    truth: (type) => truthOf(portal, type),
    record: (type, id) => portal.table(type).resolve(id),
    count: (type) => portal.table(type).livingCount,
    setClock: (clock) => portal.clock.set(clock),
    useDailyQuota: (requests) => limits.useDaily(requests),
    webhooksSettled: async () => {
      await webhooks?.settled();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'EADDRINUSE'
        ? `another program uses port ${port}. Stop it or choose another port`
        : code === 'EACCES'
          ? `port ${port} needs special rights. Choose one above 1023`
          : 'this machine does not let it listen';
    throw new RekindleError(`The sandbox cannot start on ${host}: ${why}.`, { cause: error });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on no port.');
  return address.port;
}

async function serve(
  sandbox: Sandbox,
  context: ExchangeContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const text = await readBody(request);
    const url = request.url ?? '/';
    if (text === null) response.writeHead(413).end();
    else if (url.startsWith(pagePrefix)) await answerPage(context, request, response, text);
    else if (url.startsWith(inspectionPrefix)) inspect(sandbox, request.method ?? 'GET', url, text, response);
    else await exchange(context, request, response, text);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'error', message: `The sandbox itself failed: ${message}` }));
  }
}
