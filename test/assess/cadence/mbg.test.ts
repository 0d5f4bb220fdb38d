/** The formulas against 60 digits, against values that others published, and against what must hold for all of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likelihoodOf, sampleOf } from '../../../src/assess/cadence/likelihood.ts';
import {
  activeChance,
  aliveChance,
  aliveCrossingWeeks,
  dropoutIsIdentified,
  expectedEpisodes,
  stateOf,
  surprise,
  surpriseCrossingWeeks,
  type Parameters,
  type State,
} from '../../../src/assess/cadence/mbg.ts';
import { isPresent, readRows } from './logs.ts';

function logLikelihood(parameters: Parameters, { repeats, lastWeeks, ageWeeks }: State): number {
  const columns = { repeats: [repeats], lastWeeks: [lastWeeks], ageWeeks: [ageWeeks], count: 1 };
  return likelihoodOf(sampleOf(columns), parameters).value;
}

/** The points were computed with 60 digits: what is smaller than that is noise there, and zero for a double. */
const noise = 1e-50;

/** Null where they agree to 1e-9; a NaN agrees with nothing. */
function difference(what: string, actual: number, expected: number): string | null {
  const allowed = Math.max(noise, 1e-9 * Math.abs(expected));
  return Math.abs(actual - expected) <= allowed ? null : `${what} is ${actual}, not ${expected}`;
}

/** One row of the file against ours. */
function differencesAt(point: Readonly<Record<string, string>>): (string | null)[] {
  const number = (name: string): number => Number(point[name]);
  const parameters = { r: number('r'), alpha: number('alpha'), a: number('a'), b: number('b') };
  const state = { repeats: number('x'), lastWeeks: number('tx'), ageWeeks: number('T') };
  const weeks = number('h_weeks');
  const expectation = expectedEpisodes(parameters, state, weeks);
  const likelihood = logLikelihood(parameters, state);
  // Where the reference failed (x = 5000) the cell is empty; that ours is finite must do.
  const expected = point['e_x_h'] === '' && Number.isFinite(expectation) ? expectation : number('e_x_h');
  return [
    difference('S', surprise(parameters, state), number('gap_survival')),
    difference('P(alive)', aliveChance(parameters, state), number('p_alive')),
    difference('P(active)', activeChance(parameters, state, weeks), number('p_active_h')),
    difference('P(alive) = .5', aliveCrossingWeeks(parameters, state, 0.5), number('t_palive_50')),
    difference('E', expectation, expected),
    // Without any time the likelihood is 1: its logarithm has no relative error.
    difference('exp(LL)', state.ageWeeks === 0 ? Math.exp(likelihood) : 1, 1),
    difference('LL', state.ageWeeks === 0 ? 0 : likelihood, number('loglik_no_litt')),
  ];
}

describe('points computed with 60 digits (../shared/data/mbg_points.csv, skipped where absent)', () => {
  const present = isPresent('mbg_points.csv');
  const points = present ? readRows('mbg_points.csv') : [];
  const ours = points.filter(({ k }) => k === '1');

  test.skipIf(!present)(
    '136 of them are of this model; the 56 with k > 1 are of Erlang gaps, which it has not',
    () => {
      expect([ours.length, points.length - ours.length]).toEqual([136, 56]);
    },
  );

  test.skipIf(!present)('every quantity agrees to 1e-9', () => {
    const differences = ours.flatMap((point) =>
      differencesAt(point).flatMap((text) => (text === null ? [] : `${JSON.stringify(point)}: ${text}`)),
    );
    expect(differences).toEqual([]);
  });
});

test('the likelihoods of 0 and 200 repeats that pymc-marketing tests against are met', () => {
  const parameters = { r: 0.25, alpha: 4, a: 0.8, b: 2.5 };
  expect(logLikelihood(parameters, { repeats: 0, lastWeeks: 0, ageWeeks: 40 })).toBeCloseTo(-0.41792826, 8);
  expect(logLikelihood(parameters, { repeats: 200, lastWeeks: 38, ageWeeks: 40 })).toBeCloseTo(100.7869, 4);
});

const anyParameters: fc.Arbitrary<Parameters> = fc
  .record({
    r: fc.double({ min: -3, max: 2, noNaN: true }),
    gap: fc.double({ min: -1, max: 4, noNaN: true }),
    a: fc.double({ min: -8, max: 2, noNaN: true }),
    b: fc.double({ min: -3, max: 4, noNaN: true }),
  })
  .map(({ r, gap, a, b }) => ({
    r: Math.exp(r),
    alpha: Math.exp(r + gap),
    a: Math.exp(a),
    b: Math.exp(b),
  }));

const anyState: fc.Arbitrary<State> = fc
  .record({
    repeats: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 5000 })),
    gap: fc.double({ min: 1, max: 30, noNaN: true }),
    silence: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true })),
  })
  .map(({ repeats, gap, silence }) => ({
    repeats,
    lastWeeks: repeats * gap,
    ageWeeks: repeats * gap + silence,
  }));

const weeksAhead = fc.double({ min: 0, max: 60, noNaN: true });
const level = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
/** Of the last digits. */
const rounding = 1e-12;

describe('for every partner and all parameters', () => {
  test('chances lie between 0 and 1, and to expect fewer episodes than the chance of one is impossible', () => {
    fc.assert(
      fc.property(anyParameters, anyState, weeksAhead, (p, s, weeks) => {
        const active = activeChance(p, s, weeks);
        for (const chance of [surprise(p, s), aliveChance(p, s), active]) {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
        }
        expect(active).toBeLessThanOrEqual(aliveChance(p, s));
        expect(expectedEpisodes(p, s, weeks)).toBeGreaterThanOrEqual(active * (1 - 1e-9));
      }),
    );
  });

  test('more silence never raises the surprise, the chance of being alive, of being active, or what is expected', () => {
    fc.assert(
      fc.property(anyParameters, anyState, weeksAhead, weeksAhead, (p, s, more, weeks) => {
        const later = { ...s, ageWeeks: s.ageWeeks + more };
        for (const measure of [surprise, aliveChance]) {
          expect(measure(p, later)).toBeLessThanOrEqual(measure(p, s) * (1 + rounding));
        }
        for (const measure of [activeChance, expectedEpisodes]) {
          expect(measure(p, later, weeks)).toBeLessThanOrEqual(measure(p, s, weeks) * (1 + 1e-10));
        }
      }),
    );
  });

  test('to look further ahead never lowers the chance of being active, nor what is expected', () => {
    fc.assert(
      fc.property(anyParameters, anyState, weeksAhead, weeksAhead, (p, s, weeks, more) => {
        for (const measure of [activeChance, expectedEpisodes]) {
          expect(measure(p, s, weeks + more)).toBeGreaterThanOrEqual(measure(p, s, weeks) * (1 - 1e-10));
        }
      }),
    );
  });

  test('the chance of a quiet time is the ratio of two likelihoods, as in every model of this family (2.4)', () => {
    const few = anyState.filter(({ repeats }) => repeats <= 50);
    fc.assert(
      fc.property(anyParameters, few, weeksAhead, (p, s, weeks) => {
        const later = { ...s, ageWeeks: s.ageWeeks + weeks };
        const quiet = Math.exp(logLikelihood(p, later) - logLikelihood(p, s));
        expect(activeChance(p, s, weeks)).toBeCloseTo(1 - quiet, 9);
      }),
    );
  });

  test('a crossing is where the chance is above the level before and not above it from then on', () => {
    const crossings = [
      { at: aliveCrossingWeeks, measure: aliveChance },
      { at: surpriseCrossingWeeks, measure: surprise },
    ];
    fc.assert(
      fc.property(anyParameters, anyState, level, fc.constantFrom(...crossings), (p, s, level, crossing) => {
        const weeks = crossing.at(p, s, level);
        expect(weeks).toBeGreaterThanOrEqual(s.lastWeeks);
        if (!Number.isFinite(weeks)) return;
        const silence = weeks - s.lastWeeks;
        const near = Math.max(1e-6 * silence, 1e-9 * weeks, 1e-9);
        const chanceAt = (ageWeeks: number): number => crossing.measure(p, { ...s, ageWeeks });
        expect(chanceAt(weeks + near)).toBeLessThanOrEqual(level * (1 + 1e-9));
        const before = silence > near ? chanceAt(weeks - near) : 1;
        expect(before).toBeGreaterThanOrEqual(level * (1 - 1e-9));
      }),
    );
  });

  test('silence does not move a crossing: it depends on the last episode alone', () => {
    fc.assert(
      fc.property(anyParameters, anyState, weeksAhead, level, (p, s, more, level) => {
        const later = { ...s, ageWeeks: s.ageWeeks + more };
        expect(aliveCrossingWeeks(p, later, level)).toBe(aliveCrossingWeeks(p, s, level));
        expect(surpriseCrossingWeeks(p, later, level)).toBe(surpriseCrossingWeeks(p, s, level));
      }),
    );
  });
});

describe('at the edges', () => {
  const typical = { r: 1, alpha: 12, a: 0.5, b: 1.2 };

  test('a chance of 0 is never reached and one of 1 from the start', () => {
    const state = { repeats: 3, lastWeeks: 30, ageWeeks: 40 };
    expect(aliveCrossingWeeks(typical, state, 0)).toBe(Infinity);
    expect(surpriseCrossingWeeks(typical, state, 0)).toBe(Infinity);
    expect(aliveCrossingWeeks(typical, state, 1)).toBe(30);
    expect(surpriseCrossingWeeks(typical, state, 1)).toBe(30);
  });

  test('after one episode a partner is as likely to be alive as the population, and nothing is surprising yet', () => {
    const state = { repeats: 0, lastWeeks: 0, ageWeeks: 0 };
    expect(aliveChance(typical, state)).toBeCloseTo(1.2 / 1.7, 15);
    expect(surprise(typical, state)).toBe(1);
    expect(activeChance(typical, state, 0)).toBe(0);
    expect(expectedEpisodes(typical, state, 0)).toBe(0);
  });

  test('five thousand repeats with a silence of two years give zero, not a NaN', () => {
    const state = { repeats: 5000, lastWeeks: 155, ageWeeks: 259 };
    expect([
      surprise(typical, state),
      aliveChance(typical, state),
      activeChance(typical, state, 26),
      expectedEpisodes(typical, state, 26),
    ]).toEqual([0, 0, 0, 0]);
  });

  test('parameters that are no numbers give NaN and do not hang', () => {
    const broken = { ...typical, alpha: NaN };
    expect(expectedEpisodes(broken, { repeats: 1, lastWeeks: 4, ageWeeks: 9 }, 13)).toBeNaN();
  });

  test('a day that lies before the last episode, by a time zone, is that day', () => {
    const rhythm = { repeats: 1, firstDay: 100, countedDay: 114, lastDay: 114 };
    expect(stateOf(rhythm, 113)).toEqual({ repeats: 1, lastWeeks: 2, ageWeeks: 2 });
    expect(stateOf(rhythm, 128)).toEqual({ repeats: 1, lastWeeks: 2, ageWeeks: 4 });
  });

  test('dropout counts as identified from three in a hundred on', () => {
    expect(dropoutIsIdentified({ ...typical, a: 0.03, b: 0.97 })).toBe(true);
    expect(dropoutIsIdentified({ ...typical, a: 0.0065, b: 0.607 })).toBe(false);
  });
});
