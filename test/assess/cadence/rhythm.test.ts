/** What counts as an episode, and when the clock starts anew. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  activeChance,
  aliveChance,
  stateOf,
  surprise,
  type Parameters,
} from '../../../src/assess/cadence/mbg.ts';
import { episodeDays, rhythmOf, rhythmSinceReturn } from '../../../src/assess/cadence/rhythm.ts';

const typical: Parameters = { r: 1, alpha: 12, a: 0.5, b: 1.2 };

/** Steps between events: clumps, a rhythm, and now and then a long pause. */
const anySteps = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 8 }),
    fc.integer({ min: 7, max: 60 }),
    fc.integer({ min: 100, max: 1500 }),
  ),
  { maxLength: 60 },
);
const anyDays = anySteps.map((steps) => {
  const days = [20_000];
  for (const step of steps) days.push((days.at(-1) ?? 0) + step);
  return days;
});
const anyParameters: fc.Arbitrary<Parameters> = fc.record({
  r: fc.double({ min: 0.1, max: 5, noNaN: true }),
  alpha: fc.double({ min: 0.5, max: 60, noNaN: true }),
  a: fc.double({ min: 0.01, max: 3, noNaN: true }),
  b: fc.double({ min: 0.05, max: 5, noNaN: true }),
});

describe('an event counts only if it comes 7 days or more after the last counted one', () => {
  test('six days are too few, seven are enough, and the clump is measured from its beginning', () => {
    expect(rhythmOf([100, 106])).toEqual({ repeats: 0, firstDay: 100, countedDay: 100, lastDay: 106 });
    expect(rhythmOf([100, 107])).toEqual({ repeats: 1, firstDay: 100, countedDay: 107, lastDay: 107 });
    expect(rhythmOf([100, 104, 108, 112])).toEqual({
      repeats: 1,
      firstDay: 100,
      countedDay: 108,
      lastDay: 112,
    });
  });

  test('without events there is no rhythm, and one is no repeat', () => {
    expect(rhythmOf([])).toBeNull();
    expect(rhythmOf([100, 200], 0)).toBeNull();
    expect(rhythmOf([100])).toEqual({ repeats: 0, firstDay: 100, countedDay: 100, lastDay: 100 });
  });

  test('only as many days are read as asked for', () => {
    const days = Int32Array.of(100, 110, 120, 130);
    expect(rhythmOf(days, 3)).toEqual(rhythmOf([100, 110, 120]));
    expect(rhythmSinceReturn(days, typical, 2)).toEqual(rhythmOf([100, 110]));
  });

  test('the greedy count is the largest number of events at least 7 days apart', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        const most: number[] = [];
        days.forEach((day, index) => {
          const before = most.filter((_, earlier) => day - (days[earlier] ?? day) >= episodeDays);
          most[index] = Math.max(0, ...before.map((count) => count + 1));
        });
        expect(rhythmOf(days)?.repeats).toBe(Math.max(...most));
      }),
    );
  });

  test('neither doubled days nor the order within a day change anything', () => {
    fc.assert(
      fc.property(anyDays, fc.array(fc.nat()), (days, doubled) => {
        const again = doubled.map((index) => days[index % days.length] ?? 0);
        const all = [...again, ...days].sort((a, b) => a - b);
        expect(rhythmOf(all)).toEqual(rhythmOf(days));
        expect(rhythmSinceReturn(all, typical)).toEqual(rhythmSinceReturn(days, typical));
      }),
    );
  });
});

describe('after a long return the clock starts anew', () => {
  const monthly = Array.from({ length: 13 }, (_, month) => 20_000 + 30 * month);
  const lastMonth = monthly.at(-1) ?? 0;

  test('a partner of a monthly rhythm that comes back after two years is a newcomer', () => {
    const days = [...monthly, lastMonth + 730, lastMonth + 790];
    expect(rhythmSinceReturn(days, typical)).toEqual({
      repeats: 1,
      firstDay: lastMonth + 730,
      countedDay: lastMonth + 790,
      lastDay: lastMonth + 790,
    });
    expect(rhythmOf(days)?.repeats).toBe(14);
  });

  test('one that comes back after two months is not', () => {
    const days = [...monthly, lastMonth + 60];
    expect(rhythmSinceReturn(days, typical)).toEqual(rhythmOf(days));
  });

  test('one in a hundred of many gaps is no long return: the partner would lose more than its absence cost it', () => {
    const weekly = Array.from({ length: 200 }, (_, week) => 20_000 + 7 * week);
    const last = weekly.at(-1) ?? 0;
    const state = { repeats: 199, lastWeeks: 199, ageWeeks: 205 };
    expect(surprise(typical, state)).toBeLessThan(0.01);
    expect(rhythmSinceReturn([...weekly, last + 42], typical)?.repeats).toBe(200);
  });

  test('it only ever forgets: what is left is the rhythm of the last events', () => {
    fc.assert(
      fc.property(anyDays, anyParameters, (days, parameters) => {
        const since = rhythmSinceReturn(days, parameters);
        expect(since).toEqual(rhythmOf(days.filter((day) => day >= (since?.firstDay ?? 0))));
      }),
    );
  });
});

describe('an event now never lowers', () => {
  test('the surprise, P(alive) or P(active), whether the clock starts anew or not', () => {
    let anew = 0;
    fc.assert(
      fc.property(
        anyDays,
        fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 100, max: 3000 })),
        anyParameters,
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        (days, silence, p, weeks) => {
          const today = (days.at(-1) ?? 0) + silence;
          const rhythms = [
            [rhythmOf(days), rhythmOf([...days, today])],
            [rhythmSinceReturn(days, p), rhythmSinceReturn([...days, today], p)],
          ];
          for (const [before, after] of rhythms) {
            if (!before || !after) throw new Error('A history with events has a rhythm.');
            if (after.firstDay === today && today > before.firstDay) anew += 1;
            const [was, is] = [stateOf(before, today), stateOf(after, today)];
            expect(surprise(p, is)).toBeGreaterThanOrEqual(surprise(p, was));
            expect(aliveChance(p, is)).toBeGreaterThanOrEqual(aliveChance(p, was));
            expect(activeChance(p, is, weeks)).toBeGreaterThanOrEqual(activeChance(p, was, weeks) - 1e-12);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(anew).toBeGreaterThan(50);
  });
});
