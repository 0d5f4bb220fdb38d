import { expect, test } from 'vitest';
import { upsertActivities } from '../../src/store/activities.ts';
import { readEpisodes } from '../../src/store/episodes.ts';
import { erasePartner } from '../../src/store/erase.ts';
import { leavePartners, partnersNotSeen, savePartners } from '../../src/store/partners.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { settleTouches } from '../../src/store/touch.ts';
import { countByStatus, readVerdict, saveVerdicts, verdictChanges } from '../../src/store/verdicts.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, judgedAs, minute, noon, partner, reason, verdict } from './samples.ts';

const store = freshStore();
const wanted = { now: noon, settingsVersion: 1, all: false };

async function toAssess(changes: Partial<typeof wanted> = {}): Promise<string[]> {
  const options = { ...wanted, ...changes, batchSize: 2 };
  return (await collect(streamPartnersToAssess(store().db, options))).map((item) => item.partner.id);
}

async function partners(...ids: string[]): Promise<void> {
  await savePartners(
    store().db,
    's1',
    ids.map((id) => partner(id)),
  );
}

test('a verdict comes back as it was saved', async () => {
  await partners('A');
  const saved = verdict('A', {
    status: 'inactive',
    previousStatus: 'at_risk',
    health: 0,
    reasons: [reason('sales_stopped')],
    unknowns: [{ behaviour: 'portal', sentence: 'No source tells of portal logins.' }],
    inactiveSince: '2026-01-05',
    expectedInactiveDay: null,
    episode: 3,
    stale: true,
    nextChangeAt: noon + minute,
  });
  await saveVerdicts(store().db, 'run', [saved]);
  expect(await readVerdict(store().db, 'A')).toEqual(saved);
  expect(await readVerdict(store().db, 'B')).toBeNull();
});

test('a stream brings every partner once, with what went before and what happened, whatever the batch size', async () => {
  await partners('A', 'B', 'C', 'D', 'E');
  await upsertActivities(store().db, [activity('C', '1'), activity('C', '2')]);
  await saveVerdicts(store().db, 'run', [verdict('B')]);
  const batches = [];
  for await (const batch of streamPartnersToAssess(store().db, { ...wanted, batchSize: 2 }))
    batches.push(batch);
  expect(batches.map((batch) => batch.map((item) => item.partner.id))).toEqual([
    // The first one is smaller, because everybody waits for it.
    ['A'],
    ['B', 'C'],
    ['D', 'E'],
  ]);
  expect(batches.flat().map((item) => item.previous?.partnerId ?? null)).toEqual([
    null,
    'B',
    null,
    null,
    null,
  ]);
  expect(batches.flat().map((item) => [...item.timeline].length)).toEqual([0, 0, 2, 0, 0]);
});

test.each([
  ['nothing happened', {}, {}, []],
  ['its next change is due', { nextChangeAt: noon }, {}, ['A']],
  ['its next change is to come', { nextChangeAt: noon + 1 }, {}, []],
  ['the settings changed', {}, { settingsVersion: 2 }, ['A']],
  ['it was judged later than now (a look at the past)', { assessedAt: noon + 1 }, {}, ['A']],
  ['everybody is asked for', {}, { all: true }, ['A']],
] as const)(
  'a partner is judged again exactly when its verdict may change: %s',
  async (_why, changes, options, expected) => {
    await partners('A');
    await judgedAs(store().db, verdict('A', changes));
    expect(await toAssess(options)).toEqual(expected);
  },
);

test('of those to be judged each comes once, whatever for, and only among whom was asked for', async () => {
  const ids = ['1', '2', '3', '4', '5'];
  await savePartners(store().db, 's1', [...ids.map((id) => partner(id)), partner('quiet')]);
  const due = { nextChangeAt: noon };
  const judged = [verdict('1', due), verdict('2', due), verdict('3'), verdict('4', { settingsVersion: 9 })];
  await judgedAs(store().db, ...judged, verdict('5', { assessedAt: noon + minute }), verdict('quiet'));
  await upsertActivities(store().db, [activity('2', 'a'), activity('3', 'b'), activity('quiet', 'c')]);
  await judgedAs(store().db, verdict('quiet'));
  for (const batchSize of [1, 2, 100]) {
    const wanted = { now: noon, settingsVersion: 1, all: false, batchSize };
    const pages: string[][] = [];
    for await (const page of streamPartnersToAssess(store().db, wanted))
      pages.push(page.map((item) => item.partner.id));
    expect(pages.flat().sort()).toEqual(ids);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(batchSize);
    const some = await collect(streamPartnersToAssess(store().db, { ...wanted, only: ['1', '2', 'quiet'] }));
    expect(some.map((item) => item.partner.id).sort()).toEqual(['1', '2']);
  }
});

test('an activity that arrives between reading a partner and saving its verdict is not lost', async () => {
  await partners('A');
  for await (const batch of streamPartnersToAssess(store().db, { ...wanted, batchSize: 10 })) {
    await upsertActivities(store().db, [activity('A', '1')]);
    await saveVerdicts(
      store().db,
      'run',
      batch.map((item) => verdict(item.partner.id)),
    );
    await settleTouches(
      store().db,
      batch.flatMap(({ touch }) => touch ?? []),
    );
  }
  expect(await toAssess()).toEqual(['A']);
  await judgedAs(store().db, verdict('A'));
  expect(await toAssess()).toEqual([]);
});

test('the history has a line for every change of status or primary reason, and none for a repetition', async () => {
  await partners('A', 'B');
  const { db } = store();
  const atRisk = verdict('A', {
    status: 'at_risk',
    reasons: [reason('sales_declining'), reason('portal_stopped')],
  });
  expect(await saveVerdicts(db, 'run 1', [verdict('A'), verdict('B')])).toEqual({ changed: 2 });
  expect(await saveVerdicts(db, 'run 2', [atRisk, verdict('B')])).toEqual({ changed: 1 });
  expect(await saveVerdicts(db, 'run 3', [atRisk, verdict('B', { health: 10 })])).toEqual({ changed: 0 });
  const otherReason = { ...atRisk, reasons: [reason('portal_stopped'), reason('sales_declining')] };
  expect(await saveVerdicts(db, 'run 4', [otherReason])).toEqual({ changed: 1 });

  const lines = (await verdictChanges(db, 'A', 10)).map((change) => [
    change.runId,
    change.from,
    change.to,
    change.fromReason,
    change.toReason,
  ]);
  expect(lines).toEqual([
    ['run 4', 'at_risk', 'at_risk', 'sales_declining', 'portal_stopped'],
    ['run 2', 'active', 'at_risk', null, 'sales_declining'],
    ['run 1', null, 'active', null, null],
  ]);
  expect(await verdictChanges(db, 'A', 1)).toHaveLength(1);
  const evidence = (await verdictChanges(db, 'A', 10)).map((change) => change.evidence);
  expect(evidence, 'each with the whole verdict of then').toEqual([otherReason, atRisk, verdict('A')]);
});

const at = (minutes: number) => ({ statusChangedAt: noon + minutes * minute });

test('an episode runs from the first day out of active to the return, and a relapse opens it again', async () => {
  await partners('A');
  const { db } = store();
  const save = async (changes: Parameters<typeof verdict>[1]) =>
    await saveVerdicts(db, 'run', [verdict('A', changes)]);
  await save({ status: 'active', episode: 0 });
  expect(await readEpisodes(db, 'A')).toEqual([]);

  await save({ status: 'cooling', episode: 1, ...at(1) });
  await save({ status: 'inactive', episode: 1, ...at(2) });
  await save({ status: 'unknown', episode: 1, ...at(3) });
  expect(await readEpisodes(db, 'A')).toEqual([{ number: 1, openedAt: noon + minute, closedAt: null }]);

  await save({ status: 'reactivated', episode: 1, ...at(4) });
  await save({ status: 'active', episode: 1, ...at(5) });
  expect(await readEpisodes(db, 'A')).toEqual([
    { number: 1, openedAt: noon + minute, closedAt: noon + 4 * minute },
  ]);

  await save({ status: 'inactive', episode: 1, ...at(6) });
  expect(await readEpisodes(db, 'A')).toEqual([{ number: 1, openedAt: noon + minute, closedAt: null }]);
  await save({ status: 'at_risk', episode: 2, ...at(7) });
  expect(await readEpisodes(db, 'A')).toEqual([
    { number: 1, openedAt: noon + minute, closedAt: noon + 7 * minute },
    { number: 2, openedAt: noon + 7 * minute, closedAt: null },
  ]);
});

test('counts by status are of current partners', async () => {
  await partners('A', 'B', 'C', 'D');
  await saveVerdicts(store().db, 'run', [
    verdict('A'),
    verdict('B'),
    verdict('C', { status: 'inactive' }),
    verdict('D', { status: 'inactive' }),
  ]);
  await savePartners(store().db, 's2', [partner('A'), partner('B'), partner('C')]);
  await leavePartners(store().db, await partnersNotSeen(store().db, 's2'), noon);
  expect(await countByStatus(store().db)).toEqual({ active: 2, inactive: 1 });
});

test('a partner that was erased while it was being judged stays erased', async () => {
  await partners('A');
  await toAssess();
  await erasePartner(store().db, 'A');
  expect(await saveVerdicts(store().db, 'run', [verdict('A', { status: 'inactive', episode: 1 })])).toEqual({
    changed: 0,
  });
  expect(await readVerdict(store().db, 'A')).toBeNull();
  expect(await readEpisodes(store().db, 'A')).toEqual([]);
});

test("a verdict's remark is kept, and goes when the next verdict has none", async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  await saveVerdicts(db, 'run', [verdict('A', { remark: 'New: judged from 1 June.' })]);
  expect(await readVerdict(db, 'A')).toEqual(verdict('A', { remark: 'New: judged from 1 June.' }));
  await saveVerdicts(db, 'run', [verdict('A')]);
  expect(await readVerdict(db, 'A')).toEqual(verdict('A'));
});
