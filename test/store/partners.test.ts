import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  countPartners,
  leavePartners,
  partnersNotSeen,
  markAllDirty,
  partnerIdsByKey,
  partnersSeen,
  seenPartnerIdsAfter,
  readPartner,
  savePartners,
} from '../../src/store/partners.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { freshStore } from './fresh.ts';
import { collect, judgedAs, minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();

/** The partners that the next assessment would look at. */
async function dirty(): Promise<string[]> {
  const options = { now: noon, settingsVersion: 1, all: false, batchSize: 100 };
  return (await collect(streamPartnersToAssess(store().db, options))).map((item) => item.partner.id);
}

async function judge(...ids: string[]): Promise<void> {
  await judgedAs(store().db, ...ids.map((id) => verdict(id)));
}

test('a partner comes back as it was saved', async () => {
  const saved = partner('12345678901234567890', {
    domain: 'müller.example',
    externalId: 'A-"1"',
    individualRate: '14 % \u2014 "agreed"',
    snoozedUntil: '2026-05-01',
    mergedIds: ['7', '8'],
    published: { rekindle_status: 'active', rekindle_health: null },
  });
  expect(await savePartners(store().db, 's1', [saved])).toEqual({
    inserted: 1,
    changed: 0,
    unchanged: 0,
    differences: 0,
  });
  expect(await readPartner(store().db, saved.id)).toEqual(saved);
  expect(await readPartner(store().db, 'nobody')).toBeNull();
});

test('whatever the order in which versions arrive, the newest one stays', async () => {
  const versions = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(versions, async (offsets) => {
      number += 1;
      const id = String(number);
      for (const offset of offsets) {
        const version = partner(id, { name: `v${offset}`, updatedAt: noon + offset * minute });
        await savePartners(store().db, 's1', [version]);
      }
      expect((await readPartner(store().db, id))?.name).toBe(`v${Math.max(...offsets)}`);
    }),
    { numRuns: 40 },
  );
});

test('saving counts what is new, what changed and what did not', async () => {
  await savePartners(store().db, 's1', [partner('1'), partner('2')]);
  const page = [partner('1'), partner('2', { name: 'New name' }), partner('3')];
  expect(await savePartners(store().db, 's2', page)).toEqual({
    inserted: 1,
    changed: 1,
    unchanged: 1,
    differences: 0,
  });
  expect(await savePartners(store().db, 's2', page)).toEqual({
    inserted: 0,
    changed: 0,
    unchanged: 3,
    differences: 0,
  });
  expect(await savePartners(store().db, 's2', [])).toEqual({
    inserted: 0,
    changed: 0,
    unchanged: 0,
    differences: 0,
  });
});

test('a name does not make a partner to be judged again, a tier does', async () => {
  await savePartners(store().db, 's1', [partner('1'), partner('2')]);
  await judge('1', '2');
  expect(await dirty()).toEqual([]);
  await savePartners(store().db, 's2', [partner('1', { name: 'Renamed' }), partner('2', { tier: 'silver' })]);
  expect(await dirty()).toEqual(['2']);
});

test('our own write to HubSpot makes nobody to be judged again', async () => {
  await savePartners(store().db, 's1', [partner('1')]);
  await judge('1');
  const written = partner('1', { updatedAt: noon + minute, published: { rekindle_status: 'active' } });
  await savePartners(store().db, 's2', [written]);
  expect(await dirty()).toEqual([]);
  expect(await readPartner(store().db, '1')).toEqual(written);
});

test('whoever a complete discovery did not see is no partner any more, and one that returns is judged again', async () => {
  await savePartners(store().db, 's1', [partner('1'), partner('2')]);
  await judge('1', '2');
  await savePartners(store().db, 's2', [partner('1')]);
  expect(await partnersSeen(store().db, 's2')).toBe(1);
  expect(await partnersNotSeen(store().db, 's2')).toEqual(['2']);
  await leavePartners(store().db, ['2'], noon);
  expect(await partnersNotSeen(store().db, 's2')).toEqual([]);
  expect(await countPartners(store().db)).toBe(1);
  expect(await readPartner(store().db, '2')).toBeNull();
  expect(await dirty()).toEqual([]);

  await savePartners(store().db, 's3', [partner('1'), partner('2')]);
  expect(await dirty()).toEqual(['2']);
});

test('a partner found through an older version is seen, and keeps the newer one', async () => {
  await savePartners(store().db, 's1', [partner('1', { name: 'Newer', updatedAt: noon + minute })]);
  await savePartners(store().db, 's2', [partner('1', { name: 'Older' })]);
  expect(await partnersNotSeen(store().db, 's2')).toEqual([]);
  expect((await readPartner(store().db, '1'))?.name).toBe('Newer');
});

test('pages of ids follow one another as numbers, without a gap, current partners only', async () => {
  await savePartners(
    store().db,
    's1',
    ['10', '9', '100', '1'].map((id) => partner(id)),
  );
  await savePartners(
    store().db,
    's2',
    ['10', '9', '100'].map((id) => partner(id)),
  );
  await leavePartners(store().db, await partnersNotSeen(store().db, 's2'), noon);
  const first = await seenPartnerIdsAfter(store().db, 's2', null, 2);
  expect(first).toEqual(['9', '10']);
  expect(await seenPartnerIdsAfter(store().db, 's2', first.at(-1) ?? null, 2)).toEqual(['100']);
});

test('a key finds its partner by id, merged id or external id, and an ambiguous one finds nobody', async () => {
  await savePartners(store().db, 's1', [
    partner('1', { externalId: 'X', mergedIds: ['11'] }),
    partner('2', { externalId: 'TWICE' }),
    partner('3', { externalId: 'TWICE' }),
    // An external id that looks like another company's id: the company id wins.
    partner('4', { externalId: '1' }),
  ]);
  const found = await partnerIdsByKey(store().db, ['1', '11', 'X', 'TWICE', '2', 'nobody']);
  expect(Object.fromEntries(found)).toEqual({ '1': '1', '11': '1', X: '1', '2': '2' });
});

/** One in twenty has taken over a company. */
const mergedInto = (id: string): readonly string[] => (Number(id) % 20 === 0 ? [`9000${id}`] : []);

test('a thousand keys are looked up without reading every partner', async () => {
  const { db } = store();
  const ids = Array.from({ length: 5_000 }, (_, index) => String(index + 1));
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id, { mergedIds: mergedInto(id) })),
  );
  await sql`vacuum analyze partner`.execute(db);
  const merged = ids.flatMap((id) => mergedInto(id)).slice(0, 50);
  await db.transaction().execute(async (transaction) => {
    const scans = async () =>
      await sql`select seq_scan from pg_stat_xact_user_tables where relname = 'partner'`.execute(transaction);
    const { rows: before } = await scans();
    expect((await partnerIdsByKey(transaction, [...ids.slice(0, 950), ...merged])).size).toBe(1_000);
    expect((await scans()).rows).toEqual(before);
  });
});

test('marking all makes everybody to be judged again', async () => {
  await savePartners(store().db, 's1', [partner('1'), partner('2')]);
  await judge('1', '2');
  await markAllDirty(store().db);
  expect(await dirty()).toEqual(['1', '2']);
});
