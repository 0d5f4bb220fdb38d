/** When a portal's history is learned from, and whom what it teaches concerns. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import { learnIfDue, modelsFor } from '../../src/jobs/learn.ts';
import { previewDraft } from '../../src/jobs/preview.ts';
import type { Activity } from '../../src/model/activity.ts';
import type { Learned } from '../../src/model/cadence.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { latestLearned, learnedAsOf, readLearned, saveLearned } from '../../src/store/learned.ts';
import { markAllDirty, savePartners } from '../../src/store/partners.ts';
import { savePortal } from '../../src/store/portal.ts';
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

const otherRule: Partial<Settings> = {
  rules: settings.rules.map((rule) => ({ ...rule, windowDays: 120 })),
};

test('the test on the past rolls on with every look, and what was decided is told by the test of then', async () => {
  const { db } = database.store;
  const then = (await readLearned(db, 1))?.streams.productive;
  const later = (await latestLearned(db))?.streams.productive;
  const cuts = (model: typeof then): unknown => model?.holdOuts.map(({ cutDay }) => cutDay);
  expect([cuts(then), cuts(later)]).toEqual([
    ['2026-03-02', '2025-12-01'],
    ['2026-03-09', '2025-12-08'],
  ]);
  expect(later?.because).toContain('Tested on the 26 weeks after 2025-12-08, the rhythm model told better');
  expect({ ...later, holdOuts: [], because: '' }).toEqual({ ...then, holdOuts: [], because: '' });
  expect((await learnedAsOf(db, 1, now + week - 1))?.streams.productive).toEqual(then);
  expect((await learnedAsOf(db, 1, now + week))?.streams.productive).toEqual(later);
  expect(await learnedAsOf(db, 2, now + week)).toBeNull();
});

test('another rule is what the model is tested against from the next run on, and nobody is judged anew while it still tells better', async () => {
  const { db } = database.store;
  const at = now + week + millisecondsPerDay;
  expect((await latestLearned(db))?.streams.productive?.because).toContain('than the rule of 180 days');
  expect(await learn(at, otherRule)).toBe(1);
  const { productive } = (await latestLearned(db))?.streams ?? {};
  expect(productive).toMatchObject({ decides: 'model', ruleDays: 120 });
  expect(productive?.because).toContain('than the rule of 120 days');
  expect(await judge(at)).toBeLessThan(ids.length);
  expect((await learnedAsOf(db, 1, at - 1))?.streams.productive?.because).toContain('the rule of 180 days');
  expect(await learn(at + 1, otherRule), 'known by now').toBe(1);
  expect((await latestLearned(db))?.checkedAt).toBe(at);
});

test('where the model loses against one rule and wins against another, everybody is judged anew, and a preview shows it', async () => {
  const { store } = database;
  const at = now + week + 2 * millisecondsPerDay;
  const { productive = null } = (await latestLearned(store.db))?.streams ?? {};
  const lost = { ...productive, decides: 'rule', because: 'It did not beat the rule of 120 days.' };
  await saveLearned(store.db, { productive: lost, engagement: null } as Learned['streams'], at);
  await markAllDirty(store.db);
  await judge(at);
  await savePortal(store.db, { id: '1', timeZone: 'UTC', currency: 'EUR' });
  const preview = async (changes: Partial<Settings>) =>
    await previewDraft({
      store,
      draft: { ...settings, ...changes },
      now: at,
      limit: 200,
      signal,
      onProgress: () => {},
    });
  const learnedAnew = expect.stringMatching(/^Saving these rules has the rhythms learned anew/);
  const same = await preview({});
  expect([same.changing, same.limits], 'what is in force already is no doing of a draft').toEqual([
    0,
    expect.not.arrayContaining([learnedAnew]),
  ]);
  await saveSettings(store.db, { ...settings, ...otherRule }, { note: '', author: 'test', now: at });
  const tested = await preview(otherRule);
  expect(tested.limits).not.toContainEqual(learnedAnew);
  expect(tested.changes.map(({ toReason }) => toReason)).not.toContain('productive_drifting');
  const untested = await preview({});
  expect(untested.limits).toContainEqual(learnedAnew);
  expect(untested.changes.map(({ toReason }) => toReason)).toContain('productive_drifting');
  expect((await latestLearned(store.db))?.version, 'looking saves nothing').toBe(2);

  expect(await learn(at, otherRule)).toBe(2);
  expect(await learn(at)).toBe(3);
  expect((await latestLearned(store.db))?.streams.productive).toMatchObject({
    decides: 'model',
    ruleDays: 180,
  });
  expect(await judge(at)).toBe(ids.length);
});

test('another budget sets another alarm, and everybody is judged by it', async () => {
  expect(await learn(now + 3 * week, { falseAlarmShare: 0.15 })).toBe(4);
  const [strict, lenient] = await Promise.all([3, 4].map((v) => readLearned(database.store.db, v)));
  const level = (of: typeof strict): number => of?.streams.productive?.alarm.level ?? NaN;
  expect(level(lenient ?? null)).toBeGreaterThan(level(strict ?? null));
  expect(await judge(now + 3 * week)).toBe(ids.length);
  expect(await judge(now + 3 * week)).toBe(0);
});

test('a history that grew by a tenth is fitted anew', async () => {
  const later = now + 60 * millisecondsPerDay;
  const { db } = database.store;
  const before = await latestLearned(db);
  await upsertActivities(
    db,
    dealsOf(ids, now, later).map((deal) => ({ ...deal, sourceId: `more-${deal.sourceId}` })),
  );
  expect(await learn(later, { falseAlarmShare: 0.15 })).toBe(5);
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
  expect(await learn(later + week - 1, { falseAlarmShare: 0.15 }), 'not due yet').toBe(6);
  expect(await learn(later + week, { falseAlarmShare: 0.15 })).toBe(7);
  expect((await latestLearned(db))?.streams.productive?.draws).toHaveLength(32);
  expect(await judge(later + week)).toBe(ids.length);
  expect(await learn(later + 2 * week, { falseAlarmShare: 0.15 }), 'nothing grew').toBe(7);
});
