/** Partners as the cadence model imagines them: what it fits and scores in its bench, with a truth to find again. */
import type { FitColumns } from '../assess/cadence/fit.ts';
import type { Parameters } from '../assess/cadence/mbg.ts';
import { createRandom, type Random } from '../sandbox/programmes/random.ts';

/** How long ago the first episode was. */
const youngestDays = 26 * 7;
const oldestDays = 156 * 7;

/**
 * @param seed the same seed makes the same partners
 * @returns episodes by whole days, as they come from a history
 */
export function simulatePartners(parameters: Parameters, count: number, seed: number): FitColumns {
  const random = createRandom(seed);
  const repeats = new Int32Array(count);
  const lastWeeks = new Float64Array(count);
  const ageWeeks = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const ageDays = random.integer(youngestDays, oldestDays);
    const lived = live(parameters, random, ageDays / 7);
    repeats[index] = lived.repeats;
    lastWeeks[index] = Math.floor(lived.lastWeeks * 7) / 7;
    ageWeeks[index] = ageDays / 7;
  }
  return { repeats, lastWeeks, ageWeeks, count };
}

function live(
  { r, alpha, a, b }: Parameters,
  random: Random,
  ageWeeks: number,
): { repeats: number; lastWeeks: number } {
  const meanGap = 1 / random.gamma(r, r / alpha);
  const leaving = random.gamma(a, a);
  const leaves = leaving / (leaving + random.gamma(b, b));
  let repeats = 0;
  let lastWeeks = 0;
  while (!random.chance(leaves)) {
    const next = lastWeeks + random.exponential(meanGap);
    if (next > ageWeeks) break;
    repeats += 1;
    lastWeeks = next;
  }
  return { repeats, lastWeeks };
}
