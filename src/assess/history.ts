/** One partner's activities up to a day, in the shape that rules ask them in. */
import type { TimelineEntry } from '../model/activity.ts';
import type { Calendar, DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import { partnerKinds, type Kind, type PartnerKind } from '../model/kind.ts';
import type { Money } from '../model/money.ts';
import { countUpTo } from './days.ts';

/** Something the partner did. What we did (outreach kinds) never becomes one. */
type Moment = {
  readonly day: DayNumber;
  readonly occurredAt: Instant;
  readonly kind: PartnerKind;
  /** The kind's place among the kinds, as a bit. */
  readonly bit: number;
  readonly quantity: number;
  readonly amount: Money | null;
};

export type History = {
  /** What has happened, oldest first. */
  readonly moments: readonly Moment[];
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

/** Independent of the order in which the timeline arrives: equal instants are ordered by kind and quantity. */
function compareMoments(a: Moment, b: Moment): number {
  return a.occurredAt - b.occurredAt || a.bit - b.bit || a.quantity - b.quantity;
}

/**
 * What happened up to and including `now`. Later entries are ignored until they happen, outreach always, and a quantity
 * of zero or less is no activity (a report's empty row).
 */
export function readHistory(timeline: readonly TimelineEntry[], calendar: Calendar, now: Instant): History {
  const moments: Moment[] = [];
  let nextAt: Instant | null = null;
  let sorted = true;
  let before: Moment | null = null;
  for (const { kind, occurredAt, quantity, amount } of timeline) {
    const bit = kindBits.get(kind);
    if (bit === undefined || !(quantity > 0)) continue;
    if (occurredAt > now) {
      if (nextAt === null || occurredAt < nextAt) nextAt = occurredAt;
      continue;
    }
    const day = calendar.dayNumberOf(occurredAt);
    const moment: Moment = { day, occurredAt, kind: kind as PartnerKind, bit, quantity, amount };
    if (before !== null && compareMoments(before, moment) > 0) sorted = false;
    moments.push(moment);
    before = moment;
  }
  if (!sorted) moments.sort(compareMoments);
  return { moments, nextAt };
}

/** The same history as it stood at the end of `day`. */
export function historyUntil(history: History, day: DayNumber): History {
  return { moments: history.moments.filter((moment) => moment.day <= day), nextAt: null };
}

export function readSeries(history: History, kinds: readonly PartnerKind[]): Series {
  const mask = maskOf(kinds);
  const days: DayNumber[] = [];
  const totals: number[] = [0];
  let total = 0;
  let latest = -Infinity;
  for (const { day, bit, quantity } of history.moments) {
    if ((bit & mask) === 0) continue;
    total += quantity;
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
