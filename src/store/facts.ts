/** What is true of the programme as a whole, as it was last learned (model/facts.ts). */
import { sql } from 'kysely';
import type { ProgrammeFacts } from '../model/facts.ts';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export type KeptFacts = {
  readonly facts: ProgrammeFacts;
  /** The settings whose rules said who was inactive. */
  readonly settingsVersion: number;
  /** When the history was last looked at, whether it said anything new or not. */
  readonly checkedAt: Instant;
};

/** Null before the first look. */
export async function latestFacts(db: Db): Promise<KeptFacts | null> {
  const row = await db
    .selectFrom('programme_facts')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { facts, settings_version, checked_at } = row;
  return { facts, settingsVersion: settings_version, checkedAt: instantOf(checked_at) };
}

export async function saveFacts(
  db: Db,
  facts: ProgrammeFacts,
  { settingsVersion, now }: { readonly settingsVersion: number; readonly now: Instant },
): Promise<void> {
  await db
    .insertInto('programme_facts')
    .values({
      settings_version: settingsVersion,
      facts: JSON.stringify(facts),
      learned_at: timestamp(now),
      checked_at: timestamp(now),
    })
    .execute();
}

/** A later look, under these settings, said nothing that matters. */
export async function noteFactsChecked(
  db: Db,
  { settingsVersion, now }: { readonly settingsVersion: number; readonly now: Instant },
): Promise<void> {
  await sql`
    update programme_facts set checked_at = ${timestamp(now)}::timestamptz, settings_version = ${settingsVersion}
     where version = (select max(version) from programme_facts)`.execute(db);
}
