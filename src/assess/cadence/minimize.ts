/** BFGS with backtracking (Nocedal & Wright 2006, chapters 3 and 6): few dimensions, no constraints, deterministic. */

/** The value at `point`; fills `gradient`. May be NaN or infinite where the function cannot be computed. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** The inverse Hessian, as far as steps have shown it; null where nothing is known of it. */
export type Curvature = readonly Float64Array[] | null;

export type Minimum = {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
  readonly curvature: Curvature;
};

/** A slope this small is flat, and so is a gain this small: it is lost in the rounding of a sum over many partners. */
const flatSlope = 1e-8;
const smallestGain = 1e-14;
const mostSteps = 200;
/** Coordinates are logarithms: a step changes a parameter at most by a factor of e^2, so that none flies away. */
const longestStep = 2;
const shortestShare = 1e-10;
const sufficientDecrease = 1e-4;

type Place = { readonly point: Float64Array; readonly gradient: Float64Array; readonly value: number };

/** @param known of the curvature, from a similar function */
export function minimize(objective: Objective, start: ArrayLike<number>, known: Curvature = null): Minimum {
  let evaluations = 0;
  const visit = (point: Float64Array): Place => {
    const gradient = new Float64Array(point.length);
    evaluations += 1;
    return { point, gradient, value: objective(point, gradient) };
  };
  let here = visit(Float64Array.from(start));
  let inverse = known;
  for (let step = 0; step < mostSteps && greatest(here.gradient) > flatSlope; step += 1) {
    const direction = directionFrom(here, inverse);
    if (-dot(direction, here.gradient) < smallestGain * Math.max(1, Math.abs(here.value))) break;
    const next = descend(here, direction, visit);
    if (next === null && inverse === null) break;
    if (next === null) {
      // What was learned of the curvature misleads here: once more by the gradient alone.
      inverse = null;
      continue;
    }
    inverse = updated(inverse, difference(next.point, here.point), difference(next.gradient, here.gradient));
    here = next;
  }
  return { point: here.point, value: here.value, evaluations, curvature: inverse };
}

/** Downhill by the curvature known so far; by the gradient alone where none is known or it points uphill. */
function directionFrom({ gradient }: Place, inverse: readonly Float64Array[] | null): Float64Array {
  const newton = inverse?.map((row) => -dot(row, gradient));
  const usable = newton !== undefined && dot(newton, gradient) < 0;
  const direction = Float64Array.from(usable ? newton : gradient.map((slope) => -slope));
  const length = greatest(direction);
  return length > longestStep ? direction.map((part) => (part * longestStep) / length) : direction;
}

/** The first point along `direction` that is lower as far as the slope promises; null when there is none. */
function descend(here: Place, direction: Float64Array, visit: (point: Float64Array) => Place): Place | null {
  const slope = dot(direction, here.gradient);
  for (let share = 1; share > shortestShare; share /= 2) {
    const step = share;
    const there = visit(here.point.map((coordinate, index) => coordinate + step * (direction[index] ?? 0)));
    if (there.value <= here.value + sufficientDecrease * share * slope) return there;
  }
  return null;
}

/** The inverse Hessian after a step `s` along which the gradient changed by `y`. Kept where the curvature is not positive. */
function updated(
  inverse: readonly Float64Array[] | null,
  s: Float64Array,
  y: Float64Array,
): readonly Float64Array[] | null {
  const curvature = dot(s, y);
  if (!(curvature > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y)))) return inverse;
  const before = inverse ?? identity(s.length, curvature / dot(y, y));
  const image = Float64Array.from(before, (row) => dot(row, y));
  const factor = (1 + dot(image, y) / curvature) / curvature;
  return before.map((row, i) =>
    row.map((value, j) => {
      const [si, sj, yi, yj] = [s[i] ?? 0, s[j] ?? 0, image[i] ?? 0, image[j] ?? 0];
      return value + factor * si * sj - (si * yj + yi * sj) / curvature;
    }),
  );
}

function identity(size: number, scale: number): Float64Array[] {
  return Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: size }, (_, column) => (row === column ? scale : 0)),
  );
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - (b[index] ?? 0));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function greatest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
