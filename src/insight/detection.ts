/**
 * How soon a departure is seen at the same price in false alarms, by the model and by a plain count of days (models.md
 * section 4, the equal-false-alarm study). Partners are told apart by their own pace: fast, middle and slow thirds.
 */
import { alarmFor, dialOf, levelOf, warnedAtWeeks, type Alarm } from '../assess/cadence/alarm.ts';
import { daysOfPartner } from '../assess/cadence/columns.ts';
import { stateOf, type Parameters, type State } from '../assess/cadence/mbg.ts';
import { eachGap, repeatsOfAnOwnRhythm, rhythmSinceReturn, type Rhythm } from '../assess/cadence/rhythm.ts';
import type { EventDays } from '../model/cadence.ts';
import type { DayNumber } from '../model/calendar.ts';
import { knownOn } from './log.ts';

const daysPerWeek = 7;

/** A silence of a partner with a rhythm of its own. */
type Silence = {
  /** How it stood when it ended, or when the log did. */
  readonly state: State;
  readonly days: number;
  /** It ended after the cut: warned of, it is a false alarm. */
  readonly ended: boolean;
  /** It reached the horizon after the cut: a departure, the sooner seen the better. */
  readonly long: boolean;
  /** The partner's mean gap until then, in days. */
  readonly pace: number;
};

type PaceGroup = {
  readonly pace: 'fast' | 'middle' | 'slow';
  /** Silences that ended after the cut, and the share of them that was warned of. */
  readonly ended: number;
  readonly falseAlarms: { readonly model: number; readonly rule: number };
  /** Silences that reached the horizon after the cut, and the median days until they were warned of. */
  readonly long: number;
  readonly daysToFlag: { readonly model: number | null; readonly rule: number | null };
};

export type Detection = {
  readonly falseAlarmShare: number;
  /** The count of days that this share of the ended silences outlasts. */
  readonly ruleDays: number;
  readonly alarm: Alarm;
  /** The alarm as it would have been set on the day, and the share of the silences ended since then that it warned of. */
  readonly learned: { readonly alarm: Alarm; readonly falseAlarms: number };
  readonly groups: readonly PaceGroup[];
};

/** Fewer tell nothing of a share of one in twenty. */
const leastEnded = 100;

type Period = { readonly cutDay: DayNumber; readonly lastDay: DayNumber; readonly horizonDays: number };

/** @returns null where too few silences ended after the cut to compare at the same price */
export function compareDetection(
  events: EventDays,
  parameters: Parameters,
  period: Period,
  falseAlarmShare: number,
): Detection | null {
  const silences = silencesAfter(events, parameters, period);
  const ended = silences.filter((silence) => silence.ended);
  const longestFirst = ended.map(({ days }) => days).sort((a, b) => b - a);
  const ruleDays = longestFirst[Math.floor(falseAlarmShare * longestFirst.length)];
  if (ruleDays === undefined || ended.length < leastEnded) return null;
  const endedAt = Float64Array.from(ended, ({ state }) => levelOf(parameters, state)).sort();
  const alarm = alarmFor({ ended: endedAt, open: new Float64Array() }, falseAlarmShare);
  const flaggedAfter = ({ state }: Silence): number =>
    Math.ceil((warnedAtWeeks(alarm, parameters, state) - state.lastWeeks) * daysPerWeek);
  const thirds = thirdsByPace(silences);
  const groups = (['fast', 'middle', 'slow'] as const).map((pace, index) =>
    groupOf(pace, thirds[index] ?? [], ruleDays, flaggedAfter),
  );
  const learned = dialOf(knownOn(events, period.cutDay), period.cutDay, parameters, falseAlarmShare).alarm;
  return {
    falseAlarmShare,
    ruleDays,
    alarm,
    learned: {
      alarm: learned,
      falseAlarms: shareOf(ended, ({ state }) => isWarned(learned, parameters, state)),
    },
    groups,
  };
}

function groupOf(
  pace: PaceGroup['pace'],
  silences: readonly Silence[],
  ruleDays: number,
  flaggedAfter: (silence: Silence) => number,
): PaceGroup {
  const ended = silences.filter((silence) => silence.ended);
  const long = silences.filter((silence) => silence.long);
  return {
    pace,
    ended: ended.length,
    falseAlarms: {
      model: shareOf(ended, (silence) => flaggedAfter(silence) < silence.days),
      rule: shareOf(ended, ({ days }) => days > ruleDays),
    },
    long: long.length,
    daysToFlag: { model: medianOf(long.map(flaggedAfter)), rule: long.length === 0 ? null : ruleDays },
  };
}

/**
 * Those that ended after the cut, whenever they began, and those that reached the horizon after it: chosen by what
 * happened after the cut, long ones and short ones have the same chance to be among them. Of those that began after the
 * cut, the log would show only the short ones.
 */
function silencesAfter(events: EventDays, parameters: Parameters, period: Period): Silence[] {
  const { cutDay, lastDay, horizonDays } = period;
  const silences: Silence[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    const days = daysOfPartner(events, partner);
    const add = (before: Rhythm, until: DayNumber, closed: boolean): void => {
      const { repeats, firstDay, countedDay } = before;
      const reachesHorizonOn = countedDay + horizonDays;
      const ended = closed && until > cutDay;
      const long = reachesHorizonOn > cutDay && reachesHorizonOn <= until;
      if (repeats < repeatsOfAnOwnRhythm || (!ended && !long)) return;
      const pace = (countedDay - firstDay) / repeats;
      silences.push({ state: stateOf(before, until), days: until - countedDay, ended, long, pace });
    };
    eachGap(days, parameters, (before, day) => add(before, day, true));
    const rhythm = rhythmSinceReturn(days, parameters);
    if (rhythm !== null) add(rhythm, lastDay, false);
  }
  return silences;
}

function thirdsByPace(silences: readonly Silence[]): readonly (readonly Silence[])[] {
  const paces = silences.map(({ pace }) => pace).sort((a, b) => a - b);
  const bounds = [1 / 3, 2 / 3].map((share) => paces[Math.floor(share * paces.length)] ?? 0);
  const thirdOf = ({ pace }: Silence): number => bounds.filter((bound) => pace >= bound).length;
  return [0, 1, 2].map((third) => silences.filter((silence) => thirdOf(silence) === third));
}

function isWarned(alarm: Alarm, parameters: Parameters, state: State): boolean {
  return warnedAtWeeks(alarm, parameters, state) < state.ageWeeks;
}

function shareOf(silences: readonly Silence[], holds: (silence: Silence) => boolean): number {
  return silences.length === 0 ? 0 : silences.filter(holds).length / silences.length;
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
