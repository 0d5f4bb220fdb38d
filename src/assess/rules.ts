/**
 * What one rule says of one partner, as a date: the first day on which it holds if the silence goes on.
 *
 * Boundary: the window of N days that ends today is (today - N, today]. An activity on day D is N days old on day D + N
 * and no longer in the window, so a rule of 180 days with its last deal on day D fires on day D + 180, at midnight in
 * the portal's zone.
 *
 * A reading never gets better by waiting. Absence only grows; decline and conversion could drift away as old activity
 * leaves their windows, so a partner would flap without having done anything. They therefore hold from the first day
 * since the behaviour's latest activity on which their condition was met, until the partner acts again.
 */
import type { DayNumber } from '../model/calendar.ts';
import type { PartnerKind } from '../model/kind.ts';
import { behaviours, type Rule } from '../model/settings.ts';
import type { Degree } from '../model/verdict.ts';
import { countUpTo } from './days.ts';
import { episodesIn, quantityIn, readSeries, type Past, type Series } from './history.ts';

/** What judging one partner at one day needs to know besides its history. */
export type Frame = {
  readonly today: DayNumber;
  /** Null where the portal does not say when the partnership began; then there is no grace either. */
  readonly joinedDay: DayNumber | null;
  /** The first day on which rules may fire; -Infinity without a joining date. */
  readonly graceEndDay: DayNumber;
  /** For how long rules warn before they hold; 0 for never. */
  readonly warningDays: number;
  readonly medianClicks: number | null;
};

/**
 * Seen from another day. Spelled out, where `{ ...frame, today }` would do: what is copied and then changed is no constant
 * for V8, which throws away what it compiled of everybody who reads a frame, 25 functions, in the middle of a night.
 */
export function frameOn(
  today: DayNumber,
  { joinedDay, graceEndDay, warningDays, medianClicks }: Frame,
): Frame {
  return { today, joinedDay, graceEndDay, warningDays, medianClicks };
}

export type Reading = {
  readonly rule: Rule;
  readonly degree: Degree;
  /** The first day on which the rule holds in silence: past or future, -Infinity for "ever since", Infinity for never. */
  readonly holdsFromDay: DayNumber;
  /** The day on which it begins to warn that it will; Infinity when it never does. */
  readonly warnsFromDay: DayNumber;
  /** The day on which the present spell of holding began; before `holdsFromDay` when activities did not end it. */
  readonly sinceDay: DayNumber;
  readonly observed: number;
  readonly expected: number;
  /** The last day of the window that `observed` was counted in. */
  readonly observedUpToDay: DayNumber;
  readonly lastDay: DayNumber | null;
};

export function readRule(rule: Rule, history: Past, frame: Frame): Reading {
  switch (rule.test) {
    case 'absence':
      return readAbsence(rule, readSeries(history, behaviours[rule.behaviour]), frame);
    case 'decline':
      return readDecline(rule, readSeries(history, behaviours[rule.behaviour]), frame);
    case 'conversion':
      return readConversion(rule, history, frame);
  }
}

type AbsenceRule = Extract<Rule, { test: 'absence' }>;

/** The latest day from which `windowDays` days brought the minimum; a minimum of 1 or less means "anything at all". */
function latestSatisfyingDay(rule: AbsenceRule, series: Series): DayNumber | null {
  if (rule.minimum <= 1) return series.days.at(-1) ?? null;
  for (let index = series.days.length - 1; index >= 0; index -= 1) {
    const day = series.days[index] ?? 0;
    if (quantityIn(series, day + rule.windowDays - 1, rule.windowDays) >= rule.minimum) return day;
  }
  return null;
}

function readAbsence(rule: AbsenceRule, series: Series, frame: Frame): Reading {
  const lastDay = series.days.at(-1) ?? null;
  const freshDay = latestSatisfyingDay(rule, series);
  // Before the partnership there was nothing to expect: without a satisfying activity the window begins with it, which
  // is at joining, or earlier where something was done earlier. Else the one activity that makes it enough could hurt.
  const clockDay = freshDay ?? Math.min(frame.joinedDay ?? -Infinity, series.days[0] ?? Infinity);
  const holdsFromDay = Math.max(clockDay + rule.windowDays, frame.graceEndDay);
  // Counted up to the day on which it is enough no more, also while that is to come, or later when the partner acted: always
  // less than expected, and standing still until the partner acts again.
  const countedDay = lastDay === null ? frame.today : Math.max(holdsFromDay, lastDay);
  return {
    rule,
    degree: lastDay === null ? 'never' : 'stopped',
    holdsFromDay,
    warnsFromDay: warningFromDay(rule, holdsFromDay, frame),
    sinceDay: holdsFromDay,
    observed: quantityIn(series, countedDay, rule.windowDays),
    expected: rule.minimum,
    observedUpToDay: countedDay,
    lastDay,
  };
}

/** A warning covers at most the second half of the window: a longer one would begin on the day of the activity. */
function warningFromDay(rule: AbsenceRule, holdsFromDay: DayNumber, frame: Frame): DayNumber {
  const warningDays = Math.min(frame.warningDays, Math.floor(rule.windowDays / 2));
  return warningDays === 0 || !Number.isFinite(holdsFromDay)
    ? Infinity
    : Math.max(holdsFromDay - warningDays, frame.graceEndDay);
}

/** A condition that is constant between the days on which an activity enters or leaves one of its windows. */
type Drift = {
  /** Days on which the partner acted in the matter, ascending: each one asks the question afresh. */
  readonly actedDays: readonly DayNumber[];
  /** All days on which the condition can change by itself, ascending. */
  readonly changeDays: readonly DayNumber[];
  readonly holdsOn: (day: DayNumber) => boolean;
};

/** The first day in [from, until) on which the condition holds; Infinity when none does. */
function firstHoldingDay(drift: Drift, from: DayNumber, until: DayNumber): DayNumber {
  if (drift.holdsOn(from)) return from;
  const { changeDays } = drift;
  for (let index = countUpTo(changeDays, from); index < changeDays.length; index += 1) {
    const day = changeDays[index] ?? Infinity;
    if (day >= until) break;
    if (drift.holdsOn(day)) return day;
  }
  return Infinity;
}

function readDrift(drift: Drift): { holdsFromDay: DayNumber; sinceDay: DayNumber } {
  let index = drift.actedDays.length - 1;
  const lastActedDay = drift.actedDays[index];
  if (lastActedDay === undefined) return { holdsFromDay: Infinity, sinceDay: Infinity };
  const holdsFromDay = firstHoldingDay(drift, lastActedDay, Infinity);
  let sinceDay = holdsFromDay;
  // The spell reaches further back while the condition still held on the very day of an activity.
  while (index > 0 && sinceDay === drift.actedDays[index]) {
    const earlier = firstHoldingDay(drift, drift.actedDays[index - 1] ?? 0, sinceDay);
    if (earlier === Infinity) break;
    sinceDay = earlier;
    index -= 1;
  }
  return { holdsFromDay, sinceDay };
}

/** Two ascending lists of days as one, each day once. Shifted by so many days. */
function merged(
  a: readonly DayNumber[],
  aShift: number,
  b: readonly DayNumber[],
  bShift: number,
): DayNumber[] {
  const days: DayNumber[] = [];
  let indexA = 0;
  let indexB = 0;
  let latest = -Infinity;
  for (let left = a.length + b.length; left > 0; left -= 1) {
    const dayA = (a[indexA] ?? Infinity) + aShift;
    const dayB = (b[indexB] ?? Infinity) + bShift;
    const day = dayA <= dayB ? dayA : dayB;
    if (dayA <= dayB) indexA += 1;
    else indexB += 1;
    if (day === latest) continue;
    latest = day;
    days.push(day);
  }
  return days;
}

/** Compares the last N days with the N days before them, in quantities; the baseline is counted in days with activity. */
function readDecline(rule: Extract<Rule, { test: 'decline' }>, series: Series, frame: Frame): Reading {
  const { windowDays } = rule;
  const baselineOn = (day: DayNumber): number => quantityIn(series, day - windowDays, windowDays);
  const recentOn = (day: DayNumber): number => quantityIn(series, day, windowDays);
  const { days } = series;
  const drift: Drift = {
    actedDays: days,
    changeDays: days.length < rule.baselineMinimum ? [] : merged(days, windowDays, days, 2 * windowDays),
    holdsOn: (day) =>
      episodesIn(series, day - windowDays, windowDays) >= rule.baselineMinimum &&
      recentOn(day) <= (1 - rule.drop) * baselineOn(day),
  };
  return driftReading(rule, 'declining', drift, frame, recentOn, baselineOn);
}

const saleKinds: readonly PartnerKind[] = behaviours.promotion_sales;

/** Clicks in the window reach the threshold and brought no sale. The programme's median counts only where it is known. */
function readConversion(rule: Extract<Rule, { test: 'conversion' }>, history: Past, frame: Frame): Reading {
  const clicks = readSeries(history, behaviours.clicks);
  const sales = readSeries(history, saleKinds);
  const threshold = Math.max(rule.minimumClicks, frame.medianClicks ?? 0);
  const clicksOn = (day: DayNumber): number => quantityIn(clicks, day, rule.windowDays);
  const actedDays = merged(clicks.days, 0, sales.days, 0);
  const drift: Drift = {
    actedDays,
    changeDays: actedDays.map((day) => day + rule.windowDays),
    holdsOn: (day) => clicksOn(day) >= threshold && quantityIn(sales, day, rule.windowDays) === 0,
  };
  return driftReading(rule, 'no_sales', drift, frame, clicksOn, () => threshold);
}

function driftReading(
  rule: Rule,
  degree: Degree,
  drift: Drift,
  frame: Frame,
  observedOn: (day: DayNumber) => number,
  expectedOn: (day: DayNumber) => number,
): Reading {
  const { holdsFromDay, sinceDay } = readDrift(drift);
  // Counted on the day the condition was met, so that the evidence stands still until the partner acts again.
  const countedDay = holdsFromDay === Infinity ? frame.today : holdsFromDay;
  return {
    rule,
    degree,
    holdsFromDay: Math.max(holdsFromDay, frame.graceEndDay),
    warnsFromDay: Infinity,
    sinceDay: Math.max(sinceDay, frame.graceEndDay),
    observed: observedOn(countedDay),
    expected: expectedOn(countedDay),
    observedUpToDay: countedDay,
    lastDay: drift.actedDays.at(-1) ?? null,
  };
}
