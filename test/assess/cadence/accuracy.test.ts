/**
 * How well the model foretells on histories that it was not made from (models.md section 4): fitted up to a day, asked who
 * will be quiet in the 26 weeks after it, and told by what happened.
 */
import { describe, expect, test } from 'vitest';
import { fitCadence } from '../../../src/assess/cadence/fit.ts';
import { activeChance, stateOf, type State } from '../../../src/assess/cadence/mbg.ts';
import { rhythmOf, rhythmSinceReturn } from '../../../src/assess/cadence/rhythm.ts';
import { createRandom } from '../../../src/sandbox/programmes/random.ts';
import { dayNumber, isPresent, readEventDays } from './logs.ts';

const horizonWeeks = 26;
const ruleDays = 90;

type Case = { readonly days: readonly number[]; readonly seen: number; readonly quiet: boolean };

function casesAt(cut: number, histories: readonly number[][]): Case[] {
  return histories.flatMap((days) => {
    const seen = days.filter((day) => day <= cut).length;
    const quiet = !days.some((day) => day > cut && day <= cut + horizonWeeks * 7);
    return seen === 0 ? [] : { days, seen, quiet };
  });
}

/** How often a quiet one is ranked above one that is not; ties count half. */
function areaUnderCurve(scores: readonly number[], quiet: readonly boolean[]): number {
  const ofQuiet = scores.filter((_, index) => quiet[index]);
  const ofOthers = scores.filter((_, index) => !quiet[index]).sort((a, b) => a - b);
  const below = (score: number, reaches: (other: number) => boolean): number => {
    let [low, high] = [0, ofOthers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = ofOthers[middle] ?? NaN;
      if (other < score || (other === score && reaches(other))) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const won = ofQuiet.reduce(
    (sum, score) => sum + (below(score, () => false) + below(score, () => true)) / 2,
    0,
  );
  return won / (ofQuiet.length * ofOthers.length);
}

function brier(scores: readonly number[], quiet: readonly boolean[]): number {
  return scores.reduce((sum, score, index) => sum + (score - Number(quiet[index])) ** 2, 0) / scores.length;
}

function measure(histories: readonly number[][], cut: number) {
  const cases = casesAt(cut, histories);
  const quiet = cases.map((each) => each.quiet);
  const rhythms = cases.map(({ days, seen }) => rhythmOf(days, seen) ?? raise());
  const states = rhythms.map((rhythm) => stateOf(rhythm, cut));
  const { parameters } = fitCadence({
    repeats: states.map(({ repeats }) => repeats),
    lastWeeks: states.map(({ lastWeeks }) => lastWeeks),
    ageWeeks: states.map(({ ageWeeks }) => ageWeeks),
    count: states.length,
  });
  const chancesOfQuiet = (some: readonly State[]): number[] =>
    some.map((state) => 1 - activeChance(parameters, state, horizonWeeks));
  const anew = cases.map(({ days, seen }) =>
    stateOf(rhythmSinceReturn(days, parameters, seen) ?? raise(), cut),
  );
  const byRule = rhythms.map(({ lastDay }) => Number(cut - lastDay > ruleDays));
  return {
    partners: cases.length,
    quietShare: quiet.filter(Boolean).length / quiet.length,
    auc: areaUnderCurve(chancesOfQuiet(states), quiet),
    aucSinceReturn: areaUnderCurve(chancesOfQuiet(anew), quiet),
    brier: brier(chancesOfQuiet(states), quiet),
    brierSinceReturn: brier(chancesOfQuiet(anew), quiet),
    brierOfRule: brier(byRule, quiet),
  };
}

function raise(): never {
  throw new Error('A partner that was seen has a rhythm.');
}

describe.each([
  { file: 'cdnow_sample.csv', cut: '1997-09-30', partners: 2357, quietShare: 0.749, auc: 0.784 },
  { file: 'cdnow_sample.csv', cut: '1997-12-31', partners: 2357, quietShare: 0.782, auc: 0.8 },
  { file: 'onlineretail.csv', cut: '2011-06-09', partners: 2800, quietShare: 0.305, auc: 0.727 },
])('$file cut at $cut (../shared/data, skipped where absent)', ({ file, cut, ...stated }) => {
  test.skipIf(!isPresent(file))(
    `who will be quiet is ranked with an AUC of ${stated.auc} or more, and the Brier score is a quarter below that of the 90-day rule`,
    () => {
      const measured = measure(readEventDays(file), dayNumber(cut));
      expect(measured.partners).toBe(stated.partners);
      expect(measured.quietShare).toBeCloseTo(stated.quietShare, 3);
      expect(measured.auc).toBeGreaterThanOrEqual(stated.auc);
      expect(measured.aucSinceReturn).toBeGreaterThanOrEqual(stated.auc);
      expect(measured.brier).toBeLessThanOrEqual(0.75 * measured.brierOfRule);
    },
  );
});

/** Partners that pause and return, which the model does not know of (models.md 6.6): weeks on, weeks off, in turn. */
function pausingPartners(count: number, lastDay: number): number[][] {
  const random = createRandom(17);
  return Array.from({ length: count }, () => {
    const meanGap = 1 / random.gamma(2, 1 / 3);
    const days: number[] = [];
    let week = random.between(0, 100);
    let pauseFrom = week + random.exponential(50);
    while (week * 7 <= lastDay) {
      days.push(Math.floor(week * 7));
      week += random.exponential(meanGap);
      if (week <= pauseFrom) continue;
      week = pauseFrom + random.exponential(60);
      pauseFrom = week + random.exponential(50);
    }
    return days;
  });
}

test('where partners pause and return, a clock that starts anew foretells better than one that does not', () => {
  const cut = 156 * 7;
  const measured = measure(pausingPartners(4000, cut + horizonWeeks * 7), cut);
  expect(measured.aucSinceReturn).toBeGreaterThan(measured.auc + 0.002);
  expect(measured.brierSinceReturn).toBeLessThan(measured.brier);
});
