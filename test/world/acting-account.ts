/** An installation on whose partners people and workflows act, over HTTP as HubSpot would: signed, and by a forger. */
import { createHash, createHmac } from 'node:crypto';
import { performRefresh, type RefreshResult } from '../../src/jobs/refresh.ts';
import type { ActingHubSpot } from '../../src/publish/actions.ts';
import { createLogger } from '../../src/web/log.ts';
import { startServer } from '../../src/web/server.ts';
import { openTestAccount, type TestAccount, type TestAccountOptions } from './account.ts';
import { createTinyPortal, tinyNow } from './tiny-portal.ts';

const publicUrl = 'https://partners.example.com/rekindle';
const seed = createTinyPortal();
const ada = { userId: '9501', userEmail: 'ada@example.com' };

export type Sent = {
  path: string;
  body: string;
  headers: Record<string, string>;
};
type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

export type ActingAccount = TestAccount & {
  readonly logged: string[];
  /** What the machine takes for now. */
  readonly clock: { now: number };
  /** What HubSpot does otherwise than the sandbox. */
  faults: Partial<ActingHubSpot>;
  /** Replaces how hints are followed. */
  refresh: (anew: readonly string[]) => Promise<RefreshResult>;
  /** A press at the card; a fresh key unless one is given. */
  press(body: Record<string, string>, tamper?: (sent: Sent) => Sent): Promise<Answer>;
  /** An execution by a workflow; a fresh callback unless one is given. */
  execute(
    action: string,
    execution?: Record<string, unknown>,
    how?: { version?: 'v2' | 'v3'; tamper?: (sent: Sent) => Sent },
  ): Promise<Answer>;
};

let calls = 0;

export async function openActingAccount(
  changes: Parameters<typeof createTinyPortal>[0] = {},
  options: TestAccountOptions = {},
): Promise<ActingAccount> {
  const account = await openTestAccount(createTinyPortal(changes), tinyNow, options);
  const { store } = account.database;
  const clock = { now: tinyNow };
  const logged: string[] = [];
  const server = await startServer({
    store,
    hubspot: account.hubspot,
    acting: {
      hubspot: {
        readCompanies: (...asked) => ({ ...account.hubspot, ...acting.faults }).readCompanies(...asked),
        updateCompanies: (...asked) => ({ ...account.hubspot, ...acting.faults }).updateCompanies(...asked),
        createNote: (...asked) => ({ ...account.hubspot, ...acting.faults }).createNote(...asked),
      },
      refresh: (anew) => acting.refresh(anew),
    },
    clientSecret: seed.clientSecret,
    publicUrl,
    portalId: seed.portalId,
    appId: seed.appId,
    port: 0,
    host: '127.0.0.1',
    log: createLogger({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } }),
    clock: () => clock.now,
  });

  const send = async ({ path, body, headers }: Sent): Promise<Answer> => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  const acting: ActingAccount = {
    ...account,
    logged,
    clock,
    faults: {},
    refresh: (anew) =>
      performRefresh({
        store,
        hubspot: account.hubspot,
        clock: () => clock.now,
        signal: new AbortController().signal,
        anew,
      }),
    press: (body, tamper = (sent: Sent): Sent => sent) => {
      calls += 1;
      const query = new URLSearchParams({ ...ada, portalId: seed.portalId, appId: seed.appId });
      const path = `/card/action?${query}`;
      const text = JSON.stringify({ requestKey: `press-${calls}-of-the-test`, ...body });
      return send(tamper({ path, body: text, headers: newer(path, text, clock.now) }));
    },
    execute: (action, execution = {}, { version = 'v2', tamper = (sent: Sent): Sent => sent } = {}) => {
      calls += 1;
      const path = `/workflow-actions/${action}`;
      const text = JSON.stringify({
        callbackId: `ap-7654321-${calls}-1-0`,
        origin: { portalId: Number(seed.portalId), actionDefinitionId: 1, actionDefinitionVersion: 1 },
        context: { source: 'WORKFLOWS', workflowId: 77 },
        inputFields: {},
        ...execution,
      });
      const headers = version === 'v2' ? older(path, text) : newer(path, text, clock.now);
      return send(tamper({ path, body: text, headers }));
    },
    close: async () => {
      await server.close();
      await account.close();
    },
  };
  return acting;
}

/** HubSpot's two procedures (hubspot-platform.md 10), written again here so that the server is judged from outside. */
export function newer(
  path: string,
  body: string,
  now: number,
  secret: string = seed.clientSecret,
): Record<string, string> {
  const url = (publicUrl + path).replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, decodeURIComponent);
  const signature = createHmac('sha256', secret).update(`POST${url}${body}${now}`).digest('base64');
  return { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(now) };
}

export function older(
  path: string,
  body: string,
  secret: string = seed.clientSecret,
): Record<string, string> {
  const signature = createHash('sha256').update(`${secret}POST${publicUrl}${path}${body}`).digest('hex');
  return { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v2' };
}
