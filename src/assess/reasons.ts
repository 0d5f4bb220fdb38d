/**
 * Reasons with evidence. Sentences carry dates, never "for 183 days": a stored sentence must still be true tomorrow.
 */
import { toDay, type Calendar, type DayNumber } from '../model/calendar.ts';
import { streams } from '../model/cadence.ts';
import type { PartnerKind } from '../model/kind.ts';
import { behaviours, type Rule } from '../model/settings.ts';
import type { Reason, ReasonCode, Shortfall, UnknownBehaviour } from '../model/verdict.ts';
import { driftReason } from './cadence/reason.ts';
import { type Concern, type Finding, type Rhythm } from './concern.ts';
import type { Coverage } from './coverage.ts';
import type { Frame, Reading } from './rules.ts';
import { behaviourNames, count, lowerFirst, oneOf, quantityOf, upperFirst } from './words.ts';

type Severity = Reason['severity'];
const severityRanks: Readonly<Record<Severity, number>> = { inactive: 0, at_risk: 1, cooling: 2 };

/**
 * The reasons for a concern, worst first and otherwise in the order of the rules. One reason per code: of two windows on
 * one behaviour the worse one speaks. What stopped is not also reported as a bad trend.
 */
export function reasonsFor(
  concern: Concern,
  findings: readonly Finding[],
  rhythm: Rhythm | null,
  frame: Frame,
): Reason[] {
  const scene = { ...frame, concern };
  const candidates: Reason[] = [];
  for (const { reading, coverage } of findings) {
    const severity = severityOf(reading, concern, frame);
    // What an incomplete source did not tell proves nothing, so no reason rests on it.
    if (severity === null || coverage.state !== 'complete') continue;
    candidates.push(reasonOf(reading, coverage, severity, scene));
  }
  const drift = driftReason(rhythm, frame);
  if (drift !== null) candidates.push(drift);
  candidates.sort((a, b) => severityRanks[a.severity] - severityRanks[b.severity]);
  const codes = new Set<ReasonCode>();
  return candidates.filter((reason) => {
    if (codes.has(reason.code)) return false;
    codes.add(reason.code);
    return !isTrend(reason) || !candidates.some((other) => outweighs(other, reason));
  });
}

function isTrend({ degree }: Reason): boolean {
  return degree === 'declining' || degree === 'no_sales' || degree === 'drifting';
}

function kindsOf(shortfall: Shortfall): readonly PartnerKind[] {
  return shortfall.degree === 'drifting' ? streams[shortfall.behaviour] : behaviours[shortfall.behaviour];
}

/**
 * Kinds that stopped altogether say all that a trend in them could say. A rhythm breaks where its whole stream is silent,
 * so a rule that names some of its kinds says it, too.
 */
function outweighs(silence: Reason, trend: Reason): boolean {
  const silentKinds = kindsOf(silence);
  const trendKinds = kindsOf(trend);
  return (
    (silence.degree === 'stopped' || silence.degree === 'never') &&
    severityRanks[silence.severity] <= severityRanks[trend.severity] &&
    (trend.degree === 'drifting'
      ? trendKinds.some((kind) => silentKinds.includes(kind))
      : trendKinds.every((kind) => silentKinds.includes(kind)))
  );
}

function severityOf(reading: Reading, concern: Concern, frame: Frame): Severity | null {
  const { rule, holdsFromDay } = reading;
  // Nothing was ever seen of this partner: every behaviour that may fall silent is a reason, whatever its window.
  if (concern === 'never_activated') return rule.test === 'absence' ? rule.severity : null;
  if (holdsFromDay <= frame.today) {
    // An inactive rule that does not make the partner inactive (`all`, or a source is missing) makes it at risk.
    return rule.severity === 'inactive' && concern !== 'inactive' ? 'at_risk' : rule.severity;
  }
  return reading.warnsFromDay <= frame.today ? 'cooling' : null;
}

type Scene = Frame & { readonly concern: Concern };
type CompleteCoverage = Extract<Coverage, { state: 'complete' }>;

function reasonOf(reading: Reading, coverage: CompleteCoverage, severity: Severity, scene: Scene): Reason {
  const { rule, degree, lastDay } = reading;
  const code: ReasonCode = `${rule.behaviour}_${degree}`;
  return {
    code,
    ruleId: rule.id,
    behaviour: rule.behaviour,
    degree,
    severity,
    observed: reading.observed,
    expected: reading.expected,
    windowDays: rule.windowDays,
    since: sinceOf(reading, scene),
    lastActivityDay: lastDay === null ? null : toDay(lastDay),
    sources: coverage.sources,
    asOf: coverage.asOf,
    sentence: sentenceOf(reading, coverage, scene),
    counterfactual: counterfactualOf(reading, coverage, scene),
  };
}

/** Null while a rule only warns, and where it never stopped holding since records begin. */
function sinceOf(reading: Reading, scene: Scene): string | null {
  if (scene.concern === 'never_activated') return dayOrNull(scene.graceEndDay);
  return reading.holdsFromDay <= scene.today ? dayOrNull(reading.sinceDay) : null;
}

function dayOrNull(day: DayNumber): string | null {
  return Number.isFinite(day) ? toDay(day) : null;
}

function sentenceOf(reading: Reading, coverage: Coverage, scene: Scene): string {
  const { rule, observed, expected } = reading;
  const windowText = `the ${count(rule.windowDays, 'day')} to ${toDay(reading.observedUpToDay)}`;
  switch (rule.test) {
    case 'absence':
      return `${absenceText(reading, coverage, scene)}; ${deadlineText(reading, scene)}.`;
    case 'decline':
      return `${upperFirst(quantityOf(rule.behaviour, observed))} in ${windowText}, against ${Math.round(expected * 100) / 100} in the ${count(rule.windowDays, 'day')} before.`;
    case 'conversion':
      return `${upperFirst(quantityOf('clicks', observed))} and no sale in ${windowText}.`;
  }
}

function absenceText(
  { rule, lastDay, observed, expected, observedUpToDay }: Reading,
  coverage: Coverage,
  frame: Frame,
): string {
  const wanted = oneOf(coverage.kinds);
  if (lastDay === null) {
    return frame.joinedDay === null
      ? `No ${wanted} since records begin`
      : `No ${wanted} since the partner joined on ${toDay(frame.joinedDay)}`;
  }
  if (expected <= 1) return `No ${wanted} since ${toDay(lastDay)}`;
  return `Only ${quantityOf(rule.behaviour, observed)} in the ${count(rule.windowDays, 'day')} to ${toDay(observedUpToDay)}, the last on ${toDay(lastDay)}, where at least ${Math.round(expected * 100) / 100} are expected`;
}

function deadlineText({ rule, holdsFromDay }: Reading, scene: Scene): string {
  const window = count(rule.windowDays, 'day');
  const graceEnd = dayOrNull(scene.graceEndDay);
  if (scene.concern === 'never_activated' && graceEnd !== null)
    return `its time to start ended on ${graceEnd}`;
  if (holdsFromDay > scene.today) return `the ${window} allowed end on ${toDay(holdsFromDay)}`;
  return `${window} ${rule.windowDays === 1 ? 'is' : 'are'} allowed`;
}

function counterfactualOf(reading: Reading, coverage: Coverage, scene: Scene): string {
  const { rule, expected, holdsFromDay } = reading;
  const window = count(rule.windowDays, 'day');
  switch (rule.test) {
    case 'absence': {
      const wanted =
        rule.minimum <= 1
          ? `One ${oneOf(coverage.kinds)}`
          : `A total of ${quantityOf(rule.behaviour, expected)} within ${window}`;
      if (scene.concern === 'never_activated' || holdsFromDay <= scene.today) return `${wanted} clears this.`;
      // Whoever is at risk for something else is not kept active by it.
      return `${wanted} before ${toDay(holdsFromDay)} ${scene.concern === 'cooling' ? 'keeps it active' : 'clears this'}.`;
    }
    case 'decline':
      return declineCounterfactual(rule, reading, coverage);
    case 'conversion':
      return 'One sale clears this.';
  }
}

/** What is enough moves with the window before, so a number alone would soon be wrong: it is that of a day. */
function declineCounterfactual(
  { behaviour, windowDays, drop }: Extract<Rule, { test: 'decline' }>,
  { expected, observedUpToDay }: Reading,
  coverage: Coverage,
): string {
  if (drop === 1) return `One ${oneOf(coverage.kinds)} clears this.`;
  const share = Math.round((1 - drop) * 1000) / 10;
  const enough = Math.floor((1 - drop) * expected + rounding) + 1;
  return `More ${lowerFirst(behaviourNames[behaviour])} in ${count(windowDays, 'day')} than ${share} % of those in the ${count(windowDays, 'day')} before clear this; on ${toDay(observedUpToDay)} that was ${enough}.`;
}

const rounding = 1e-9;

/** What could not be judged, one line per question, in the order of the rules. */
export function unknownsFor(
  asked: readonly { readonly rule: Rule; readonly coverage: Coverage }[],
  calendar: Calendar,
): UnknownBehaviour[] {
  const unknowns = new Map<string, UnknownBehaviour>();
  const others = asked.some(({ coverage }) => coverage.state !== 'uncovered');
  for (const { rule, coverage } of asked) {
    if (coverage.state === 'complete') continue;
    const name =
      rule.test === 'conversion' ? 'Clicks and the sales they bring' : behaviourNames[rule.behaviour];
    const lastRead = coverage.asOf === null ? '' : ` since ${toDay(calendar.dayNumberOf(coverage.asOf))}`;
    const sentence =
      coverage.state === 'uncovered'
        ? `No source reports ${lowerFirst(name)}, so this rule is not judged${others ? ': the others decide without it' : ''}.`
        : `${name} could not be read completely${lastRead}, so silence there proves nothing.`;
    unknowns.set(name, { behaviour: rule.behaviour, sentence });
  }
  return [...unknowns.values()];
}
