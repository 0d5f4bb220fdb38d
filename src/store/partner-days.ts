/** The days on which each partner acted, by source and kind: what a scan for breaks goes through. */
import { sql, type RawBuilder } from 'kysely';
import { calendarOf, type Calendar } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { PartnerDays, SourceKind } from '../model/programme.ts';
import { readAhead } from './read-ahead.ts';
import type { Db } from './tables.ts';
import { EntryReader, labelOf, type Label, type Labels } from './timeline-format.ts';
import { KnownLabels, refreshTimelines } from './timeline-table.ts';

type Options = {
  readonly now: Instant;
  /** The portal's, for its days. */
  readonly timeZone: string;
  readonly streams: readonly SourceKind[];
  /** Of those alone that something happened to since their latest judgement. */
  readonly touchedOnly: boolean;
  readonly batchSize: number;
};

/** Pages of current partners with any activity, in the order of their ids. What is still to happen is left out. */
export async function* streamPartnerDays(db: Db, options: Options): AsyncGenerator<readonly PartnerDays[]> {
  await refreshTimelines(db);
  yield* readAhead(pages(db, options));
}

type Row = {
  id: string;
  partner_type: string | null;
  region: string | null;
  entries: Buffer;
  newest_label: number | null;
};

async function* pages(db: Db, options: Options): AsyncGenerator<readonly PartnerDays[]> {
  const { now, timeZone, streams, touchedOnly, batchSize } = options;
  const labels = new KnownLabels(db);
  const { whom, key } = touchedOnly ? touched : everybody;
  let after = '';
  for (;;) {
    // Both tables begin at the page: joined side by side, the other one would be gone through from its beginning each time.
    const { rows } = await sql<Row>`
      select id, partner_type, region, entries, (select max(code) from timeline_label) as newest_label
        from ${whom}
       where is_partner and ${key} > ${after} and partner.id > ${after}
       order by ${key} limit ${batchSize}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    const known = await labels.upTo(last.newest_label);
    const reading = {
      labels: known,
      streamOf: known.map((label) => streamOf(label, streams)),
      streams,
      now,
      calendar: calendarOf(timeZone),
    };
    yield rows.map((row) => ({
      id: row.id,
      partnerType: row.partner_type,
      region: row.region,
      days: daysOf(row.entries, reading),
    }));
  }
}

const everybody: From = {
  whom: sql`timeline join partner on partner.id = timeline.partner_id`,
  key: sql`timeline.partner_id`,
};

/** Looked up one by one: joined as whole tables, everybody would be gone through for the few that were touched. */
const touched: From = {
  whom: sql`
    touched
    cross join lateral (select * from timeline where partner_id = touched.partner_id limit 1) as timeline
    cross join lateral (select * from partner where id = touched.partner_id limit 1) as partner`,
  key: sql`touched.partner_id`,
};

type From = { readonly whom: RawBuilder<unknown>; readonly key: RawBuilder<unknown> };

/** -1 for what belongs to none of the streams. */
function streamOf(label: Label | undefined, streams: readonly SourceKind[]): number {
  return streams.findIndex(({ source, kind }) => source === label?.source && kind === label.kind);
}

type Reading = {
  readonly labels: Labels;
  readonly streamOf: readonly number[];
  readonly streams: readonly SourceKind[];
  readonly now: Instant;
  readonly calendar: Calendar;
};

function daysOf(
  entries: Buffer,
  { labels, streamOf, streams, now, calendar }: Reading,
): (number[] | undefined)[] {
  const days: (number[] | undefined)[] = streams.map(() => undefined);
  const unsorted = new Set<number[]>();
  const reader = new EntryReader(entries);
  while (reader.next()) {
    const stream = streamOf[reader.label];
    if (stream === undefined) labelOf(labels, reader.label);
    if (stream === undefined || stream < 0 || !(reader.quantity > 0)) continue;
    const { occurredAt } = reader;
    if (occurredAt > now) continue;
    const day = calendar.dayNumberOf(occurredAt);
    const own = (days[stream] ??= []);
    const latest = own[own.length - 1];
    if (latest === day) continue;
    if (latest !== undefined && latest > day) unsorted.add(own);
    own.push(day);
  }
  for (const own of unsorted) own.sort((a, b) => a - b);
  return days;
}
