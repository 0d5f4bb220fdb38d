import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { Hint } from '../../src/model/hint.ts';
import { addHints, addOwnHints, hintsAfter, removeHints, waitingHints } from '../../src/store/hints.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`delete from hint`.execute(database.store.db);
});

const now = Date.UTC(2026, 5, 15);
const deal = (recordId: string): Hint => ({ type: 'deal', recordId });
const add = (hints: readonly Hint[], limit = 100, at = now) =>
  addHints(database.store.db, hints, { now: at, limit });
const waiting = () => hintsAfter(database.store.db, 'deal', { after: '', limit: 100 });

test('a record waits once, however often it is told', async () => {
  expect(await add([deal('1'), deal('2'), deal('1')])).toBe(true);
  expect(await add([deal('1')], 100, now + 1000)).toBe(true);
  expect(await waiting()).toEqual([
    { ...deal('1'), revision: 2 },
    { ...deal('2'), revision: 1 },
  ]);
  expect(await waitingHints(database.store.db)).toEqual({ count: 2, since: now });
});

test('a delivery that would pass the limit is kept not at all, and one about waiting records always is', async () => {
  expect(await add([deal('1'), deal('2')], 2)).toBe(true);
  expect(await add([deal('2'), deal('3')], 2)).toBe(false);
  expect(await add([deal('2'), deal('1')], 2)).toBe(true);
  expect((await waiting()).map(({ recordId, revision }) => [recordId, revision])).toEqual([
    ['1', 2],
    ['2', 2],
  ]);
});

test('a delivery about nothing that we keep is kept even when there is no room', async () => {
  expect(await add([], 0)).toBe(true);
});

test('deliveries at once lose nothing and never block each other for good', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => String(index));
  const backwards = ids.toReversed();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => add((index % 2 === 0 ? ids : backwards).map(deal), 1000)),
  );
  const hints = await waiting();
  expect(hints).toHaveLength(100);
  expect(hints.every(({ revision }) => revision === 20)).toBe(true);
});

test('a delivery and the following of hints at once never block each other for good', async () => {
  const { db } = database.store;
  for (let round = 0; round < 40; round += 1) {
    const calls = Array.from({ length: 60 }, (_, index): Hint => ({ type: 'call', recordId: String(index) }));
    await add(calls, 1000);
    const held = await hintsAfter(db, 'call', { after: '', limit: 100 });
    const partner: Hint = { type: 'company', recordId: String(1000 + round) };
    const follow = db.transaction().execute(async (transaction) => {
      await addOwnHints(transaction, [partner], now);
      await removeHints(transaction, held.toReversed());
    });
    const deliveries = [1, 2, 3].map(() => add([...calls, partner], 1000));
    await Promise.all([follow, ...deliveries]);
  }
  expect((await hintsAfter(db, 'company', { after: '', limit: 100 })).length).toBe(40);
});

test('a hint that was told again while it was followed stays', async () => {
  await add([deal('1'), deal('2')]);
  const followed = await waiting();
  await add([deal('1')]);
  await removeHints(database.store.db, followed);
  expect(await waiting()).toEqual([{ ...deal('1'), revision: 2 }]);
});

test('a hint of our own leaves one that waits as it is', async () => {
  await add([deal('1')]);
  expect(await addOwnHints(database.store.db, [deal('1'), deal('2'), deal('2')], now)).toEqual([
    { ...deal('2'), revision: 1 },
  ]);
  expect((await waiting()).map(({ revision }) => revision)).toEqual([1, 1]);
});

test('pages follow the order of ids', async () => {
  await add(['3', '1', '20', '2'].map(deal));
  const { db } = database.store;
  const first = await hintsAfter(db, 'deal', { after: '', limit: 3 });
  expect(first.map(({ recordId }) => recordId)).toEqual(['1', '2', '20']);
  const second = await hintsAfter(db, 'deal', { after: '20', limit: 3 });
  expect(second.map(({ recordId }) => recordId)).toEqual(['3']);
});
