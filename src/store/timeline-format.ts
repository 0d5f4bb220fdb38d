/**
 * How a partner's activities are packed: a byte for the version of the format, then 20 bytes an activity: its label
 * (int4), the time (int8, microseconds since 2000 as PostgreSQL counts them) and the quantity (float8), all as PostgreSQL
 * sends them. They stand as they came in, which is nearly the order of time. Amounts are decimal text and fewer, so they
 * stand beside it: one for each entry whose label has a currency, in the same order.
 * PostgreSQL packs (timeline-table.ts), this reads.
 */
import type { Source, TimelineEntry } from '../model/activity.ts';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';

export const formatVersion = 1;
const headerBytes = 1;
const entryBytes = 20;
const timeOffset = 4;
const quantityOffset = 12;
/** 2000-01-01T00:00:00Z. */
const epoch: Instant = 946_684_800_000;

/** What an entry says besides its time, quantity and amount. */
export type Label = { readonly source: Source; readonly kind: Kind; readonly currency: string | null };
/** By code. */
export type Labels = readonly (Label | undefined)[];

export type Packed = { readonly entries: Buffer; readonly amounts: string | null };

/** Goes through the entries one by one without making an object of each. */
export class EntryReader {
  readonly #view: DataView;
  #offset = headerBytes - entryBytes;

  constructor(entries: Buffer) {
    this.#view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
    const version = this.#view.getUint8(0);
    if (version !== formatVersion) {
      throw new RekindleError(
        `A timeline in the database has the format ${version}, which this Rekindle does not know: a newer one wrote it. Use that version.`,
      );
    }
  }

  next(): boolean {
    this.#offset += entryBytes;
    return this.#offset < this.#view.byteLength;
  }

  get label(): number {
    return this.#view.getInt32(this.#offset);
  }

  get occurredAt(): Instant {
    const at = this.#offset + timeOffset;
    return epoch + Math.floor((this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4)) / 1000);
  }

  get quantity(): number {
    return this.#view.getFloat64(this.#offset + quantityOffset);
  }
}

/**
 * The entries one after another, as they stand, nearly in the order of time. One object stands for all of them and is
 * filled anew for each: of the thousands of a page, none is ever made.
 */
export class PackedTimeline implements Iterable<TimelineEntry> {
  readonly #packed: Packed;
  readonly #labels: Labels;

  constructor({ entries, amounts }: Packed, labels: Labels) {
    // Not the row that it was read with, which would stay in memory for as long as this.
    this.#packed = { entries, amounts };
    this.#labels = labels;
  }

  [Symbol.iterator](): Iterator<TimelineEntry> {
    return new Entries(this.#packed, this.#labels);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

class Entries implements Iterator<TimelineEntry> {
  readonly #reader: EntryReader;
  readonly #labels: Labels;
  readonly #amounts: readonly string[];
  #paid = 0;
  readonly #entry: Mutable<TimelineEntry> = {
    kind: 'click',
    occurredAt: 0,
    quantity: 0.5,
    amount: null,
    source: 'hubspot.deals',
  };
  readonly #result = { done: false, value: this.#entry };

  constructor({ entries, amounts }: Packed, labels: Labels) {
    this.#reader = new EntryReader(entries);
    this.#labels = labels;
    this.#amounts = amounts === null ? [] : amounts.split(' ');
  }

  next(): IteratorResult<TimelineEntry> {
    const reader = this.#reader;
    if (!reader.next()) return { done: true, value: undefined };
    const { source, kind, currency } = labelOf(this.#labels, reader.label);
    const entry = this.#entry;
    entry.kind = kind;
    entry.source = source;
    entry.occurredAt = reader.occurredAt;
    entry.quantity = reader.quantity;
    entry.amount = currency === null ? null : { amount: this.#amounts[this.#paid++] ?? '', currency };
    return this.#result;
  }
}

/** As objects of their own, sorted by time. */
export function unpackTimeline(packed: Packed, labels: Labels): TimelineEntry[] {
  const timeline = Array.from(new PackedTimeline(packed, labels), (entry) => ({ ...entry }));
  return timeline.sort((a, b) => a.occurredAt - b.occurredAt);
}

export function labelOf(labels: Labels, code: number): Label {
  const label = labels[code];
  if (label === undefined) throw new Error(`A timeline names the label ${code}, which is not stored.`);
  return label;
}
