/**
 * From which silence on a partner is warned of: no level fits every portal (models.md section 4: .57 to .99 on four of
 * them), so it is set by the portal's own closed gaps, the silences that ended by themselves. Of those the budget's share
 * may be warned of: they are the false alarms.
 */
import type { CadenceModel, EventDays } from '../../model/cadence.ts';
import { daysOfPartner } from './columns.ts';
import { aliveChance, dropoutIsIdentified, stateOf, surprise, type Parameters } from './mbg.ts';
import { eachGap, repeatsOfAnOwnRhythm, silenceFrom } from './rhythm.ts';

/** Of too few gaps the budget's share cannot be found: it must be at least so many of them. */
const falseAlarmsNeeded = 5;
/** Without a measure of its own: a silence that one in ten of a partner's own gaps outlasts (models.md 4). */
const usualSurprise = 0.1;
/** No chance is surer than this, or the alarm would never be off. */
const highestChance = 0.999;

export type Dial = { readonly alarm: CadenceModel['alarm']; readonly closedGaps: number };

/** Where leaving cannot be told from a pause, P(alive) is near 1 for everyone and the surprise decides (6.7). */
export function dialOf(events: EventDays, parameters: Parameters, falseAlarmShare: number): Dial {
  const by = dropoutIsIdentified(parameters) ? 'alive' : 'surprise';
  const levels: number[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    eachGap(daysOfPartner(events, partner), parameters, (before, day) => {
      if (before.repeats < repeatsOfAnOwnRhythm) return;
      const state = stateOf(before, day);
      const silence = surprise(parameters, state);
      // What most of the partner's own gaps outlast is never warned of, whatever the level.
      if (silence > silenceFrom) levels.push(1);
      else levels.push(by === 'alive' ? aliveChance(parameters, state) : silence);
    });
  }
  if (levels.length < falseAlarmsNeeded / falseAlarmShare) {
    return { alarm: { by: 'surprise', level: usualSurprise }, closedGaps: levels.length };
  }
  const sorted = Float64Array.from(levels).sort();
  const level = sorted[Math.floor(falseAlarmShare * sorted.length)] ?? usualSurprise;
  const highest = by === 'alive' ? highestChance : silenceFrom;
  return { alarm: { by, level: Math.min(level, highest) }, closedGaps: sorted.length };
}
