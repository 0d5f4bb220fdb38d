/**
 * Health, 0-100, 100 is thriving. The status gives the floor of a band, and each behaviour adds its share of the band's
 * width, so that status and health cannot contradict each other, the lines add up exactly, and more recent activity
 * never lowers either. Bands follow the colours of HubSpot's score circle: up to 32 red, 33-65 yellow, from 66 green.
 *
 * The one activity that can lower health is a click that brings no sale: that is what the conversion rule is for.
 */
import { toDay, type DayNumber } from '../model/calendar.ts';
import { productiveKinds, type PartnerKind } from '../model/kind.ts';
import { behaviours, type Behaviour } from '../model/settings.ts';
import { statusNames, type Contribution, type Status } from '../model/verdict.ts';
import { rhythmConcern, type Finding, type Rhythm } from './concern.ts';
import type { Frame, Reading } from './rules.ts';
import type { Scene } from './scene.ts';
import { behaviourNames, count } from './words.ts';

const bands: Readonly<Record<Exclude<Status, 'excluded' | 'unknown'>, { floor: number; ceiling: number }>> = {
  active: { floor: 66, ceiling: 100 },
  reactivated: { floor: 33, ceiling: 65 },
  cooling: { floor: 49, ceiling: 65 },
  at_risk: { floor: 33, ceiling: 48 },
  inactive: { floor: 0, ceiling: 32 },
  never_activated: { floor: 0, ceiling: 32 },
};

/**
 * A line is full while nothing is said against it, half while something warns, and nothing once it holds: who asks why the
 * score fell finds a reason for it. It so moves on the days on which reasons do. Falling with the days of a window, it moved
 * by a point or three, which HubSpot is not told, and one in seven of a night's verdicts was written for that alone.
 */
const steps = 2;

export type Health = { readonly health: number | null; readonly contributions: readonly Contribution[] };

/** @param modelWarns adds a line for the partner's own rhythm, which is full while nothing speaks against it */
export function healthOf(
  status: Status,
  findings: readonly Finding[],
  scene: Pick<Scene, 'frame' | 'history' | 'modelWarns' | 'rhythm'>,
  rhythm: Rhythm | null,
): Health {
  const { frame, history, modelWarns } = scene;
  if (status === 'excluded' || status === 'unknown') return { health: null, contributions: [] };
  const { floor, ceiling } = bands[status];
  const lines = weighedReadings(findings).map((reading) => lineOf(reading, findings, frame));
  if (modelWarns) lines.push(history.days.length === 0 ? noRhythmLine : rhythmLine(rhythm, scene));
  const shares = divide(
    ceiling - floor,
    lines.map(({ weight }) => weight),
  );
  const contributions: Contribution[] = [
    { label: `${statusNames[status]} partners start at ${floor}`, points: floor },
    ...lines.map(({ label, step }, index) => ({
      label,
      points: Math.floor(((shares[index] ?? 0) * step) / steps),
    })),
  ];
  return { health: contributions.reduce((sum, { points }) => sum + points, 0), contributions };
}

type Line = { readonly weight: number; readonly step: number; readonly label: string };

/** Who never did anything has kept to no rhythm. */
const noRhythmLine: Line = { weight: 1, step: 0, label: 'Own rhythm: none yet' };

/** @param rhythm as far as it counts; that of the scene may be there and be read incompletely */
function rhythmLine(rhythm: Rhythm | null, { frame, rhythm: seen }: Pick<Scene, 'frame' | 'rhythm'>): Line {
  const weight = 1;
  const reading = rhythm?.cadence.reading;
  switch (rhythmConcern(rhythm, frame)) {
    case 'clear':
      return { weight, step: steps, label: `Own rhythm: ${clearText(seen)}` };
    case 'cooling':
      return { weight, step: steps / 2, label: `Own rhythm: quiet since ${reading?.lastDay}` };
    case 'at_risk':
      return { weight, step: 0, label: `Own rhythm: broken since ${reading?.quietFrom}` };
  }
}

function clearText(seen: Rhythm | null): string {
  if (seen === null || seen.cadence.reading.quietFrom === null) return 'says nothing yet';
  return seen.coverage.state === 'complete' ? 'no alarm' : 'cannot be told now';
}

/** One line per behaviour that may fall silent (its longest window), one per rule that watches a trend. */
function weighedReadings(findings: readonly Finding[]): Reading[] {
  const longest = new Map<Behaviour, Reading>();
  const trends: Reading[] = [];
  for (const { reading } of findings) {
    const { rule } = reading;
    if (rule.test !== 'absence') {
      trends.push(reading);
      continue;
    }
    const known = longest.get(rule.behaviour);
    if (known === undefined || known.rule.windowDays < rule.windowDays) longest.set(rule.behaviour, reading);
  }
  return [...longest.values(), ...trends];
}

const productive: ReadonlySet<string> = new Set(productiveKinds);
const productiveBehaviours: ReadonlySet<Behaviour> = new Set(
  (Object.keys(behaviours) as Behaviour[]).filter((behaviour) =>
    behaviours[behaviour].some((kind) => productive.has(kind)),
  ),
);

/** What brings business weighs twice what shows interest. */
function weightOf({ rule }: Reading): number {
  return rule.test === 'absence' && productiveBehaviours.has(rule.behaviour) ? 2 : 1;
}

function lineOf(reading: Reading, findings: readonly Finding[], frame: Frame): Line {
  const weight = weightOf(reading);
  if (hasNoTrend(reading, findings, frame.today)) {
    return { weight, step: 0, label: `${behaviourNames[reading.rule.behaviour]}: too few to show a trend` };
  }
  return { weight, step: stepOf(reading, findings, frame.today), label: labelOf(reading, frame) };
}

/** What never began, or stopped by another rule, does not fall any more; that is nothing to its credit. */
function hasNoTrend(
  { rule, lastDay, holdsFromDay }: Reading,
  findings: readonly Finding[],
  today: DayNumber,
): boolean {
  if (rule.test === 'absence' || holdsFromDay <= today) return false;
  const kinds: readonly PartnerKind[] = behaviours[rule.behaviour];
  const isMissing = ({ reading: other }: Finding): boolean => {
    const missed: readonly PartnerKind[] = behaviours[other.rule.behaviour];
    return (
      other.rule.test === 'absence' &&
      other.holdsFromDay <= today &&
      kinds.every((kind) => missed.includes(kind))
    );
  };
  return lastDay === null || findings.some(isMissing);
}

function stepOf(
  { rule, lastDay, holdsFromDay }: Reading,
  findings: readonly Finding[],
  today: DayNumber,
): number {
  if (holdsFromDay <= today) return 0;
  if (rule.test !== 'absence') return steps;
  // What never was is no loss, and its line says so. What began and is too little yet has time until a rule speaks.
  if (lastDay === null) return 0;
  // Also by a rule with a shorter window, which is no line of its own.
  const isWarned = findings.some(
    ({ reading: { rule: other, warnsFromDay, holdsFromDay: otherFromDay } }) =>
      other.test === 'absence' &&
      other.behaviour === rule.behaviour &&
      Math.min(warnsFromDay, otherFromDay) <= today,
  );
  return isWarned ? steps / 2 : steps;
}

function labelOf({ rule, lastDay, holdsFromDay }: Reading, { today }: Frame): string {
  const name = behaviourNames[rule.behaviour];
  switch (rule.test) {
    case 'absence':
      return lastDay === null ? `${name}: none yet` : `${name}: last on ${toDay(lastDay)}`;
    case 'decline':
      return `${name} ${holdsFromDay <= today ? 'fell' : 'hold up'} against the ${count(rule.windowDays, 'day')} before`;
    case 'conversion':
      return holdsFromDay <= today ? 'Clicks bring no sale' : 'No run of clicks without a sale';
  }
}

/** Whole shares of `width` in proportion to the weights, adding up exactly: what rounding leaves goes to the first. */
function divide(width: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => Math.floor((width * weight) / total));
  const left = width - shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, index) => (index < left ? share + 1 : share));
}
