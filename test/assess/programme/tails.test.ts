import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logAtLeast, logAtMost } from '../../../src/assess/programme/tails.ts';

/** The whole distribution of how many of them act, each with a chance of its own. */
function distributionOf(chances: readonly number[]): number[] {
  let distribution = [1];
  for (const chance of chances) {
    distribution = Array.from(
      { length: distribution.length + 1 },
      (_item, count) => (distribution[count] ?? 0) * (1 - chance) + (distribution[count - 1] ?? 0) * chance,
    );
  }
  return distribution;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const chances = fc.array(fc.double({ min: 0.001, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('how unlikely a count is', () => {
  test('unequal chances never make a small count less likely than it is said to be', () => {
    fc.assert(
      fc.property(chances, fc.nat(39), (own, successes) => {
        const mean = sum(own) / own.length;
        fc.pre(successes <= sum(own) - 1);
        const exact = sum(distributionOf(own).slice(0, successes + 1));
        expect(logAtMost(successes, own.length, mean)).toBeGreaterThanOrEqual(Math.log(exact) - 1e-9);
      }),
    );
  });

  test('with equal chances both tails are exact', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(60),
        (trials, chance, count) => {
          const exact = distributionOf(Array.from({ length: trials }, () => chance));
          const tail = (from: number, to: number): number => Math.log(sum(exact.slice(from, to)));
          const below = count < trials * chance;
          fc.pre(count <= trials && count !== trials * chance);
          const told = below ? logAtMost(count, trials, chance) : logAtLeast(count, trials, chance);
          expect(told).toBeCloseTo(below ? tail(0, count + 1) : tail(count, trials + 1), 8);
        },
      ),
    );
    expect(logAtLeast(2, 2, 0.5)).toBeCloseTo(Math.log(0.25), 12);
  });

  test.each([
    [0, 41, 0.5, 41 * Math.log(0.5)],
    [0, 100_000, 0.9, 100_000 * Math.log(0.1)],
    [5, 5, 0.5, 0],
    [0, 7, 1, -Infinity],
  ])('at most %i of %i with %d: ln %d', (count, trials, chance, expected) => {
    expect(logAtMost(count, trials, chance)).toBeCloseTo(expected, 6);
  });

  test('a count that is no more than expected is no surprise, whatever its size', () => {
    expect(logAtLeast(3, 100, 0.03)).toBe(0);
    expect(logAtLeast(500_000, 1_000_000, 0.5)).toBe(0);
    expect(logAtLeast(501_500, 1_000_000, 0.5)).toBeCloseTo(Math.log(0.00136), 1);
  });
});
