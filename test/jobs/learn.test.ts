/** When a portal's history is learned from, and whom what it teaches concerns. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import { learnIfDue, modelsFor } from '../../src/jobs/learn.ts';
import type { Activity } from '../../src/model/activity.ts';
import type { Learned } from '../../src/model/cadence.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { latestLearned, readLearned, saveLearned } from '../../src/store/learned.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { readVerdicts } from '../../src/store/verdicts.ts';
import { partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

const start = Date.parse('2024-01-01T12:00:00Z');
const now = Date.parse('2026-06-01T02:00:00Z');
const settings: Settings = { ...presets.reseller, graceDays: 0, rules: presets.reseller.rules.slice(0, 1) };
const signal = new AbortController().signal;
const ids = Array.from({ length: 120 }, (_, index) => String(1000 + index));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  await saveSettings(db, settings, { note: '', author: 'test', now: start });
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id, { joinedAt: start })),
  );
  await upsertActivities(db, dealsOf(ids, start, now));
  const kinds = ['deal_registered', 'deal_won'] as const;
  await saveSourceState(
    db,
    { source: 'hubspot.deals', complete: true, completeUpTo: now, kinds: [...kinds] },
    's1',
  );
});
afterAll(async () => await database.drop());

/** Deals at a rate of each partner's own; one in thirty is the last one. */
function dealsOf(partnerIds: readonly string[], from: Instant, until: Instant): Activity[] {
  return partnerIds.flatMap((partnerId) => {
    const random = createRandom(Number(partnerId));
    const gapDays = 8 + 50 * random.next();
    const deals: Activity[] = [];
    let at = from + Math.floor(random.next() * 30) * millisecondsPerDay;
    while (at < until) {
      const sourceId = `${partnerId}-${at}`;
      const what = { partnerId, kind: 'deal_won' as const, quantity: 1, amount: null };
      deals.push({ ...what, occurredAt: at, source: 'hubspot.deals', sourceId });
      if (random.next() < 1 / 30) break;
      at += Math.ceil(-Math.log(1 - random.next()) * gapDays) * millisecondsPerDay;
    }
    return deals;
  });
}

async function learn(at: Instant, changes: Partial<Settings> = {}): Promise<number | undefined> {
  const { store } = database;
  await withLease(store, signal, (lease, within) =>
    learnIfDue({
      store,
      settings: { ...settings, ...changes },
      timeZone: 'UTC',
      now: at,
      lease,
      signal: within,
    }),
  );
  return (await latestLearned(store.db))?.version;
}

async function judge(at: Instant): Promise<number> {
  const { store } = database;
  return await withLease(store, signal, (lease, within) =>
    judgeAndSave({
      store,
      portal: { id: '1', timeZone: 'UTC', currency: 'EUR' },
      settings: { version: 1, settings },
      now: at,
      all: false,
      lease,
      runId: 'run',
      signal: within,
      onProgress: () => {},
    }),
  );
}

const week = 7 * millisecondsPerDay;

test('a portal is learned from once a week, and everybody is judged anew only by what says something else', async () => {
  const { store } = database;
  const looked = await modelsFor({ store, settings, timeZone: 'UTC', now, signal });
  expect(looked?.streams.productive).toMatchObject({ decides: 'model' });
  expect(await latestLearned(store.db), 'looking saves nothing').toBeNull();

  expect(await learn(now)).toBe(1);
  const first = await readLearned(store.db, 1);
  expect(first).toMatchObject({ streams: { productive: { decides: 'model' }, engagement: null } });
  expect(first?.streams.productive?.holdOuts).toHaveLength(2);
  expect(await judge(now)).toBe(ids.length);
  const warned = [...(await readVerdicts(store.db, ids)).values()].filter(({ reasons }) =>
    reasons.some(({ code }) => code === 'productive_drifting'),
  );
  expect(warned.length).toBeGreaterThan(0);
  expect(warned.every(({ cadence }) => cadence?.model === 1)).toBe(true);

  expect(await learn(now + week - 1), 'not due yet').toBe(1);
  expect(await learn(now + week), 'nothing grew').toBe(1);
  expect((await latestLearned(store.db))?.checkedAt).toBe(now + week);
  expect(await judge(now + week)).toBeLessThan(ids.length);
});

test('another budget sets another alarm, and everybody is judged by it', async () => {
  expect(await learn(now + 2 * week, { falseAlarmShare: 0.15 })).toBe(2);
  const [strict, lenient] = await Promise.all([1, 2].map((v) => readLearned(database.store.db, v)));
  const level = (of: typeof strict): number => of?.streams.productive?.alarm.level ?? NaN;
  expect(level(lenient ?? null)).toBeGreaterThan(level(strict ?? null));
  expect(await judge(now + 2 * week)).toBe(ids.length);
  expect(await judge(now + 2 * week)).toBe(0);
});

test('a history that grew by a tenth is fitted anew', async () => {
  const later = now + 60 * millisecondsPerDay;
  const { db } = database.store;
  const before = await latestLearned(db);
  await upsertActivities(
    db,
    dealsOf(ids, now, later).map((deal) => ({ ...deal, sourceId: `more-${deal.sourceId}` })),
  );
  expect(await learn(later, { falseAlarmShare: 0.15 })).toBe(3);
  const after = await latestLearned(db);
  expect(after?.streams.productive?.repeats).toBeGreaterThan(
    (before?.streams.productive?.repeats ?? 0) * 1.1,
  );
});

test('what an earlier version learned, without draws, is read, and gains them with the next scan', async () => {
  const later = now + 60 * millisecondsPerDay;
  const { db } = database.store;
  const { productive = null } = (await latestLearned(db))?.streams ?? {};
  expect(productive?.draws).toHaveLength(32);
  const older = JSON.stringify({ productive, engagement: null }, (key, value: unknown) =>
    key === 'draws' ? undefined : value,
  );
  await saveLearned(db, JSON.parse(older) as Learned['streams'], later);
  expect((await latestLearned(db))?.streams.productive).not.toHaveProperty('draws');
  expect(await learn(later + week - 1, { falseAlarmShare: 0.15 }), 'not due yet').toBe(4);
  expect(await learn(later + week, { falseAlarmShare: 0.15 })).toBe(5);
  expect((await latestLearned(db))?.streams.productive?.draws).toHaveLength(32);
  expect(await judge(later + week)).toBe(ids.length);
  expect(await learn(later + 2 * week, { falseAlarmShare: 0.15 }), 'nothing grew').toBe(5);
});
