/**
 * Fits the model to all partners of one stream: the most probable parameters under weak priors (MAP, models.md 2.1 and
 * 2.2). Without priors short or happy histories let it run to a = 0, "nobody ever leaves" (6.7).
 */
import { likelihoodOf, sampleOf, type FitColumns, type Sample } from './likelihood.ts';
import type { Parameters } from './mbg.ts';
import { minimize, type Curvature, type Minimum } from './minimize.ts';
import { logsOf, parametersAt, pooledGap, posteriorOf } from './posterior.ts';

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
  // They know the curvature as well: what is left for all of them is a few steps.
  const top = few === all ? highest : climb(all, highest.point, usualGap, highest.curvature);
  const parameters = parametersAt(top.point);
  return {
    parameters,
    logLikelihood: likelihoodOf(all, parameters).value,
    evaluations:
      few === all ? climbs.reduce((sum, { evaluations }) => sum + evaluations, 0) : top.evaluations,
    partners: columns.count,
  };
}

/** Per partner, so that tolerances fit any number. */
function climb(
  sample: Sample,
  start: ArrayLike<number>,
  usualGap: number | null,
  known: Curvature = null,
): Minimum {
  const partners = Math.max(1, sample.partners);
  const posterior = posteriorOf(sample, usualGap);
  return minimize(
    (point, gradient) => {
      const value = posterior(point, gradient);
      for (let index = 0; index < gradient.length; index += 1)
        gradient[index] = (gradient[index] ?? 0) / partners;
      return value / partners;
    },
    start,
    known,
  );
}
