/** Previews that a person has approved: saving exactly that definition may move as many statuses as it showed. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Settings } from '../model/settings.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';

export async function approvePreview(
  db: Db,
  settings: Settings,
  approval: { readonly moves: number; readonly author: string; readonly now: Instant },
): Promise<void> {
  await db
    .insertInto('approved_preview')
    .values({
      settings: JSON.stringify(settings),
      moves: approval.moves,
      author: approval.author,
      approved_at: timestamp(approval.now),
    })
    .execute();
}

/**
 * How many statuses a person has agreed to see moved when these settings, which are in force, are first published; 0 where
 * nobody has, or where the yes is used up. It is a yes to a comparison with the settings before them, so one from before
 * those were saved says nothing, and it is spent by the first run that publishes: later moves have another cause.
 */
export async function approvedByPreview(db: Db, settings: Settings): Promise<number> {
  const { rows } = await sql<{ moves: number }>`
    select moves from approved_preview as approval
     where settings = ${JSON.stringify(settings)}::jsonb
       and approved_at >= coalesce(
         (select created_at from settings_version order by version desc offset 1 limit 1), '-infinity'
       )
       and not exists (
         select 1 from run join settings_version as used on used.version = run.settings_version
          where used.settings = approval.settings and run.started_at >= approval.approved_at
            and run.kind in ('run', 'second_pass', 'publish') and run.outcome in ('ok', 'partial')
       )
     order by approved_at desc limit 1`.execute(db);
  return rows[0]?.moves ?? 0;
}
