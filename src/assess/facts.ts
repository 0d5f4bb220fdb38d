/**
 * What one partner is held against, from everybody's history: a scan, made rarely (model/facts.ts). Pure; partner
 * after partner in any order.
 */
import type { Timeline } from '../model/activity.ts';
import { calendarOf, toDay, type Calendar } from '../model/calendar.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { PartnerKind } from '../model/kind.ts';
import type { Distribution, ProgrammeFacts, ReturnStep } from '../model/facts.ts';
import { behaviours, type Rule, type Settings } from '../model/settings.ts';
import { rulesFor, type Described } from './concern.ts';
import { readHistory, readSeries } from './history.ts';
import { Numbers } from './numbers.ts';
import { SpellCounter, spellsOf } from './returns.ts';
import { likelihoodOf, placeOf, standingOf, tierKey } from './segment.ts';
import { SeenPartners, type Seen } from './seen-partners.ts';
import { worthOf } from './worth.ts';

type FactsOptions = {
  readonly settings: Settings;
  /** The portal's, as is the zone. */
  readonly currency: string;
  readonly timeZone: string;
  readonly now: Instant;
};

/** So many values describe a distribution. */
const points = 101;
/** Of the partners that ever did anything, the upper fifth has high potential, and the upper half medium or high. */
const highFromShare = 0.8;
const mediumFromShare = 0.5;
/** A tier with fewer partners says nothing of the next one. */
const fewestOfATier = 5;

/** A silence in these kinds makes a partner inactive after so many days. */
type Demand = { readonly kinds: readonly PartnerKind[]; readonly inactiveAfterDays: number };

export class FactsCollector {
  readonly #options: FactsOptions;
  readonly #calendar: Calendar;
  readonly #spells = new SpellCounter();
  readonly #seen = new SeenPartners();
  readonly #clicks = new Numbers();
  /** By the rules that a partner falls under. */
  readonly #demands = new Map<string, Demand | null>();
  /** The longest of the conversion rules'; null where there is none, and nobody asks for clicks. */
  readonly #clickWindowDays: number | null;

  constructor(options: FactsOptions) {
    this.#options = options;
    this.#calendar = calendarOf(options.timeZone);
    this.#clickWindowDays = clickWindowOf(options.settings);
  }

  /** @param timeline any order */
  add(partner: Described, timeline: Timeline): void {
    const { now, currency } = this.#options;
    const calendar = this.#calendar;
    if (this.#clickWindowDays !== null) {
      const clicks = clicksSince(timeline, now - this.#clickWindowDays * millisecondsPerDay, now);
      if (clicks > 0) this.#clicks.push(clicks);
    }
    const history = readHistory(timeline, calendar, now);
    const worth = worthOf(history, currency);
    if (worth === null) return;
    this.#seen.push({ ...worth, tier: tierKey(partner.tier) });
    const demand = this.#demandOn(partner);
    if (demand === null) return;
    const { days } = readSeries(history, demand.kinds);
    const today = calendar.dayNumberOf(now);
    for (const spell of spellsOf(days, demand.inactiveAfterDays, today)) this.#spells.add(spell);
  }

  #demandOn(partner: Described): Demand | null {
    const { settings } = this.#options;
    const rules = rulesFor(partner, settings, this.#calendar);
    const key = rules.map(({ id }) => id).join(' ');
    const known = this.#demands.get(key);
    if (known !== undefined) return known;
    const demand = demandBy(rules, settings.combination);
    this.#demands.set(key, demand);
    return demand;
  }

  finish(): ProgrammeFacts {
    const { currency, now } = this.#options;
    const distributions = {
      amounts: distributionOf(this.#seen.amounts.filter((amount) => !Number.isNaN(amount))),
      peaks: distributionOf(this.#seen.peaks),
      histories: distributionOf(this.#seen.histories),
    };
    const tiers = placesOfTiers(this.#seen, distributions);
    const known = { ...distributions, tiers };
    const standings = new Numbers();
    for (const one of this.#seen) standings.push(standingOf(one, one.tier, known) ?? 0);
    return {
      asOf: toDay(this.#calendar.dayNumberOf(now)),
      partners: this.#seen.count,
      currency,
      ...distributions,
      tiers,
      bounds: boundsOf(standings.values().sort()),
      returns: this.#spells.curve(),
      medianClicks: medianOf(this.#clicks.values()),
    };
  }
}

function clickWindowOf({ rules }: Settings): number | null {
  const windows = rules.filter(({ test }) => test === 'conversion').map(({ windowDays }) => windowDays);
  return windows.length === 0 ? null : Math.max(...windows);
}

/** Both ends included. */
function clicksSince(timeline: Timeline, from: Instant, to: Instant): number {
  let clicks = 0;
  for (const { kind, occurredAt, quantity } of timeline) {
    if (kind === 'click' && occurredAt >= from && occurredAt <= to) clicks += quantity;
  }
  return clicks;
}

/** Of an even number, halfway between the two in the middle. Null without any. */
function medianOf(values: Float64Array): number | null {
  const sorted = values.sort();
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
}

/**
 * After how long a silence, in what, the programme's own rules call such a partner inactive; null where no rule does. By
 * `all`, that is when the longest window is over in all of the behaviours; by `any`, the shortest in its own.
 */
function demandBy(rules: readonly Rule[], combination: Settings['combination']): Demand | null {
  const absences = rules
    .filter(({ test, severity }) => test === 'absence' && severity === 'inactive')
    .toSorted((a, b) => a.windowDays - b.windowDays);
  const [shortest, longest] = [absences[0], absences.at(-1)];
  if (shortest === undefined || longest === undefined) return null;
  const deciding = combination === 'all' ? absences : [shortest];
  return {
    kinds: deciding.flatMap(({ behaviour }) => behaviours[behaviour]),
    inactiveAfterDays: combination === 'all' ? longest.windowDays : shortest.windowDays,
  };
}

function distributionOf(values: Float64Array): Distribution {
  const sorted = values.sort();
  return sorted.length === 0
    ? []
    : Array.from({ length: points }, (_, index) => quantile(sorted, index / (points - 1)));
}

function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

/** What a tier's name means is the portal's secret; where its partners stand is not. */
function placesOfTiers(
  seen: Iterable<Seen>,
  distributions: Pick<ProgrammeFacts, 'amounts' | 'peaks' | 'histories'>,
): Record<string, number> {
  const sums = new Map<string, { partners: number; total: number }>();
  const known = { ...distributions, tiers: {} };
  for (const one of seen) {
    if (one.tier === null) continue;
    const sum = sums.get(one.tier) ?? { partners: 0, total: 0 };
    sum.partners += 1;
    sum.total += standingOf(one, null, known) ?? 0;
    sums.set(one.tier, sum);
  }
  const many = [...sums]
    .filter(([, { partners }]) => partners >= fewestOfATier)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // Rounded, because the last digits of a sum depend on the order in which partners come.
  return Object.fromEntries(
    many.map(([tier, { partners, total }]) => [tier, Math.round((1e6 * total) / partners) / 1e6]),
  );
}

/** Where most stand at the same height, whoever stands above them is high. */
function boundsOf(sorted: ArrayLike<number>): ProgrammeFacts['bounds'] {
  const medium = quantile(sorted, mediumFromShare);
  return { medium, high: Math.max(quantile(sorted, highFromShare), medium + 1e-9) };
}

/** By so much of the programme somebody has to stand higher or lower. */
const smallestMove = 0.1;
/** What fewer partners than these do is nobody's news: in a small programme each one moves all others. */
const fewestMovers = 1.5;

/** Whether partners would stand elsewhere by the later facts, so that it is worth judging everybody anew. */
export function factsDiffer(before: ProgrammeFacts, after: ProgrammeFacts): boolean {
  const tolerated = Math.max(smallestMove, fewestMovers / Math.max(1, before.partners));
  return (
    before.currency !== after.currency ||
    distributions.some((name) => placesDiffer(before[name], after[name], tolerated)) ||
    tiersDiffer(before.tiers, after.tiers, tolerated) ||
    mediansDiffer(before.medianClicks ?? null, after.medianClicks ?? null) ||
    chancesDiffer(before.returns?.steps ?? [], after.returns?.steps ?? [])
  );
}

const distributions = ['amounts', 'peaks', 'histories'] as const;

/** Whether any value has another place in the one than in the other (Kolmogorov's distance). */
function placesDiffer(before: Distribution, after: Distribution, tolerated: number): boolean {
  if (before.length === 0 || after.length === 0) return before.length !== after.length;
  return [...before, ...after].some(
    (value) => Math.abs((placeOf(before, value) ?? 0) - (placeOf(after, value) ?? 0)) > tolerated,
  );
}

function tiersDiffer(
  before: ProgrammeFacts['tiers'],
  after: ProgrammeFacts['tiers'],
  tolerated: number,
): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].some((name) => !(Math.abs((before[name] ?? NaN) - (after[name] ?? NaN)) <= tolerated));
}

/** A median moves a little with everybody's clicks every day. */
function mediansDiffer(before: number | null, after: number | null): boolean {
  if (before === null || after === null) return before !== after;
  return Math.abs(after - before) > smallestMove * before;
}

function chancesDiffer(before: readonly ReturnStep[], after: readonly ReturnStep[]): boolean {
  return (
    before.length !== after.length ||
    after.some(({ fromWeek, chance }, index) => {
      const known = before[index];
      return known?.fromWeek !== fromWeek || likelihoodOf(chance) !== likelihoodOf(known.chance);
    })
  );
}
