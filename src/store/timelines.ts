/** What judging reads: who is to be judged, with verdict and everything that happened, a page at a time. */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Timeline, TimelineEntry } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import type { JudgedPartner } from '../model/partner.ts';
import type { Verdict } from '../model/verdict.ts';
import { judgedPartner, judgedPartnerOf, type JudgedRow } from './judged-partner.ts';
import { readAhead } from './read-ahead.ts';
import { chunks } from './rows.ts';
import type { Db } from './tables.ts';
import { PackedTimeline, unpackTimeline, type Labels, type Packed } from './timeline-format.ts';
import { KnownLabels, readLabels, refreshTimelines } from './timeline-table.ts';
import type { ReadTouch } from './touch.ts';
import { timestamp } from './types.ts';
import { spokenVerdict, verdictOf, type SpokenRow } from './verdicts.ts';

export type ToAssess = {
  readonly partner: JudgedPartner;
  readonly previous: Verdict | null;
  readonly timeline: Timeline;
  /** What the judgement will know of, to be settled when its verdict is saved; null when nothing touched the partner. */
  readonly touch: ReadTouch | null;
};

type Wanted = {
  readonly now: Instant;
  readonly settingsVersion: number;
  /** Everybody, not only those whose verdict may change. */
  readonly all: boolean;
  /** Of these partners alone; of every partner when absent. */
  readonly only?: readonly string[];
};

type Paged = Wanted & { readonly batchSize: number };

/**
 * The partners whose verdict may change: touched since it was made, judged under other settings or later than `now`, or
 * due. Each once, at most `batchSize` at a time, and two such pages in memory.
 */
export async function* streamPartnersToAssess(db: Db, options: Paged): AsyncGenerator<readonly ToAssess[]> {
  await refreshTimelines(db, options.only);
  const everybody = options.all && options.only === undefined;
  yield* readAhead(everybody ? pagesOfEverybody(db, options.batchSize) : pagesOfDue(db, options));
}

async function* pagesOfEverybody(db: Db, batchSize: number): AsyncGenerator<readonly ToAssess[]> {
  const labels = new KnownLabels(db);
  let after = '';
  for (;;) {
    const page = await readPage(
      db,
      labels,
      sql`partner.id > ${after} order by partner.id limit ${batchSize}`,
    );
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.partner.id;
    yield page;
  }
}

async function* pagesOfDue(db: Db, options: Paged): AsyncGenerator<readonly ToAssess[]> {
  const labels = new KnownLabels(db);
  for await (const ids of pagesOfIds(db, options)) {
    const page = await readPage(db, labels, sql`partner.id = any(${ids}::text[]) order by partner.id`);
    if (page.length > 0) yield page;
  }
}

/** Whom something happened to is known at once; whom time alone may have moved is found out meanwhile. */
async function* pagesOfIds(db: Db, options: Paged): AsyncGenerator<readonly string[]> {
  const { batchSize, all, only } = options;
  if (all && only !== undefined) {
    yield* chunks(only, batchSize);
    return;
  }
  // Asked first, so that it need not wait for a new connection.
  const listed = readIds(db, sql`select partner_id as id from touched`, only);
  const coming = readIds(db, dueByTime(options), only);
  // A failure is thrown when they are asked for; until then it must not end the process as unhandled.
  coming.catch(() => undefined);
  const touched = await listed;
  // The first page is a small one: until it is there, nobody can be judged.
  const firstSize = Math.ceil(batchSize / 5);
  yield* chunks(touched.slice(0, firstSize), batchSize);
  yield* chunks(touched.slice(firstSize), batchSize);
  const known = new Set(touched);
  const due = await coming;
  yield* chunks(
    due.filter((id) => !known.has(id)),
    batchSize,
  );
}

/** Each line is the index's to answer; together they would be a look at everybody. */
function dueByTime({ now: instant, settingsVersion }: Wanted): RawBuilder<unknown> {
  const now = sql`${timestamp(instant)}::timestamptz`;
  return sql`
    select partner_id as id from verdict where next_change_at <= ${now}
    union select partner_id from verdict where settings_version < ${settingsVersion}
    union select partner_id from verdict where settings_version > ${settingsVersion}
    union select partner_id from verdict where settings_version = ${settingsVersion} and assessed_at > ${now}`;
}

/** In order. As one text: of a million rows the driver would make a million objects. */
async function readIds(
  db: Db,
  which: RawBuilder<unknown>,
  only: readonly string[] | undefined,
): Promise<readonly string[]> {
  const among = only === undefined ? sql`true` : sql`id = any(${only}::text[])`;
  const { rows } = await sql<{ ids: string[] | null }>`
    select json_agg(id order by id) as ids from (${which}) as listed where ${among}`.execute(db);
  return rows[0]?.ids ?? [];
}

type Row = JudgedRow &
  (Packed | { readonly entries: null }) &
  (SpokenRow | { readonly partner_id: null }) & {
    readonly touch: number | null;
    readonly timeline_stale: boolean | null;
    readonly newest_label: number | null;
  };

/**
 * One statement, so that timeline and touch are seen as of the same instant. Looks up partner by partner: joined as whole
 * tables they would be gone through from their beginning for every page.
 */
async function readPage(
  db: Db,
  labels: KnownLabels,
  which: RawBuilder<unknown>,
): Promise<readonly ToAssess[]> {
  const { rows } = await sql<Row>`
    select ${judgedPartner}, ${spokenVerdict}, entries, amounts, touched.number as touch, timeline_stale,
           (select max(code) from timeline_label) as newest_label
      from partner
      left join lateral (select * from verdict where partner_id = partner.id limit 1) as verdict on true
      left join lateral (select * from timeline where partner_id = partner.id limit 1) as timeline on true
      left join lateral (select * from touched where partner_id = partner.id limit 1) as touched on true
     where is_partner and ${which}`.execute(db);
  const known = await labels.upTo(rows[0]?.newest_label ?? null);
  return rows.map((row) => toAssess(row, known));
}

function toAssess(row: Row, labels: Labels): ToAssess {
  return {
    partner: judgedPartnerOf(row),
    previous: row.partner_id === null ? null : verdictOf(row),
    timeline: row.entries === null ? [] : new PackedTimeline(row, labels),
    touch: touchOf(row),
  };
}

/** Of a timeline that turned stale after the others were refreshed, the judgement does not know. */
function touchOf({ id, touch, timeline_stale }: Row): ReadTouch | null {
  return touch === null || timeline_stale === true ? null : { partnerId: id, number: touch };
}

/** Sorted by time; partners without any activity are absent. Waits for whoever packs timelines at this moment. */
export async function readTimelines(
  db: Db,
  partnerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TimelineEntry[]>> {
  await refreshTimelines(db, partnerIds);
  return await readPackedTimelines(db, partnerIds);
}

/** As they were last packed, for people who wait: a stale one is packed, and judged, by the next run. */
export async function readPackedTimelines(
  db: Db,
  partnerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly TimelineEntry[]>> {
  const { rows } = await sql<Packed & { partner_id: string }>`
    select partner_id, entries, amounts from timeline
     where partner_id = any(${partnerIds}::text[])`.execute(db);
  const labels = await readLabels(db);
  return new Map(rows.map((row) => [row.partner_id, unpackTimeline(row, labels)]));
}
