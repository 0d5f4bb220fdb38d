/** The programme at a glance, against a history that the test itself has lived through. */
import { expect, test } from 'vitest';
import { readHome, trendOf } from '../../src/insight/home.ts';
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Segment, Status, Verdict } from '../../src/model/verdict.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { leavePartners, partnersNotSeen, savePartners } from '../../src/store/partners.ts';
import { savePortal } from '../../src/store/portal.ts';
import { saveOwners } from '../../src/store/owners.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { freshStore } from '../store/fresh.ts';
import { activity, noon, partner, reason, verdict } from '../store/samples.ts';

const store = freshStore();
const week = 7 * millisecondsPerDay;
const nobody = 'nobody@example.com';

/** @param at how many days before noon */
async function judge(at: number, statuses: Readonly<Record<string, Status>>, changes: Partial<Verdict> = {}) {
  const assessedAt = noon - at * millisecondsPerDay;
  await saveVerdicts(
    store().db,
    `run ${at}`,
    Object.entries(statuses).map(([id, status]) =>
      verdict(id, { status, statusChangedAt: assessedAt, assessedAt, ...changes }),
    ),
  );
}

async function partners(...ids: string[]): Promise<void> {
  await savePartners(
    store().db,
    's1',
    ids.map((id) => partner(id, { ownerId: '7' })),
  );
}

async function programme(): Promise<void> {
  await savePortal(store().db, { id: '1', timeZone: 'UTC', currency: 'EUR' });
  await saveSettings(
    store().db,
    { ...presets.reseller, capacityPerOwner: 2 },
    { note: '', author: 'test', now: noon - 200 * millisecondsPerDay },
  );
  await saveOwners(store().db, [
    { id: '7', name: 'Ada', email: 'Ada@example.com', archived: false },
    { id: '8', name: 'Ben', email: 'ben@example.com', archived: false },
  ]);
}

const euros = (amount: string) => ({ amount: { amount, currency: 'EUR' }, occurredAt: noon - week });
const home = (email = nobody, now: Instant = noon) => readHome(store(), { now, email });

test('the trend is what stood there week by week, however statuses went up and down', async () => {
  await programme();
  const ids = ['A', 'B', 'C', 'D', 'E'];
  await partners(...ids);
  const cycle: readonly Status[] = ['active', 'cooling', 'at_risk', 'inactive', 'reactivated'];
  const standing = new Map<string, Status>();
  const lived: Record<string, number>[] = [];
  // Nights of 50 days; each partner moves in a rhythm of its own, and the last is judged first four weeks ago.
  for (let day = 50; day >= 0; day -= 1) {
    const changed = ids.filter((_, number) => (number === 4 ? day <= 28 : true) && day % (number + 2) === 0);
    const moves = changed.map((id) => {
      const next = cycle[(cycle.indexOf(standing.get(id) ?? 'reactivated') + 1) % cycle.length] ?? 'active';
      standing.set(id, next);
      return [id, next] as const;
    });
    await judge(day + 0.5, Object.fromEntries(moves));
    if (day % 7 === 0) {
      const counts: Record<string, number> = {};
      for (const status of standing.values()) counts[status] = (counts[status] ?? 0) + 1;
      lived.push(counts);
    }
  }
  const { trend } = await home();
  expect(trend.map(({ counts }) => counts)).toEqual(lived);
  expect(trend.at(-1)?.day).toBe('2026-03-01');
});

test('the trend begins where anybody was judged, and goes back no further than asked', () => {
  const counts = [{ status: 'active' as const, reason: null, partners: 2 }];
  const options = { now: noon, weeks: 12, timeZone: 'UTC' };
  const first = [
    { status: 'active' as const, week: 2, net: 2 },
    { status: null, week: 2, net: -2 },
  ];
  expect(trendOf(counts, first, options).map(({ day }) => day)).toEqual([
    '2026-02-15',
    '2026-02-22',
    '2026-03-01',
  ]);
  expect(trendOf(counts, [], options)).toHaveLength(13);
  expect(trendOf([], [], options)).toEqual([]);
});

test('whoever left the programme is in no number of it', async () => {
  await programme();
  await partners('A', 'B');
  await judge(20, { A: 'active', B: 'active' });
  await judge(1, { A: 'inactive', B: 'inactive' });
  await savePartners(store().db, 's2', [partner('A', { ownerId: '7' })]);
  const gone = await partnersNotSeen(store().db, 's2');
  await leavePartners(store().db, gone, noon);
  const { counts, trend, fell, queue } = await home();
  expect(counts).toMatchObject([{ status: 'inactive', partners: 1 }]);
  expect(trend.map(({ counts: then }) => then)).toEqual([{ active: 1 }, { active: 1 }, { inactive: 1 }]);
  expect(fell.total).toBe(1);
  expect(queue.weeks.flatMap(({ thisWeek }) => thisWeek)).toHaveLength(1);
});

test('what a company did that was merged is not its survivor’s: nobody fell or came back by a merge', async () => {
  await programme();
  await partners('A', 'B', 'C', 'D');
  await judge(30, { A: 'inactive', B: 'active', C: 'active', D: 'at_risk' });
  await judge(3, { A: 'reactivated', C: 'inactive' });
  await savePartners(store().db, 's2', [
    partner('B', { ownerId: '7', mergedIds: ['A'] }),
    partner('D', { ownerId: '7', mergedIds: ['C'] }),
  ]);
  const { fell, cameBack, trend } = await home();
  expect([fell.total, cameBack.total]).toEqual([0, 0]);
  // B and D have not moved.
  expect(trend.map(({ counts }) => counts)).toEqual(
    Array.from({ length: trend.length }, () => ({ active: 1, at_risk: 1 })),
  );
});

test('a company that is new to us has moved as the one did whose standing it took over', async () => {
  await programme();
  await partners('A', 'B');
  await judge(30, { A: 'inactive', B: 'active' });
  await judge(8, { A: 'active' });
  await judge(3, { B: 'cooling' });
  await savePartners(store().db, 's2', [partner('M', { ownerId: '7', mergedIds: ['A', 'B'] })]);
  await judge(1, { M: 'at_risk' });
  const { fell, trend } = await home();
  expect(fell.shown.map(({ id, from, to }) => [id, from, to])).toEqual([['M', 'active', 'at_risk']]);
  expect(trend.at(-2)?.counts).toEqual({ active: 1 });
  expect(trend.at(0)?.counts).toEqual({ active: 1 });
});

test('who stands lower than a week ago fell, who is back came back, and there and back again is neither', async () => {
  await programme();
  await partners('A', 'B', 'C', 'D', 'E', 'F');
  await judge(30, { A: 'active', B: 'at_risk', C: 'inactive', D: 'active', E: 'active' });
  await judge(3, { A: 'cooling', D: 'cooling', C: 'reactivated', F: 'inactive', B: 'active' });
  await judge(2, { A: 'inactive' }, { reasons: [reason('sales_stopped')] });
  await judge(1, { D: 'active' });
  const { fell, cameBack } = await home();
  // F was judged for the first time: nobody knows where it stood.
  expect(fell).toMatchObject({
    total: 1,
    shown: [{ id: 'A', from: 'active', to: 'inactive', reason: 'No deal since 9 Jul 2025.' }],
  });
  expect(cameBack.total).toBe(2);
  expect(cameBack.shown.map(({ id, from, to }) => [id, from, to])).toEqual([
    ['C', 'inactive', 'reactivated'],
    ['B', 'at_risk', 'active'],
  ]);
});

test('as many are shown as matter most, and how many there are in all', async () => {
  await programme();
  const ids = Array.from({ length: 15 }, (_, index) => `P${index + 10}`);
  await partners(...ids);
  await judge(30, Object.fromEntries(ids.map((id) => [id, 'active'])));
  const segment: Segment = { potential: 'high', path: 'high_touch' };
  await judge(1, Object.fromEntries(ids.slice(0, 14).map((id) => [id, 'cooling'])));
  await judge(0, { P24: 'cooling' }, { segment });
  const { fell } = await home();
  expect(fell.total).toBe(15);
  expect(fell.shown).toHaveLength(10);
  expect(fell.shown[0]?.id).toBe('P24');
});

test('each owner sees as many as they can take care of, by what the partner brought and what a call may find', async () => {
  await programme();
  await savePartners(store().db, 's1', [
    partner('A', { ownerId: '7' }),
    partner('B', { ownerId: '7' }),
    partner('C', { ownerId: '7' }),
    partner('D', { ownerId: '8' }),
    partner('E', { ownerId: null }),
    partner('F', { ownerId: '7', snoozedUntil: '2026-03-02' }),
  ]);
  await upsertActivities(store().db, [
    activity('A', '1', euros('10')),
    activity('B', '2', euros('9000')),
    activity('C', '3', euros('500')),
  ]);
  const all = {
    A: 'at_risk',
    B: 'at_risk',
    C: 'at_risk',
    D: 'cooling',
    E: 'inactive',
    F: 'inactive',
  } as const;
  await judge(1, all, { reasons: [reason('sales_stopped')] });
  const { queue } = await home('BEN@example.com');
  expect(queue.owners).toBe(3);
  expect(queue.weeks.map(({ ownerId, waiting }) => [ownerId, waiting])).toEqual([
    ['8', 0],
    ['7', 1],
    [null, 0],
  ]);
  const ofAda = queue.weeks.find(({ ownerId }) => ownerId === '7')?.thisWeek;
  expect(ofAda?.map((item) => [item.partner.id, item.bestYear, item.play])).toEqual([
    ['B', '9000', 'personal_call'],
    ['C', '500', 'personal_call'],
  ]);
});

test('an empty database is no error', async () => {
  expect(await home()).toMatchObject({
    settings: null,
    counts: [],
    trend: [],
    fell: { total: 0, shown: [] },
    queue: { owners: 0, weeks: [] },
    runs: [],
  });
});
