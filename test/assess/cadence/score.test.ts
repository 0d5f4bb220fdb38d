/** Scores of many partners at once. */
import { describe, expect, test } from 'vitest';
import {
  activeChance,
  aliveChance,
  aliveCrossingWeeks,
  expectedEpisodes,
  surprise,
} from '../../../src/assess/cadence/mbg.ts';
import { expectAll, scoreAll } from '../../../src/assess/cadence/score.ts';
import { simulatePartners } from '../../../src/cli/bench-model-partners.ts';

const parameters = { r: 1, alpha: 12, a: 0.5, b: 1.2 };
const weeks = 90 / 7;

describe('many partners at once', () => {
  test('each gets what it would get alone', () => {
    const columns = simulatePartners(parameters, 2000, 7);
    const scores = scoreAll(parameters, columns, { weeks, chance: 0.3 });
    const expected = expectAll(parameters, columns, weeks);
    for (let index = 0; index < columns.count; index += 1) {
      const state = {
        repeats: columns.repeats[index] ?? NaN,
        lastWeeks: columns.lastWeeks[index] ?? NaN,
        ageWeeks: columns.ageWeeks[index] ?? NaN,
      };
      expect(scores.surprise[index]).toBe(surprise(parameters, state));
      expect(scores.alive[index]).toBeCloseTo(aliveChance(parameters, state), 14);
      expect(scores.active[index]).toBeCloseTo(activeChance(parameters, state, weeks), 14);
      expect(scores.crossingWeeks[index]).toBeCloseTo(aliveCrossingWeeks(parameters, state, 0.3), 9);
      expect(expected[index]).toBe(expectedEpisodes(parameters, state, weeks));
    }
  });

  test('of no partner there is no score', () => {
    const none = { repeats: [], lastWeeks: [], ageWeeks: [], count: 0 };
    expect(scoreAll(parameters, none, { weeks, chance: 0.5 }).alive).toHaveLength(0);
    expect(expectAll(parameters, none, weeks)).toHaveLength(0);
  });

  test('a silence that begins in the future, by a time zone, is none', () => {
    const columns = { repeats: [3], lastWeeks: [20], ageWeeks: [19.9], count: 1 };
    expect(scoreAll(parameters, columns, { weeks, chance: 0.5 }).surprise[0]).toBe(1);
  });
});
