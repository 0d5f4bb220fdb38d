/** The days on which each partner acted, by source and kind: what a scan for breaks goes through. */
import { sql } from 'kysely';
import { calendarOf, type Calendar } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { PartnerDays, SourceKind } from '../model/programme.ts';
import type { Db } from './tables.ts';
import { EntryReader, labelOf, type Label, type Labels } from './timeline-format.ts';
import { timelinePages } from './timeline-pages.ts';

type Options = {
  readonly now: Instant;
  /** The portal's, for its days. */
  readonly timeZone: string;
  readonly streams: readonly SourceKind[];
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
export async function* streamPartnerDays(db: Db, options: Options): AsyncGenerator<readonly PartnerDays[]> {
  const { now, timeZone, streams, touchedOnly, batchSize } = options;
  const wanted = { columns: sql`partner_type, region, entries`, touchedOnly, batchSize };
  for await (const { rows, labels } of timelinePages<Row>(db, wanted)) {
    const streamOfLabel = labels.map((label) => streamOf(label, streams));
    const reading = { labels, streamOf: streamOfLabel, streams, now, calendar: calendarOf(timeZone) };
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
