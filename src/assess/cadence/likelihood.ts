/**
 * The log-likelihood of all partners and its gradient (models.md 2.1). Repeats are whole numbers, so that gamma and beta
 * functions come down to sums of logarithms shared by all partners, and what remains per partner is two logarithms and an
 * exponential.
 */
import type { Parameters } from './mbg.ts';

/** One entry per partner: x, tx and T of `State`. */
export type FitColumns = {
  readonly repeats: ArrayLike<number>;
  readonly lastWeeks: ArrayLike<number>;
  readonly ageWeeks: ArrayLike<number>;
  readonly count: number;
};

/** The columns as the likelihood reads them. Partners without a repeat differ by their age alone: one row for each age. */
export type Sample = {
  /** How many partners all rows stand for. */
  readonly partners: number;
  /** `withAtLeast[i]` is the number of partners with i repeats or more; the last one is 0. */
  readonly withAtLeast: Float64Array;
  readonly rows: {
    readonly repeats: Int32Array;
    readonly lastWeeks: Float64Array;
    readonly ageWeeks: Float64Array;
    readonly partners: Uint32Array;
  };
};

/** @param stride takes every so-manieth partner */
export function sampleOf(columns: FitColumns, stride: number = 1): Sample {
  const most = Math.ceil(columns.count / stride);
  const repeats = new Int32Array(most);
  const lastWeeks = new Float64Array(most);
  const ageWeeks = new Float64Array(most);
  const partners = new Uint32Array(most);
  const onceRows = new Map<number, number>();
  let size = 0;
  for (let index = 0; index < columns.count; index += stride) {
    const x = columns.repeats[index] ?? 0;
    const last = columns.lastWeeks[index] ?? 0;
    const age = Math.max(columns.ageWeeks[index] ?? 0, last);
    const row = x === 0 ? (onceRows.get(age) ?? size) : size;
    if (x === 0) onceRows.set(age, row);
    if (row === size) size += 1;
    repeats[row] = x;
    lastWeeks[row] = x === 0 ? 0 : last;
    ageWeeks[row] = age;
    partners[row] = (partners[row] ?? 0) + 1;
  }
  const rows = {
    repeats: repeats.subarray(0, size),
    lastWeeks: lastWeeks.subarray(0, size),
    ageWeeks: ageWeeks.subarray(0, size),
    partners: partners.subarray(0, size),
  };
  return { partners: most, withAtLeast: countsFrom(rows), rows };
}

function countsFrom({ repeats, partners }: Pick<Sample['rows'], 'repeats' | 'partners'>): Float64Array {
  const most = repeats.reduce((most, x) => Math.max(most, x), 0);
  const counts = new Float64Array(most + 2);
  repeats.forEach((x, row) => {
    counts[x] = (counts[x] ?? 0) + (partners[row] ?? 0);
  });
  for (let x = most - 1; x >= 0; x -= 1) counts[x] = (counts[x] ?? 0) + (counts[x + 1] ?? 0);
  return counts;
}

export type Likelihood = { readonly value: number; readonly slope: Readonly<Parameters> };

export function likelihoodOf(sample: Sample, parameters: Parameters): Likelihood {
  const { r, alpha } = parameters;
  const shared = sharedSums(sample, parameters);
  const own = ownSums(sample, parameters);
  return {
    value: sample.partners * r * Math.log(alpha) + shared.value + own.value,
    slope: {
      r: sample.partners * Math.log(alpha) + shared.slope.r + own.slope.r,
      alpha: (sample.partners * r) / alpha + own.slope.alpha,
      a: shared.slope.a + own.slope.a,
      b: shared.slope.b + own.slope.b,
    },
  };
}

/** lnG(r+x) - lnG(r) and lnB(a, b+x+1) - lnB(a, b): each summand counts for all partners that have come so far. */
function sharedSums({ withAtLeast }: Sample, { r, a, b }: Parameters): Likelihood {
  const slope = { r: 0, alpha: 0, a: 0, b: 0 };
  let value = 0;
  for (let i = 0; i + 1 < withAtLeast.length; i += 1) {
    const came = withAtLeast[i] ?? 0;
    const cameAgain = withAtLeast[i + 1] ?? 0;
    value += cameAgain * Math.log(r + i) - came * Math.log1p(a / (b + i));
    slope.r += cameAgain / (r + i);
    slope.a -= came / (a + b + i);
    slope.b += (came * a) / ((b + i) * (a + b + i));
  }
  return { value, slope };
}

/** What depends on a partner's own times. D is the log-odds of being gone. */
function ownSums({ rows, withAtLeast }: Sample, { r, alpha, a, b }: Parameters): Likelihood {
  const { repeats, lastWeeks, ageWeeks, partners } = rows;
  const disloyalty = Float64Array.from(withAtLeast, (_, x) => Math.log(a / (b + x)));
  const slope = { r: 0, alpha: 0, a: 0, b: 0 };
  let value = 0;
  for (let row = 0; row < repeats.length; row += 1) {
    const x = repeats[row] ?? 0;
    const weight = partners[row] ?? 0;
    const atLast = alpha + (lastWeeks[row] ?? 0);
    const now = alpha + (ageWeeks[row] ?? 0);
    const logNow = Math.log(now);
    const silence = Math.log(now / atLast);
    const d = (disloyalty[x] ?? 0) + (r + x) * silence;
    const small = Math.exp(-Math.abs(d));
    const gone = (d > 0 ? 1 : small) / (1 + small);
    value += weight * (Math.max(d, 0) + Math.log1p(small) - (r + x) * logNow);
    slope.r += weight * (gone * silence - logNow);
    slope.alpha += weight * (r + x) * (gone * (1 / now - 1 / atLast) - 1 / now);
    slope.a += (weight * gone) / a;
    slope.b -= (weight * gone) / (b + x);
  }
  return { value, slope };
}
