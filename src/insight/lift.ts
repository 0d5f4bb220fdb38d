/**
 * What re-engaging brings: how many partners came back within 30, 60 and 90 days of the day their spell opened, among those
 * that were left alone and among the others. Pure.
 *
 * Like is compared with like: spells fall into strata by as what they opened and by the share that was held out at the
 * time, in which chance alone decided who was left alone. With n1 and n2 spells of a stratum on the two sides its weight is
 * n1 n2 / (n1 + n2) (Mantel and Haenszel), so that one without either says nothing.
 *
 * The range of a difference is Newcombe's hybrid of two score intervals (R. G. Newcombe, Interval estimation for the
 * difference between independent proportions, Statistics in Medicine 17, 1998, 873-890, method 10; the score interval of one
 * proportion is E. B. Wilson's, JASA 22, 1927, 209-212). It keeps its promise with small numbers and with rates near zero,
 * where the textbook one does not. For several strata the score intervals are those of the weighted rates at their effective
 * numbers, 1 / sum of w^2 / n, which errs on the wide side.
 */
import type { SpellOutcomes } from '../store/episodes.ts';

/** Days after the spell opened. */
export const liftWindows = [30, 60, 90] as const;
type LiftWindow = (typeof liftWindows)[number];

/** Below these nothing is said of an effect: the range would hold nearly everything. */
export const leastSpells = 20;
export const leastReturns = 5;

export type Group = { readonly spells: number; readonly returned: number };
export type Range = { readonly difference: number; readonly low: number; readonly high: number };

export type Comparison = {
  readonly heldOut: Group;
  readonly others: Group;
  /** Share of the others that came back less that of the held out; null where too little is known. */
  readonly effect: Range | null;
};

export type Lift = {
  readonly days: LiftWindow;
  /** Drawn to be left alone, and a person acted anyway: no part of the comparison. */
  readonly released: number;
  readonly all: Comparison;
  /** By as what the spell opened, and by its first reason then; those of which enough is known alone. */
  readonly byStatus: readonly (Comparison & { readonly status: SpellOutcomes['status'] })[];
  readonly byReason: readonly (Comparison & { readonly reason: string })[];
};

/** One for each window; none while nothing was drawn that long ago. */
export function liftOf(outcomes: readonly SpellOutcomes[]): readonly Lift[] {
  return liftWindows.flatMap((days) => {
    const own = outcomes.filter((one) => one.days === days);
    return own.length === 0 ? [] : [liftIn(days, own)];
  });
}

function liftIn(days: LiftWindow, outcomes: readonly SpellOutcomes[]): Lift {
  const byReason = Map.groupBy(outcomes, ({ reason }) => reason);
  return {
    days,
    released: groupOf(outcomes, 'released').spells,
    all: compare(outcomes),
    byStatus: [...Map.groupBy(outcomes, ({ status }) => status)].flatMap(([status, own]) =>
      enough({ status, ...compare(own) }),
    ),
    byReason: [...byReason].flatMap(([reason, own]) =>
      reason === null ? [] : enough({ reason, ...compare(own) }),
    ),
  };
}

function enough<T extends Comparison>(comparison: T): T[] {
  return comparison.effect === null ? [] : [comparison];
}

function groupOf(outcomes: readonly SpellOutcomes[], lot: SpellOutcomes['lot']): Group {
  let [spells, returned] = [0, 0];
  for (const one of outcomes) {
    if (one.lot !== lot) continue;
    spells += one.spells;
    returned += one.returned;
  }
  return { spells, returned };
}

type Stratum = { readonly heldOut: Group; readonly others: Group };

function compare(outcomes: readonly SpellOutcomes[]): Comparison {
  const strata: Stratum[] = [...Map.groupBy(outcomes, ({ status, share }) => `${status} ${share}`).values()]
    .map((own) => ({ heldOut: groupOf(own, 'held_out'), others: groupOf(own, 'compared') }))
    .filter(({ heldOut, others }) => heldOut.spells > 0 && others.spells > 0);
  const [heldOut, others] = [sum(strata.map((one) => one.heldOut)), sum(strata.map((one) => one.others))];
  const isEnough =
    heldOut.spells >= leastSpells &&
    others.spells >= leastSpells &&
    heldOut.returned + others.returned >= leastReturns;
  return { heldOut, others, effect: isEnough ? effectIn(strata) : null };
}

function sum(groups: readonly Group[]): Group {
  return {
    spells: groups.reduce((total, { spells }) => total + spells, 0),
    returned: groups.reduce((total, { returned }) => total + returned, 0),
  };
}

function effectIn(strata: readonly Stratum[]): Range {
  const weights = strata.map(
    ({ heldOut: { spells: one }, others: { spells: other } }) => (one * other) / (one + other),
  );
  const total = weights.reduce((before, weight) => before + weight, 0);
  const rateOf = (side: keyof Stratum): Rate => {
    let [share, spread] = [0, 0];
    for (const [index, stratum] of strata.entries()) {
      const { spells, returned } = stratum[side];
      const weight = (weights[index] ?? 0) / total;
      share += (weight * returned) / spells;
      spread += weight ** 2 / spells;
    }
    return { share, number: 1 / spread };
  };
  return differenceOf(rateOf('others'), rateOf('heldOut'));
}

/** A proportion, and of how many it is one. */
export type Rate = { readonly share: number; readonly number: number };

/** Of the standard normal distribution, for 95 in 100. */
const z = 1.959963984540054;

/** The first less the second, with its range. */
export function differenceOf(first: Rate, second: Rate): Range {
  const [one, other] = [scoreInterval(first), scoreInterval(second)];
  const difference = first.share - second.share;
  return {
    difference,
    low: difference - Math.hypot(first.share - one.low, other.high - second.share),
    high: difference + Math.hypot(one.high - first.share, second.share - other.low),
  };
}

function scoreInterval({ share, number }: Rate): { low: number; high: number } {
  const middle = share + z ** 2 / (2 * number);
  const spread = z * Math.sqrt((share * (1 - share)) / number + z ** 2 / (4 * number ** 2));
  const scale = 1 + z ** 2 / number;
  return { low: (middle - spread) / scale, high: (middle + spread) / scale };
}
