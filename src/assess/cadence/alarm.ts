/**
 * From which silence on a partner is warned of: no level fits every portal (models.md section 4: .57 to .99 on four of
 * them), so it is set by the portal's own closed gaps, the silences that ended by themselves. Of those the budget's share
 * may be warned of: they are the false alarms.
 */
import type { CadenceModel, EventDays } from '../../model/cadence.ts';
import type { DayNumber } from '../../model/calendar.ts';
import { Numbers } from '../numbers.ts';
import { daysOfPartner } from './columns.ts';
import {
  aliveCrossingWeeks,
  chanceOf,
  logSurprise,
  loyaltyOf,
  stateOf,
  surpriseCrossingWeeks,
  type Parameters,
  type State,
} from './mbg.ts';
import { eachGap, repeatsOfAnOwnRhythm } from './rhythm.ts';

export type Alarm = CadenceModel['alarm'];

/** Of too few gaps the budget's share cannot be found: it must be at least so many of them. */
const falseAlarmsNeeded = 5;
/** Without a measure of its own: a silence that one in ten of a partner's own gaps outlasts (models.md 4). */
const usualSurprise = 0.1;
/** A silence that at least every second gap of the partner outlasts is none, whatever the level. */
const silenceFrom = 0.5;

/** How low P(alive) has come in a silence: below the alarm's level it is warned of. */
export function levelOf(parameters: Parameters, state: State): number {
  const silence = logSurprise(parameters, state);
  return Math.exp(silence) > silenceFrom ? 1 : chanceOf(silence + loyaltyOf(parameters, state));
}

/** The age in weeks at which a silence that begins with `state` is warned of. */
export function warnedAtWeeks({ by, level }: Alarm, parameters: Parameters, state: State): number {
  const crossing =
    by === 'alive'
      ? aliveCrossingWeeks(parameters, state, level)
      : surpriseCrossingWeeks(parameters, state, level);
  return Math.max(crossing, surpriseCrossingWeeks(parameters, state, silenceFrom));
}

/** Levels, ascending. */
type Silences = {
  readonly ended: Float64Array;
  /** How many more ended before they were any, at the level 1; none when absent. */
  readonly unnoticed?: number;
  readonly open: Float64Array;
};

/**
 * The alarm that is raised on at most `falseAlarmShare` of the silences that end. Where leaving cannot be told from a
 * pause P(alive) is near 1 for everyone, but its order still weighs silence against loyalty: by it departures are seen
 * sooner than by the surprise, for as many false alarms (`backtest` shows it on any log).
 *
 * @param silences how low P(alive) had come in each of them when it ended, or has come in those that go on
 */
export function alarmFor(silences: Silences, falseAlarmShare: number): Alarm {
  if (countOf(silences) < falseAlarmsNeeded / falseAlarmShare) {
    return { by: 'surprise', level: usualSurprise };
  }
  const { share: everEnded } = goDown(silences, Infinity);
  return { by: 'alive', level: goDown(silences, (1 - falseAlarmShare) * everEnded - rounding).level };
}

function countOf({ ended, unnoticed = 0 }: Silences): number {
  return ended.length + unnoticed;
}

const rounding = 1e-12;

/**
 * Goes down the levels until the given share of all silences has ended, by Kaplan and Meier's estimate: a silence that
 * goes on counts as far as it has come. Without them the long ones, of which most are still open when the alarm is set,
 * would be missing, and the alarm would exceed its budget: 8 % for 5 % after a year of CDNOW.
 */
function goDown(silences: Silences, until: number): { readonly level: number; readonly share: number } {
  const { ended, open } = silences;
  let [level, going, stillOpen] = [1, 1, open.length];
  for (let standing = countOf(silences); standing > 0 && 1 - going < until; standing -= 1) {
    level = ended[standing - 1] ?? level;
    while (stillOpen > 0 && (open[stillOpen - 1] ?? 0) > level) stillOpen -= 1;
    going *= 1 - 1 / (standing + stillOpen);
  }
  return { level, share: 1 - going };
}

export type Dial = { readonly alarm: Alarm; readonly closedGaps: number };

/** @param events up to today */
export function dialOf(
  events: EventDays,
  today: DayNumber,
  parameters: Parameters,
  falseAlarmShare: number,
): Dial {
  const [endedAt, openAt] = [new Numbers(), new Numbers()];
  let unnoticed = 0;
  for (let partner = 0; partner < events.partners; partner += 1) {
    const now = eachGap(daysOfPartner(events, partner), parameters, (before, day) => {
      if (before.repeats < repeatsOfAnOwnRhythm) return;
      const level = levelOf(parameters, stateOf(before, day));
      // Most of twenty million: counted, they need neither room nor an order.
      if (level === 1) unnoticed += 1;
      else endedAt.push(level);
    });
    if (now !== null && now.repeats >= repeatsOfAnOwnRhythm) {
      openAt.push(levelOf(parameters, stateOf(now, today)));
    }
  }
  const silences = { ended: endedAt.values().sort(), unnoticed, open: openAt.values().sort() };
  return { alarm: alarmFor(silences, falseAlarmShare), closedGaps: countOf(silences) };
}
