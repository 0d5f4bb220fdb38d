/**
 * Who is most worth a call. By expected value rather than by risk alone: the most inactive partners are not the best
 * targets (Ascarza 2018, domain.md section 1.7).
 *
 *   expected value = value of the partner's history x chance that a call finds the partnership alive
 *   chance = chance by status x 1/2 for every half-year since the partner's last activity
 *
 * The chances by status are opinions in the right order, and only their order matters here: they rank, they promise
 * nothing. The portal's own return curve replaces them once its history is long enough to have one (models.md 6.6).
 */
import { millisecondsPerDay } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import type { Status, Verdict } from '../model/verdict.ts';

const chances: Readonly<Partial<Record<Status, number>>> = {
  cooling: 0.6,
  at_risk: 0.5,
  inactive: 0.25,
  never_activated: 0.05,
};
const halfLifeDays = 182;

export type CallCandidate = {
  readonly verdict: Verdict;
  readonly partner: Partner;
  /** What the partner's history brought, in one currency for all candidates; null where no amount is known. */
  readonly value: number | null;
};

export type RankedCall<T extends CallCandidate> = {
  readonly item: T;
  /** In the currency of the values; only comparable within one ranking. */
  readonly expectedValue: number;
};

/**
 * The candidates that a call could help, best first; ties by partner id. Partners that are well, excluded, unknown or
 * paused (by UTC day) are left out. Missing is not zero: a partner without known amounts counts as the median of those with.
 */
export function rankForCall<T extends CallCandidate>(items: readonly T[]): RankedCall<T>[] {
  const typicalValue = medianOf(items.map(({ value }) => value).filter((value) => value !== null)) ?? 1;
  return items
    .filter(({ verdict, partner }) => chances[verdict.status] !== undefined && !isPaused(partner, verdict))
    .map((item) => ({ item, expectedValue: (item.value ?? typicalValue) * chanceOf(item.verdict) }))
    .sort((a, b) => b.expectedValue - a.expectedValue || compareIds(a.item.partner.id, b.item.partner.id));
}

function isPaused({ snoozedUntil }: Partner, { assessedAt }: Verdict): boolean {
  return snoozedUntil !== null && new Date(assessedAt).toISOString().slice(0, 10) < snoozedUntil;
}

function chanceOf({ status, lastActivityAt, assessedAt }: Verdict): number {
  const chance = chances[status] ?? 0;
  if (lastActivityAt === null) return chance;
  const silentDays = Math.max(0, assessedAt - lastActivityAt) / millisecondsPerDay;
  return chance * 0.5 ** (silentDays / halfLifeDays);
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
