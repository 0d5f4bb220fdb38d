/** Deals and engagements as HubSpot last told them. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Deal, Engagement, EngagementType, LinkedRecord, LinkedType } from '../model/record.ts';
import { assignments, atomically, chunks, differs, incoming, names } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db } from './tables.ts';
import { instantOf, nullableInstantOf, nullableTimestamp, timestamp } from './types.ts';

const dealColumns: Columns<Deal> = {
  id: ['text', (deal) => deal.id],
  name: ['text', (deal) => deal.name],
  pipeline_id: ['text', (deal) => deal.pipelineId],
  stage_id: ['text', (deal) => deal.stageId],
  amount: ['numeric', (deal) => deal.amount?.amount ?? null],
  currency: ['text', (deal) => deal.amount?.currency ?? null],
  created_at: ['timestamptz', (deal) => timestamp(deal.createdAt)],
  closed_at: ['timestamptz', (deal) => nullableTimestamp(deal.closedAt)],
  won: ['bool', (deal) => deal.won],
  closed: ['bool', (deal) => deal.closed],
  owner_id: ['text', (deal) => deal.ownerId],
  updated_at: ['timestamptz', (deal) => timestamp(deal.updatedAt)],
};

const engagementColumns: Columns<Engagement> = {
  type: ['text', (engagement) => engagement.type],
  id: ['text', (engagement) => engagement.id],
  occurred_at: ['timestamptz', (engagement) => nullableTimestamp(engagement.occurredAt)],
  direction: ['text', (engagement) => engagement.direction],
  outcome: ['text', (engagement) => engagement.outcome],
  owner_id: ['text', (engagement) => engagement.ownerId],
  updated_at: ['timestamptz', (engagement) => timestamp(engagement.updatedAt)],
};

export type SavedRecords = {
  /** Those of which the stored version is now the given one. */
  readonly current: readonly string[];
  /** How many corrected what was thought complete: see `knownUpTo`. */
  readonly differences: number;
};

/**
 * Older never replaces newer. All records are of one type.
 * @param knownUpTo the instant up to which every change of the type was thought to be known: a version from before it
 *   that is new to us is a difference, and so is a record that was read before and is not there
 */
export async function saveRecords(
  db: Db,
  syncId: string,
  records: readonly LinkedRecord[],
  knownUpTo: Instant | null = null,
): Promise<SavedRecords> {
  const newest = newestOfEachId(records);
  const deals = newest.filter((record) => record.type === 'deal');
  if (deals.length > 0) {
    const target = { table: 'deal', key: ['id'], columns: dealColumns };
    return await save(db, syncId, target, deals, knownUpTo);
  }
  const engagements = newest.filter((record) => record.type !== 'deal');
  const target = { table: 'engagement', key: ['type', 'id'], columns: engagementColumns };
  return await save(db, syncId, target, engagements, knownUpTo);
}

/** Of two merged records both ids answer with the survivor; one statement cannot write one row twice. */
function newestOfEachId(records: readonly LinkedRecord[]): readonly LinkedRecord[] {
  const byId = new Map<string, LinkedRecord>();
  for (const record of records) {
    const other = byId.get(record.id);
    if (other === undefined || other.updatedAt <= record.updatedAt) byId.set(record.id, record);
  }
  return byId.size === records.length ? records : [...byId.values()];
}

type Target<T> = { readonly table: string; readonly key: readonly string[]; readonly columns: Columns<T> };
type Written = { readonly id: string; readonly inserted: boolean; readonly updated_at: Date };

/** An equal version is not written again: most records are what they were yesterday. */
async function save<T extends LinkedRecord>(
  db: Db,
  syncId: string,
  target: Target<T>,
  items: readonly T[],
  knownUpTo: Instant | null,
): Promise<SavedRecords> {
  const { table, key, columns } = target;
  const own = Object.keys(columns);
  const current: string[] = [];
  const written: Written[] = [];
  await atomically(db, async (transaction) => {
    for (const chunk of chunks(items)) {
      const changed = await sql<Written>`
        insert into ${sql.table(table)} (${names([...own, 'changed_in_sync'])})
        select ${names(own)}, ${syncId} from ${incoming(chunk, columns)}
        on conflict (${names(key)}) do update set ${assignments([...own, 'changed_in_sync'])}
        where ${sql.ref(`${table}.updated_at`)} <= excluded.updated_at and ${differs(table, own)}
        returning id, xmax = 0 as inserted, updated_at`.execute(transaction);
      written.push(...changed.rows);
      const { rows } = await sql<{ id: string }>`
        select incoming.id from ${incoming(chunk, columns)} join ${sql.table(table)} as stored
          on (${names(key, 'stored')}) = (${names(key, 'incoming')})
         where stored.updated_at = incoming.updated_at`.execute(transaction);
      current.push(...rows.map(({ id }) => id));
    }
  });
  const type = items[0]?.type;
  const differences =
    knownUpTo === null || type === undefined ? 0 : await countDifferences(db, type, written, knownUpTo);
  return { current, differences };
}

async function countDifferences(
  db: Db,
  type: LinkedType,
  written: readonly Written[],
  knownUpTo: Instant,
): Promise<number> {
  const inserted = written.filter((row) => row.inserted).map(({ id }) => id);
  const missed = written.filter((row) => !row.inserted && instantOf(row.updated_at) < knownUpTo).length;
  if (inserted.length === 0) return missed;
  const { rows } = await sql<{ count: number }>`
    select count(distinct record_id) as count from link
     where type = ${type} and record_id = any(${inserted}::text[]) and first_seen_in_sync = ''`.execute(db);
  return missed + (rows[0]?.count ?? 0);
}

/** Forgets records that hang on nobody any more: nobody would keep them up to date. */
export async function dropUnlinkedRecords(db: Db, type: LinkedType): Promise<void> {
  const record = type === 'deal' ? sql`deal where` : sql`engagement where engagement.type = ${type} and`;
  await sql`
    delete from ${record} not exists (
      select 1 from link where link.type = ${type} and link.record_id = id
    )`.execute(db);
}

/** Forgets records that HubSpot does not know any more. What they said is for activities.ts to remove. */
export async function dropRecords(db: Db, type: LinkedType, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await atomically(db, async (transaction) => {
    await sql`delete from link where type = ${type} and record_id = any(${ids}::text[])`.execute(transaction);
    if (type === 'deal') await sql`delete from deal where id = any(${ids}::text[])`.execute(transaction);
    else {
      await sql`delete from engagement where type = ${type} and id = any(${ids}::text[])`.execute(
        transaction,
      );
    }
  });
}

/** In the order of their ids; ids that are not stored are absent. */
export async function readStored(
  db: Db,
  type: LinkedType,
  ids: readonly string[],
): Promise<readonly LinkedRecord[]> {
  if (ids.length === 0) return [];
  return type === 'deal' ? await readDeals(db, ids) : await readEngagements(db, type, ids);
}

async function readDeals(db: Db, ids: readonly string[]): Promise<readonly Deal[]> {
  const rows = await db
    .selectFrom('deal')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    type: 'deal',
    id: row.id,
    name: row.name,
    pipelineId: row.pipeline_id,
    stageId: row.stage_id,
    amount:
      row.amount === null || row.currency === null ? null : { amount: row.amount, currency: row.currency },
    createdAt: instantOf(row.created_at),
    closedAt: nullableInstantOf(row.closed_at),
    won: row.won,
    closed: row.closed,
    ownerId: row.owner_id,
    updatedAt: instantOf(row.updated_at),
  }));
}

async function readEngagements(
  db: Db,
  type: EngagementType,
  ids: readonly string[],
): Promise<readonly Engagement[]> {
  const rows = await db
    .selectFrom('engagement')
    .selectAll()
    .where('type', '=', type)
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    type: row.type,
    id: row.id,
    occurredAt: nullableInstantOf(row.occurred_at),
    direction: row.direction,
    outcome: row.outcome,
    ownerId: row.owner_id,
    updatedAt: instantOf(row.updated_at),
  }));
}
