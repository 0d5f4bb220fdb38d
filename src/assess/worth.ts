/** What a partner's history comes down to: how much, how often and how long. It stands still while nothing happens. */
import type { DayNumber } from '../model/calendar.ts';
import { episodeDays } from './cadence/rhythm.ts';
import type { History } from './history.ts';

export type Worth = {
  /** What its best twelve months brought; null where no amount is known, which is not zero. */
  readonly amount: number | null;
  /** Active weeks in its best twelve months. */
  readonly peak: number;
  /** Active weeks ever. */
  readonly history: number;
};

const yearDays = 365;

/** @returns null for a partner that never did anything; amounts in other currencies do not count */
export function worthOf({ days, paid }: History, currency: string): Worth | null {
  if (days.length === 0) return null;
  const weeks = weeksOf(days);
  const amount = bestYear(...paidIn(currency, paid));
  return {
    amount: amount === null ? null : rounded(amount),
    peak: bestYear(weeks) ?? 0,
    history: weeks.length,
  };
}

/** The first day of each active week. */
function weeksOf(days: readonly DayNumber[]): DayNumber[] {
  const weeks: DayNumber[] = [];
  let counted = -Infinity;
  for (const day of days) {
    if (day - counted < episodeDays) continue;
    counted = day;
    weeks.push(day);
  }
  return weeks;
}

function paidIn(currency: string, { days, amounts }: History['paid']): [DayNumber[], number[]] {
  const paidDays: DayNumber[] = [];
  const paid: number[] = [];
  for (let index = 0; index < days.length; index += 1) {
    const money = amounts[index];
    if (money?.currency !== currency) continue;
    paidDays.push(days[index] ?? NaN);
    paid.push(Number(money.amount));
  }
  return [paidDays, paid];
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
