import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Activity } from '../../src/model/activity.ts';
import {
  removeUnlinkedActivities,
  replaceActivities,
  upsertActivities,
  yearlyAmounts,
} from '../../src/store/activities.ts';
import { appendLinks, replaceLinks } from '../../src/store/links.ts';
import { savePartners } from '../../src/store/partners.ts';
import { dropRecords, saveRecords } from '../../src/store/records.ts';
import { readTimelines, streamPartnersToAssess } from '../../src/store/timelines.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, deal, engagement, judgedAs, minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();
const day = 24 * 60 * minute;

async function judged(...ids: string[]): Promise<void> {
  const { db } = store();
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id)),
  );
  await judgedAs(db, ...ids.map((id) => verdict(id)));
}

async function dirty(): Promise<string[]> {
  const options = { now: noon, settingsVersion: 1, all: false, batchSize: 100 };
  return (await collect(streamPartnersToAssess(store().db, options))).map((item) => item.partner.id);
}

const won = (id: string, partnerId: string, days: number, amount: string, currency = 'EUR') =>
  activity(partnerId, id, {
    kind: 'deal_won',
    occurredAt: noon - days * day,
    amount: { amount, currency },
  });

async function timeline(id: string) {
  return (await readTimelines(store().db, [id])).get(id) ?? [];
}

test('a timeline tells what was saved, in order of time', async () => {
  const won = {
    kind: 'deal_won',
    occurredAt: noon + 1,
    amount: { amount: '0.10', currency: 'USD' },
  } as const;
  await upsertActivities(store().db, [
    activity('A', '2', won),
    activity('A', '1', { quantity: 37.5, occurredAt: noon - day, kind: 'click', source: 'csv:awin' }),
  ]);
  expect(await timeline('A')).toEqual([
    { kind: 'click', occurredAt: noon - day, quantity: 37.5, amount: null, source: 'csv:awin' },
    { ...won, quantity: 1, source: 'hubspot.deals' },
  ]);
});

test('replacing is exact for the records it names, and touches only the partners for whom something changed', async () => {
  await judged('A', 'B', 'C');
  const { db } = store();
  const before = [activity('A', '1'), activity('B', '1'), activity('C', '2'), activity('A', '3')];
  expect(await replaceActivities(db, 'hubspot.deals', ['1', '2', '3'], before)).toEqual({ changed: 4 });
  await judged('A', 'B', 'C');
  expect(await dirty()).toEqual([]);

  // Deal 1 left partner B; deal 2 moved in time; deal 3 is as it was; other sources are nobody's business here.
  const other = activity('B', '1', { source: 'csv:file' });
  await upsertActivities(db, [other]);
  await judged('A', 'B', 'C');
  const after = [activity('A', '1'), activity('C', '2', { occurredAt: noon - day })];
  expect(await replaceActivities(db, 'hubspot.deals', ['1', '2'], after)).toEqual({ changed: 2 });
  expect(await dirty()).toEqual(['B', 'C']);
  expect(await timeline('A')).toHaveLength(2);
  expect((await timeline('B')).map(({ source }) => source)).toEqual(['csv:file']);
  expect((await timeline('C')).map(({ occurredAt }) => occurredAt)).toEqual([noon - day]);
});

test('replacing with the same again changes nothing', async () => {
  const same = [activity('A', '1'), activity('A', '1', { kind: 'deal_won' })];
  await replaceActivities(store().db, 'hubspot.deals', ['1'], same);
  expect(await replaceActivities(store().db, 'hubspot.deals', ['1'], same)).toEqual({ changed: 0 });
  expect(await replaceActivities(store().db, 'hubspot.deals', ['1'], [])).toEqual({ changed: 2 });
});

test('the same activities twice are stored once, however they are split into calls', async () => {
  const row = fc.record({
    partnerId: fc.constantFrom('A', 'B'),
    sourceId: fc.constantFrom('1', '2', '3'),
    kind: fc.constantFrom('click' as const, 'sale' as const),
    quantity: fc.integer({ min: 1, max: 3 }),
  });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { maxLength: 8 }), { maxLength: 4 }), async (calls) => {
      number += 1;
      const source = `csv:${number}` as const;
      const last = new Map<string, Activity>();
      let inserted = 0;
      for (const call of calls) {
        const rows = call.map((changes) =>
          activity(changes.partnerId, changes.sourceId, { ...changes, source }),
        );
        const counts = await upsertActivities(store().db, rows);
        expect(counts.inserted + counts.changed + counts.unchanged).toBe(rows.length);
        inserted += counts.inserted;
        for (const item of rows) last.set(`${item.partnerId} ${item.sourceId} ${item.kind}`, item);
      }
      expect(inserted).toBe(last.size);
      const stored = await store()
        .db.selectFrom('activity')
        .select(['partner_id', 'source_id', 'kind', 'quantity'])
        .where('source', '=', source)
        .execute();
      const quantities = stored.map((item) => [
        `${item.partner_id} ${item.source_id} ${item.kind}`,
        item.quantity,
      ]);
      expect(Object.fromEntries(quantities)).toEqual(
        Object.fromEntries([...last].map(([key, item]) => [key, item.quantity])),
      );
    }),
    { numRuns: 40 },
  );
});

test('importing what is there already makes nobody to be judged again', async () => {
  await judged('A');
  const rows = [activity('A', '1', { source: 'csv:file' })];
  expect(await upsertActivities(store().db, rows)).toEqual({ inserted: 1, unchanged: 0, changed: 0 });
  expect(await dirty()).toEqual(['A']);
  await judged('A');
  expect(await upsertActivities(store().db, rows)).toEqual({ inserted: 0, unchanged: 1, changed: 0 });
  expect(await dirty()).toEqual([]);
});

test('more rows than one statement takes are stored all the same', async () => {
  const rows = Array.from({ length: 10_001 }, (_, index) => activity('A', String(index)));
  expect(await upsertActivities(store().db, rows)).toEqual({ inserted: 10_001, unchanged: 0, changed: 0 });
});

test('an activity goes when its link or its record is gone, and only then', async () => {
  await judged('A', 'B');
  const { db } = store();
  await saveRecords(db, 's1', [deal('kept'), deal('unlinked'), deal('deleted')]);
  await saveRecords(db, 's1', [engagement('kept')]);
  const recordIds = ['kept', 'unlinked', 'deleted'];
  await replaceLinks(
    db,
    's1',
    'deal',
    ['A'],
    recordIds.map((recordId) => ({ partnerId: 'A', recordId })),
  );
  await appendLinks(db, 's1', 'meeting', [{ partnerId: 'B', recordId: 'kept' }]);
  const meeting = activity('B', 'kept', { source: 'hubspot.meetings', kind: 'meeting_held' });
  await upsertActivities(db, [...recordIds.map((id) => activity('A', id)), meeting]);
  await judged('A', 'B');
  expect(await removeUnlinkedActivities(db, 'deal', 'hubspot.deals')).toEqual({ removed: 0 });

  await replaceLinks(
    db,
    's2',
    'deal',
    ['A'],
    [
      { partnerId: 'A', recordId: 'kept' },
      { partnerId: 'A', recordId: 'deleted' },
    ],
  );
  await dropRecords(db, 'deal', ['deleted']);
  expect(await removeUnlinkedActivities(db, 'deal', 'hubspot.deals')).toEqual({ removed: 2 });
  expect(await removeUnlinkedActivities(db, 'meeting', 'hubspot.meetings')).toEqual({ removed: 0 });
  expect(await timeline('A')).toHaveLength(1);
  expect(await dirty()).toEqual(['A']);
});

test("a partner's best twelve months are found wherever they lie, in one currency", async () => {
  await judged('A', 'B', 'C');
  await upsertActivities(store().db, [
    won('1', 'A', 1000, '100.10'),
    won('2', 'A', 900, '0.20'),
    won('3', 'A', 100, '50'),
    won('4', 'A', 50, '900', 'USD'),
    won('5', 'A', -1, '5000'),
    won('6', 'B', 10, '7'),
  ]);
  const best = await yearlyAmounts(store().db, { currency: 'EUR', until: noon });
  expect(Object.fromEntries(best)).toEqual({ A: '100.30', B: '7' });
});
