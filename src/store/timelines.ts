/** What judging reads: partners with their verdict and everything that happened, a page at a time. */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Source, TimelineEntry } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Verdict } from '../model/verdict.ts';
import { partnerOf } from './partners.ts';
import type { SyncedPartner } from './partners.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';
import { readVerdicts } from './verdicts.ts';

export type ToAssess = {
  readonly partner: SyncedPartner;
  readonly previous: Verdict | null;
  /** Sorted by time. */
  readonly timeline: readonly TimelineEntry[];
};

export type Wanted = {
  readonly now: Instant;
  readonly settingsVersion: number;
  /** Everybody, not only those whose verdict may change. */
  readonly all: boolean;
  /** Of these partners alone; of every partner when absent. */
  readonly only?: readonly string[];
};

/**
 * The partners whose verdict may change: touched since it was made, without one, judged under other settings or later
 * than `now`, or due. In the order of their ids, `batchSize` in memory at a time.
 *
 * Notes of each which touch it has read, so that saveVerdicts knows whether another one came meanwhile. So only whoever
 * holds the run's lease may use it.
 */
export async function* streamPartnersToAssess(
  db: Db,
  options: Wanted & { readonly batchSize: number },
): AsyncIterable<readonly ToAssess[]> {
  let after = '';
  for (;;) {
    const ids = await nextIds(db, options, after);
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
    yield await readBatch(db, ids);
  }
}

/** How many current partners streamPartnersToAssess leaves out. */
export async function countToSkip(db: Db, wanted: Wanted): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from partner left join verdict on verdict.partner_id = partner.id
     where is_partner and (${mayChange(wanted)}) is not true`.execute(db);
  return rows[0]?.count ?? 0;
}

async function nextIds(
  db: Db,
  options: Wanted & { readonly batchSize: number },
  after: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select partner.id from partner left join verdict on verdict.partner_id = partner.id
     where is_partner and partner.id > ${after} and (${mayChange(options)})
     order by partner.id limit ${options.batchSize}`.execute(db);
  return rows.map(({ id }) => id);
}

function mayChange(wanted: Wanted): RawBuilder<boolean> {
  if (wanted.only === undefined) return mayChangeOfAll(wanted);
  return sql<boolean>`partner.id = any(${wanted.only}::text[]) and (${mayChangeOfAll(wanted)})`;
}

function mayChangeOfAll({ now, settingsVersion, all }: Wanted): RawBuilder<boolean> {
  if (all) return sql<boolean>`true`;
  const instant = sql`${timestamp(now)}::timestamptz`;
  return sql<boolean>`
    verdict.partner_id is null
    or partner.revision <> partner.judged_revision
    or verdict.settings_version <> ${settingsVersion}
    or verdict.next_change_at <= ${instant}
    or verdict.assessed_at > ${instant}`;
}

/** Notes the touch before reading what it did: a later one is then noticed at worst twice, never missed. */
async function readBatch(db: Db, ids: readonly string[]): Promise<readonly ToAssess[]> {
  await sql`
    update partner set read_revision = revision
     where id = any(${ids}::text[]) and read_revision <> revision`.execute(db);
  const partners = await db
    .selectFrom('partner')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .orderBy('id')
    .execute();
  const verdicts = await readVerdicts(db, ids);
  const timelines = await readTimelines(db, ids);
  return partners.map((row) => ({
    partner: partnerOf(row),
    previous: verdicts.get(row.id) ?? null,
    timeline: timelines.get(row.id) ?? [],
  }));
}

type PackedEntry = [
  kind: Kind,
  occurredAt: Instant,
  quantity: number,
  amount: string | null,
  currency: string | null,
  source: Source,
];

/** Sorted by time; partners without any activity are absent. One packed value per partner spares a row per activity. */
export async function readTimelines(
  db: Db,
  partnerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TimelineEntry[]>> {
  const { rows } = await sql<{ partner_id: string; entries: PackedEntry[] }>`
    select partner_id,
           json_agg(
             json_build_array(
               kind, (extract(epoch from occurred_at) * 1000)::bigint, quantity, amount::text, currency, source
             ) order by occurred_at, source, source_id, kind
           ) as entries
      from activity where partner_id = any(${partnerIds}::text[]) group by partner_id`.execute(db);
  return new Map(rows.map((row) => [row.partner_id, row.entries.map(unpacked)]));
}

function unpacked([kind, occurredAt, quantity, amount, currency, source]: PackedEntry): TimelineEntry {
  const money = amount === null || currency === null ? null : { amount, currency };
  return { kind, occurredAt, quantity, amount: money, source };
}

/**
 * The median of clicks over the current partners that had any from `from` to `to` (both included); null when nobody had.
 * Partners without clicks are left out: a programme where most send nothing would have a median of 0, and every clicking
 * partner would be above it.
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
