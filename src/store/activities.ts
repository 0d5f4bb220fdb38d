import { sql } from 'kysely';
import type { Activity, Source, TimelineEntry } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import { partnerKinds } from '../model/kind.ts';
import type { LinkedType } from '../model/record.ts';
import { assignments, atomically, chunks, differs, incoming, names } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db } from './tables.ts';
import { followedByTimelines } from './timeline-table.ts';
import { touchPartners } from './touch.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

const key = ['source', 'source_id', 'kind', 'partner_id'];
const columns: Columns<Activity> = {
  source: ['text', (activity) => activity.source],
  source_id: ['text', (activity) => activity.sourceId],
  kind: ['text', (activity) => activity.kind],
  partner_id: ['text', (activity) => activity.partnerId],
  occurred_at: ['timestamptz', (activity) => timestamp(activity.occurredAt)],
  quantity: ['float8', (activity) => activity.quantity],
  amount: ['numeric', (activity) => activity.amount?.amount ?? null],
  currency: ['text', (activity) => activity.amount?.currency ?? null],
};
const all = Object.keys(columns);
const facts = all.filter((name) => !key.includes(name));

/**
 * Makes `activities` exactly what the source says about `sourceIds`: what is not among them is removed. Partners are to
 * be judged anew only where something changed. @returns how many rows were written or removed
 */
export async function replaceActivities(
  db: Db,
  source: Source,
  sourceIds: readonly string[],
  activities: readonly Activity[],
): Promise<{ changed: number }> {
  return await atomically(db, async (transaction) => {
    const { rows: removed } = await sql<{ partner_id: string }>`
      delete from activity
       where source = ${source} and source_id = any(${sourceIds}::text[])
         and not exists (
           select 1 from ${incoming(activities, columns)}
            where (${names(key, 'incoming')}) = (${names(key, 'activity')})
         )
      returning partner_id`.execute(transaction);
    await touchPartners(
      transaction,
      removed.map((row) => row.partner_id),
    );
    const { inserted, changed } = await write(transaction, activities);
    return { changed: removed.length + inserted + changed };
  });
}

/**
 * Adds activities, or replaces those of the same (source, sourceId, kind, partner): the same file twice stores nothing
 * twice. Of two with one key in one call, the later one stays.
 */
export async function upsertActivities(
  db: Db,
  activities: readonly Activity[],
): Promise<{ inserted: number; unchanged: number; changed: number }> {
  return await atomically(db, async (transaction) => {
    const { inserted, changed } = await write(transaction, activities);
    return { inserted, changed, unchanged: activities.length - inserted - changed };
  });
}

/** Also lists the partners for whom something changed, and appends to their timelines or marks them as stale. */
async function write(
  db: Db,
  activities: readonly Activity[],
): Promise<{ inserted: number; changed: number }> {
  const total = { inserted: 0, changed: 0 };
  for (const chunk of chunks(lastOfEachKey(activities))) {
    const { rows } = await sql<{ inserted: number; changed: number }>`
      with written as (
        insert into activity (${names(all)})
        select ${names(all)} from ${incoming(chunk, columns)}
        on conflict (${names(key)}) do update set ${assignments([...facts, 'known_at'])} where ${differs('activity', facts)}
        returning *, xmax = 0 as is_new
      ), ${followedByTimelines(sql`written`)}
      select count(*) filter (where is_new)::int as inserted, count(*) filter (where not is_new)::int as changed
        from written`.execute(db);
    total.inserted += rows[0]?.inserted ?? 0;
    total.changed += rows[0]?.changed ?? 0;
  }
  return total;
}

/** How many rows each of the sources has; one without any is absent. */
export async function countRows(db: Db, sources: readonly Source[]): Promise<ReadonlyMap<Source, number>> {
  const { rows } = await sql<{ source: Source; rows: number }>`
    select source, count(*)::int as rows from activity where source = any(${sources}::text[])
     group by source order by source`.execute(db);
  return new Map(rows.map((row) => [row.source, row.rows]));
}

/** How many of these activities each of the sources has told, too, at the same time and under the same id. */
export async function countTheseRows(
  db: Db,
  sources: readonly Source[],
  activities: readonly Activity[],
): Promise<ReadonlyMap<Source, number>> {
  const same = [...key.filter((name) => name !== 'source'), 'occurred_at'];
  const { rows } = await sql<{ source: Source; rows: number }>`
    select source, count(*)::int as rows from activity
     where source = any(${sources}::text[])
       and (${names(same, 'activity')}) in (select ${names(same)} from ${incoming(activities, columns)})
     group by source`.execute(db);
  return new Map(rows.map((row) => [row.source, row.rows]));
}

export type LateActivity = TimelineEntry & { readonly knownAt: Instant };

/**
 * What a partner had done up to an instant, but was entered or corrected only after another one, both as the database has them.
 * Latest first; what is gone again leaves no trace.
 */
export async function lateActivities(
  db: Db,
  partnerId: string,
  { happenedUpTo, knownAfter, limit }: { happenedUpTo: Instant; knownAfter: Instant; limit: number },
): Promise<readonly LateActivity[]> {
  const rows = await db
    .selectFrom('activity')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .where('occurred_at', '<=', new Date(happenedUpTo))
    .where('known_at', '>', new Date(knownAfter))
    .where('kind', 'in', [...partnerKinds])
    .where('quantity', '>', 0)
    .orderBy('occurred_at', 'desc')
    .orderBy('source_id')
    .limit(limit)
    .execute();
  return rows.map(({ source, kind, quantity, occurred_at, known_at, amount, currency }) => ({
    source: source as Source,
    kind,
    quantity,
    occurredAt: instantOf(occurred_at),
    amount: amount === null || currency === null ? null : { amount, currency },
    knownAt: nullableInstantOf(known_at) ?? knownAfter,
  }));
}

/** One statement cannot write one row twice. */
function lastOfEachKey(activities: readonly Activity[]): readonly Activity[] {
  const byKey = new Map<string, Activity>();
  for (const activity of activities) {
    const { source, sourceId, kind, partnerId } = activity;
    byKey.set(JSON.stringify([source, sourceId, kind, partnerId]), activity);
  }
  return byKey.size === activities.length ? activities : [...byKey.values()];
}

/**
 * Removes what a HubSpot source says about partners that its record no longer hangs on, and about records that are gone
 * (the source id is the record's id). For after a complete reading of the type's links. Companies that are no partners
 * any more keep their history: their links are not read.
 */
export async function removeUnlinkedActivities(
  db: Db,
  type: LinkedType,
  source: Source,
): Promise<{ removed: number }> {
  const record = type === 'deal' ? sql`deal where` : sql`engagement where type = ${type} and`;
  return await atomically(db, async (transaction) => {
    const { rows } = await sql<{ partner_id: string }>`
      delete from activity using partner
       where partner.id = activity.partner_id and partner.is_partner and source = ${source} and (
         not exists (
           select 1 from link
            where link.type = ${type} and link.record_id = activity.source_id
              and link.partner_id = activity.partner_id
         )
         or not exists (select 1 from ${record} id = activity.source_id)
       )
      returning activity.partner_id`.execute(transaction);
    await touchPartners(
      transaction,
      rows.map((row) => row.partner_id),
    );
    return { removed: rows.length };
  });
}

/**
 * What each current partner brought in its best twelve months up to `until`, in one currency (amounts of different
 * currencies are never added). Decimal text; partners without an amount are absent. `only`: of these alone.
 */
export async function yearlyAmounts(
  db: Db,
  options: { currency: string; until: Instant; only?: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const among = options.only === undefined ? sql`true` : sql`partner.id = any(${options.only}::text[])`;
  const { rows } = await sql<{ partner_id: string; best: string }>`
    select partner_id, max(year) as best
      from (
        select activity.partner_id,
               sum(amount) over (
                 partition by activity.partner_id order by occurred_at
                 range between interval '1 year' preceding and current row
               ) as year
          from activity join partner on partner.id = activity.partner_id
         where is_partner and ${among} and amount is not null and currency = ${options.currency}
           and occurred_at <= ${timestamp(options.until)}::timestamptz
      ) as years
     group by partner_id`.execute(db);
  return new Map(rows.map((row) => [row.partner_id, row.best]));
}
