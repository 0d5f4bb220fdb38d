/** How worried the rules are about one partner on one day: a function of its history and the settings, nothing else. */
import { toDay, type Calendar, type DayNumber } from '../model/calendar.ts';
import type { Partner } from '../model/partner.ts';
import type { Audience, Rule, Settings } from '../model/settings.ts';
import type { Cadence } from './cadence/reading.ts';
import type { Coverage, Coverages } from './coverage.ts';
import { pastUntil, type Past } from './history.ts';
import { frameOn, readRule, type Frame, type Reading } from './rules.ts';

export type Concern = 'clear' | 'cooling' | 'at_risk' | 'inactive' | 'never_activated';

/** A rule that applies to the partner and that some source can answer, with its answer. */
export type Finding = { readonly reading: Reading; readonly coverage: Coverage };

/** The partner's own rhythm, and what is known of the stream that it is in. */
export type Rhythm = { readonly cadence: Cadence; readonly coverage: Coverage };

/** Names are compared without regard to case: portals write "Reseller", "RESELLER" and "reseller". */
function comparable(name: string): string {
  return name.trim().toLowerCase();
}

const known = new WeakMap<readonly string[], ReadonlySet<string>>();

/** @param allowed a list of the settings: asked for once per rule and partner, so it is made comparable once */
function admits(allowed: readonly string[], name: string | null): boolean {
  if (allowed.length === 0) return true;
  const names = known.get(allowed) ?? new Set(allowed.map(comparable));
  known.set(allowed, names);
  return name !== null && names.has(name);
}

/** What an audience asks of a partner. */
export type Described = Pick<Partner, 'partnerType' | 'tier' | 'region' | 'joinedAt'>;

/** Joining has a day in the portal's zone. Without one, a partner matches no rule that names a day. */
function joinedInTime(
  { joinedSince, joinedBefore }: Audience,
  { joinedAt }: Described,
  calendar: Calendar,
): boolean {
  if (joinedSince === null && joinedBefore === null) return true;
  if (joinedAt === null) return false;
  const day = toDay(calendar.dayNumberOf(joinedAt));
  return (joinedSince === null || joinedSince <= day) && (joinedBefore === null || day < joinedBefore);
}

/** The rules whose audience the partner belongs to. A partner without a tier matches no rule that names tiers. */
export function rulesFor(partner: Described, settings: Settings, calendar: Calendar): readonly Rule[] {
  const type = partner.partnerType && comparable(partner.partnerType);
  const tier = partner.tier && comparable(partner.tier);
  const region = partner.region && comparable(partner.region);
  return settings.rules.filter(
    ({ audience }) =>
      admits(audience.partnerTypes, type) &&
      admits(audience.tiers, tier) &&
      admits(audience.regions, region) &&
      joinedInTime(audience, partner, calendar),
  );
}

export function findingsOf(
  rules: readonly Rule[],
  coverages: Coverages,
  history: Past,
  frame: Frame,
): Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const coverage = coverages.ofRule(rule);
    if (coverage.state !== 'uncovered') findings.push({ reading: readRule(rule, history, frame), coverage });
  }
  return findings;
}

/**
 * `any`: one inactive rule suffices. `all`: every inactive rule that applies and can be answered must hold, some of them
 * make at risk. Whoever never did anything at all, once grace is over, was never activated rather than inactive.
 */
export function concernOf(
  findings: readonly Finding[],
  history: Past,
  settings: Settings,
  frame: Frame,
): Concern {
  return history.days.length === 0 && frame.today >= frame.graceEndDay
    ? 'never_activated'
    : rulesConcern(findings, settings, frame);
}

/** The concern by rules alone: what may be said while a source that could have told of other activity is missing. */
export function rulesConcern(
  findings: readonly Finding[],
  settings: Settings,
  frame: Frame,
): Exclude<Concern, 'never_activated'> {
  const { today } = frame;
  if (inactiveFromDay(findings, settings, 'holdsFromDay') <= today) return 'inactive';
  const holding = findings.filter(({ reading }) => reading.holdsFromDay <= today);
  if (holding.some(({ reading }) => reading.rule.severity !== 'cooling')) return 'at_risk';
  if (holding.length > 0) return 'cooling';
  return findings.some(({ reading }) => reading.warnsFromDay <= today) ? 'cooling' : 'clear';
}

/** What the partner's own rhythm says on a day. It never calls anybody inactive: that is for the programme's rules. */
export function rhythmConcern(rhythm: Rhythm | null, frame: Frame): 'clear' | 'cooling' | 'at_risk' {
  if (rhythm === null || frame.today < frame.graceEndDay) return 'clear';
  const { quietFromDay, unlikelyFromDay } = rhythm.cadence;
  if (unlikelyFromDay <= frame.today) return 'at_risk';
  return quietFromDay <= frame.today ? 'cooling' : 'clear';
}

const concerns: readonly Concern[] = ['clear', 'cooling', 'at_risk', 'inactive', 'never_activated'];

export function worse(one: Concern, other: Concern): Concern {
  return concerns.indexOf(one) >= concerns.indexOf(other) ? one : other;
}

/** The day on which the inactive rules together make a partner inactive in silence; Infinity when they never do. */
export function inactiveFromDay(
  findings: readonly Finding[],
  settings: Settings,
  from: 'holdsFromDay' | 'sinceDay',
): DayNumber {
  const ofSeveral = settings.combination === 'any' ? Math.min : Math.max;
  let first: DayNumber | null = null;
  for (const { reading } of findings) {
    if (reading.rule.severity !== 'inactive') continue;
    first = first === null ? reading[from] : ofSeveral(first, reading[from]);
  }
  return first ?? Infinity;
}

/** The concern at the beginning of an earlier day, before anything happened on it, by what is known today. */
export function concernOn(
  day: DayNumber,
  rules: readonly Rule[],
  coverages: Coverages,
  history: Past,
  settings: Settings,
  frame: Frame,
): Concern {
  const earlierHistory = pastUntil(history, day - 1);
  const earlierFrame = frameOn(day, frame);
  const findings = findingsOf(rules, coverages, earlierHistory, earlierFrame);
  return concernOf(findings, earlierHistory, settings, earlierFrame);
}
