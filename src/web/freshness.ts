/** How old what the card shows is, in one honest sentence. Pure. */
import type { SourceState } from '../model/activity.ts';
import { toIso, type Instant } from '../model/instant.ts';
import type { RunRecord } from '../store/runs.ts';
import type { CardPartner } from './contract.ts';
import { instantText } from './instant-text.ts';

export type Freshness = CardPartner['freshness'];

/**
 * Data older than this is called stale: a nightly run is due every 24 hours and may take two (reliability.md section 8,
 * "99 % of partners scored from data < 26 h old").
 */
export const staleAfterMs = 26 * 3_600_000;

/**
 * @param facts.sources every source; HubSpot's own say as of when HubSpot is known
 * @param facts.run the latest run that has ended; null before the first
 * @param facts.incomplete a source that this verdict depends on was not read completely
 */
export function freshnessOf(facts: {
  sources: readonly SourceState[];
  run: Pick<RunRecord, 'startedAt' | 'finishedAt' | 'outcome'> | null;
  incomplete: boolean;
  now: Instant;
  /** The portal's. */
  timeZone: string;
}): Freshness {
  const readings = facts.sources
    .filter(({ source }) => source.startsWith('hubspot.'))
    .map(({ completeUpTo }) => completeUpTo)
    .filter((instant) => instant !== null);
  const syncedAt = readings.length === 0 ? null : Math.max(...readings);
  const doubts = doubtsOf(facts);
  return {
    syncedAt: syncedAt === null ? null : toIso(syncedAt),
    stale: doubts.length > 0,
    sentence: [
      syncedAt === null
        ? 'HubSpot has not been read yet.'
        : `Data as of ${instantText(syncedAt, facts.timeZone)}.`,
      ...doubts,
    ].join(' '),
  };
}

function doubtsOf({ run, incomplete, now, timeZone }: Parameters<typeof freshnessOf>[0]): string[] {
  const doubts = incomplete ? ['A source could not be read completely; what it would tell is unknown.'] : [];
  if (run === null) return doubts;
  if (run.outcome === 'failed' || run.outcome === 'aborted') {
    const ended = instantText(run.finishedAt ?? run.startedAt, timeZone);
    return [...doubts, `The latest run ended without success on ${ended}, so newer activity may be missing.`];
  }
  if (now - run.startedAt > staleAfterMs) {
    return [...doubts, 'No run has ended since, so newer activity is missing.'];
  }
  return doubts;
}
