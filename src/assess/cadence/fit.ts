/**
 * Fits the model to all partners of one stream: the most probable parameters under weak priors (MAP, models.md 2.1 and
 * 2.2). Without priors short or happy histories let it run to a = 0, "nobody ever leaves" (6.7).
 */
import { likelihoodOf, sampleOf, type FitColumns, type Sample } from './likelihood.ts';
import type { Parameters } from './mbg.ts';
import { minimize, type Minimum } from './minimize.ts';

export type { FitColumns } from './likelihood.ts';

export type Fit = {
  readonly parameters: Parameters;
  /** Of the data alone, without the priors. */
  readonly logLikelihood: number;
  /** How often the likelihood of all partners was computed. */
  readonly evaluations: number;
  readonly partners: number;
};

/** The likelihood may have several hilltops: two starts, far enough apart (2.1). */
const starts: readonly Parameters[] = [
  { r: 1, alpha: 10, a: 0.5, b: 0.6 },
  { r: 0.5, alpha: 20, a: 0.5, b: 2 },
];

/** Which hilltop is the highest shows on this many partners as well; all of them then say where exactly it is. */
const scouts = 10_000;

/** @param options.priors false for the maximum of the likelihood alone, which is what publications report */
export function fitCadence(columns: FitColumns, options: { readonly priors?: boolean } = {}): Fit {
  const usualGap = options.priors === false ? null : pooledGap(columns);
  const all = sampleOf(columns);
  const stride = Math.ceil(columns.count / scouts);
  const few = stride > 1 ? sampleOf(columns, stride) : all;
  const climbs = starts.map((start) => climb(few, logsOf(start), usualGap));
  const highest = climbs.reduce((best, other) => (other.value < best.value ? other : best));
  const top = few === all ? highest : climb(all, highest.point, usualGap);
  const parameters = parametersAt(top.point);
  return {
    parameters,
    logLikelihood: likelihoodOf(all, parameters).value,
    evaluations:
      few === all ? climbs.reduce((sum, { evaluations }) => sum + evaluations, 0) : top.evaluations,
    partners: columns.count,
  };
}

/** The parameters are positive, so the search goes over their logarithms; per partner, so that tolerances fit any number. */
function climb(sample: Sample, start: ArrayLike<number>, usualGap: number | null): Minimum {
  const partners = Math.max(1, sample.partners);
  return minimize((point, gradient) => {
    const parameters = parametersAt(point);
    const { value, slope } = likelihoodOf(sample, parameters);
    const prior = usualGap === null ? flat : weakPrior(parameters, usualGap);
    gradient[0] = (prior.slope.r - slope.r * parameters.r) / partners;
    gradient[1] = (prior.slope.alpha - slope.alpha * parameters.alpha) / partners;
    gradient[2] = (prior.slope.a - slope.a * parameters.a) / partners;
    gradient[3] = (prior.slope.b - slope.b * parameters.b) / partners;
    return (prior.value - value) / partners;
  }, start);
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
function pooledGap({ repeats, lastWeeks, count }: FitColumns): number {
  let gaps = 0;
  let weeks = 0;
  for (let index = 0; index < count; index += 1) {
    gaps += repeats[index] ?? 0;
    weeks += lastWeeks[index] ?? 0;
  }
  if (gaps === 0) return gapWeeks.longest;
  return Math.min(gapWeeks.longest, Math.max(gapWeeks.shortest, weeks / gaps));
}

function logsOf({ r, alpha, a, b }: Parameters): number[] {
  return [r, alpha, a, b].map(Math.log);
}

function parametersAt(logs: Float64Array): Parameters {
  const [r = 0, alpha = 0, a = 0, b = 0] = logs.map(Math.exp);
  return { r, alpha, a, b };
}
