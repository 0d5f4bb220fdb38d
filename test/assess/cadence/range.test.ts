/** That a range holds the truth about as often as it claims to, and that there is none where nothing can be claimed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawsOf } from '../../../src/assess/cadence/draws.ts';
import { fitCadence, type FitColumns } from '../../../src/assess/cadence/fit.ts';
import { activeChance, aliveChance, type Parameters, type State } from '../../../src/assess/cadence/mbg.ts';
import { leavingIsTold, rangeOf, type Fitted, type Range } from '../../../src/assess/cadence/range.ts';
import { simulatePartners } from '../../../src/cli/bench-model-partners.ts';

function fitted(columns: FitColumns): Fitted {
  const { parameters } = fitCadence(columns);
  return { parameters, draws: drawsOf(columns, parameters) };
}

/** The fits of so many portals of the same kind of programme. */
function portals(truth: Parameters, partners: number, count: number): Fitted[] {
  return Array.from({ length: count }, (_, seed) => fitted(simulatePartners(truth, partners, 100 + seed)));
}

const regular: State = { repeats: 6, lastWeeks: 50, ageWeeks: 60 };
const recent: State = { repeats: 2, lastWeeks: 20, ageWeeks: 40 };
const alive = (parameters: Parameters): number => aliveChance(parameters, regular);
const aliveRecent = (parameters: Parameters): number => aliveChance(parameters, recent);
const active = (parameters: Parameters): number => activeChance(parameters, regular, 90 / 7);

const programmes = {
  'many stay': { r: 1, alpha: 12, a: 0.5, b: 1.2 },
  'most leave': { r: 0.525, alpha: 6.18, a: 0.89, b: 1.61 },
  'lively and much alike': { r: 3, alpha: 9, a: 0.3, b: 2 },
} as const satisfies Record<string, Parameters>;

function required(range: Range | null): Range {
  if (range === null) throw new Error('There is no range.');
  return range;
}

describe('four in five ranges hold the truth', () => {
  const chances = { alive, 'alive, of whom little is known': aliveRecent, active };
  test.each(
    Object.entries(programmes).flatMap(([name, truth]) =>
      [30, 300].map((size) => [name, size, truth] as const),
    ),
  )('%s, in portals of %d partners', (_, size, truth) => {
    const fits = portals(truth, size, 150);
    for (const [name, chance] of Object.entries(chances)) {
      const held = fits.filter((fit) => {
        const { from, to } = required(rangeOf(fit, chance));
        return from <= chance(truth) && chance(truth) <= to;
      });
      // The standard error of four in five of 150 is .033; the priors may lend a little or take it.
      const covered = { name, share: held.length / fits.length };
      expect(covered).toEqual({
        name,
        share: expect.toSatisfy((share: number) => share > 0.68 && share < 0.95),
      });
    }
  });
});

test('more partners make it narrower, and a hundred times as many at least five times', () => {
  for (const truth of Object.values(programmes)) {
    const [few = NaN, more = NaN, many = NaN] = [30, 300, 3000].map((size) => {
      const widths = portals(truth, size, 12).map((fit) => {
        const { from, to } = required(rangeOf(fit, alive));
        return to - from;
      });
      return widths.reduce((sum, width) => sum + width, 0) / widths.length;
    });
    expect(more).toBeLessThan(few);
    expect(many).toBeLessThan(more);
    expect(many * 5).toBeLessThan(few);
  }
});

test('the same history has the same draws, and another order of its partners the same range', () => {
  const columns = simulatePartners(programmes['many stay'], 60, 3);
  const turned = {
    repeats: Array.from(columns.repeats).reverse(),
    lastWeeks: Array.from(columns.lastWeeks).reverse(),
    ageWeeks: Array.from(columns.ageWeeks).reverse(),
    count: columns.count,
  };
  expect(fitted(columns)).toEqual(fitted(columns));
  const [range, again] = [fitted(columns), fitted(turned)].map((fit) => required(rangeOf(fit, active)));
  expect(again?.from).toBeCloseTo(range?.from ?? NaN, 5);
  expect(again?.to).toBeCloseTo(range?.to ?? NaN, 5);
});

test('draws lie around the fit on all sides, in none of its parameters further to one than to the other', () => {
  const columns = simulatePartners(programmes['many stay'], 200, 8);
  const { parameters, draws = [] } = fitted(columns);
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    const offsets = draws.map((draw) => Math.log(draw[name] / parameters[name]));
    expect(offsets.reduce((sum, offset) => sum + offset, 0) / draws.length).toBeCloseTo(0, 10);
    expect(Math.max(...offsets)).toBeGreaterThan(0.05);
  }
});

type Row = readonly [repeats: number, lastWeeks: number, ageWeeks: number];

function columnsOf(rows: readonly Row[]): FitColumns {
  return {
    repeats: rows.map(([repeats]) => repeats),
    lastWeeks: rows.map(([, lastWeeks]) => lastWeeks),
    ageWeeks: rows.map(([, , ageWeeks]) => ageWeeks),
    count: rows.length,
  };
}

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    repeats: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3000 })),
    gap: fc.double({ min: 1, max: 20, noNaN: true }),
    silence: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 150, noNaN: true })),
  })
  .map(({ repeats, gap, silence }) => [repeats, repeats * gap, repeats * gap + silence]);

describe('where little can be learned', () => {
  test('whatever the history is, a range is a range of chances and holds what is said without it', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 40 }), (rows) => {
        const fit = fitted(columnsOf(rows));
        for (const chance of [alive, aliveRecent, active]) {
          const range = rangeOf(fit, chance);
          if (range === null) continue;
          expect([0, range.from, chance(fit.parameters), range.to, 1]).toEqual(
            [0, range.from, chance(fit.parameters), range.to, 1].toSorted((a, b) => a - b),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  test('one partner leaves nearly everything open', () => {
    const { from, to } = required(rangeOf(fitted(columnsOf([[0, 0, 0]])), alive));
    expect(to - from).toBeGreaterThan(0.3);
  });

  const columns = simulatePartners(programmes['many stay'], 60, 3);
  const { parameters } = fitCadence(columns);
  test.each<[string, Parameters]>([
    ['no peak', { ...parameters, b: parameters.b * 3 }],
    ['far from any peak, where the curvature turns', { r: 30, alpha: 1e-3, a: 1e-6, b: 1e3 }],
    ['no number', { ...parameters, r: 0 }],
    ['beyond what can be computed', { ...parameters, alpha: Infinity }],
  ])('parameters that are %s have no draws, and so no range', (_, given) => {
    expect(drawsOf(columns, given)).toEqual([]);
    expect(rangeOf({ parameters: given, draws: [] }, alive)).toBeNull();
  });

  test('what was stored without draws has no range', () => {
    expect(rangeOf({ parameters }, alive)).toBeNull();
    expect(leavingIsTold({ parameters })).toBe(true);
  });

  test('where one in a hundred leaves, four hundred partners seldom pretend to tell leaving from a pause', () => {
    const loyal = portals({ r: 1, alpha: 10, a: 0.03, b: 3 }, 400, 50);
    expect(loyal.filter(leavingIsTold).length).toBeLessThan(5);
    const usual = portals(programmes['many stay'], 40, 50);
    expect(usual.filter(leavingIsTold)).toHaveLength(50);
  });
});
