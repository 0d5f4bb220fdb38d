import type { Status } from './verdict.ts';

export type RunOutcome = 'ok' | 'partial' | 'failed' | 'aborted';

/**
 * How a sync reads. `full`: every linked record. `nightly`: what changed since the last one. `second_pass`: what
 * HubSpot's search index had not shown yet when the nightly sync asked.
 */
export type SyncMode = 'full' | 'nightly' | 'second_pass';

export type RequestCounts = { total: number; byRoute: Record<string, number> };

/** What `run --json` and `demo --once --json` print; the shape is a contract (DESIGN.md section 8). */
export type RunSummary = {
  runId: string;
  outcome: RunOutcome;
  /** ISO 8601, UTC. */
  startedAt: string;
  seconds: number;
  settingsVersion: number;
  sync: {
    /** Null where the run did not sync. */
    mode: SyncMode | null;
    partners: number;
    deals: number;
    engagements: number;
    /** What an audit, a full pass over a picture that should be complete, had to correct; null where there was none. */
    differences: number | null;
    requests: RequestCounts;
    /** Answers with status 429. */
    rateLimited: number;
  };
  assess: { assessed: number; skipped: number; byStatus: Partial<Record<Status, number>> };
  publish: { changed: number; unchanged: number; failed: number; requests: number };
};
