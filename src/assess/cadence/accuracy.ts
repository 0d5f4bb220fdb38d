/** How well predictions came true. Chances and outcomes stand side by side, one entry per partner; outcomes are 0 or 1. */

type Numbers = ArrayLike<number>;

/**
 * The chance that one who is positive scores higher than one who is not, ties counted half (the area under the ROC).
 * @returns null where all are alike
 */
export function aucOf(scores: Numbers, outcomes: Numbers): number | null {
  let [positives, negatives, won] = [0, 0, 0];
  for (const { positive, negative } of ties(scores, outcomes)) {
    won += negative * (positives + positive / 2);
    positives += positive;
    negatives += negative;
  }
  return positives === 0 || negatives === 0 ? null : won / (positives * negatives);
}

/** The mean squared distance of the chances from what happened; null for nobody. */
export function brierOf(chances: Numbers, outcomes: Numbers): number | null {
  return meanOf(chances.length, (index) => ((chances[index] ?? 0) - (outcomes[index] ?? 0)) ** 2);
}

/** The mean surprise at what happened, in nats; null for nobody. A chance of 0 or 1 that fails costs much, not everything. */
export function logLossOf(chances: Numbers, outcomes: Numbers): number | null {
  return meanOf(chances.length, (index) => {
    const chance = chances[index] ?? 0;
    const ofOutcome = outcomes[index] === 1 ? chance : 1 - chance;
    return -Math.log(Math.max(ofOutcome, leastChance));
  });
}

const leastChance = 1e-9;

export type RocPoint = { readonly falseAlarms: number; readonly found: number; readonly level: number };

/**
 * What is found at a price: for each share of the others that may be flagged, the most lenient level that keeps to it.
 * @param shares ascending; one that even the strictest level exceeds has no point
 */
export function rocOf(scores: Numbers, outcomes: Numbers, shares: readonly number[]): readonly RocPoint[] {
  const counts: { positives: number; negatives: number; level: number }[] = [];
  let [positives, negatives] = [0, 0];
  for (const { positive, negative, score } of ties(scores, outcomes)) {
    positives += positive;
    negatives += negative;
    counts.push({ positives, negatives, level: score });
  }
  if (positives === 0 || negatives === 0) return [];
  const chosen = shares.map((share) => counts.findLast((point) => point.negatives <= share * negatives));
  return [...new Set(chosen)].flatMap((point) =>
    point === undefined
      ? []
      : [
          {
            falseAlarms: point.negatives / negatives,
            found: point.positives / positives,
            level: point.level,
          },
        ],
  );
}

export type ReliabilityBand = {
  readonly from: number;
  readonly to: number;
  readonly partners: number;
  /** Means over the band; null where nobody is in it. */
  readonly predicted: number | null;
  readonly actual: number | null;
};

/** @param edges of the bands, ascending from 0 to 1; a chance on an edge belongs to the band above it */
export function reliabilityOf(
  chances: Numbers,
  outcomes: Numbers,
  edges: readonly number[],
): readonly ReliabilityBand[] {
  const bands = edges
    .slice(1)
    .map((to, index) => ({ from: edges[index] ?? 0, to, partners: 0, predicted: 0, actual: 0 }));
  for (let index = 0; index < chances.length; index += 1) {
    const chance = chances[index] ?? 0;
    const band = bands.find(({ to }) => chance < to) ?? bands.at(-1);
    if (band === undefined) continue;
    band.partners += 1;
    band.predicted += chance;
    band.actual += outcomes[index] ?? 0;
  }
  return bands.map((band) => ({
    ...band,
    predicted: band.partners === 0 ? null : band.predicted / band.partners,
    actual: band.partners === 0 ? null : band.actual / band.partners,
  }));
}

/** From the highest score down, all that share one together: between them there is no order. */
function* ties(
  scores: Numbers,
  outcomes: Numbers,
): Generator<{ score: number; positive: number; negative: number }> {
  const positives = sortedWhere(outcomes, 1, scores);
  const negatives = sortedWhere(outcomes, 0, scores);
  let [ofPositives, ofNegatives] = [positives.length, negatives.length];
  while (ofPositives > 0 || ofNegatives > 0) {
    const score = Math.max(positives[ofPositives - 1] ?? -Infinity, negatives[ofNegatives - 1] ?? -Infinity);
    let [positive, negative] = [0, 0];
    for (; positives[ofPositives - 1] === score; ofPositives -= 1) positive += 1;
    for (; negatives[ofNegatives - 1] === score; ofNegatives -= 1) negative += 1;
    yield { score, positive, negative };
  }
}

/** Apart from the others they are numbers alone, which sort ten times faster than places compared by what stands there. */
function sortedWhere(outcomes: Numbers, outcome: number, scores: Numbers): Float64Array {
  let count = 0;
  for (let index = 0; index < outcomes.length; index += 1) if (outcomes[index] === outcome) count += 1;
  const found = new Float64Array(count);
  let at = 0;
  for (let index = 0; index < outcomes.length; index += 1) {
    if (outcomes[index] === outcome) found[at++] = scores[index] ?? 0;
  }
  return found.sort();
}

function meanOf(count: number, of: (index: number) => number): number | null {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += of(index);
  return count === 0 ? null : sum / count;
}
