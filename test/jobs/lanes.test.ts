/** Sharing the judging out to several threads changes how long it takes, and nothing else. */
import type { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { benchActivities, benchPartners, sourceStates } from '../../src/cli/bench-assess-programme.ts';
import { judgeAndSave } from '../../src/jobs/judge-lanes.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { acquireLease, LeaseLostError, releaseLease, type Lease } from '../../src/store/lease.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import type { Db } from '../../src/store/tables.ts';
import { touchedAmong } from '../../src/store/touch.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { empty, picture } from './twins.ts';

const now = Date.parse('2026-09-01T02:30:00Z');
/** Four portions: each of three lanes has one at least. */
const size = { partners: 1700, activities: 9000, seed: 7 };
const portal = { id: '1', timeZone: 'Europe/Berlin', currency: 'EUR' };
const settings = { version: 1, settings: presets.mixed };

let shared: TestDatabase;
let alone: TestDatabase;
beforeAll(async () => {
  [shared, alone] = [await createTestDatabase(), await createTestDatabase()];
});
afterAll(async () => {
  await shared.drop();
  await alone.drop();
});
beforeEach(async () => {
  await empty(shared.store.db);
  await fill(shared.store.db);
});

async function fill(db: Db): Promise<void> {
  for (const page of benchPartners(size, now, 1000)) await savePartners(db, 'first', page);
  for (const page of benchActivities(size, now, 10_000)) await upsertActivities(db, page);
  for (const state of sourceStates(now)) await saveSourceState(db, state, 'first');
}

async function takeLease({ store }: TestDatabase): Promise<Lease> {
  const lease = await acquireLease(store.db, 'run', { holder: 'test', ttlMs: 600_000 });
  if (lease === null) throw new Error('Somebody holds the lease of a database that is ours alone.');
  return lease;
}

type Judging = {
  readonly lanes: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
};

function judge({ store }: TestDatabase, lease: Lease, { lanes, ...judging }: Judging): Promise<number> {
  const sharing = { lanes, partnersPerPortion: 500 };
  const usual = { signal: new AbortController().signal, onProgress: () => {} };
  return judgeAndSave({
    store,
    portal,
    settings,
    now,
    all: false,
    lease,
    runId: 'run',
    sharing,
    ...usual,
    ...judging,
  });
}

async function everybodyTouched({ store: { db } }: TestDatabase): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from partner`.execute(db);
  return await touchedAmong(
    db,
    rows.map(({ id }) => id),
  );
}

test('three lanes come to the verdicts, the history and the episodes that one comes to', async () => {
  await empty(alone.store.db);
  await fill(alone.store.db);
  const progress: number[] = [];
  const onProgress = (done: number): unknown => progress.push(done);
  expect(await judge(shared, await takeLease(shared), { lanes: 3, onProgress })).toBe(size.partners);
  expect(await judge(alone, await takeLease(alone), { lanes: 1 })).toBe(size.partners);
  expect(await picture(shared)).toEqual(await picture(alone));
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(size.partners);
  expect(await everybodyTouched(shared)).toEqual([]);
});

test('when somebody else takes the lease, every lane ends, and the run is told so', async () => {
  const lost = await takeLease(shared);
  await releaseLease(shared.store.db, lost);
  await takeLease(shared);
  await expect(judge(shared, lost, { lanes: 3 })).rejects.toThrow(LeaseLostError);
  expect(await everybodyTouched(shared)).toHaveLength(size.partners);
});

test('what stops the run stops every lane, and whoever is left is judged by the next one', async () => {
  const stop = new AbortController();
  const onProgress = (): void => stop.abort(new Error('The process was asked to end.'));
  const stopped = judge(shared, await takeLease(shared), { lanes: 3, signal: stop.signal, onProgress });
  await expect(stopped).rejects.toThrow('The process was asked to end.');
  const left = await everybodyTouched(shared);
  expect(left.length).toBeGreaterThan(0);
  const lease = await releaseAndTake(shared);
  expect(await judge(shared, lease, { lanes: 2 })).toBe(left.length);
  expect(await everybodyTouched(shared)).toEqual([]);
});

async function releaseAndTake(database: TestDatabase): Promise<Lease> {
  await sql`update lease set expires_at = '-infinity'`.execute(database.store.db);
  return await takeLease(database);
}

function endSoon(thread: Worker): void {
  thread.once('online', () => void thread.terminate());
}

test('a thread that dies fails the run, which says so and what helps, and its partners are judged by the next one', async () => {
  const lease = await takeLease(shared);
  process.once('worker', endSoon);
  await expect(judge(shared, lease, { lanes: 2 })).rejects.toMatchObject({
    name: 'RekindleError',
    retryable: true,
    message: expect.stringMatching(/thread that judged partners died: .*run again/) as string,
  });
  const left = await everybodyTouched(shared);
  expect(left.length).toBeGreaterThan(0);
  expect(await judge(shared, lease, { lanes: 2 })).toBe(left.length);
  expect(await everybodyTouched(shared)).toEqual([]);
});

test('a database that cuts everybody off in the middle fails the run, which can be repeated, and every lane ends', async () => {
  const { store, url } = shared;
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
  const threads: Worker[] = [];
  const note = (thread: Worker): void => void threads.push(thread);
  process.on('worker', note);
  await expect(
    withLease(store, signal, (lease) => judge(shared, lease, { lanes: 3, onProgress })),
  ).rejects.toMatchObject({
    name: 'RekindleError',
    retryable: true,
    message: expect.stringMatching(/^The connection to the database was lost \(.+\)\./) as string,
  });
  process.off('worker', note);
  await cut;
  await operator.end();
  // A thread that has ended has no number any more.
  expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  const left = await everybodyTouched(shared);
  expect(left.length).toBeGreaterThan(0);
  expect(await judge(shared, await releaseAndTake(shared), { lanes: 2 })).toBe(left.length);
});
