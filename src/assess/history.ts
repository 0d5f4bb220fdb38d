/** One partner's activities up to a day, in the shape that rules ask them in. */
import type { Timeline, TimelineEntry } from '../model/activity.ts';
import type { Calendar, DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import { partnerKinds, type Kind, type PartnerKind } from '../model/kind.ts';
import type { Money } from '../model/money.ts';
import { countUpTo } from './days.ts';

/** What the partner did, oldest first, a column for each thing that rules ask: of a million histories objects cost most. */
export type Past = {
  /** One for each activity. What we did (outreach kinds) never becomes one. */
  readonly days: readonly DayNumber[];
  /** The kind's place among the kinds, as a bit. */
  readonly bits: readonly number[];
  readonly quantities: readonly number[];
};

export type History = Past & {
  /** What brought money, oldest first. */
  readonly paid: { readonly days: readonly DayNumber[]; readonly amounts: readonly Money[] };
  /** The latest that has happened; null before the first. */
  readonly last: { readonly occurredAt: Instant; readonly kind: PartnerKind } | null;
  /** When the next known activity of the partner will happen (a booked meeting); null when none is booked. */
  readonly nextAt: Instant | null;
};

/** The days on which something of a set of kinds happened, ascending, with running totals for sums over windows. */
export type Series = {
  readonly days: readonly DayNumber[];
  /** `totals[i]` is the quantity of the days before index `i`; one longer than `days`. */
  readonly totals: readonly number[];
};

const kindBits: ReadonlyMap<Kind, number> = new Map(partnerKinds.map((kind, index) => [kind, 1 << index]));
const masks = new WeakMap<readonly PartnerKind[], number>();

/** The bits of some kinds. The lists are constants, asked for once per rule and partner. */
function maskOf(kinds: readonly PartnerKind[]): number {
  const known = masks.get(kinds);
  if (known !== undefined) return known;
  const mask = kinds.reduce((bits, kind) => bits | (kindBits.get(kind) ?? 0), 0);
  masks.set(kinds, mask);
  return mask;
}

/**
 * What happened up to and including `now`, in whatever order it comes. Later entries are ignored until they happen,
 * outreach always, and a quantity of zero or less is no activity (a report's empty row).
 */
export function readHistory(timeline: Timeline, calendar: Calendar, now: Instant): History {
  const read = readAsItComes(timeline, calendar, now);
  return read.isInOrder ? read.history : readAsItComes(inOrder(timeline), calendar, now).history;
}

function readAsItComes(
  timeline: Timeline,
  calendar: Calendar,
  now: Instant,
): { history: History; isInOrder: boolean } {
  const days: DayNumber[] = [];
  const bits: number[] = [];
  const quantities: number[] = [];
  const paid: { readonly days: DayNumber[]; readonly amounts: Money[] } = { days: [], amounts: [] };
  let nextAt: Instant | null = null;
  let isInOrder = true;
  let latestAt = -Infinity;
  let latestBit = 0;
  let latestQuantity = 0;
  for (const { kind, occurredAt, quantity, amount } of timeline) {
    const bit = kindBits.get(kind);
    if (bit === undefined || !(quantity > 0)) continue;
    if (occurredAt > now) {
      if (nextAt === null || occurredAt < nextAt) nextAt = occurredAt;
      continue;
    }
    if ((latestAt - occurredAt || latestBit - bit || latestQuantity - quantity) > 0) isInOrder = false;
    latestAt = occurredAt;
    latestBit = bit;
    latestQuantity = quantity;
    const day = calendar.dayNumberOf(occurredAt);
    days.push(day);
    bits.push(bit);
    quantities.push(quantity);
    if (amount !== null) {
      paid.days.push(day);
      paid.amounts.push(amount);
    }
  }
  const kind = partnerKinds[31 - Math.clz32(latestBit)];
  const last = kind === undefined ? null : { occurredAt: latestAt, kind };
  return { history: { days, bits, quantities, paid, last, nextAt }, isInOrder };
}

function bitOf({ kind }: TimelineEntry): number {
  return kindBits.get(kind) ?? 0;
}

/** Equal instants are ordered by kind and quantity. */
function inOrder(timeline: Timeline): readonly TimelineEntry[] {
  return Array.from(timeline, (entry) => ({ ...entry })).sort(
    (a, b) => a.occurredAt - b.occurredAt || bitOf(a) - bitOf(b) || a.quantity - b.quantity,
  );
}

/** What of it had happened at the end of `day`. */
export function pastUntil({ days, bits, quantities }: Past, day: DayNumber): Past {
  const count = countUpTo(days, day);
  return { days: days.slice(0, count), bits: bits.slice(0, count), quantities: quantities.slice(0, count) };
}

export function readSeries({ days: allDays, bits, quantities }: Past, kinds: readonly PartnerKind[]): Series {
  const mask = maskOf(kinds);
  const days: DayNumber[] = [];
  const totals: number[] = [0];
  let total = 0;
  let latest = -Infinity;
  for (let index = 0; index < allDays.length; index += 1) {
    if (((bits[index] ?? 0) & mask) === 0) continue;
    const day = allDays[index] ?? NaN;
    total += quantities[index] ?? 0;
    if (day === latest) {
      totals[days.length] = total;
    } else {
      latest = day;
      days.push(day);
      totals.push(total);
    }
  }
  return { days, totals };
}

/** Quantity in the window of `windowDays` days that ends with `lastDay`: days (lastDay - windowDays, lastDay]. */
export function quantityIn(series: Series, lastDay: DayNumber, windowDays: number): number {
  const upTo = series.totals[countUpTo(series.days, lastDay)] ?? 0;
  const before = series.totals[countUpTo(series.days, lastDay - windowDays)] ?? 0;
  return upTo - before;
}

/** Days with activity in the same window: several activities on one day are one episode. */
export function episodesIn(series: Series, lastDay: DayNumber, windowDays: number): number {
  return countUpTo(series.days, lastDay) - countUpTo(series.days, lastDay - windowDays);
}
