/** A portal's history as it stood at the end of a day, in the columns that the model reads. */
import type { EventDays } from '../../model/cadence.ts';
import type { FitColumns } from './fit.ts';
import { stateOf, type Parameters } from './mbg.ts';
import { rhythmOf, rhythmSinceReturn } from './rhythm.ts';
import { countUpTo } from '../days.ts';

export function daysOfPartner({ days, offsets }: EventDays, partner: number): Int32Array {
  return days.subarray(offsets[partner], offsets[partner + 1]);
}

/**
 * The partners that had done something by then.
 * @param parameters starts the clock anew after long returns, as scoring does; null keeps the whole history, as fitting does
 * @returns the columns, and of each row which partner it is
 */
export function columnsAt(
  events: EventDays,
  day: number,
  parameters: Parameters | null,
): { readonly columns: FitColumns; readonly partners: Uint32Array } {
  const repeats = new Int32Array(events.partners);
  const lastWeeks = new Float64Array(events.partners);
  const ageWeeks = new Float64Array(events.partners);
  const partners = new Uint32Array(events.partners);
  let count = 0;
  for (let partner = 0; partner < events.partners; partner += 1) {
    const days = daysOfPartner(events, partner);
    const known = countUpTo(days, day);
    const rhythm = parameters === null ? rhythmOf(days, known) : rhythmSinceReturn(days, parameters, known);
    if (rhythm === null) continue;
    const state = stateOf(rhythm, day);
    repeats[count] = state.repeats;
    lastWeeks[count] = state.lastWeeks;
    ageWeeks[count] = state.ageWeeks;
    partners[count] = partner;
    count += 1;
  }
  return { columns: { repeats, lastWeeks, ageWeeks, count }, partners: partners.subarray(0, count) };
}
