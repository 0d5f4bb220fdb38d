/** Deals and engagements as HubSpot last told them. */
import { sql } from 'kysely';
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

/**
 * Older never replaces newer. All records are of one type.
 * @returns the ids of which the stored version is now the given one
 */
export async function saveRecords(
  db: Db,
  syncId: string,
  records: readonly LinkedRecord[],
): Promise<readonly string[]> {
  const deals = records.filter((record) => record.type === 'deal');
  if (deals.length > 0) {
    return await save(db, syncId, { table: 'deal', key: ['id'], columns: dealColumns }, deals);
  }
  const engagements = records.filter((record) => record.type !== 'deal');
  const target = { table: 'engagement', key: ['type', 'id'], columns: engagementColumns };
  return await save(db, syncId, target, engagements);
}

type Target<T> = { readonly table: string; readonly key: readonly string[]; readonly columns: Columns<T> };

/** An equal version is not written again: most records are what they were yesterday. */
async function save<T>(db: Db, syncId: string, target: Target<T>, items: readonly T[]): Promise<string[]> {
  const { table, key, columns } = target;
  const own = Object.keys(columns);
  const current: string[] = [];
  await atomically(db, async (transaction) => {
    for (const chunk of chunks(items)) {
      await sql`
        insert into ${sql.table(table)} (${names([...own, 'changed_in_sync'])})
        select ${names(own)}, ${syncId} from ${incoming(chunk, columns)}
        on conflict (${names(key)}) do update set ${assignments([...own, 'changed_in_sync'])}
        where ${sql.ref(`${table}.updated_at`)} <= excluded.updated_at and ${differs(table, own)}`.execute(
        transaction,
      );
      const { rows } = await sql<{ id: string }>`
        select incoming.id from ${incoming(chunk, columns)} join ${sql.table(table)} as stored
          on (${names(key, 'stored')}) = (${names(key, 'incoming')})
         where stored.updated_at = incoming.updated_at`.execute(transaction);
      current.push(...rows.map(({ id }) => id));
    }
  });
  return current;
}

/** Forgets records that HubSpot does not know any more. What they said is removed by replaceActivities. */
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
export async function readDeals(db: Db, ids: readonly string[]): Promise<readonly Deal[]> {
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

/** In the order of their ids; ids that are not stored are absent. */
export async function readEngagements(
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
