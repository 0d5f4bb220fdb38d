/**
 * A server on loopback with a database of its own, a clock that stands still, a HubSpot that only makes tasks, and a
 * caller that signs as HubSpot does or as a forger would.
 */
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { presets } from '../../src/assess/presets.ts';
import type { NewTask, PortalUser } from '../../src/hubspot/hubspot.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import type { Store } from '../../src/store/connect.ts';
import { saveOwners } from '../../src/store/owners.ts';
import { savePartners, type SyncedPartner } from '../../src/store/partners.ts';
import { savePortal } from '../../src/store/portal.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { createLogger } from '../../src/web/log.ts';
import { createApp, startServer, type RunningServer, type ServerOptions } from '../../src/web/server.ts';

export const now: Instant = Date.UTC(2026, 10, 25, 9, 30);
export const clientSecret = 'canary-client-secret-5f2d';
export const portalId = '7654321';
export const appId = '1234567';
/** With a prefix, which the proxy in front strips: HubSpot signs it, we never see it. */
export const publicUrl = 'https://partners.example.com/rekindle';
export const userEmail = 'canary.user@example.com';
export const fromHubSpot = { userId: '77', portalId, userEmail, appId };

export const silent: SyncedPartner = {
  id: '102',
  name: 'Birch & Sons',
  domain: 'birch.example',
  ownerId: '501',
  partnerType: 'reseller',
  tier: 'gold',
  region: 'emea',
  externalId: null,
  individualRate: null,
  joinedAt: now - 900 * millisecondsPerDay,
  snoozedUntil: null,
  updatedAt: now - millisecondsPerDay,
  mergedIds: ['95', '96'],
  published: {},
};
export const unjudged: SyncedPartner = {
  ...silent,
  id: '103',
  name: null,
  domain: null,
  ownerId: null,
  mergedIds: [],
};

export const silentVerdict: Verdict = {
  partnerId: silent.id,
  status: 'inactive',
  previousStatus: 'at_risk',
  statusChangedAt: now - 20 * millisecondsPerDay,
  health: 15,
  contributions: [
    { label: 'Deals', points: 10 },
    { label: 'Portal logins', points: 5 },
  ],
  reasons: [
    {
      code: 'sales_stopped',
      ruleId: 'no_deal',
      behaviour: 'sales',
      degree: 'stopped',
      severity: 'inactive',
      observed: 0,
      expected: 1,
      windowDays: 180,
      since: '2026-11-05',
      lastActivityDay: '2026-05-09',
      sources: ['hubspot.deals'],
      asOf: now - 7 * 3_600_000,
      sentence: 'No deal was registered or won in the last 180 days; the last one was on 2026-05-09.',
      counterfactual: 'One deal registered or won clears this.',
    },
  ],
  unknowns: [{ behaviour: 'portal', sentence: 'No source tells us of portal logins.' }],
  lastActivityAt: Date.UTC(2026, 4, 9, 15),
  lastActivityKind: 'deal_won',
  cadence: null,
  segment: null,
  inactiveSince: '2026-11-05',
  expectedInactiveDay: null,
  episode: 2,
  stale: false,
  nextChangeAt: null,
  settingsVersion: 1,
  assessedAt: now - 7 * 3_600_000,
};

/** The play that `recommend` chooses for `silentVerdict`. */
export const silentPlay = 'personal_call';

/** An account after one good night: one judged partner, one that is new. */
export async function fillStore({ db }: Store): Promise<void> {
  const readAt = silentVerdict.assessedAt;
  await savePortal(db, { id: portalId, timeZone: 'America/New_York', currency: 'USD' });
  await saveSettings(db, presets.reseller, { note: 'preset', author: 'test', now: readAt });
  await saveOwners(db, [{ id: '501', name: 'Ada Okafor', email: 'ada@example.com', archived: false }]);
  await savePartners(db, 'sync-1', [silent, unjudged]);
  await saveSourceState(
    db,
    { source: 'hubspot.deals', complete: true, completeUpTo: readAt, kinds: ['deal_won'] },
    'sync-1',
  );
  await saveRun(db, 'run-1', readAt, 'ok');
  await saveVerdicts(db, 'run-1', [silentVerdict]);
}

export async function saveRun(
  db: Store['db'],
  runId: string,
  at: Instant,
  outcome: 'ok' | 'partial' | 'failed' | 'aborted',
): Promise<void> {
  await startRun(db, {
    runId,
    kind: 'run',
    trigger: 'test',
    now: at,
    asOf: at,
    settingsVersion: 1,
    fence: 1,
  });
  await finishRun(db, runId, { outcome, now: at + 60_000, summary: null, error: null, nextAction: null });
}

/** `fromHubSpot` as HubSpot knows them: no super admin. */
const nobodySpecial: PortalUser = { id: fromHubSpot.userId, email: userEmail, superAdmin: false };

export type World = {
  readonly server: RunningServer;
  readonly clock: { now: Instant };
  /** Every task that HubSpot was asked to make. */
  readonly tasks: NewTask[];
  /** What HubSpot answers; replace it to make it fail or wait. */
  readonly hubspot: { createTask: (task: NewTask) => Promise<{ id: string }> };
  readonly logged: string[];
  /** Every address that the application answers to, by its own word. */
  readonly addresses: readonly string[];
  send(call: Partial<Call>): Promise<Answer>;
};

function addressesOf(options: ServerOptions): string[] {
  const addresses = createApp(options).router.stack.map(({ route, name }) => {
    // Addresses inside of it would not be found.
    if (name === 'router') throw new Error('The application mounts a router: look for addresses in it, too.');
    return route?.path;
  });
  return [...new Set(addresses.filter((address) => address !== undefined))];
}

export async function startWorld(store: Store, changes: Partial<ServerOptions> = {}): Promise<World> {
  const clock = { now };
  const tasks: NewTask[] = [];
  const logged: string[] = [];
  const hubspot = { createTask: async () => ({ id: String(9000 + tasks.length) }) } as World['hubspot'];
  const options: ServerOptions = {
    store,
    hubspot: {
      createTask: (task) => {
        tasks.push(task);
        return hubspot.createTask(task);
      },
      readUser: async () => nobodySpecial,
      countPartners: async () => 2,
      countListMembers: async () => null,
      readDealPipelines: async () => [],
      readCompanyProperties: async () => [],
      archiveCompanyProperties: async () => {},
    },
    clientSecret,
    publicUrl,
    portalId,
    appId,
    port: 0,
    host: '127.0.0.1',
    log: createLogger({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } }),
    clock: () => clock.now,
    ...changes,
  };
  const server = await startServer(options);
  return {
    server,
    addresses: addressesOf(options),
    clock,
    tasks,
    hubspot,
    logged,
    send: (call) => sendRaw(server.port, signed({ now: clock.now, ...call })),
  };
}

/** What HubSpot would send, and what of it a forger changes after signing. */
export type Call = {
  method: string;
  path: string;
  query: string;
  body: string;
  secret: string;
  now: Instant;
  /** Headers of the signed request; what a forger does to them. */
  headers: (signedHeaders: Header[]) => Header[];
  /** The request as it leaves, after signing. */
  tamper: (sent: { method: string; target: string; body: string }) => {
    method: string;
    target: string;
    body: string;
  };
};
export type Header = readonly [name: string, value: string];
export type Answer = { status: number; headers: Record<string, unknown>; body: unknown };

export function queryOf(parameters: Record<string, string>): string {
  return `?${new URLSearchParams(parameters)}`;
}

const cardQuery = queryOf({ companyId: silent.id, ...fromHubSpot });
export const taskCall: Partial<Call> = {
  method: 'POST',
  path: '/card/task',
  query: queryOf(fromHubSpot),
  body: JSON.stringify({ companyId: silent.id, play: silentPlay }),
};

export type Outgoing = { method: string; target: string; body: string; headers: readonly Header[] };

/** HubSpot's procedure (hubspot-platform.md 10.1), written again here so that the server is judged from outside. */
function signatureOf(source: {
  secret: string;
  method: string;
  url: string;
  body: string;
  timestamp: string;
}): string {
  return createHmac('sha256', source.secret)
    .update(source.method + source.url + source.body + source.timestamp)
    .digest('base64');
}

export function signed(call: Partial<Call>): Outgoing {
  const { method = 'GET', path = '/card', query = cardQuery, body = '', secret = clientSecret } = call;
  const timestamp = String(call.now ?? now);
  const target = path + query;
  const url = publicUrl + target.replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);
  const headers: Header[] = [
    ['Host', 'partners.example.com'],
    ['X-HubSpot-Request-Timestamp', timestamp],
    ['X-HubSpot-Signature-v3', signatureOf({ secret, method, url, body, timestamp })],
    ...(method === 'POST' ? [['Content-Type', 'application/json'] as const] : []),
  ];
  const sent = call.tamper?.({ method, target, body }) ?? { method, target, body };
  return { ...sent, headers: call.headers?.(headers) ?? headers };
}

export async function sendRaw(port: number, { method, target, body, headers }: Outgoing): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length: Header[] = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))]];
  const request = httpRequest(
    {
      host: '127.0.0.1',
      port,
      method,
      path: target,
      agent: false,
      headers: [...headers, ...length].flat(),
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text === '' ? null : (JSON.parse(text) as unknown),
        });
      });
    },
  );
  request.on('error', reject);
  request.end(body);
  return promise;
}
