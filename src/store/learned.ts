/** What was learned from the portal's own history. Versions are only added: verdicts name the one they follow from. */
import { sql } from 'kysely';
import type { Learned } from '../model/cadence.ts';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/** The one in force: the latest. Null before the first. */
export async function latestLearned(db: Db): Promise<(Learned & { readonly checkedAt: Instant }) | null> {
  const row = await db
    .selectFrom('learned')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { version, streams, learned_at, checked_at } = row;
  return { version, streams, learnedAt: instantOf(learned_at), checkedAt: instantOf(checked_at) };
}

/** Null for a version that never was. */
export async function readLearned(db: Db, version: number): Promise<Learned | null> {
  const row = await db.selectFrom('learned').selectAll().where('version', '=', version).executeTakeFirst();
  return row === undefined ? null : { version, streams: row.streams, learnedAt: instantOf(row.learned_at) };
}

export async function saveLearned(db: Db, streams: Learned['streams'], now: Instant): Promise<void> {
  await db
    .insertInto('learned')
    .values({ streams: JSON.stringify(streams), learned_at: timestamp(now), checked_at: timestamp(now) })
    .execute();
}

/** The history was looked at again and taught nothing that matters. */
export async function noteChecked(db: Db, now: Instant): Promise<void> {
  await sql`
    update learned set checked_at = ${timestamp(now)}::timestamptz
     where version = (select max(version) from learned)`.execute(db);
}
