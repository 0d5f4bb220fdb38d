/** That the fit finds what is there, and that it never fails where little is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitCadence, type FitColumns } from '../../../src/assess/cadence/fit.ts';
import { likelihoodOf, sampleOf } from '../../../src/assess/cadence/likelihood.ts';
import { dropoutIsIdentified, type Parameters } from '../../../src/assess/cadence/mbg.ts';
import { minimize } from '../../../src/assess/cadence/minimize.ts';
import { simulatePartners } from '../../../src/cli/bench-model-partners.ts';
import { dayNumber, isPresent, readEventDays, readJson } from './logs.ts';

type Row = readonly [repeats: number, lastWeeks: number, ageWeeks: number];

function columnsOf(rows: readonly Row[]): FitColumns {
  return {
    repeats: rows.map(([repeats]) => repeats),
    lastWeeks: rows.map(([, lastWeeks]) => lastWeeks),
    ageWeeks: rows.map(([, , ageWeeks]) => ageWeeks),
    count: rows.length,
  };
}

const names = ['r', 'alpha', 'a', 'b'] as const;

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    repeats: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3000 })),
    gap: fc.double({ min: 1, max: 20, noNaN: true }),
    silence: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 150, noNaN: true })),
  })
  .map(({ repeats, gap, silence }) => [repeats, repeats * gap, repeats * gap + silence]);

/** As published: every day counts, and the clock stops on the last day of calibration. */
function calibrated(): FitColumns {
  const end = dayNumber('1997-09-30');
  return columnsOf(
    readEventDays('cdnow_sample.csv').map((all) => {
      const days = [...new Set(all)].filter((day) => day <= end);
      const [first = NaN, last = NaN] = [days[0], days.at(-1)];
      return [days.length - 1, (last - first) / 7, (end - first) / 7];
    }),
  );
}

describe('the published fits of the CDNOW sample are reproduced (../shared/data, skipped where absent)', () => {
  const present = isPresent('cdnow_sample.csv') && isPresent('reference_values.json');
  test.skipIf(!present)('parameters and likelihood of MBG/NBD agree to 4 digits and more', () => {
    const reference = readJson('reference_values.json') as {
      recomputed_here: Record<string, Record<string, number[]>>;
      published: Record<string, Record<string, { params: Parameters }>>;
    };
    const [r, alpha, a, b, logLikelihood = NaN] =
      reference.recomputed_here['cdnow_sample (btyd exact cbs)']?.['MBG/NBD'] ?? [];
    const { parameters, ...fit } = fitCadence(calibrated(), { priors: false });
    expect(fit.partners).toBe(2357);
    expect(fit.logLikelihood).toBeCloseTo(logLikelihood, 5);
    const published = reference.published['cdnow_sample_2357']?.['MBG/NBD']?.params;
    const recomputed: Record<string, number | undefined> = { r, alpha, a, b };
    for (const name of names) {
      expect(parameters[name] / (recomputed[name] ?? NaN)).toBeCloseTo(1, 5);
      expect(parameters[name]).toBeCloseTo(published?.[name] ?? NaN, 3);
    }
  });
});

describe('of simulated partners the fit finds the truth again', () => {
  test.each<[string, Parameters, number]>([
    ['a programme in which many stay, every parameter to a tenth', { r: 1, alpha: 12, a: 0.5, b: 1.2 }, 0.1],
    ['a lively one of much alike partners, to a tenth', { r: 3, alpha: 9, a: 0.3, b: 2 }, 0.1],
    [
      'one in which most leave at once and so tell little, to a third',
      { r: 0.6, alpha: 20, a: 0.9, b: 0.8 },
      0.33,
    ],
  ])('%s', (_, truth, tolerance) => {
    const partners = simulatePartners(truth, 20_000, 11);
    const { parameters, logLikelihood } = fitCadence(partners);
    for (const name of names) {
      expect(parameters[name] / truth[name]).toBeGreaterThan(1 - tolerance);
      expect(parameters[name] / truth[name]).toBeLessThan(1 + tolerance);
    }
    // Half a chi-square of four degrees of freedom: more than 10 above the truth happens once in 2,000.
    const above = logLikelihood - likelihoodOf(sampleOf(partners), truth).value;
    expect(above).toBeGreaterThan(-1);
    expect(above).toBeLessThan(10);
  });

  test('fifty partners are enough for the order of magnitude', () => {
    const truth = { r: 1, alpha: 12, a: 0.5, b: 1.2 };
    const { parameters } = fitCadence(simulatePartners(truth, 50, 3));
    expect(parameters.alpha / parameters.r).toBeGreaterThan(6);
    expect(parameters.alpha / parameters.r).toBeLessThan(24);
    expect(parameters.a / (parameters.a + parameters.b)).toBeGreaterThan(0.1);
    expect(parameters.a / (parameters.a + parameters.b)).toBeLessThan(0.6);
  });

  test('the same partners in another order give the same fit', () => {
    const partners = simulatePartners({ r: 1, alpha: 12, a: 0.5, b: 1.2 }, 3000, 5);
    const turned = {
      repeats: Array.from(partners.repeats).reverse(),
      lastWeeks: Array.from(partners.lastWeeks).reverse(),
      ageWeeks: Array.from(partners.ageWeeks).reverse(),
      count: partners.count,
    };
    const [fit, again] = [fitCadence(partners), fitCadence(turned)];
    for (const name of names) expect(again.parameters[name] / fit.parameters[name]).toBeCloseTo(1, 5);
    expect(again.logLikelihood).toBeCloseTo(fit.logLikelihood, 6);
  });

  test('what a part of very many partners points to is where all of them lead', () => {
    const many = simulatePartners({ r: 1, alpha: 12, a: 0.5, b: 1.2 }, 25_000, 9);
    const fit = fitCadence(many);
    const { slope } = likelihoodOf(sampleOf(many), fit.parameters);
    // What is left of the slopes are those of the priors, which are a few units against 25,000 partners.
    for (const name of names) expect(Math.abs(slope[name] * fit.parameters[name])).toBeLessThan(5);
    expect(fit.partners).toBe(25_000);
  });
});

test('the slope of the likelihood is what differences of its values say', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { minLength: 1, maxLength: 30 }),
      fc.record({
        r: fc.double({ min: 0.1, max: 5, noNaN: true }),
        alpha: fc.double({ min: 1, max: 50, noNaN: true }),
        a: fc.double({ min: 0.05, max: 3, noNaN: true }),
        b: fc.double({ min: 0.1, max: 5, noNaN: true }),
      }),
      fc.constantFrom(...names),
      (rows, parameters, name) => {
        const sample = sampleOf(columnsOf(rows));
        const step = 1e-4 * parameters[name];
        const valueAt = (times: number): number =>
          likelihoodOf(sample, { ...parameters, [name]: parameters[name] + times * step }).value;
        const byDifferences = (8 * (valueAt(1) - valueAt(-1)) - (valueAt(2) - valueAt(-2))) / (12 * step);
        const { value, slope } = likelihoodOf(sample, parameters);
        const rounding = (1e-13 * (1 + Math.abs(value))) / step;
        expect(Math.abs(byDifferences - slope[name])).toBeLessThanOrEqual(
          1e-6 * Math.abs(slope[name]) + rounding,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('the likelihood of all is the sum of those of each, however often one occurs', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 20 }), (rows) => {
      const parameters = { r: 0.8, alpha: 9, a: 0.4, b: 1.1 };
      const valueOf = (some: readonly Row[]): number =>
        likelihoodOf(sampleOf(columnsOf(some)), parameters).value;
      const single = rows.reduce((sum, row) => sum + valueOf([row]), 0);
      expect(valueOf([...rows, ...rows]) / 2).toBeCloseTo(single, 6);
    }),
  );
});

function sound(measures: readonly number[]): boolean {
  return measures.every((measure) => measure > 0 && measure < 1e4);
}

describe('histories from which little can be learned', () => {
  const measuresOf = (rows: readonly Row[], priors = true): number[] => {
    const { parameters, logLikelihood } = fitCadence(columnsOf(rows), { priors });
    return [...Object.values(parameters), Math.exp(logLikelihood / rows.length)];
  };
  const repeat = (row: Row, times: number): Row[] => Array.from({ length: times }, () => row);

  test.each<[string, Row[]]>([
    ['one partner that came once, today', [[0, 0, 0]]],
    ['one partner of five episodes', [[4, 20, 22]]],
    ['everybody came once, today', repeat([0, 0, 0], 500)],
    ['everybody came once, long ago', repeat([0, 0, 104], 500)],
    ['everybody with the same rhythm, all of them here', repeat([26, 52, 52], 500)],
    ['everybody with the same rhythm, all of them gone', repeat([10, 10, 156], 500)],
    ['one of five thousand repeats among newcomers', [[5000, 5000, 5001], ...repeat([0, 0, 3], 40)]],
    ['a silence behind the last episode by a time zone', [[3, 12, 11.9], ...repeat([1, 4, 8], 5)]],
  ])('%s: the fit is finite', (_, rows) => {
    expect(measuresOf(rows)).toSatisfy(sound);
  });

  test('whatever the histories are, the fit is finite', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 40 }), (rows) => {
        const { parameters, logLikelihood } = fitCadence(columnsOf(rows));
        expect(logLikelihood).not.toBeNaN();
        expect(Object.values(parameters)).toSatisfy(sound);
      }),
      { numRuns: 100 },
    );
  });

  test('where nobody ever left, the fit says that leaving cannot be told', () => {
    const happy = Array.from({ length: 400 }, (_, index): Row => [20 + (index % 20), 51.5, 52]);
    expect(dropoutIsIdentified(fitCadence(columnsOf(happy)).parameters)).toBe(false);
  });

  test('without priors the fit of the same history ends, with numbers', () => {
    const happy = Array.from({ length: 400 }, (_, index): Row => [20 + (index % 20), 51.5, 52]);
    expect(measuresOf(happy, false)).toSatisfy((measures: number[]) => measures.every(Number.isFinite));
  });

  test('of nobody the fit knows what the priors say', () => {
    const { parameters, logLikelihood, partners } = fitCadence(columnsOf([]));
    expect([logLikelihood, partners]).toEqual([0, 0]);
    expect(parameters.r).toBeCloseTo(1, 5);
    expect(parameters.alpha).toBeCloseTo(40, 3);
    expect(Math.log(parameters.a / parameters.b)).toBeCloseTo(-0.7, 5);
    expect(parameters.a + parameters.b).toBeCloseTo(1.8, 5);
  });
});

describe('the search', () => {
  test("finds the bottom of Rosenbrock's valley from far away", () => {
    const { point, value } = minimize(
      ([x = 0, y = 0], gradient) => {
        gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
        gradient[1] = 200 * (y - x * x);
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
      },
      [-1.2, 1],
    );
    expect(value).toBeLessThan(1e-12);
    expect(point[0]).toBeCloseTo(1, 5);
    expect(point[1]).toBeCloseTo(1, 5);
  });

  test('turns back where the function cannot be computed', () => {
    const { point } = minimize(
      ([x = 0], gradient) => {
        gradient[0] = 1 - 1 / x;
        return x - Math.log(x);
      },
      [5],
    );
    expect(point[0]).toBeCloseTo(1, 5);
  });

  test('ends where it begins if that is the bottom, and where nothing can be computed at all', () => {
    expect(minimize(([x = 0], gradient) => (gradient[0] = 2 * x) * x, [0]).evaluations).toBe(1);
    expect([...minimize(() => NaN, [3]).point]).toEqual([3]);
  });
});
