/** How far a chance may be off because the parameters were fitted to a history that is only so long. */
import type { StreamModel } from '../../model/cadence.ts';
import { dropoutIsIdentified, type Parameters } from './mbg.ts';

/** A fit and what it leaves open. */
export type Fitted = Pick<StreamModel, 'parameters' | 'draws'>;

export type Range = { readonly from: number; readonly to: number };

/** Of the draws, a tenth lies below the range and a tenth above it. */
const outside = 0.1;

/**
 * The range of what follows from the parameters over all draws, and always around what follows from the fit itself.
 * @returns null without draws: nothing is known of how far off the fit may be, or it was stored before there were any
 */
export function rangeOf(
  { parameters, draws = [] }: Fitted,
  follows: (parameters: Parameters) => number,
): Range | null {
  if (draws.length === 0) return null;
  const sorted = Float64Array.from(draws, follows).sort();
  const fitted = follows(parameters);
  return {
    from: Math.min(fitted, quantileOf(sorted, outside)),
    to: Math.max(fitted, quantileOf(sorted, 1 - outside)),
  };
}

/** Each of n sorted values stands in the middle of its n-th part; between two of them on the line. */
function quantileOf(sorted: Float64Array, share: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, share * sorted.length - 0.5));
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place % 1);
}

/** Whether leaving can be told from a pause. Where that is doubtful P(alive) is a guess of the priors, and so is its range. */
export function leavingIsTold({ parameters, draws = [] }: Fitted): boolean {
  const doubtful = draws.filter((draw) => !dropoutIsIdentified(draw)).length;
  return dropoutIsIdentified(parameters) && doubtful <= outside * draws.length;
}
