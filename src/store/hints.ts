/** What webhooks told and nobody has looked at yet: records to read again, each once, however often it was told. */
import { sql } from 'kysely';
import type { Hint } from '../model/hint.ts';
import type { Instant } from '../model/instant.ts';
import type { RecordType } from '../model/record.ts';
import { atomically, incoming } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db } from './tables.ts';
import { nullableInstantOf, timestamp } from './types.ts';

/** A hint as it stands; told again while somebody works on it, it has another revision. */
export type WaitingHint = Hint & { readonly revision: number };

const columns: Columns<Hint> = {
  type: ['text', (hint) => hint.type],
  record_id: ['text', (hint) => hint.recordId],
};
const heldColumns: Columns<WaitingHint> = {
  ...columns,
  revision: ['int8', (hint) => hint.revision],
};

/**
 * Keeps what a delivery told, all of it or nothing, in one statement. In the order of the key, so that two deliveries
 * never deadlock; several at once may pass the limit together by what is in flight.
 * @returns false when more than `limit` records would wait then; nothing was kept
 */
export async function addHints(
  db: Db,
  hints: readonly Hint[],
  bounds: { now: Instant; limit: number },
): Promise<boolean> {
  if (hints.length === 0) return true;
  const { rows } = await sql`
    with told as (select distinct type, record_id from ${incoming(hints, columns)}),
    fresh as (select from told where not exists (
      select from hint where hint.type = told.type and hint.record_id = told.record_id
    ))
    insert into hint (type, record_id, first_received_at)
    select type, record_id, ${timestamp(bounds.now)}::timestamptz from told
     where (select count(*) from fresh) = 0
        or (select count(*) from hint) + (select count(*) from fresh) <= ${bounds.limit}
     order by type, record_id
    on conflict (type, record_id) do update set revision = hint.revision + 1
    returning 1 as kept`.execute(db);
  return rows.length > 0;
}

/**
 * Adds hints of our own: what was read leads to these records. One that waits already stays as it is.
 * @returns those that are new
 */
export async function addOwnHints(
  db: Db,
  hints: readonly Hint[],
  now: Instant,
): Promise<readonly WaitingHint[]> {
  if (hints.length === 0) return [];
  return await atomically(db, async (transaction) => {
    await keepDeliveriesWaiting(transaction);
    const { rows } = await sql<HintRow>`
      insert into hint (type, record_id, first_received_at)
      select distinct type, record_id, ${timestamp(now)}::timestamptz from ${incoming(hints, columns)}
      on conflict (type, record_id) do nothing
      returning type, record_id, revision`.execute(transaction);
    return rows.map(hintOf);
  });
}

/** A page of the hints of one type in the order of their ids, after `after`. */
export async function hintsAfter(
  db: Db,
  type: RecordType,
  page: { after: string; limit: number },
): Promise<readonly WaitingHint[]> {
  const rows = await db
    .selectFrom('hint')
    .select(['type', 'record_id', 'revision'])
    .where('type', '=', type)
    .where('record_id', '>', page.after)
    .orderBy('record_id')
    .limit(page.limit)
    .execute();
  return rows.map(hintOf);
}

/** Forgets hints that were followed. One that was told again meanwhile stays. */
export async function removeHints(db: Db, hints: readonly WaitingHint[]): Promise<void> {
  if (hints.length === 0) return;
  await atomically(db, async (transaction) => {
    await keepDeliveriesWaiting(transaction);
    await sql`
      delete from hint using ${incoming(hints, heldColumns)}
       where hint.type = incoming.type and hint.record_id = incoming.record_id
         and hint.revision = incoming.revision`.execute(transaction);
  });
}

/**
 * Until the transaction ends, which is soon: whoever follows hints changes them last. Adding and removing take rows in
 * two orders, so that a delivery in between could wait for us while we wait for it.
 */
async function keepDeliveriesWaiting(transaction: Db): Promise<void> {
  await sql`lock table hint in share row exclusive mode`.execute(transaction);
}

/** Whether somebody has yet to follow a hint about this record. */
export async function isHinted(db: Db, { type, recordId }: Hint): Promise<boolean> {
  const row = await db
    .selectFrom('hint')
    .select('revision')
    .where('type', '=', type)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many records wait, and since when the first of them. */
export async function waitingHints(db: Db): Promise<{ count: number; since: Instant | null }> {
  const { count, since } = await db
    .selectFrom('hint')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.min<Date | null>('first_received_at').as('since'),
    ])
    .executeTakeFirstOrThrow();
  return { count, since: nullableInstantOf(since) };
}

type HintRow = { type: RecordType; record_id: string; revision: number };

function hintOf(row: HintRow): WaitingHint {
  return { type: row.type, recordId: row.record_id, revision: row.revision };
}
