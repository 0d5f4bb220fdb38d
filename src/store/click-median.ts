/** The programme's median of clicks: against it, a partner's clicks are many. Measured now and then, and kept. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/**
 * The median of clicks over the current partners that had any from `from` to `to` (both included); null when nobody had.
 * Partners without clicks are left out: a programme where most send nothing would have a median of 0, and every clicking
 * partner would be above it. Goes through all activities.
 */
export async function programmeMedianClicks(
  db: Db,
  window: { from: Instant; to: Instant },
): Promise<number | null> {
  const { rows } = await sql<{ median: number | null }>`
    select percentile_cont(0.5) within group (order by clicks) as median
      from (
        select sum(quantity) as clicks
          from activity join partner on partner.id = activity.partner_id
         where is_partner and kind = 'click'
           and occurred_at between ${timestamp(window.from)}::timestamptz and ${timestamp(window.to)}::timestamptz
         group by partner_id having sum(quantity) > 0
      ) as clicking`.execute(db);
  return rows[0]?.median ?? null;
}

export type ClickMedian = { readonly median: number | null; readonly measuredAt: Instant };

/** What was kept for windows of this length; null before the first time. */
export async function readClickMedian(db: Db, windowDays: number): Promise<ClickMedian | null> {
  const row = await db
    .selectFrom('click_median')
    .select(['median', 'measured_at'])
    .where('window_days', '=', windowDays)
    .executeTakeFirst();
  return row === undefined ? null : { median: row.median, measuredAt: instantOf(row.measured_at) };
}

export async function saveClickMedian(
  db: Db,
  windowDays: number,
  { median, measuredAt }: ClickMedian,
): Promise<void> {
  const values = { median, measured_at: timestamp(measuredAt) };
  await db
    .insertInto('click_median')
    .values({ window_days: windowDays, ...values })
    .onConflict((conflict) => conflict.column('window_days').doUpdateSet(values))
    .execute();
}

/** Whoever ever clicked is to be judged anew. */
export async function touchClicking(db: Db): Promise<void> {
  await sql`
    insert into touched (partner_id, timeline_stale)
    select id, false from partner
     where is_partner and exists (select 1 from activity where partner_id = partner.id and kind = 'click')
     order by id
    on conflict (partner_id) do update set number = nextval('touch_number')`.execute(db);
}
