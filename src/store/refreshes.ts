/** Refreshes after webhooks: what they have to know of runs before them, and when the ledger forgets them. */
import { sql } from 'kysely';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/**
 * When the last run that read, judged and published everybody ended, and the newest definition that anybody was judged
 * under (one that was saved since is for the next run to apply); null before the first, when there is nothing yet that
 * could be refreshed.
 */
export async function lastWholeRun(db: Db): Promise<{ endedAt: Instant; settingsVersion: number } | null> {
  const { rows } = await sql<{ ended_at: Date; version: number }>`
    select finished_at as ended_at,
           greatest(settings_version, (select max(settings_version) from verdict)) as version
      from run where kind = 'run' and outcome in ('ok', 'partial')
     order by started_at desc limit 1`.execute(db);
  const [run] = rows;
  return run === undefined ? null : { endedAt: instantOf(run.ended_at), settingsVersion: run.version };
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

/** Refreshes are many, thousands on a busy day; what one did a month ago nobody asks. */
const keptMs = 30 * millisecondsPerDay;

/** Deletes what the ledger has of refreshes that are too old, with what HubSpot refused in them. */
export async function forgetRefreshes(db: Db, now: Instant): Promise<void> {
  await sql`
    with forgotten as (
      delete from run where kind = 'refresh' and started_at < ${timestamp(now - keptMs)}::timestamptz returning id
    )
    delete from publish_failure using forgotten where run_id = forgotten.id`.execute(db);
}
