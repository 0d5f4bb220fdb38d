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
import { dayOf, millisecondsPerDay, type Instant } from '../model/instant.ts';
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

/**
 * The candidates that a call could help, best first; ties by partner id. `expectedValue` is in the currency of the values
 * and only comparable within one ranking. Partners that are well, excluded, unknown or paused are left out. Missing is not
 * zero: a partner without known amounts counts as the median of those with.
 *
 * @param context.timeZone the portal's: a pause ends at its midnight
 */
export function rankForCall<T extends CallCandidate>(
  items: readonly T[],
  context: { now: Instant; timeZone: string },
): (T & { readonly expectedValue: number })[] {
  const typicalValue = medianOf(items.map(({ value }) => value).filter((value) => value !== null)) ?? 1;
  const today = dayOf(context.now, context.timeZone);
  return items
    .filter(({ partner }) => partner.snoozedUntil === null || partner.snoozedUntil <= today)
    .filter(({ verdict }) => chances[verdict.status] !== undefined)
    .map((item) => ({
      ...item,
      expectedValue: (item.value ?? typicalValue) * chanceOf(item.verdict, context.now),
    }))
    .sort((a, b) => b.expectedValue - a.expectedValue || compareIds(a.partner.id, b.partner.id));
}

function chanceOf({ status, lastActivityAt }: Verdict, now: Instant): number {
  const chance = chances[status] ?? 0;
  if (lastActivityAt === null) return chance;
  const silentDays = Math.max(0, now - lastActivityAt) / millisecondsPerDay;
  return chance * 0.5 ** (silentDays / halfLifeDays);
}

/** Ids are numbers as text: the shorter one is the older record. */
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
