/**
 * From which silence on a partner is warned of: no level fits every portal (models.md section 4: .57 to .99 on four of
 * them), so it is set by the portal's own closed gaps, the silences that ended by themselves. Of those the budget's share
 * may be warned of: they are the false alarms.
 */
import type { CadenceModel, EventDays } from '../../model/cadence.ts';
import { daysOfPartner } from './columns.ts';
import {
  aliveChance,
  aliveCrossingWeeks,
  stateOf,
  surprise,
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
  return surprise(parameters, state) > silenceFrom ? 1 : aliveChance(parameters, state);
}

/** The age in weeks at which a silence that begins with `state` is warned of. */
export function warnedAtWeeks({ by, level }: Alarm, parameters: Parameters, state: State): number {
  const crossing =
    by === 'alive'
      ? aliveCrossingWeeks(parameters, state, level)
      : surpriseCrossingWeeks(parameters, state, level);
  return Math.max(crossing, surpriseCrossingWeeks(parameters, state, silenceFrom));
}

/**
 * The alarm that is raised on at most `falseAlarmShare` of the silences that ended. Where leaving cannot be told from a
 * pause P(alive) is near 1 for everyone, but its order still weighs silence against loyalty: by it departures are seen
 * sooner than by the surprise, for as many false alarms (`backtest` shows it on any log).
 *
 * @param endedAt how low P(alive) had come in each of them when it ended
 */
export function alarmFor(endedAt: readonly number[], falseAlarmShare: number): Alarm {
  if (endedAt.length < falseAlarmsNeeded / falseAlarmShare) return { by: 'surprise', level: usualSurprise };
  const sorted = Float64Array.from(endedAt).sort();
  return { by: 'alive', level: sorted[Math.floor(falseAlarmShare * sorted.length)] ?? 1 };
}

export type Dial = { readonly alarm: Alarm; readonly closedGaps: number };

export function dialOf(events: EventDays, parameters: Parameters, falseAlarmShare: number): Dial {
  const endedAt: number[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    eachGap(daysOfPartner(events, partner), parameters, (before, day) => {
      if (before.repeats >= repeatsOfAnOwnRhythm) endedAt.push(levelOf(parameters, stateOf(before, day)));
    });
  }
  return { alarm: alarmFor(endedAt, falseAlarmShare), closedGaps: endedAt.length };
}
