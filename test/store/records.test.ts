import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  appendLinks,
  markFollowed,
  partnersOf,
  recordIdsToRead,
  replaceLinks,
} from '../../src/store/links.ts';
import { leavePartners, partnersNotSeen, savePartners } from '../../src/store/partners.ts';
import { dropRecords, readStored, saveRecords } from '../../src/store/records.ts';
import { freshStore } from './fresh.ts';
import { deal, engagement, noon, partner } from './samples.ts';

const store = freshStore();
const link = (partnerId: string, recordId: string) => ({ partnerId, recordId });

test('deals and engagements come back as they were saved, amounts to the last cent', async () => {
  const { db } = store();
  const deals = [
    deal('1', { amount: { amount: '98765432109876543210.01', currency: 'JPY' }, closedAt: noon, won: true }),
    deal('2', { amount: null, name: null, pipelineId: null, stageId: null }),
  ];
  const engagements = [engagement('1'), engagement('2', { occurredAt: null, outcome: null })];
  expect((await saveRecords(db, 's1', deals)).current).toEqual(['1', '2']);
  expect((await saveRecords(db, 's1', engagements)).current).toEqual(['1', '2']);
  expect(await readStored(db, 'deal', ['2', '1', 'nobody'])).toEqual(deals);
  expect(await readStored(db, 'meeting', ['1', '2'])).toEqual(engagements);
  expect(await readStored(db, 'call', ['1', '2'])).toEqual([]);
});

test('whatever the order in which versions of a deal arrive, the newest one stays, and a stale one is told', async () => {
  const versions = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(versions, async (offsets) => {
      number += 1;
      const id = String(number);
      let newest = -1;
      for (const offset of offsets) {
        const version = deal(id, { name: `v${offset}`, updatedAt: noon + offset });
        const { current } = await saveRecords(store().db, 's1', [version]);
        expect(current).toEqual(offset >= newest ? [id] : []);
        newest = Math.max(newest, offset);
      }
      expect((await readStored(store().db, 'deal', [id]))[0]).toMatchObject({ name: `v${newest}` });
    }),
    { numRuns: 40 },
  );
});

test('records of two types with one id are two records', async () => {
  const { db } = store();
  const call = engagement('1', { type: 'call', direction: 'inbound' });
  await saveRecords(db, 's1', [engagement('1'), call]);
  await dropRecords(db, 'meeting', ['1']);
  expect(await readStored(db, 'meeting', ['1'])).toEqual([]);
  expect(await readStored(db, 'call', ['1'])).toEqual([call]);
});

test('replacing links is complete for the partners and the type it names, and for nobody else', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('B')]);
  await replaceLinks(db, 's1', 'deal', ['A', 'B'], [link('A', '1'), link('A', '2'), link('B', '2')]);
  await replaceLinks(db, 's1', 'call', ['A'], [link('A', '1')]);
  await replaceLinks(db, 's2', 'deal', ['A'], [link('A', '2'), link('A', '3'), link('A', '3')]);

  expect(Object.fromEntries(await partnersOf(db, 'deal', ['1', '2', '3']))).toEqual({
    '2': ['A', 'B'],
    '3': ['A'],
  });
  expect(Object.fromEntries(await partnersOf(db, 'call', ['1']))).toEqual({ '1': ['A'] });
  await replaceLinks(db, 's3', 'deal', ['A', 'B'], []);
  expect((await partnersOf(db, 'deal', ['1', '2', '3'])).size).toBe(0);
});

test('of two versions of a record at once, as merged ids answer, the newer one stays', async () => {
  const { db } = store();
  const [older, newer] = [deal('1', { name: 'older' }), deal('1', { name: 'newer', updatedAt: noon + 1 })];
  expect((await saveRecords(db, 's1', [newer, older])).current).toEqual(['1']);
  expect(await readStored(db, 'deal', ['1'])).toEqual([newer]);
});

test('a link that was followed stays so, however many there are', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  const links = Array.from({ length: 10_001 }, (_, index) => link('A', `${index}`));
  const ids = links.map(({ recordId }) => recordId);
  await saveRecords(
    db,
    's1',
    ids.map((id) => deal(id)),
  );
  const unread = { wanted: 'unread' as const, after: null, limit: 20_000 };
  await replaceLinks(db, 's1', 'deal', ['A'], links);
  expect(await recordIdsToRead(db, 's1', 'deal', unread)).toHaveLength(links.length);
  await markFollowed(db, 'deal', links);
  await replaceLinks(db, 's2', 'deal', ['A'], links);
  expect(await recordIdsToRead(db, 's2', 'deal', unread)).toEqual([]);
});

test('a link that comes while its record is being saved for another partner is still to be followed', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('B')]);
  await replaceLinks(db, 's1', 'deal', ['A'], [link('A', '1')]);
  await saveRecords(db, 's1', [deal('1')]);
  await replaceLinks(db, 's1', 'deal', ['B'], [link('B', '1')]);
  await markFollowed(db, 'deal', [link('A', '1')]);
  const unread = { wanted: 'unread' as const, after: null, limit: 10 };
  expect(await recordIdsToRead(db, 's1', 'deal', unread)).toEqual(['1']);
});

test('further pages of links are added to the first', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  await replaceLinks(db, 's1', 'deal', ['A'], [link('A', '1')]);
  await appendLinks(db, 's1', 'deal', [link('A', '2')]);
  await appendLinks(db, 's1', 'deal', [link('A', '2')]);
  expect((await partnersOf(db, 'deal', ['1', '2'])).size).toBe(2);
});

const page = (after: string | null) => ({ wanted: 'all' as const, after, limit: 2 });

test('the records to read are those linked in this sync to current partners, each once, page after page', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('gone')]);
  await replaceLinks(db, 's1', 'deal', ['A', 'gone'], [link('A', 'old'), link('gone', '9')]);
  await savePartners(db, 's2', [partner('A'), partner('B')]);
  await leavePartners(db, await partnersNotSeen(db, 's2'), noon);
  await replaceLinks(db, 's2', 'deal', ['B'], [link('B', '1'), link('B', '2')]);
  await appendLinks(db, 's2', 'deal', [link('A', '2'), link('A', '3')]);

  const first = await recordIdsToRead(db, 's2', 'deal', page(null));
  expect(first).toEqual(['1', '2']);
  expect(await recordIdsToRead(db, 's2', 'deal', page(first.at(-1) ?? null))).toEqual(['3']);
  expect(await recordIdsToRead(db, 's2', 'call', page(null))).toEqual([]);
});

test('a shared deal belongs to every current partner it hangs on', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('B'), partner('gone')]);
  await replaceLinks(
    db,
    's1',
    'deal',
    ['A', 'B', 'gone'],
    [link('A', '1'), link('B', '1'), link('gone', '1')],
  );
  await savePartners(db, 's2', [partner('A'), partner('B')]);
  await leavePartners(db, await partnersNotSeen(db, 's2'), noon);
  expect(Object.fromEntries(await partnersOf(db, 'deal', ['1']))).toEqual({ '1': ['A', 'B'] });
  await dropRecords(db, 'deal', ['1']);
  expect((await partnersOf(db, 'deal', ['1'])).size).toBe(0);
});
