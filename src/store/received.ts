/** What is remembered of batches that programs send: which came through whole, and which rows are missing. */
import { sql } from 'kysely';
import type { Source } from '../model/activity.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';

/** The name that its sender gave a batch, and the hash of what it says. */
export type BatchName = { readonly requestKey: string; readonly fingerprint: string };

/** Longer than anybody repeats a request for, and what docs/rest-intake.md promises. */
const rememberedMs = 7 * millisecondsPerDay;

/** More rows than this are not told apart any more: a source that misses so many has to be declared complete again. */
const rememberedRows = 1_000;
/** The id that stands for rows without one. */
const unrecognisable = '';

/**
 * One batch of a source at a time: what two of them say of its completeness would contradict each other. The transaction
 * waits for others no longer than `waitMs`, for this and for everything after it.
 */
export async function beginBatch(transaction: Db, source: Source, waitMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(waitMs)}, true)`.execute(transaction);
  await sql`select pg_advisory_xact_lock(hashtext('rekindle intake'), hashtext(${source}))`.execute(
    transaction,
  );
}

/** Whether a transaction ended because others held what it waited for; it has left nothing behind. */
export function wasKeptWaiting(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // lock_not_available, and a deadlock that PostgreSQL resolved against us.
  return code === '55P03' || code === '40P01';
}

/** The hash of the batch that came through under this name; null when none did. */
export async function receivedBefore(
  db: Db,
  source: Source,
  requestKey: string,
  now: Instant,
): Promise<string | null> {
  const row = await db
    .selectFrom('received_batch')
    .select('fingerprint')
    .where('source', '=', source)
    .where('request_key', '=', requestKey)
    .where('received_at', '>=', new Date(now - rememberedMs))
    .executeTakeFirst();
  return row?.fingerprint ?? null;
}

export async function rememberReceived(
  db: Db,
  source: Source,
  { requestKey, fingerprint }: BatchName,
  now: Instant,
): Promise<void> {
  await db
    .insertInto('received_batch')
    .values({ source, request_key: requestKey, fingerprint, received_at: timestamp(now) })
    // One that is no longer recognised may not have been deleted yet.
    .onConflict((conflict) =>
      conflict.columns(['source', 'request_key']).doUpdateSet({ fingerprint, received_at: timestamp(now) }),
    )
    .execute();
}

/** Deletes what is no longer recognised, of every source. */
export async function forgetReceived(db: Db, now: Instant): Promise<void> {
  await db
    .deleteFrom('received_batch')
    .where('received_at', '<', new Date(now - rememberedMs))
    .execute();
}

/** @param ids of the rows that could not be used; null for one that brought no id */
export async function addMissingRows(
  db: Db,
  source: Source,
  ids: readonly (string | null)[],
  now: Instant,
): Promise<void> {
  if (ids.length === 0) return;
  const named = ids.map((id) => id ?? unrecognisable);
  const { rows } = await sql<{ many: number }>`
    select count(*)::int as many from (
      select source_id from missing_row where source = ${source} union select unnest(${named}::text[])
    ) as missing`.execute(db);
  const told = (rows[0]?.many ?? 0) > rememberedRows ? [unrecognisable] : named;
  await sql`
    insert into missing_row (source, source_id, since)
    select distinct ${source}, id, ${timestamp(now)}::timestamptz from unnest(${told}::text[]) as id
    on conflict do nothing`.execute(db);
}

/** These rows have come after all. */
export async function dropMissingRows(db: Db, source: Source, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from missing_row where source = ${source} and source_id = any(${ids}::text[])`.execute(db);
}

/** The sender says that nothing is missing. */
export async function dropAllMissingRows(db: Db, source: Source): Promise<void> {
  await db.deleteFrom('missing_row').where('source', '=', source).execute();
}

/** Since when rows of the source are missing; null when none is. */
export async function missingSince(db: Db, source: Source): Promise<Instant | null> {
  const { since } = await db
    .selectFrom('missing_row')
    .select((eb) => eb.fn.min<Date | null>('since').as('since'))
    .where('source', '=', source)
    .executeTakeFirstOrThrow();
  return since === null ? null : since.getTime();
}
