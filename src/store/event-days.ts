/** The portal's days on which anything happened, of everybody: what its rhythms are learned from, counted as partners are read. */
import { sql } from 'kysely';
import { streams, type EventDays, type Stream } from '../model/cadence.ts';
import { calendarOf, type Calendar } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import { readAhead } from './read-ahead.ts';
import type { Db } from './tables.ts';
import { EntryReader, labelOf, type Labels } from './timeline-format.ts';
import { KnownLabels, refreshTimelines } from './timeline-table.ts';

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
export async function* streamEventDays(db: Db, options: Options): AsyncGenerator<EventDaysByStream> {
  await refreshTimelines(db);
  yield* readAhead(pages(db, options));
}

async function* pages(db: Db, { now, timeZone, batchSize }: Options): AsyncGenerator<EventDaysByStream> {
  const labels = new KnownLabels(db);
  let after = '';
  for (;;) {
    // Both tables begin at the page: joined side by side, the other one would be gone through from its beginning each time.
    const { rows } = await sql<{ id: string; entries: Buffer; newest_label: number | null }>`
      select id, entries, (select max(code) from timeline_label) as newest_label
        from timeline join partner on partner.id = partner_id
       where is_partner and partner_id > ${after} and partner.id > ${after} order by partner_id limit ${batchSize}`.execute(
      db,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    const known = await labels.upTo(last.newest_label);
    yield eventDaysOf(
      rows.map(({ entries }) => entries),
      known,
      { now, calendar: calendarOf(timeZone) },
    );
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
