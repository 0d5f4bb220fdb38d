/**
 * Where a partner belongs in the work of winning back (B19, B37): what it could bring, relative to the programme, and how
 * to approach it. Moves when the partner does something, when its verdict changes, or on a day that is known beforehand.
 */
import { toDayNumber, type DayNumber } from '../model/calendar.ts';
import type { Partner } from '../model/partner.ts';
import { returnStepAt, type Distribution, type ProgrammeFacts, type ReturnStep } from '../model/facts.ts';
import type { Path, Potential, Reason, Segment, Verdict } from '../model/verdict.ts';
import type { History } from './history.ts';
import { returnText } from './returns.ts';
import { count, upperFirst } from './words.ts';
import { worthOf, type Worth } from './worth.ts';

type Likelihood = 'likely' | 'uncertain' | 'unlikely';

/** What each thing that is known of a partner counts for; what is not known counts for nothing, not as the least. */
const weights = { amount: 4, peak: 2, history: 1, tier: 2 } as const;

/** From which chance of coming back within 26 weeks on. */
const likelyFrom = 0.15;
const uncertainFrom = 0.05;

/** Time goes where there is much to win and a chance to win it. */
const paths: Readonly<Record<Potential, Readonly<Record<Likelihood, Path>>>> = {
  high: { likely: 'high_touch', uncertain: 'high_touch', unlikely: 'assisted' },
  medium: { likely: 'assisted', uncertain: 'assisted', unlikely: 'automated' },
  low: { likely: 'automated', uncertain: 'automated', unlikely: 'automated' },
};
/** A reminder and a link do for these. */
const selfService: ReadonlySet<Reason['behaviour']> = new Set(['portal', 'training', 'content']);

const pathNames: Readonly<Record<Path, string>> = {
  high_touch: 'personally',
  assisted: 'with help',
  automated: 'automatically',
};

export function tierKey(tier: string | null): string | null {
  const key = tier?.trim().toLowerCase() ?? '';
  return key === '' ? null : key;
}

type Distributions = Pick<ProgrammeFacts, 'amounts' | 'peaks' | 'histories' | 'tiers'>;

/** Where a partner stands among all that ever did anything, 0 to 1; null where nothing is known of it. */
export function standingOf(worth: Worth | null, tier: string | null, facts: Distributions): number | null {
  const parts: readonly (readonly [weight: number, place: number | null])[] = [
    [weights.amount, placeOf(facts.amounts, worth?.amount ?? null)],
    [weights.peak, placeOf(facts.peaks, worth?.peak ?? null)],
    [weights.history, placeOf(facts.histories, worth?.history ?? null)],
    [weights.tier, tier === null ? null : (facts.tiers[tier] ?? null)],
  ];
  let weight = 0;
  let total = 0;
  for (const [counts, place] of parts) {
    if (place === null) continue;
    weight += counts;
    total += counts * place;
  }
  return weight === 0 ? null : total / weight;
}

/** The share of a distribution that lies below, and half of what is equal. */
export function placeOf(distribution: Distribution, value: number | null): number | null {
  if (value === null || distribution.length === 0) return null;
  return (
    (countWhile(distribution, (one) => one < value) + countWhile(distribution, (one) => one <= value)) /
    (2 * distribution.length)
  );
}

/** How many of the ascending values come before the first for which `holds` fails. */
function countWhile(distribution: Distribution, holds: (one: number) => boolean): number {
  let low = 0;
  let high = distribution.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(distribution[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of whom nothing is known counts as the typical partner. */
function potentialFrom(standing: number | null, { bounds }: ProgrammeFacts): Potential {
  if (standing === null) return 'medium';
  if (standing >= bounds.high) return 'high';
  return standing >= bounds.medium ? 'medium' : 'low';
}

/** What a segment follows from besides the history. */
export type Judged = Pick<Verdict, 'status' | 'reasons' | 'inactiveSince' | 'cadence'>;

export type Placed = {
  readonly segment: Segment | null;
  /** The first day after today on which it changes by itself; Infinity when it never does. */
  readonly changesOnDay: DayNumber;
};

/** Null for partners that are not judged, and before the programme was looked at. */
export function segmentOf(
  partner: Pick<Partner, 'tier'>,
  history: History,
  judged: Judged,
  facts: ProgrammeFacts | null,
  today: DayNumber,
): Placed {
  if (facts === null || judged.status === 'excluded' || judged.status === 'unknown')
    return { segment: null, changesOnDay: Infinity };
  const worth = worthOf(history, facts.currency);
  const potential = potentialFrom(standingOf(worth, tierKey(partner.tier), facts), facts);
  const pathOn = (day: DayNumber): Path =>
    pathFor(potential, likelihoodOn(day, judged, facts), judged.reasons);
  const path = pathOn(today);
  return {
    segment: { potential, path },
    changesOnDay: stepDays(judged, facts).find((day) => day > today && pathOn(day) !== path) ?? Infinity,
  };
}

/** The days on which the spell enters another step of the return curve. */
function stepDays({ inactiveSince }: Judged, { returns }: ProgrammeFacts): DayNumber[] {
  if (inactiveSince === null) return [];
  const since = toDayNumber(inactiveSince);
  return (returns?.steps ?? []).map(({ fromWeek }) => since + 7 * fromWeek);
}

function stepOn(day: DayNumber, { inactiveSince }: Judged, { returns }: ProgrammeFacts): ReturnStep | null {
  return inactiveSince === null ? null : returnStepAt(returns, day - toDayNumber(inactiveSince));
}

/**
 * Whoever is inactive comes back as others did; before that, its own rhythm tells. Of those who never began, few do (in
 * affiliate programmes more than 70 % never act, domain.md 9).
 */
function likelihoodOn(day: DayNumber, judged: Judged, facts: ProgrammeFacts): Likelihood {
  if (judged.status === 'never_activated') return 'unlikely';
  if (judged.status === 'inactive') {
    const step = stepOn(day, judged, facts);
    return step === null ? 'uncertain' : likelihoodOf(step.chance);
  }
  const band = judged.cadence?.band ?? 'not_enough_history';
  return band === 'not_enough_history' ? 'uncertain' : band;
}

export function likelihoodOf(chance: number): Likelihood {
  if (chance >= likelyFrom) return 'likely';
  return chance >= uncertainFrom ? 'uncertain' : 'unlikely';
}

/** Clicks without a sale are worth a person's look, since the cause is often ours (A4); what helps itself is not. */
function pathFor(potential: Potential, likelihood: Likelihood, reasons: readonly Reason[]): Path {
  const path = paths[potential][likelihood];
  if (path === 'automated' && reasons.some(({ degree }) => degree === 'no_sales')) return 'assisted';
  const helpsItself = reasons.length > 0 && reasons.every(({ behaviour }) => selfService.has(behaviour));
  return helpsItself && path === 'assisted' ? 'automated' : path;
}

/** Why a partner is in its segment, in one line. */
export function segmentText(
  partner: Pick<Partner, 'tier'>,
  history: History,
  judged: Judged & Pick<Verdict, 'segment'>,
  facts: ProgrammeFacts,
  today: DayNumber,
): string {
  if (judged.segment === null) return 'No segment: the partner is not judged.';
  const { potential, path } = judged.segment;
  const worth = worthOf(history, facts.currency);
  const step = judged.status === 'inactive' ? stepOn(today, judged, facts) : null;
  const why = [...evidenceOf(worth, partner.tier, facts), ...(step === null ? [] : [returnText(step)])];
  return `${upperFirst(potential)} potential, to be approached ${pathNames[path]}: ${why.join('; ')}.`;
}

function evidenceOf(worth: Worth | null, tier: string | null, facts: ProgrammeFacts): string[] {
  const tierPlace = facts.tiers[tierKey(tier) ?? ''];
  const ofTier =
    tier === null || tierPlace === undefined
      ? []
      : [`partners of the tier ${tier} are usually at ${percent(tierPlace)} of all`];
  if (worth === null) {
    return ofTier.length === 0
      ? ['nothing is known of it yet, so it counts as the typical partner']
      : ['it never did anything yet', ...ofTier];
  }
  const amountPlace = placeOf(facts.amounts, worth.amount);
  const amount =
    worth.amount === null || amountPlace === null
      ? 'no amount is known of it'
      : `its best twelve months brought ${Math.round(worth.amount)} ${facts.currency}, more than ${percent(amountPlace)} of the partners with amounts`;
  const peak = `${count(worth.peak, 'active week')} in its best year, more than ${percent(placeOf(facts.peaks, worth.peak) ?? 0)} of all`;
  return [amount, peak, ...ofTier];
}

function percent(place: number): string {
  return `${Math.round(place * 100)} %`;
}
