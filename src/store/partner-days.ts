/** The days on which each partner acted, by source and kind: what a scan for breaks goes through. */
import { sql } from 'kysely';
import { calendarOf, type Calendar, type DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { PartnerDays, SourceKind } from '../model/programme.ts';
import type { Db } from './tables.ts';
import { EntryReader, labelOf, type Label, type Labels } from './timeline-format.ts';
import { timelinePages } from './timeline-pages.ts';

export type DaysWanted = {
  readonly now: Instant;
  /** The portal's, for its days. */
  readonly timeZone: string;
  readonly streams: readonly SourceKind[];
  /** Earlier days are left out; none when absent. */
  readonly sinceDay?: DayNumber;
  /** Of those alone that something happened to since their latest judgement. */
  readonly touchedOnly: boolean;
  readonly batchSize: number;
};

type Row = {
  readonly partner_type: string | null;
  readonly region: string | null;
  readonly entries: Buffer;
};

/** Pages of current partners with any activity, in the order of their ids. What is still to happen is left out. */
export async function* streamPartnerDays(
  db: Db,
  options: DaysWanted,
): AsyncGenerator<readonly PartnerDays[]> {
  const { now, timeZone, streams, sinceDay, touchedOnly, batchSize } = options;
  const calendar = calendarOf(timeZone);
  const since = sinceDay === undefined ? -Infinity : calendar.startOf(sinceDay);
  const wanted = { columns: sql`partner_type, region, entries`, touchedOnly, batchSize };
  for await (const { rows, labels } of timelinePages<Row>(db, wanted)) {
    const streamOfLabel = labels.map((label) => streamOf(label, streams));
    const reading = { labels, streamOf: streamOfLabel, streams, since, now, calendar };
    yield rows.map((row) => ({
      id: row.id,
      partnerType: row.partner_type,
      region: row.region,
      days: daysOf(row.entries, reading),
    }));
  }
}

/** -1 for what belongs to none of the streams. */
function streamOf(label: Label | undefined, streams: readonly SourceKind[]): number {
  return streams.findIndex(({ source, kind }) => source === label?.source && kind === label.kind);
}

type Reading = {
  readonly labels: Labels;
  readonly streamOf: readonly number[];
  readonly streams: readonly SourceKind[];
  readonly since: Instant;
  readonly now: Instant;
  readonly calendar: Calendar;
};

function daysOf(
  entries: Buffer,
  { labels, streamOf, streams, since, now, calendar }: Reading,
): (number[] | undefined)[] {
  const days: (number[] | undefined)[] = streams.map(() => undefined);
  const unsorted = new Set<number[]>();
  const reader = new EntryReader(entries);
  while (reader.next()) {
    const { occurredAt } = reader;
    if (occurredAt < since || occurredAt > now) continue;
    const stream = streamOf[reader.label];
    if (stream === undefined) labelOf(labels, reader.label);
    if (stream === undefined || stream < 0 || !(reader.quantity > 0)) continue;
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
