/** The portal's days on which anything happened, of everybody: what its rhythms are learned from. */
import { sql } from 'kysely';
import { streams, type EventDays, type Stream } from '../model/cadence.ts';
import { calendarOf, type Calendar } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Db } from './tables.ts';
import { EntryReader, labelOf, type Labels } from './timeline-format.ts';
import { timelinePages } from './timeline-pages.ts';

type Options = {
  readonly now: Instant;
  /** The portal's, for its days. */
  readonly timeZone: string;
  readonly batchSize: number;
  readonly signal: AbortSignal;
};

type EventDaysByStream = Readonly<Record<Stream, EventDays>>;

const streamNames = Object.keys(streams) as Stream[];

/**
 * Of current partners with any activity, in the order of their ids. What is still to happen and quantities of zero or
 * less are left out, so a partner may be without a day.
 */
export async function readEventDays(
  db: Db,
  { now, timeZone, batchSize, signal }: Options,
): Promise<EventDaysByStream> {
  const wanted = { columns: sql`entries`, touchedOnly: false, batchSize };
  const calendar = calendarOf(timeZone);
  const collectors = streamNames.map(() => new DayCollector());
  for await (const { rows, labels } of timelinePages<{ entries: Buffer }>(db, wanted)) {
    signal.throwIfAborted();
    const streamOf = labels.map((label) => (label === undefined ? -1 : streamNumberOf(label.kind)));
    for (const { entries } of rows) collect(entries, { labels, streamOf, now, calendar }, collectors);
  }
  return Object.fromEntries(
    streamNames.map((name, index) => [name, collectors[index]?.collected()]),
  ) as EventDaysByStream;
}

type Reading = {
  readonly labels: Labels;
  readonly streamOf: readonly number[];
  readonly now: Instant;
  readonly calendar: Calendar;
};

/** All of one partner. */
function collect(
  entries: Buffer,
  { labels, streamOf, now, calendar }: Reading,
  collectors: readonly DayCollector[],
): void {
  const reader = new EntryReader(entries);
  while (reader.next()) {
    const stream = streamOf[reader.label] ?? streamNumberOf(labelOf(labels, reader.label).kind);
    const { occurredAt } = reader;
    if (stream >= 0 && occurredAt <= now && reader.quantity > 0) {
      collectors[stream]?.add(calendar.dayNumberOf(occurredAt));
    }
  }
  for (const collector of collectors) collector.endPartner();
}

/** -1 for what belongs to no stream: what we did ourselves. */
function streamNumberOf(kind: Kind): number {
  return streamNames.findIndex((name) => (streams[name] as readonly Kind[]).includes(kind));
}

/** Two arrays that grow: pages to be joined in the end would be there twice. */
class DayCollector {
  #days = new Int32Array(4096);
  #offsets = new Uint32Array(4096);
  #count = 0;
  #partners = 0;
  #sorted = true;

  /** A day counts once, however much happens on it. */
  add(day: number): void {
    const isFirst = this.#count === this.#offsets[this.#partners];
    const before = this.#days[this.#count - 1] ?? day;
    if (!isFirst && day === before) return;
    if (!isFirst && day < before) this.#sorted = false;
    if (this.#count === this.#days.length) {
      const larger = new Int32Array(this.#count * 2);
      larger.set(this.#days);
      this.#days = larger;
    }
    this.#days[this.#count] = day;
    this.#count += 1;
  }

  endPartner(): void {
    if (!this.#sorted) this.#putInOrder(this.#offsets[this.#partners] ?? 0);
    this.#sorted = true;
    this.#partners += 1;
    if (this.#partners === this.#offsets.length) {
      const larger = new Uint32Array(this.#partners * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.#partners] = this.#count;
  }

  #putInOrder(start: number): void {
    const own = [...new Set(this.#days.subarray(start, this.#count))].sort((a, b) => a - b);
    this.#days.set(own, start);
    this.#count = start + own.length;
  }

  collected(): EventDays {
    return {
      days: this.#days.subarray(0, this.#count),
      offsets: this.#offsets.subarray(0, this.#partners + 1),
      partners: this.#partners,
    };
  }
}
