/**
 * An installation that may die at any moment and is set up again on what its database holds; beside it, what a judge must
 * know: which webhooks were sent, who was dead when a run began, and what happened so far, in words.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { z } from 'zod';
import { hintsOf, webhookEvent } from '../../src/hubspot/events.ts';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import type { Hint } from '../../src/model/hint.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { openStore, type Store } from '../../src/store/connect.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { createVirtualClock } from '../hubspot/virtual-clock.ts';
import type { TestDatabase } from '../world/database.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';

export type Installation = {
  readonly sandbox: Sandbox;
  /** Those of the process that lives now. */
  store: Store;
  hubspot: HubSpot;
  /** Webhooks that were sent and have not arrived yet, as the records that they name. */
  sent: (readonly Hint[])[];
  /** Late answers of search, in minutes. */
  lag: number;
  readonly story: string[];
  /** A new process on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** Receives the webhooks of one sandbox after the other. */
export type Mailbox = { readonly url: string; take(): (readonly Hint[])[]; close(): void };

export async function openMailbox(): Promise<Mailbox> {
  let received: (readonly Hint[])[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const events = z.array(webhookEvent).parse(JSON.parse(Buffer.concat(chunks).toString()));
    received.push(...events.map(hintsOf).filter((hints) => hints.length > 0));
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = received;
      received = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** On an emptied database: a run of the model is short, and a database of its own would take as long. */
export async function install(database: TestDatabase, mailbox: Mailbox): Promise<Installation> {
  const seed = createTinyPortal();
  const sandbox = await startSandbox({
    seed,
    limits: 'off',
    clock: () => tinyNow,
    tickMs: () => 0,
    webhookTarget: mailbox.url,
  });
  const connect = (): HubSpot =>
    connectHubSpot({
      accessToken: seed.accessToken,
      apiUrl: sandbox.url,
      clock: createVirtualClock(tinyNow),
      random: () => 0.5,
    });
  const open = async (): Promise<Store> => openStore({ databaseUrl: database.url, dataDir: '/nowhere' });
  const installation: Installation = {
    sandbox,
    store: await open(),
    hubspot: connect(),
    sent: [],
    lag: 0,
    story: [],
    restart: async () => {
      await installation.hubspot.close();
      await installation.store.close();
      installation.store = await open();
      installation.hubspot = connect();
      // Whoever held it is dead; that its process lives is the test's doing.
      await installation.store.db.updateTable('lease').set({ expires_at: '-infinity' }).execute();
    },
    close: async () => {
      await installation.hubspot.close();
      await installation.store.close();
      await sandbox.close();
    },
  };
  await empty(installation.store);
  await saveSettings(installation.store.db, seed.settings, { note: '', author: 'test', now: tinyNow });
  await applyProvision(installation.hubspot, await planProvision(installation.hubspot));
  return installation;
}

export async function empty({ db }: Store): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
     where schemaname = 'public' and tablename not like 'kysely%' and tablename not like '%migration%'`.execute(
    db,
  );
  await sql`truncate ${sql.raw(rows.map(({ name }) => name).join(', '))}`.execute(db);
}
