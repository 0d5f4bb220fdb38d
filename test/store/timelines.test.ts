/** The timelines say what the activity table says, whatever was written in whatever order and by whom. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Activity, TimelineEntry } from '../../src/model/activity.ts';
import type { Kind } from '../../src/model/kind.ts';
import { removeUnlinkedActivities, replaceActivities, upsertActivities } from '../../src/store/activities.ts';
import { erasePartner } from '../../src/store/erase.ts';
import type { EventDays } from '../../src/model/cadence.ts';
import { readEventDays } from '../../src/store/event-days.ts';
import { currentAmong, savePartners } from '../../src/store/partners.ts';
import { readTimelines, streamPartnersToAssess } from '../../src/store/timelines.ts';
import { settleTouches } from '../../src/store/touch.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, entriesOf, minute, noon, partner } from './samples.ts';

const store = freshStore();
const day = 24 * 60 * minute;
const everybody = { now: noon, settingsVersion: 1, all: true, batchSize: 2 };

/** Equal times may stand in any order. */
function sorted(entries: readonly TimelineEntry[]): string[] {
  return entries
    .map((entry) =>
      JSON.stringify([entry.occurredAt, entry.kind, entry.source, entry.quantity, entry.amount]),
    )
    .sort();
}

async function truth(): Promise<Record<string, string[]>> {
  const rows = await store().db.selectFrom('activity').selectAll().execute();
  const of = new Map<string, TimelineEntry[]>();
  for (const row of rows) {
    const entry = {
      kind: row.kind,
      occurredAt: row.occurred_at.getTime(),
      quantity: row.quantity,
      amount:
        row.amount === null || row.currency === null ? null : { amount: row.amount, currency: row.currency },
      source: row.source as Activity['source'],
    };
    of.set(row.partner_id, [...(of.get(row.partner_id) ?? []), entry]);
  }
  const current = await currentAmong(store().db, [...of.keys()]);
  return Object.fromEntries(
    [...of].filter(([id]) => current.has(id)).map(([id, entries]) => [id, sorted(entries)]),
  );
}

async function told(): Promise<Record<string, string[]>> {
  const items = await collect(streamPartnersToAssess(store().db, everybody));
  for (const { timeline } of items) {
    // Gone through twice, as whoever judges may do.
    expect(entriesOf(timeline)).toEqual(entriesOf(timeline));
  }
  return Object.fromEntries(
    items
      .map(({ partner, timeline }) => [partner.id, sorted(entriesOf(timeline))] as const)
      .filter(([, entries]) => entries.length > 0),
  );
}

const ids = ['A', 'B', 'C'];
const written = fc.record({
  partnerId: fc.constantFrom(...ids),
  sourceId: fc.constantFrom('1', '2'),
  kind: fc.constantFrom<Kind>('deal_registered', 'note_logged'),
  source: fc.constantFrom('hubspot.deals' as const, 'csv:a' as const),
  occurredAt: fc.integer({ min: noon - 900 * day, max: noon + 90 * day }),
  quantity: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  amount: fc.option(
    fc.record({
      amount: fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
      currency: fc.constantFrom('EUR', 'USD'),
    }),
  ),
});
const writtenRows = fc.array(written, { maxLength: 6 });

type Step = { readonly name: string; run(): Promise<unknown> };

const db = () => store().db;
const writing: fc.Arbitrary<Step>[] = [
  writtenRows.map((rows) => ({ name: 'upsert', run: () => upsertActivities(db(), rows) })),
  fc.tuple(writtenRows, fc.subarray(['1', '2'])).map(([rows, sourceIds]) => ({
    name: 'replace',
    run: () =>
      replaceActivities(
        db(),
        'hubspot.deals',
        sourceIds,
        rows.filter(({ source, sourceId }) => source === 'hubspot.deals' && sourceIds.includes(sourceId)),
      ),
  })),
];
const others: fc.Arbitrary<Step>[] = [
  fc.constant({ name: 'unlink', run: () => removeUnlinkedActivities(db(), 'deal', 'hubspot.deals') }),
  fc.constantFrom(...ids).map((id) => ({ name: 'erase', run: () => erasePartner(db(), id) })),
  fc.constantFrom(...ids).map((id) => ({
    name: 'add',
    run: () => savePartners(db(), 's2', [partner(id)]),
  })),
  fc.tuple(fc.constantFrom(...ids), fc.constantFrom('M', ...ids)).map(([gone, survivor]) => ({
    name: 'merge',
    run: () => savePartners(db(), 's3', [partner(survivor, { mergedIds: [gone], updatedAt: noon + minute })]),
  })),
  fc.constant({
    name: 'judge',
    run: async () => {
      const items = await collect(streamPartnersToAssess(db(), { ...everybody, all: false }));
      await settleTouches(
        db(),
        items.flatMap(({ touch }) => touch ?? []),
      );
    },
  }),
  // As a program from before the timelines does it.
  fc.constantFrom(...ids).map((id) => ({
    name: 'older program',
    run: async () => {
      await sql`delete from activity where partner_id = ${id} and source_id = '1'`.execute(db());
      await sql`update partner set revision = revision + 1 where id = ${id}`.execute(db());
    },
  })),
];

const look: fc.Arbitrary<Step> = fc.constant({ name: 'look', run: async () => await compare() });
const step = fc.oneof(...writing, ...writing, look, look, ...others);

async function compare(): Promise<void> {
  expect(await told()).toEqual(await truth());
}

test('after whatever is written, replaced, removed, merged and erased, a timeline equals the activities', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (some) => {
      // Labels stay: what is written under known ones can be appended.
      for (const table of ['activity', 'timeline', 'touched', 'partner'] as const) {
        await db().deleteFrom(table).execute();
      }
      await savePartners(
        db(),
        's1',
        ids.map((id) => partner(id)),
      );
      for (const { run } of some) await run();
      await compare();
      const direct = await readTimelines(db(), ['M', ...ids]);
      const told2 = await told();
      for (const [id, entries] of Object.entries(told2))
        expect(sorted(direct.get(id) ?? [])).toEqual(entries);
    }),
    { numRuns: 100 },
  );
});

test('what is added while timelines are packed is in them, now or the next time', async () => {
  await savePartners(
    db(),
    's1',
    ids.map((id) => partner(id)),
  );
  const rounds = Array.from({ length: 20 }, (_, round) => round);
  await Promise.all(
    rounds.flatMap((round) => [
      upsertActivities(
        db(),
        ids.map((id) => activity(id, `${round}`)),
      ),
      replaceActivities(db(), 'hubspot.deals', [`${round - 1}`], []),
      collect(streamPartnersToAssess(db(), everybody)),
    ]),
  );
  expect(await told()).toEqual(await truth());
});

test('nothing of an erased partner is left in a timeline, though it is being packed at that moment', async () => {
  await savePartners(
    db(),
    's1',
    ids.map((id) => partner(id)),
  );
  await upsertActivities(
    db(),
    ids.map((id) => activity(id, '1')),
  );
  await Promise.all([
    collect(streamPartnersToAssess(db(), everybody)),
    erasePartner(db(), 'B'),
    collect(streamPartnersToAssess(db(), everybody)),
  ]);
  const left = await db().selectFrom('timeline').select('partner_id').orderBy('partner_id').execute();
  expect(left.map((row) => row.partner_id)).toEqual(['A', 'C']);
});

function listed({ days, offsets, partners }: EventDays): number[][] {
  return Array.from({ length: partners }, (_, index) => [
    ...days.subarray(offsets[index], offsets[index + 1]),
  ]);
}

const at = (days: number) => ({ occurredAt: days * day + minute });

test('event days are per stream, ascending, each once, without what is ours, still to come or nothing', async () => {
  await savePartners(
    db(),
    's1',
    ids.map((id) => partner(id)),
  );
  await upsertActivities(db(), [
    activity('A', '2', at(102)),
    activity('A', '1', at(100)),
    activity('A', '10', { ...at(102), kind: 'order' }),
    activity('A', '11', { ...at(100), kind: 'order' }),
    activity('A', '3', { ...at(101), kind: 'click', quantity: 0 }),
    activity('A', '4', { ...at(103), kind: 'email_outbound' }),
    activity('A', '5', { ...at(99), kind: 'portal_login' }),
    activity('A', '6', { kind: 'portal_login', occurredAt: noon + 1 }),
    activity('C', '7', { kind: 'portal_login', occurredAt: -1 }),
    activity('C', '8', { kind: 'meeting_held', occurredAt: noon }),
    activity('nobody', '9'),
  ]);
  const options = { now: noon, timeZone: 'UTC', signal: new AbortController().signal };
  for (const batchSize of [1, 10]) {
    const { productive, engagement } = await readEventDays(db(), { ...options, batchSize });
    expect(listed(productive)).toEqual([[100, 102], []]);
    expect(listed(engagement)).toEqual([[99], [-1, Math.floor(noon / day)]]);
  }
});
