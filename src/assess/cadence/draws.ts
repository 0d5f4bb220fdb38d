/**
 * What a short history leaves open of the parameters (models.md 6.10): points drawn from Laplace's approximation of their
 * posterior, the normal distribution in their logarithms that has its peak and its curvature. That is near
 * enough: of simulated portals of thirty partners and more, the ranges that follow hold the truth as often as they claim.
 */
import { sampleOf, type FitColumns } from './likelihood.ts';
import type { Parameters } from './mbg.ts';
import { logsOf, parametersAt, pooledGap, posteriorOf } from './posterior.ts';

type Matrix = readonly Float64Array[];

/** @returns none where `parameters` are no peak, or one whose curvature says nothing: no range then, instead of a wrong one */
export function drawsOf(columns: FitColumns, parameters: Parameters): readonly Parameters[] {
  const posterior = posteriorOf(sampleOf(columns), pooledGap(columns));
  const slopeAt = (point: Float64Array): Float64Array => {
    const slope = new Float64Array(point.length);
    posterior(point, slope);
    return slope;
  };
  const peak = logsOf(parameters);
  const root = choleskyOf(curvatureOf(slopeAt, peak));
  if (root === null || !isBottom(root, slopeAt(peak))) return [];
  return normalPoints.map((point) => {
    const offset = solvedUpwards(root, point);
    return parametersAt(peak.map((coordinate, index) => coordinate + (offset[index] ?? 0)));
  });
}

/** In logarithms: wide enough for differences of slopes to stand above rounding, narrow against any prior. */
const step = 1e-3;

/** By central differences of the slope, made symmetric. */
function curvatureOf(slopeAt: (point: Float64Array) => Float64Array, at: Float64Array): Matrix {
  const rows = Array.from(at, (_, index) => {
    const [above, below] = [step, -step].map((by) => {
      const point = Float64Array.from(at);
      point[index] = (at[index] ?? 0) + by;
      return slopeAt(point);
    });
    return at.map((__, column) => ((above?.[column] ?? NaN) - (below?.[column] ?? NaN)) / (2 * step));
  });
  return rows.map((row, i) => row.map((value, j) => (value + (rows[j]?.[i] ?? NaN)) / 2));
}

/** The lower triangle L with L L' = matrix; null where that is not positive definite, or not computed. */
function choleskyOf(matrix: Matrix): Matrix | null {
  const root = matrix.map((row) => new Float64Array(row.length));
  for (const [i, row] of root.entries()) {
    for (let j = 0; j <= i; j += 1) {
      const rest = (matrix[i]?.[j] ?? NaN) - productOf(row, root[j] ?? row, j);
      if (i === j && !(rest > 0 && Number.isFinite(rest))) return null;
      row[j] = i === j ? Math.sqrt(rest) : rest / (root[j]?.[j] ?? NaN);
    }
  }
  return root;
}

/** A peak's slope is zero; this far off, in standard deviations of the posterior, does not matter. */
const farthestOff = 0.1;

/** Whether the point with this slope is where the density is highest, or its negative logarithm lowest. */
function isBottom(root: Matrix, slope: Float64Array): boolean {
  return Math.hypot(...solvedDownwards(root, slope)) < farthestOff;
}

/** x with L x = right. */
function solvedDownwards(root: Matrix, right: ArrayLike<number>): Float64Array {
  const solved = new Float64Array(root.length);
  for (const [i, row] of root.entries()) {
    solved[i] = ((right[i] ?? NaN) - productOf(row, solved, i)) / (row[i] ?? NaN);
  }
  return solved;
}

/** x with L' x = right. Of independent normal numbers it makes such that vary as the inverse of L L' says. */
function solvedUpwards(root: Matrix, right: ArrayLike<number>): Float64Array {
  const solved = new Float64Array(root.length);
  for (let i = root.length - 1; i >= 0; i -= 1) {
    const above = root.map((row) => row[i] ?? 0);
    const rest = above.reduce(
      (sum, value, k) => (k > i ? sum - value * (solved[k] ?? 0) : sum),
      right[i] ?? NaN,
    );
    solved[i] = rest / (above[i] ?? NaN);
  }
  return solved;
}

/** The sum of products of the first `length` entries. */
function productOf(a: ArrayLike<number>, b: ArrayLike<number>, length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

/** Enough for the tenths at either end: in whatever direction one looks, the range they span is within a quarter of the true one. */
const drawn = 32;

/**
 * Points of four standard normal coordinates, always the same: a sequence that leaves no gaps in the unit cube (its steps
 * are powers of the root of x^5 = x + 1, the golden ratio of four dimensions), after Box and Muller. Moved and stretched
 * so that mean and covariance are exactly those of the normal distribution, which few points miss by chance.
 */
const normalPoints: readonly Float64Array[] = standardized(
  Array.from({ length: drawn }, (_, index) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = [1, 2, 3, 4].map(
      (power) => (0.5 + (index + 1) / 1.1673039782614187 ** power) % 1,
    );
    return Float64Array.of(...normalPair(first, second), ...normalPair(third, fourth));
  }),
);

/** @param radius @param angle both uniform in (0, 1) */
function normalPair(radius: number, angle: number): readonly [number, number] {
  const length = Math.sqrt(-2 * Math.log(radius));
  return [length * Math.cos(2 * Math.PI * angle), length * Math.sin(2 * Math.PI * angle)];
}

function standardized(points: readonly Float64Array[]): readonly Float64Array[] {
  const mean = (of: (point: Float64Array) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const centre = Float64Array.from([0, 1, 2, 3], (index) => mean((point) => point[index] ?? 0));
  const centred = points.map((point) => point.map((value, index) => value - (centre[index] ?? 0)));
  const covariance = Array.from(centre, (_, i) =>
    centre.map((__, j) => centred.reduce((sum, point) => sum + (point[i] ?? 0) * (point[j] ?? 0), 0) / drawn),
  );
  const root = choleskyOf(covariance);
  return root === null ? [] : centred.map((point) => solvedDownwards(root, point));
}
