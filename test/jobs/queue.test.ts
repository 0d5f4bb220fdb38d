/** The queue against its own database: what it enqueues when, and what becomes of a run that waits for requests. */
import { afterEach, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { QuotaExhaustedError } from '../../src/hubspot/errors.ts';
import { startQueue } from '../../src/jobs/queue.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { nextActionAfter, resumeAtOf } from '../../src/jobs/resume.ts';
import { finishRun, latestRun, startRun } from '../../src/store/runs.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { createTestDatabase } from '../world/database.ts';

let closing = new AsyncDisposableStack();
afterEach(async () => {
  await closing.disposeAsync();
  closing = new AsyncDisposableStack();
});

test('a run without requests is resumed once when there are some, whoever asks how often, and not tried before', async () => {
  const database = await createTestDatabase();
  closing.defer(() => database.drop());
  const { db } = database.store;
  await saveSettings(db, presets.reseller, { note: '', author: 'test', now: 0 });

  let now = Date.parse('2026-06-15T20:00:00Z');
  const ends: (Error | null)[] = [new QuotaExhaustedError(Date.parse('2026-06-17T04:00:00Z')), null];
  let runs = 0;
  /** A run as the ledger knows it. */
  const perform = async (error: Error | null): Promise<void> => {
    runs += 1;
    const run = { runId: `run-${runs}`, kind: 'run', trigger: 'schedule', settingsVersion: 1, fence: runs };
    await startRun(db, { ...run, now, asOf: now });
    const outcome = error === null ? 'ok' : 'failed';
    const ended = { nextAction: nextActionAfter(error), resumeAt: resumeAtOf(error) };
    await finishRun(db, run.runId, { outcome, now, summary: null, error: error?.message ?? null, ...ended });
    if (error !== null) throw error;
  };
  const log = { info: () => {}, error: () => {} };
  const work = (): Promise<void> => perform(ends.shift() ?? null);
  const signal = new AbortController().signal;
  const queue = await startQueue({ store: database.store, clock: () => now, log, signal, work });
  closing.defer(() => queue.close());
  const other = await startQueue({ store: database.store, clock: () => now, log, signal, work });
  closing.defer(() => other.close());
  const askAt = async (time: string): Promise<number> => {
    now = Date.parse(time);
    const answers = await Promise.all([queue.ask(), other.ask(), queue.ask()]);
    return answers.filter(Boolean).length;
  };

  const first = new QuotaExhaustedError(Date.parse('2026-06-16T04:00:00Z'));
  await expect(perform(first)).rejects.toBe(first);
  const waiting = await latestRun(db);
  expect(waiting?.resumeAt).toBe(first.resumeAt);
  expect(waiting?.nextAction).toContain('goes on after 2026-06-16T04:00:00.000Z');

  expect(await askAt('2026-06-16T02:30:00Z'), 'the nightly slot, while it waits').toBe(0);
  expect(await askAt('2026-06-16T03:59:00Z')).toBe(0);
  expect(await askAt('2026-06-16T04:00:00Z')).toBe(1);
  await expect.poll(async () => (await latestRun(db))?.resumeAt).toBe(Date.parse('2026-06-17T04:00:00Z'));
  // That one ran out of requests too. The queue does not try it again by itself.
  expect(await askAt('2026-06-16T04:10:00Z')).toBe(0);
  expect(await askAt('2026-06-17T02:31:00Z')).toBe(0);
  expect(await askAt('2026-06-17T04:00:00Z')).toBe(1);
  await expect.poll(async () => (await latestRun(db))?.outcome).toBe('ok');
  expect((await latestRun(db))?.resumeAt).toBeNull();
  expect(await askAt('2026-06-17T04:01:00Z')).toBe(0);
  expect(runs).toBe(3);
  expect(await askAt('2026-06-18T02:30:00Z'), 'the next night').toBe(1);
});

test('a slot that comes while another run goes on waits for its end, however long that takes, and is not lost', async () => {
  const database = await createTestDatabase();
  closing.defer(() => database.drop());
  const { db } = database.store;
  await saveSettings(db, presets.reseller, { note: '', author: 'test', now: 0 });
  const startedAt = Date.parse('2026-06-16T02:00:00Z');
  const run = { runId: 'by hand', kind: 'run', trigger: 'command', settingsVersion: 1, fence: 1 };
  await startRun(db, { ...run, now: startedAt, asOf: startedAt });
  const ended = { outcome: 'ok', summary: null, error: null, nextAction: null } as const;

  let now = Date.parse('2026-06-16T02:30:00Z');
  let worked = 0;
  const queue = await startQueue({
    store: database.store,
    clock: () => now,
    log: { info: () => {}, error: () => {} },
    signal: new AbortController().signal,
    work: async () => {
      worked += 1;
    },
  });
  closing.defer(() => queue.close());
  await finishRun(db, 'by hand', { ...ended, now: startedAt + 1 });
  const { signal } = new AbortController();
  await withLease(database.store, signal, async () => {
    expect(await queue.ask()).toBe(false);
    now = Date.parse('2026-06-16T09:30:00Z');
    expect(await queue.ask()).toBe(false);
  });
  await withLease(database.store, signal, async () => expect(await queue.ask()).toBe(true), { brief: true });
  await expect.poll(() => worked).toBe(1);
});
