/**
 * How soon a departure is seen at the same price in false alarms, by the model and by a plain count of days (models.md
 * section 4, the equal-false-alarm study). Partners are told apart by their own pace: fast, middle and slow thirds.
 */
import { alarmFor, levelOf, warnedAtWeeks, type Alarm } from '../assess/cadence/alarm.ts';
import { daysOfPartner } from '../assess/cadence/columns.ts';
import { stateOf, type Parameters, type State } from '../assess/cadence/mbg.ts';
import { eachGap, repeatsOfAnOwnRhythm, rhythmSinceReturn, type Rhythm } from '../assess/cadence/rhythm.ts';
import type { EventDays } from '../model/cadence.ts';
import type { DayNumber } from '../model/calendar.ts';

/** A silence of a partner with a rhythm of its own that began after the cut. */
type Silence = {
  readonly state: State;
  readonly days: number;
  readonly ended: boolean;
  /** The partner's mean gap until then, in days. */
  readonly pace: number;
};

type PaceGroup = {
  readonly pace: 'fast' | 'middle' | 'slow';
  /** Silences that ended, and the share of them that was warned of. */
  readonly ended: number;
  readonly falseAlarms: { readonly model: number; readonly rule: number };
  /** Silences that reached the horizon, and the median days until they were warned of. */
  readonly long: number;
  readonly daysToFlag: { readonly model: number | null; readonly rule: number | null };
};

export type Detection = {
  readonly falseAlarmShare: number;
  /** The count of days that this share of the ended silences outlasts. */
  readonly ruleDays: number;
  readonly alarm: Alarm;
  readonly groups: readonly PaceGroup[];
};

/** @returns null where too few silences ended after the cut to compare at the same price */
export function compareDetection(
  events: EventDays,
  parameters: Parameters,
  period: { readonly cutDay: DayNumber; readonly lastDay: DayNumber; readonly horizonDays: number },
  falseAlarmShare: number,
): Detection | null {
  const silences = silencesAfter(events, parameters, period);
  const ended = silences.filter((silence) => silence.ended);
  const longestFirst = ended.map(({ days }) => days).sort((a, b) => b - a);
  const ruleDays = longestFirst[Math.floor(falseAlarmShare * longestFirst.length)];
  if (ruleDays === undefined || ended.length < leastEnded) return null;
  const alarm = alarmFor(
    ended.map(({ state }) => levelOf(parameters, state)),
    falseAlarmShare,
  );
  const paces = silences.map(({ pace }) => pace).sort((a, b) => a - b);
  const bounds = [1 / 3, 2 / 3].map((share) => paces[Math.floor(share * paces.length)] ?? 0);
  const groupOf = ({ pace }: Silence): number => bounds.filter((bound) => pace >= bound).length;
  const flaggedAfter = ({ state }: Silence): number =>
    Math.ceil((warnedAtWeeks(alarm, parameters, state) - state.lastWeeks) * 7);
  const groups = (['fast', 'middle', 'slow'] as const).map((pace, index): PaceGroup => {
    const own = silences.filter((silence) => groupOf(silence) === index);
    const short = own.filter((silence) => silence.ended);
    const long = own.filter(({ days }) => days >= period.horizonDays);
    return {
      pace,
      ended: short.length,
      falseAlarms: {
        model: shareOf(short, (silence) => flaggedAfter(silence) < silence.days),
        rule: shareOf(short, ({ days }) => days > ruleDays),
      },
      long: long.length,
      daysToFlag: {
        model: medianOf(long.map(flaggedAfter)),
        rule: long.length === 0 ? null : ruleDays,
      },
    };
  });
  return { falseAlarmShare, ruleDays, alarm, groups };
}

/** Fewer tell nothing of a share of one in twenty. */
const leastEnded = 100;

function silencesAfter(
  events: EventDays,
  parameters: Parameters,
  { cutDay, lastDay }: { readonly cutDay: DayNumber; readonly lastDay: DayNumber },
): Silence[] {
  const silences: Silence[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    const days = daysOfPartner(events, partner);
    const add = (before: Rhythm, until: DayNumber, ended: boolean): void => {
      // One that began before the cut is seen only if it is long: such would make every silence look longer.
      if (before.repeats < repeatsOfAnOwnRhythm || before.countedDay < cutDay) return;
      const pace = (before.countedDay - before.firstDay) / before.repeats;
      silences.push({ state: stateOf(before, until), days: until - before.countedDay, ended, pace });
    };
    eachGap(days, parameters, (before, day) => add(before, day, true));
    const rhythm = rhythmSinceReturn(days, parameters);
    if (rhythm !== null) add(rhythm, lastDay, false);
  }
  return silences;
}

function shareOf(silences: readonly Silence[], holds: (silence: Silence) => boolean): number {
  return silences.length === 0 ? 0 : silences.filter(holds).length / silences.length;
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
