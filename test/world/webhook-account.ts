/**
 * An installation that receives webhooks: the sandbox posts to a relay, as through a proxy of the customer's, and the
 * relay to the real server. The relay can keep deliveries back, and the test can send events as HubSpot would.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { signRequest } from '../../src/hubspot/signature.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { performRefresh, type RefreshResult } from '../../src/jobs/refresh.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { createLogger } from '../../src/web/log.ts';
import { startServer } from '../../src/web/server.ts';
import { openTestAccount, type TestAccount } from './account.ts';

export type WebhookEvent = Readonly<Record<string, unknown>>;

export type WebhookAccount = TestAccount & {
  /** Events that the sandbox has sent since they are kept back. */
  readonly kept: WebhookEvent[];
  /** From now on nothing of the sandbox's reaches the server. */
  keepBack(): void;
  /** Sends one delivery, signed. @returns the status */
  deliver(events: readonly WebhookEvent[]): Promise<number>;
  /** Called whenever the server says that hints wait. */
  onHints: () => void;
  /** Waits for the sandbox's deliveries, then follows hints until none is left. @returns what was done */
  follow(hubspot?: HubSpot): Promise<readonly RefreshResult[]>;
  /** Follows once, whatever waits. */
  refresh(hubspot?: HubSpot, signal?: AbortSignal): Promise<RefreshResult>;
};

const publicUrl = 'https://partners.example.com/rekindle';
const path = '/webhooks/hubspot';

export async function openWebhookAccount(
  seed: PortalSeed,
  now: Instant,
  options: Parameters<typeof openTestAccount>[2] = {},
): Promise<WebhookAccount> {
  let keeping = false;
  let serverUrl = '';
  const kept: WebhookEvent[] = [];
  const relay = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (keeping) {
        kept.push(...(JSON.parse(body.toString()) as WebhookEvent[]));
        response.writeHead(204).end();
        return;
      }
      const headers = ['content-type', 'x-hubspot-signature-v3', 'x-hubspot-request-timestamp'].map(
        (name) => [name, String(request.headers[name])],
      );
      fetch(serverUrl + path, { method: 'POST', headers: Object.fromEntries(headers), body }).then(
        (answer) => response.writeHead(answer.status).end(),
        () => response.writeHead(502).end(),
      );
    });
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const account = await openTestAccount(seed, now, {
    webhookTarget: `http://127.0.0.1:${(relay.address() as AddressInfo).port}${path}`,
    webhookPublicUrl: publicUrl + path,
    webhookRetryDelaysMs: [10, 10],
    ...options,
  });
  const { store } = account.database;
  const clock = (): Instant => account.sandbox.now();
  const server = await startServer({
    store,
    hubspot: account.hubspot,
    clientSecret: seed.clientSecret,
    publicUrl,
    portalId: seed.portalId,
    appId: seed.appId,
    port: 0,
    host: '127.0.0.1',
    log: createLogger({ level: 'silent' }),
    clock,
    onHints: () => world.onHints(),
  });
  serverUrl = server.url;

  const refresh = (
    hubspot = account.hubspot,
    signal = new AbortController().signal,
  ): Promise<RefreshResult> => performRefresh({ store, hubspot, clock, signal });
  const world: WebhookAccount = {
    ...account,
    kept,
    keepBack: () => {
      keeping = true;
    },
    onHints: () => {},
    refresh,
    deliver: async (events) => {
      const body = JSON.stringify(events);
      const { signature, timestamp } = signRequest({
        clientSecret: seed.clientSecret,
        method: 'POST',
        url: publicUrl + path,
        rawBody: Buffer.from(body),
        now: clock(),
      });
      const headers = {
        'content-type': 'application/json',
        'x-hubspot-signature-v3': signature,
        'x-hubspot-request-timestamp': timestamp,
      };
      return (await fetch(server.url + path, { method: 'POST', headers, body })).status;
    },
    follow: async (hubspot) => {
      await account.sandbox.webhooksSettled();
      const results: RefreshResult[] = [];
      for (;;) {
        const result = await refresh(hubspot);
        if (result.state !== 'done') return results;
        results.push(result);
        // What our own write-back caused is an echo, and must not keep us busy for ever.
        await account.sandbox.webhooksSettled();
      }
    },
    close: async () => {
      await account.close();
      await server.close();
      relay.closeAllConnections();
      relay.close();
    },
  };
  return world;
}

/** Everything that is known and judged of current partners, without the marks of who found it and when. */
export async function pictureOf({ database }: TestAccount): Promise<unknown> {
  const { rows } = await sql`
    select partner.id, partner.name, partner.merged_ids, partner.published,
           (select json_agg(json_build_array(type, record_id) order by type, record_id)
              from link where partner_id = partner.id) as links,
           (select json_agg(json_build_array(source, source_id, kind, occurred_at, amount)
                            order by source, source_id, kind)
              from activity where partner_id = partner.id) as activities,
           (select json_build_array(status, health, episode, last_activity_at)
              from verdict where partner_id = partner.id) as verdict
      from partner where is_partner order by partner.id`.execute(database.store.db);
  return rows;
}
