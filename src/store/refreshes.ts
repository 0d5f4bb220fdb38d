/** What refreshing after webhooks has to know of runs before it. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/**
 * When the last run that read and judged everybody ended, and the definition that runs follow by now; null before the
 * first, when there is nothing yet that could be refreshed.
 */
export async function lastWholeRun(db: Db): Promise<{ endedAt: Instant; settingsVersion: number } | null> {
  const { rows } = await sql<{ ended_at: Date | null; version: number | null }>`
    select max(finished_at) filter (where kind = 'run' and outcome in ('ok', 'partial')) as ended_at,
           max(settings_version) as version
      from run where outcome is not null and kind not like '%--dry-run'`.execute(db);
  const { ended_at, version } = rows[0] ?? { ended_at: null, version: null };
  return ended_at === null || version === null
    ? null
    : { endedAt: instantOf(ended_at), settingsVersion: version };
}

/** How many published statuses refreshes have moved since, and how many partners have left. */
export async function movedSince(db: Db, since: Instant): Promise<{ moves: number; left: number }> {
  const instant = sql`${timestamp(since)}::timestamptz`;
  const { rows } = await sql<{ moves: number; partners: number }>`
    select (
      select coalesce(sum((steps -> 'publish' ->> 'moves')::int), 0)
        from run where kind = 'refresh' and started_at >= ${instant}
    ) as moves, (
      select count(*) from partner where not is_partner and left_at >= ${instant}
    ) as partners`.execute(db);
  return { moves: rows[0]?.moves ?? 0, left: rows[0]?.partners ?? 0 };
}

/** The sync that a crash left unfinished; null when none was. */
export async function openSyncId(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('sync')
    .select(['id', 'finished_at'])
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined || row.finished_at !== null ? null : row.id;
}
