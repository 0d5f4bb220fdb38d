/**
 * How probable parameters are after a history has been seen: the likelihood under weak priors (models.md 2.1 and 2.2). The
 * parameters are positive, so all is said of their logarithms.
 */
import { likelihoodOf, type FitColumns, type Sample } from './likelihood.ts';
import type { Parameters } from './mbg.ts';
import type { Objective } from './minimize.ts';

/** The negative log-density, up to a constant, over the logarithms of r, alpha, a and b. Without priors the likelihood's. */
export function posteriorOf(sample: Sample, usualGap: number | null): Objective {
  return (point, gradient) => {
    const parameters = parametersAt(point);
    const { value, slope } = likelihoodOf(sample, parameters);
    const prior = usualGap === null ? flat : weakPrior(parameters, usualGap);
    gradient[0] = prior.slope.r - slope.r * parameters.r;
    gradient[1] = prior.slope.alpha - slope.alpha * parameters.alpha;
    gradient[2] = prior.slope.a - slope.a * parameters.a;
    gradient[3] = prior.slope.b - slope.b * parameters.b;
    return prior.value - value;
  };
}

const flat = { value: 0, slope: { r: 0, alpha: 0, a: 0, b: 0 } };

/** The priors of 2.2 as a penalty, with its slope in the logarithms of the parameters. They are weak: sd about 1 in logs. */
function weakPrior({ r, alpha, a, b }: Parameters, usualGap: number): typeof flat {
  const shape = Math.log(r);
  const gap = Math.log(alpha / r / usualGap);
  const odds = (Math.log(a / b) + 0.7) / 1.2;
  const weight = Math.log((a + b) / 1.8) / 0.8;
  return {
    value: (shape ** 2 + gap ** 2 + odds ** 2 + weight ** 2) / 2,
    slope: {
      r: shape - gap,
      alpha: gap,
      a: odds / 1.2 + ((weight / 0.8) * a) / (a + b),
      b: -odds / 1.2 + ((weight / 0.8) * b) / (a + b),
    },
  };
}

const gapWeeks = { shortest: 2, longest: 40 };

/** The mean gap of all partners together, within what a programme may have; the longest where nobody came back yet. */
export function pooledGap({ repeats, lastWeeks, count }: FitColumns): number {
  let gaps = 0;
  let weeks = 0;
  for (let index = 0; index < count; index += 1) {
    gaps += repeats[index] ?? 0;
    weeks += lastWeeks[index] ?? 0;
  }
  if (gaps === 0) return gapWeeks.longest;
  return Math.min(gapWeeks.longest, Math.max(gapWeeks.shortest, weeks / gaps));
}

export function logsOf({ r, alpha, a, b }: Parameters): Float64Array {
  return Float64Array.of(r, alpha, a, b).map(Math.log);
}

export function parametersAt(logs: Float64Array): Parameters {
  const [r = 0, alpha = 0, a = 0, b = 0] = logs.map(Math.exp);
  return { r, alpha, a, b };
}
