/** A database server that takes connections and says nothing any more: people are told within seconds, runs wait for it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openForRequests, openStore, type Store } from '../../src/store/connect.ts';
import { ofRequests } from '../../src/store/pool.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { startSilentProxy, type SilentProxy } from '../world/silent-proxy.ts';
import { fillStore, fromHubSpot, queryOf, startWorld, type World } from './world.ts';

/** As short as a test may wait, and in the same order. */
const patience = { connectMs: 400, statementMs: 700, silenceMs: 800 };

let database: TestDatabase;
let proxy: SilentProxy;
let store: Store;
let requests: Store;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  proxy = await startSilentProxy();
  const { user } = inject('postgres');
  const name = new URL(database.url.replace('@/', '@none/')).pathname;
  const databaseUrl = `postgres://${user}@127.0.0.1:${proxy.port}${name}`;
  store = await openStore({ databaseUrl, dataDir: '/nowhere' });
  requests = openForRequests(store, patience);
  world = await startWorld(requests, { patientStore: store });
});
afterAll(async () => {
  await world.server.close();
  await requests.close();
  await store.close();
  await proxy.close();
  await database.drop();
});

const home = () => world.send({ path: '/home', query: queryOf(fromHubSpot) });

test('requests fail with what to do and when, come through again afterwards, and a run’s statement was never given up', async () => {
  expect((await home()).status).toBe(200);
  proxy.fallSilent();
  let isOver = false;
  const late = sql`select 2 as two`.execute(store.db).finally(() => {
    isOver = true;
  });
  // At first on connections that have worked, then on new ones that nobody welcomes.
  for (let times = 0; times < 2; times += 1) {
    const answer = await home();
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
      body: { error: expect.stringContaining('database does not answer') as unknown },
    });
  }
  expect(world.logged.join('')).toContain('"reason":"no_database"');
  expect(isOver).toBe(false);
  proxy.speak();
  expect((await late).rows).toEqual([{ two: 2 }]);
  expect((await home()).status).toBe(200);
});

test('a statement that takes longer than whoever waits is ended by the server, and told in the same way', async () => {
  await store.db.transaction().execute(async (transaction) => {
    await sql`lock table portal in access exclusive mode`.execute(transaction);
    expect((await home()).status).toBe(503);
  });
  expect((await home()).status).toBe(200);
});

test('what requests wait for ends before HubSpot hangs up after 15 s, and after what senders of activity may wait for a run', () => {
  const { connectMs, statementMs, silenceMs } = ofRequests;
  expect(statementMs).toBeGreaterThan(10_000);
  expect(silenceMs).toBeGreaterThan(statementMs);
  expect(silenceMs).toBeLessThan(15_000);
  expect(connectMs).toBeLessThan(silenceMs);
});
