/** Scores many partners at once: the formulas of mbg.ts over columns, with what several of them share computed once. */
import type { FitColumns } from './likelihood.ts';
import {
  actsWithin,
  chanceOf,
  crossingOf,
  expectedEpisodes,
  logSurprise,
  loyaltyOf,
  type Parameters,
  type State,
} from './mbg.ts';

/** One entry per partner. */
export type Scores = {
  readonly surprise: Float64Array;
  readonly alive: Float64Array;
  readonly active: Float64Array;
  /** The age in weeks at which P(alive) falls to the asked chance if the silence goes on. */
  readonly crossingWeeks: Float64Array;
};

/** @param asked.weeks how far P(active) looks ahead @param asked.chance the P(alive) whose crossing is sought */
export function scoreAll(
  parameters: Parameters,
  columns: FitColumns,
  asked: { readonly weeks: number; readonly chance: number },
): Scores {
  const { count } = columns;
  const surprise = new Float64Array(count);
  const alive = new Float64Array(count);
  const active = new Float64Array(count);
  const crossingWeeks = new Float64Array(count);
  const loyalty = loyaltyByRepeats(parameters, columns);
  const level = Math.log(asked.chance) - Math.log1p(-asked.chance);
  eachState(columns, (state, index) => {
    const silence = logSurprise(parameters, state);
    const logOdds = loyalty[state.repeats] ?? NaN;
    const chance = chanceOf(silence + logOdds);
    surprise[index] = Math.exp(silence);
    alive[index] = chance;
    active[index] = chance * actsWithin(parameters, state, asked.weeks);
    crossingWeeks[index] = crossingOf(parameters, state, level - logOdds);
  });
  return { surprise, alive, active, crossingWeeks };
}

/** The expected number of episodes in the next `weeks`: a sum per partner, so apart from the others. */
export function expectAll(parameters: Parameters, columns: FitColumns, weeks: number): Float64Array {
  const expected = new Float64Array(columns.count);
  eachState(columns, (state, index) => {
    expected[index] = expectedEpisodes(parameters, state, weeks);
  });
  return expected;
}

/** For every number of repeats that occurs. */
function loyaltyByRepeats(parameters: Parameters, { repeats, count }: FitColumns): Float64Array {
  let most = 0;
  for (let index = 0; index < count; index += 1) most = Math.max(most, repeats[index] ?? 0);
  return Float64Array.from({ length: most + 1 }, (_, x) => loyaltyOf(parameters, { repeats: x }));
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One state for all, filled anew for each: a million objects would cost more than the formulas. */
function eachState(
  { repeats, lastWeeks, ageWeeks, count }: FitColumns,
  visit: (state: State, index: number) => void,
): void {
  const state: Mutable<State> = { repeats: 0, lastWeeks: 0, ageWeeks: 0 };
  for (let index = 0; index < count; index += 1) {
    state.repeats = repeats[index] ?? 0;
    state.lastWeeks = lastWeeks[index] ?? 0;
    state.ageWeeks = Math.max(ageWeeks[index] ?? 0, state.lastWeeks);
    visit(state, index);
  }
}
