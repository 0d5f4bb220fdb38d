/**
 * Who is most worth a call, and whom each owner can take care of this week (B20). By expected value rather than by risk
 * alone: the most inactive partners are not the best targets (Ascarza 2018, domain.md section 1.7).
 *
 *   expected value = value of the partner's history x chance that a call finds the partnership alive
 *
 * For an inactive partner, the chance is the portal's own: how many came back that had been inactive as long (models.md
 * 6.6). Without that, and before a partner is inactive:
 *
 *   chance = chance by status x 1/2 for every half-year since the partner's last activity
 *
 * The chances by status are opinions in the right order, and only their order matters here: they rank, they promise
 * nothing.
 */
import { returnStepAt, type ReturnCurve } from '../model/facts.ts';
import type { DrawnSpell } from '../model/hold-out.ts';
import { dayOf, daysBetween, millisecondsPerDay, type Day, type Instant } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import type { Potential, Status, Verdict } from '../model/verdict.ts';
import { heldOutUntil } from './hold-out.ts';

const chances: Readonly<Partial<Record<Status, number>>> = {
  cooling: 0.6,
  at_risk: 0.5,
  inactive: 0.25,
  never_activated: 0.05,
};
const halfLifeDays = 182;

/** Where the values of such partners have their middle, among all values: the upper fifth is high, the lower half low. */
const middleOf: Readonly<Record<Potential, number>> = { high: 0.9, medium: 0.65, low: 0.25 };

export type CallCandidate = {
  readonly verdict: Verdict;
  readonly partner: Partner;
  /** What the partner's history brought, in one currency for all candidates; null where no amount is known. */
  readonly value: number | null;
  /** What was drawn for its latest spell; null or absent where nothing was. */
  readonly spell?: DrawnSpell | null;
};

type RankContext = {
  readonly now: Instant;
  /** The portal's: a pause ends at its midnight. */
  readonly timeZone: string;
  /** The portal's own; null or absent while it has none. */
  readonly returns?: ReturnCurve | null;
};

/**
 * The candidates that a call could help, best first; ties by partner id. `expectedValue` is in the currency of the values
 * and only comparable within one ranking. Partners that are well, excluded, unknown, paused or held out are left out. Missing is not
 * zero: a partner without known amounts counts as what is typical of its potential.
 */
export function rankForCall<T extends CallCandidate>(
  items: readonly T[],
  { now, timeZone, returns = null }: RankContext,
): (T & { readonly expectedValue: number })[] {
  const typicalValue = typicalValuesOf(items);
  const today = dayOf(now, timeZone);
  return items
    .filter(({ partner }) => partner.snoozedUntil === null || partner.snoozedUntil <= today)
    .filter(({ verdict }) => chances[verdict.status] !== undefined)
    .filter(({ verdict, spell }) => heldOutUntil(spell ?? null, verdict, today) === null)
    .map((item) => ({
      ...item,
      expectedValue: (item.value ?? typicalValue(item.verdict)) * chanceOf(item.verdict, now, today, returns),
    }))
    .sort((a, b) => b.expectedValue - a.expectedValue || compareIds(a.partner.id, b.partner.id));
}

/** What one owner has before them; `ownerId` is null for partners that nobody owns. */
export type Queue<T> = {
  readonly ownerId: string | null;
  /** As many as the owner can take care of in a week, best first. */
  readonly thisWeek: readonly T[];
  readonly waiting: number;
};

/** The ranked candidates by owner; owners in the order of their best one. */
export function queuesOf<T extends CallCandidate>(
  ranked: readonly T[],
  capacityPerOwner: number,
): Queue<T>[] {
  const byOwner = Map.groupBy(ranked, ({ partner }) => partner.ownerId);
  return [...byOwner].map(([ownerId, own]) => ({
    ownerId,
    thisWeek: own.slice(0, capacityPerOwner),
    waiting: Math.max(0, own.length - capacityPerOwner),
  }));
}

function chanceOf(
  { status, lastActivityAt, inactiveSince }: Verdict,
  now: Instant,
  today: Day,
  returns: ReturnCurve | null,
): number {
  if (status === 'inactive' && inactiveSince !== null) {
    const step = returnStepAt(returns, daysBetween(inactiveSince, today));
    if (step !== null) return step.chance;
  }
  const chance = chances[status] ?? 0;
  if (lastActivityAt === null) return chance;
  const silentDays = Math.max(0, now - lastActivityAt) / millisecondsPerDay;
  return chance * 0.5 ** (silentDays / halfLifeDays);
}

function typicalValuesOf(items: readonly CallCandidate[]): (verdict: Verdict) => number {
  const sorted = Float64Array.from(items.map(({ value }) => value).filter((value) => value !== null)).sort();
  const at = (share: number): number => quantile(sorted, share) ?? 1;
  const values = { high: at(middleOf.high), medium: at(middleOf.medium), low: at(middleOf.low) };
  const median = at(0.5);
  return ({ segment }) => (segment === null ? median : values[segment.potential]);
}

/** Ids are numbers as text: the shorter one is the older record. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

/** Between the two nearest values in proportion; null without any. */
function quantile(sorted: ArrayLike<number>, share: number): number | null {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (place - Math.floor(place));
}
