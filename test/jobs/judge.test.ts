/** Judging that ends in the middle: what is saved stays, and the next run judges whoever is left. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { benchActivities, benchPartners, sourceStates } from '../../src/cli/bench-assess-programme.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import {
  acquireLease,
  keepWritersOut,
  LeaseLostError,
  releaseLease,
  type Lease,
} from '../../src/store/lease.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import type { Db } from '../../src/store/tables.ts';
import { touchedAmong } from '../../src/store/touch.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { empty } from './twins.ts';

const now = Date.parse('2026-09-01T02:30:00Z');
/** Four pages. */
const size = { partners: 1700, activities: 9000, seed: 7 };
const portal = { id: '1', timeZone: 'Europe/Berlin', currency: 'EUR' };
const settings = { version: 1, settings: presets.mixed };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  await empty(database.store.db);
  await fill(database.store.db);
});

async function fill(db: Db): Promise<void> {
  for (const page of benchPartners(size, now, 1000)) await savePartners(db, 'first', page);
  for (const page of benchActivities(size, now, 10_000)) await upsertActivities(db, page);
  for (const state of sourceStates(now)) await saveSourceState(db, state, 'first');
}

async function takeLease(): Promise<Lease> {
  const lease = await acquireLease(database.store.db, 'run', { holder: 'test', ttlMs: 600_000 });
  if (lease === null) throw new Error('Somebody holds the lease of a database that is ours alone.');
  return lease;
}

type Judging = { readonly signal?: AbortSignal; readonly onProgress?: (done: number) => void };

function judge(lease: Lease, judging: Judging = {}): Promise<number> {
  const usual = { signal: new AbortController().signal, onProgress: () => {} };
  const { store } = database;
  return judgeAndSave({
    store,
    portal,
    settings,
    now,
    all: false,
    lease,
    runId: 'run',
    ...usual,
    ...judging,
  });
}

async function everybodyTouched(): Promise<readonly string[]> {
  const { db } = database.store;
  const { rows } = await sql<{ id: string }>`select id from partner`.execute(db);
  return await touchedAmong(
    db,
    rows.map(({ id }) => id),
  );
}

test('when somebody else takes the lease, nothing more is saved, and the run is told so', async () => {
  const lost = await takeLease();
  await releaseLease(database.store.db, lost);
  await takeLease();
  await expect(judge(lost)).rejects.toThrow(LeaseLostError);
  expect(await everybodyTouched()).toHaveLength(size.partners);
});

test('what stops the run stops the judging, and whoever is left is judged by the next one', async () => {
  const stop = new AbortController();
  const onProgress = (): void => stop.abort(new Error('The process was asked to end.'));
  const stopped = judge(await takeLease(), { signal: stop.signal, onProgress });
  await expect(stopped).rejects.toThrow('The process was asked to end.');
  const left = await everybodyTouched();
  expect(left.length).toBeGreaterThan(0);
  const lease = await releaseAndTake();
  expect(await judge(lease)).toBe(left.length);
  expect(await everybodyTouched()).toEqual([]);
});

test('a page that cannot be saved any more does not hide what stopped the judging before', async () => {
  const { db } = database.store;
  const stop = new AbortController();
  const first = new Error('The process was asked to end.');
  const lease = await takeLease();
  // The page that is being saved waits, and fails only when the judging has been stopped.
  const stopped = await db.transaction().execute(async (transaction) => {
    await keepWritersOut(transaction);
    await sql`update lease set token = token + 1`.execute(transaction);
    const judging = judge(lease, { signal: stop.signal, onProgress: () => stop.abort(first) });
    judging.catch(() => undefined);
    while (!stop.signal.aborted) await nextTurn();
    return { judging };
  });
  await expect(stopped.judging).rejects.toBe(first);
  expect(first).toMatchObject({ afterwards: expect.any(LeaseLostError) as unknown });
});

async function releaseAndTake(): Promise<Lease> {
  await sql`update lease set expires_at = '-infinity'`.execute(database.store.db);
  return await takeLease();
}

test('a database that cuts everybody off in the middle fails the run, which can be repeated', async () => {
  const { store, url } = database;
  const { signal } = new AbortController();
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  let cut: Promise<unknown> | null = null;
  const onProgress = (): void => {
    cut ??= operator.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
  };
  await expect(withLease(store, signal, (lease) => judge(lease, { onProgress }))).rejects.toMatchObject({
    name: 'RekindleError',
    retryable: true,
    message: expect.stringMatching(/^The connection to the database was lost \(.+\)\./) as string,
  });
  await cut;
  await operator.end();
  const left = await everybodyTouched();
  expect(left.length).toBeGreaterThan(0);
  expect(await judge(await releaseAndTake())).toBe(left.length);
});
