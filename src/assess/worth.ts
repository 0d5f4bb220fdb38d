/** What a partner's history comes down to: how much, how often and how long. It stands still while nothing happens. */
import type { TimelineEntry } from '../model/activity.ts';
import type { Calendar } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import { isPartnerKind } from '../model/kind.ts';
import { episodeDays } from './cadence/rhythm.ts';

export type Worth = {
  /** What its best twelve months brought; null where no amount is known, which is not zero. */
  readonly amount: number | null;
  /** Active weeks in its best twelve months. */
  readonly peak: number;
  /** Active weeks ever. */
  readonly history: number;
};

const yearDays = 365;

/**
 * @param timeline any order; later entries and outreach do not count, nor do amounts in other currencies
 * @returns null for a partner that never did anything
 */
export function worthOf(
  timeline: readonly TimelineEntry[],
  {
    currency,
    now,
    calendar,
  }: { readonly currency: string; readonly now: Instant; readonly calendar: Calendar },
): Worth | null {
  const weeks: number[] = [];
  const paidDays: number[] = [];
  const paid: number[] = [];
  let counted = -Infinity;
  for (const { kind, occurredAt, quantity, amount } of byTime(timeline)) {
    if (occurredAt > now || !(quantity > 0) || !isPartnerKind(kind)) continue;
    const day = calendar.dayNumberOf(occurredAt);
    if (day - counted >= episodeDays) {
      counted = day;
      weeks.push(day);
    }
    if (amount !== null && amount.currency === currency) {
      paidDays.push(day);
      paid.push(Number(amount.amount));
    }
  }
  if (weeks.length === 0) return null;
  const amount = bestYear(paidDays, paid);
  return {
    amount: amount === null ? null : rounded(amount),
    peak: bestYear(weeks) ?? 0,
    history: weeks.length,
  };
}

function byTime(timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  let latest = -Infinity;
  for (const { occurredAt } of timeline) {
    if (occurredAt < latest) return timeline.toSorted((a, b) => a.occurredAt - b.occurredAt);
    latest = occurredAt;
  }
  return timeline;
}

/** The last digits of a sum depend on the order of what happened at one time, and equal partners must stand equal. */
function rounded(amount: number): number {
  return Math.round(1e6 * amount) / 1e6;
}

/** The largest sum over a year that ends with one of the days; every day counts once without `values`. */
function bestYear(days: readonly number[], values?: readonly number[]): number | null {
  let best: number | null = null;
  let first = 0;
  let inYear = 0;
  for (let index = 0; index < days.length; index += 1) {
    const day = days[index] ?? 0;
    inYear += values === undefined ? 1 : (values[index] ?? 0);
    while ((days[first] ?? day) <= day - yearDays) {
      inYear -= values === undefined ? 1 : (values[first] ?? 0);
      first += 1;
    }
    if (best === null || inYear > best) best = inYear;
  }
  return best;
}
