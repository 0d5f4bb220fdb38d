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

/** As approved last; 0 where nobody approved this definition. */
export async function approvedByPreview(db: Db, settings: Settings): Promise<number> {
  const row = await db
    .selectFrom('approved_preview')
    .select('moves')
    .where(sql<boolean>`settings = ${JSON.stringify(settings)}::jsonb`)
    .orderBy('approved_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.moves ?? 0;
}
