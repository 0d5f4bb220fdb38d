/** Which sources could tell of a behaviour, and whether they did. Missing is not zero (DESIGN.md 6.4, invariant I4). */
import type { Source, SourceState } from '../model/activity.ts';
import { streams, type Stream } from '../model/cadence.ts';
import type { Instant } from '../model/instant.ts';
import { isPartnerKind, type PartnerKind } from '../model/kind.ts';
import { behaviours, type Behaviour, type Rule } from '../model/settings.ts';

/**
 * `complete`: every source that covers one of the kinds read everything, so silence means silence.
 * `incomplete`: one of them did not; what was seen counts, what was not seen proves nothing.
 * `uncovered`: no source reports any of the kinds; the rule is not judged and its weight goes to the others.
 */
export type Coverage = {
  /** The kinds that some source reports: the only ones a sentence may call absent. */
  readonly kinds: readonly PartnerKind[];
  readonly sources: readonly Source[];
  /** `asOf`: up to when the least recent of the sources is known, or of those that are incomplete where some are. */
} & (
  | { readonly state: 'complete'; readonly asOf: Instant }
  | { readonly state: 'incomplete' | 'uncovered'; readonly asOf: Instant | null }
);

const uncovered: Coverage = { state: 'uncovered', kinds: [], sources: [], asOf: null };

/** A source that says it is complete but never was is treated as the careful reading has it: incomplete. */
function isComplete(source: SourceState): boolean {
  return source.complete && source.completeUpTo !== null;
}

function coverageOf(wanted: readonly PartnerKind[], states: readonly SourceState[]): Coverage {
  const covering = states.filter((state) =>
    state.kinds.some((kind) => isPartnerKind(kind) && wanted.includes(kind)),
  );
  if (covering.length === 0) return uncovered;
  const incomplete = covering.filter((state) => !isComplete(state));
  const telling = incomplete.length > 0 ? incomplete : covering;
  return {
    kinds: wanted.filter((kind) => covering.some((state) => state.kinds.includes(kind))),
    sources: covering.map((state) => state.source).sort(),
    ...completeness(incomplete.length === 0, leastRecent(telling.map((state) => state.completeUpTo))),
  };
}

function completeness(
  complete: boolean,
  asOf: Instant | null,
): { state: 'complete'; asOf: Instant } | { state: 'incomplete'; asOf: Instant | null } {
  return complete && asOf !== null ? { state: 'complete', asOf } : { state: 'incomplete', asOf };
}

function leastRecent(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce<Instant | null>(
    (least, instant) => (least === null || instant === null ? null : Math.min(least, instant)),
    instants[0] ?? null,
  );
}

/** "Clicks without a sale" needs both: a programme that imports clicks only knows nothing of sales. */
function conversionCoverage(clicks: Coverage, sales: Coverage): Coverage {
  if (clicks.state === 'uncovered' || sales.state === 'uncovered') return uncovered;
  const both = [clicks, sales];
  const incomplete = both.filter(({ state }) => state === 'incomplete');
  const telling = incomplete.length > 0 ? incomplete : both;
  return {
    kinds: [...clicks.kinds, ...sales.kinds],
    sources: [...new Set([...clicks.sources, ...sales.sources])].sort(),
    ...completeness(incomplete.length === 0, leastRecent(telling.map(({ asOf }) => asOf))),
  };
}

/** What the sources of one run can answer; computed once per run, asked per partner. */
export type Coverages = {
  ofRule(rule: Rule): Coverage;
  ofStream(stream: Stream): Coverage;
  /** At least one source exists, and all that report anything a partner does are complete. */
  readonly everything: 'complete' | 'incomplete' | 'uncovered';
};

const known = new WeakMap<readonly SourceState[], Coverages>();

/** Remembered per list of states, which no one changes: a run judges every partner under the same list. */
export function coveragesOf(states: readonly SourceState[]): Coverages {
  const remembered = known.get(states);
  if (remembered !== undefined) return remembered;
  const coverages = createCoverages(states);
  known.set(states, coverages);
  return coverages;
}

function createCoverages(states: readonly SourceState[]): Coverages {
  const byBehaviour = new Map<Behaviour, Coverage>();
  const of = (behaviour: Behaviour): Coverage => {
    const coverage = byBehaviour.get(behaviour) ?? coverageOf(behaviours[behaviour], states);
    byBehaviour.set(behaviour, coverage);
    return coverage;
  };
  const telling = states.filter((state) => state.kinds.some(isPartnerKind));
  const whole = telling.every(isComplete) ? 'complete' : 'incomplete';
  const byStream: Readonly<Record<Stream, Coverage>> = {
    productive: coverageOf(streams.productive, states),
    engagement: coverageOf(streams.engagement, states),
  };
  const conversion = conversionCoverage(of('clicks'), of('promotion_sales'));
  return {
    ofRule: (rule) => (rule.test === 'conversion' ? conversion : of(rule.behaviour)),
    ofStream: (stream) => byStream[stream],
    everything: telling.length === 0 ? 'uncovered' : whole,
  };
}
