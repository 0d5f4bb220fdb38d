/** The portal's days on which anything happened, of everybody: what its rhythms are learned from, counted as partners are read. */
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
};

type EventDaysByStream = Readonly<Record<Stream, EventDays>>;

const streamNames = Object.keys(streams) as Stream[];

/**
 * Pages of current partners with any activity, in the order of their ids. What is still to happen and quantities of zero
 * or less are left out, so a partner may be without a day.
 */
export async function* streamEventDays(
  db: Db,
  { now, timeZone, batchSize }: Options,
): AsyncGenerator<EventDaysByStream> {
  const wanted = { columns: sql`entries`, touchedOnly: false, batchSize };
  for await (const { rows, labels } of timelinePages<{ entries: Buffer }>(db, wanted)) {
    const packed = rows.map(({ entries }) => entries);
    yield eventDaysOf(packed, labels, { now, calendar: calendarOf(timeZone) });
  }
}

function eventDaysOf(
  packed: readonly Buffer[],
  labels: Labels,
  { now, calendar }: { readonly now: Instant; readonly calendar: Calendar },
): EventDaysByStream {
  const streamOf = labels.map((label) => (label === undefined ? -1 : streamNumberOf(label.kind)));
  const collected = streamNames.map(() => new DayCollector(packed.length));
  for (const entries of packed) {
    const reader = new EntryReader(entries);
    while (reader.next()) {
      const stream = streamOf[reader.label] ?? streamNumberOf(labelOf(labels, reader.label).kind);
      const { occurredAt } = reader;
      if (stream >= 0 && occurredAt <= now && reader.quantity > 0) {
        collected[stream]?.add(calendar.dayNumberOf(occurredAt));
      }
    }
    for (const collector of collected) collector.endPartner();
  }
  return Object.fromEntries(
    streamNames.map((name, index) => [name, collected[index]?.result()]),
  ) as EventDaysByStream;
}

/** -1 for what belongs to no stream: what we did ourselves. */
function streamNumberOf(kind: Kind): number {
  return streamNames.findIndex((name) => (streams[name] as readonly Kind[]).includes(kind));
}

class DayCollector {
  #days = new Int32Array(4096);
  readonly #offsets: Uint32Array;
  #count = 0;
  #partners = 0;
  #sorted = true;

  constructor(partners: number) {
    this.#offsets = new Uint32Array(partners + 1);
  }

  add(day: number): void {
    if (this.#count === this.#days.length) {
      const larger = new Int32Array(this.#count * 2);
      larger.set(this.#days);
      this.#days = larger;
    }
    const isFirst = this.#count === (this.#offsets[this.#partners] ?? 0);
    if (!isFirst && day < (this.#days[this.#count - 1] ?? day)) this.#sorted = false;
    this.#days[this.#count] = day;
    this.#count += 1;
  }

  endPartner(): void {
    if (!this.#sorted) this.#days.subarray(this.#offsets[this.#partners], this.#count).sort();
    this.#sorted = true;
    this.#partners += 1;
    this.#offsets[this.#partners] = this.#count;
  }

  result(): EventDays {
    return {
      days: this.#days.slice(0, this.#count),
      offsets: this.#offsets,
      partners: this.#partners,
    };
  }
}

/** Pages one after another, as one. */
export function joinEventDays(pages: readonly EventDays[]): EventDays {
  const sum = (of: (page: EventDays) => number): number => pages.reduce((total, page) => total + of(page), 0);
  const days = new Int32Array(sum((page) => page.days.length));
  const offsets = new Uint32Array(sum(({ partners }) => partners) + 1);
  let dayAt = 0;
  let partnerAt = 0;
  for (const page of pages) {
    days.set(page.days, dayAt);
    for (let index = 1; index <= page.partners; index += 1) {
      offsets[partnerAt + index] = dayAt + (page.offsets[index] ?? 0);
    }
    dayAt += page.days.length;
    partnerAt += page.partners;
  }
  return { days, offsets, partners: partnerAt };
}
