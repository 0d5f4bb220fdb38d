/** Batches that meet each other, merges, erasing and whoever packs timelines, on a real PostgreSQL. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { readBatch, type Batch } from '../../src/intake/rest.ts';
import { receiveBatch } from '../../src/jobs/receive-batch.ts';
import { erasePartner } from '../../src/store/erase.ts';
import { savePartners } from '../../src/store/partners.ts';
import { readTimelines } from '../../src/store/timelines.ts';
import { refreshTimelines } from '../../src/store/timeline-table.ts';
import { touchPartners } from '../../src/store/touch.ts';
import { freshStore } from '../store/fresh.ts';
import { noon as now, partner } from '../store/samples.ts';

const store = freshStore();

function batchOf(partnerId: string, ids: readonly string[], source = 'portal'): Batch {
  const activities = ids.map((id) => ({
    partner_id: partnerId,
    occurred_at: '2026-02-20',
    kind: 'portal_login',
    external_id: id,
  }));
  const batch = readBatch({ activities }, { source: `rest:${source}`, now });
  if ('refused' in batch) throw new Error(batch.problem);
  return batch;
}
async function receive(batch: Batch) {
  const outcome = await receiveBatch(store(), batch, { name: null, now });
  if (outcome.state !== 'received') throw new Error(outcome.state);
  return outcome.receipt;
}
async function activities(): Promise<readonly string[]> {
  const { rows } = await sql<{ row: string }>`
    select concat_ws(' ', partner_id, source, source_id) as row from activity order by 1`.execute(store().db);
  return rows.map(({ row }) => row);
}
/** Until somebody waits for a lock; a query each time, so that nothing else is kept from going on. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`.execute(store().db);
    if ((rows[0]?.waiting ?? 0) > 0) return;
  }
}

test('batches of several sources at once, each sent twice, are kept once and counted once', async () => {
  const partners = Array.from({ length: 12 }, (_, index) => `P${index}`);
  await savePartners(
    store().db,
    's1',
    partners.map((id) => partner(id)),
  );
  const batches = ['portal', 'shop', 'network'].flatMap((source) =>
    // Every two of a source overlap, and go through the partners in different orders.
    [0, 1, 2, 3].map((part) =>
      Array.from({ length: 20 }, (_, index) => part * 10 + index).map((id) =>
        batchOf(partners[(id * (part % 2 === 0 ? 5 : 7)) % 12] ?? '', [`${source}-${id % 50}`], source),
      ),
    ),
  );
  const whole = batches.map((parts) => ({
    ...(parts[0] as Batch),
    rows: parts.flatMap(({ rows }, index) => rows.map((row) => ({ ...row, index }))),
  }));
  const work = [...whole, ...whole].map(async (batch) => {
    const receipt = await receive(batch);
    await refreshTimelines(store().db);
    return receipt;
  });
  const receipts = await Promise.all(work);
  const kept = await activities();
  expect(new Set(kept).size).toBe(kept.length);
  expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(kept.length);
  expect(receipts.every(({ problems }) => problems.length === 0)).toBe(true);
  const timelines = await readTimelines(store().db, partners);
  expect([...timelines.values()].flat()).toHaveLength(kept.length);
});

test('a batch whose partner is held for too long leaves nothing behind, and comes through later', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('B')]);
  await receive(batchOf('B', ['1']));
  const batch = batchOf('A', ['2', '3']);
  await db.transaction().execute(async (transaction) => {
    await touchPartners(transaction, ['A']);
    const outcome = await receiveBatch(store(), batch, { name: null, now, waitMs: 20 });
    expect(outcome).toEqual({ state: 'busy' });
  });
  expect(await activities()).toEqual(['B rest:portal 1']);
  expect(await receive(batch)).toMatchObject({ accepted: 2 });
});

test('a partner that is merged at this moment is not missed: the row goes to the survivor', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  const merging = Promise.withResolvers<void>();
  const merge = db.transaction().execute(async (transaction) => {
    await sql`select from partner where id = 'A' for update`.execute(transaction);
    merging.resolve();
    await somebodyWaits();
    await savePartners(transaction, 's2', [partner('M', { mergedIds: ['A'] })]);
  });
  await merging.promise;
  const [receipt] = await Promise.all([receive(batchOf('A', ['1'])), merge]);
  expect(receipt).toMatchObject({ accepted: 1, problems: [] });
  expect(await activities()).toEqual(['M rest:portal 1']);
});

test('a partner that is erased at this moment stays erased: the row is named as one of nobody', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  const erasing = Promise.withResolvers<void>();
  const erase = db.transaction().execute(async (transaction) => {
    await erasePartner(transaction, 'A');
    erasing.resolve();
    await somebodyWaits();
  });
  await erasing.promise;
  const [receipt] = await Promise.all([receive(batchOf('A', ['1'])), erase]);
  expect(receipt.problems).toMatchObject([{ index: 0, field: 'partner_id' }]);
  expect(await activities()).toEqual([]);
});
