/**
 * The MBG/NBD model (Batislam, Denizel & Filiztekin 2007; erratum Wagner & Hoppe 2008), formulas after models.md
 * section 2. While a partner is with us, its gaps are exponential with a rate of its own, and rates are spread over
 * partners like Gamma(r, alpha). After every episode, the first included, it leaves with a probability of its own, spread
 * like Beta(a, b). Time is in weeks since the first episode. Logarithms throughout: the factors themselves overflow from
 * a few hundred episodes on (models.md 2.8).
 */
import type { CadenceParameters } from '../../model/cadence.ts';
import type { Rhythm } from './rhythm.ts';

export type Parameters = CadenceParameters;

/** All that the model needs of one partner: x, tx and T in the papers. */
export type State = {
  readonly repeats: number;
  /** Age at the last counted episode. */
  readonly lastWeeks: number;
  /** Age now; never less than `lastWeeks`. */
  readonly ageWeeks: number;
};

export const daysPerWeek = 7;

/** A clock that is a time zone behind must not make the silence negative: then there is none. */
export function stateOf({ repeats, firstDay, countedDay }: Rhythm, today: number): State {
  return {
    repeats,
    lastWeeks: (countedDay - firstDay) / daysPerWeek,
    ageWeeks: (Math.max(today, countedDay) - firstDay) / daysPerWeek,
  };
}

/** ln S, models.md 2.3. */
export function logSurprise({ r, alpha }: Parameters, { repeats, lastWeeks, ageWeeks }: State): number {
  return -(r + repeats) * Math.log1p((ageWeeks - lastWeeks) / (alpha + lastWeeks));
}

/** S: the chance that a gap of this partner lasts longer than the present silence, if it is still with us (2.3). */
export function surprise(parameters: Parameters, state: State): number {
  return Math.exp(logSurprise(parameters, state));
}

/** P(alive): the odds are evidence of silence times evidence of loyalty, S * (b + x) / a (2.3). */
export function aliveChance(parameters: Parameters, state: State): number {
  return chanceOf(logSurprise(parameters, state) + loyaltyOf(parameters, state));
}

/** The logarithm of the evidence of loyalty: the log-odds of being alive right after an episode. */
export function loyaltyOf({ a, b }: Parameters, { repeats }: Pick<State, 'repeats'>): number {
  return Math.log((b + repeats) / a);
}

/** The chance that belongs to these log-odds. */
export function chanceOf(logOdds: number): number {
  if (logOdds > 0) return 1 / (1 + Math.exp(-logOdds));
  const odds = Math.exp(logOdds);
  return odds / (1 + odds);
}

/** The chance that a partner that is with us acts within `weeks` (2.4). */
export function actsWithin({ r, alpha }: Parameters, { repeats, ageWeeks }: State, weeks: number): number {
  return -Math.expm1(-(r + repeats) * Math.log1p(weeks / (alpha + ageWeeks)));
}

/** P(active): the chance of at least one episode within the next `weeks` (2.4). */
export function activeChance(parameters: Parameters, state: State, weeks: number): number {
  return aliveChance(parameters, state) * actsWithin(parameters, state, weeks);
}

/** The expected number of episodes in the next `weeks` (2.5). */
export function expectedEpisodes(parameters: Parameters, state: State, weeks: number): number {
  return aliveChance(parameters, state) * expectedIfAlive(parameters, state, weeks);
}

/** Terms relative to the sum: what is left out after the last one is about as small. */
const negligible = 1e-13;
/** Sums are brought back below this, so that neither the first probability underflows nor a later one overflows. */
const large = 1e200;

/**
 * The sum of 2.5, turned over: SUM_n w_n P(N >= n) = SUM_j P(N = j) W_j with W_j = w_1 + ... + w_j. All terms are positive,
 * so nothing cancels, and there is no pole at a = 1 as in the 2F1 form. The probabilities of N ~ NegBin(r + x, q) follow
 * from one another; they start from 1 instead of P(N = 0), whose logarithm is put back at the end.
 */
function expectedIfAlive({ r, alpha, a, b }: Parameters, state: State, weeks: number): number {
  const { repeats, ageWeeks } = state;
  if (!(weeks > 0)) return 0;
  const shape = r + repeats;
  const q = weeks / (alpha + ageWeeks + weeks);
  const mean = (shape * weeks) / (alpha + ageWeeks);
  let scale = -shape * Math.log1p(weeks / (alpha + ageWeeks));
  let probability = 1;
  let weight = 1;
  let weights = 0;
  let sum = 0;
  let term = Infinity;
  for (let j = 1; j <= mean || term > negligible * sum; j += 1) {
    probability *= ((shape + j - 1) / j) * q;
    weights += weight;
    weight *= (b + repeats + j) / (a + b + repeats + j);
    term = probability * weights;
    sum += term;
    if (sum > large) {
      probability /= large;
      sum /= large;
      scale += Math.log(large);
    }
  }
  return sum * Math.exp(scale);
}

/**
 * The age in weeks at which P(alive) has fallen to `chance` if the silence goes on (2.6). Where it is there from the day of
 * the last episode on (usual with no repeat), that day's age; infinite where it never gets there.
 */
export function aliveCrossingWeeks(parameters: Parameters, state: State, chance: number): number {
  const { a, b } = parameters;
  const logLevel = Math.log(a / (b + state.repeats)) + Math.log(chance) - Math.log1p(-chance);
  return crossingOf(parameters, state, logLevel);
}

/** The age in weeks at which S has fallen to `level` (2.6). */
export function surpriseCrossingWeeks(parameters: Parameters, state: State, level: number): number {
  return crossingOf(parameters, state, Math.log(level));
}

/** When ln S reaches `logLevel`. */
export function crossingOf(
  { r, alpha }: Parameters,
  { repeats, lastWeeks }: State,
  logLevel: number,
): number {
  if (logLevel >= 0) return lastWeeks;
  return lastWeeks + (alpha + lastWeeks) * Math.expm1(-logLevel / (r + repeats));
}

/** Below this share of partners leaving after an episode, leaving cannot be told from a pause (models.md 6.7). */
const leastDropout = 0.03;

/** Where it is not, P(alive) is near 1 for everyone and only the surprise means something. */
export function dropoutIsIdentified({ a, b }: Parameters): boolean {
  return a / (a + b) >= leastDropout;
}
