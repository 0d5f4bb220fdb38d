/**
 * What follows a webhook: read the hinted records again, judge the partners that they touch, and write those alone.
 * A run in small, under the same lease and with the same brake; a failure keeps the hints for the next attempt.
 */
import { randomUUID } from 'node:crypto';
import { RefusedError } from '../model/errors.ts';
import { dayOf, toIso } from '../model/instant.ts';
import type { RunOutcome, RunSummary } from '../model/run.ts';
import type { SettingsVersion } from '../model/settings.ts';
import { applyPlan, assertWithinBrake, BrakeError, planPublish } from '../publish/publish.ts';
import { checkBrake } from '../publish/plan.ts';
import { assertProvisioned } from '../publish/provision.ts';
import { removeHints, waitingHints } from '../store/hints.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { countPartners } from '../store/partners.ts';
import { savePortal } from '../store/portal.ts';
import { streamToPublish } from '../store/publishing.ts';
import { lastWholeRun, movedSince } from '../store/refreshes.ts';
import { finishRun, latestRun, markAbandonedRuns, saveRunStep, startRun } from '../store/runs.ts';
import { readSettings } from '../store/settings.ts';
import { fewestPartners } from '../sync/discover.ts';
import { refreshRecords, type Refreshed } from '../sync/refresh.ts';
import type { Portal } from '../model/partner.ts';
import { completeFacts } from './facts.ts';
import { failWith } from './first-failure.ts';
import { judgeAndSave } from './judge.ts';
import { RunInProgressError, withLease } from './lease-keeper.ts';
import { requestsSince } from './request-counts.ts';
import type { RunContext } from './run.ts';
import { emptySummary } from './steps.ts';

/**
 * `nothing`: no hint waits. `too_early`: the first whole run has not been yet, or verdicts of a later time stand.
 * `busy`: another run goes on. In the last three cases the hints wait. `done`: they were followed; what came meanwhile
 * waits for the next call.
 */
export type RefreshResult =
  | { readonly state: 'nothing' | 'too_early' | 'busy' }
  | {
      readonly state: 'done';
      /** Null when no partner was concerned; then the ledger has no row either. */
      readonly summary: RunSummary | null;
      readonly warnings: readonly string[];
    };

export type RefreshJobContext = Omit<RunContext, 'onProgress' | 'expectedPortalId'> & {
  /** Hinted partners whose records are read again, too. */
  readonly anew?: readonly string[];
};

/** @throws the error that ended it, after the ledger has it; the hints then wait for the next attempt */
export async function performRefresh(context: RefreshJobContext): Promise<RefreshResult> {
  const { store } = context;
  if ((await waitingHints(store.db)).count === 0) return { state: 'nothing' };
  try {
    return await withLease(store, context.signal, (lease, signal) => refresh(context, lease, signal), {
      brief: true,
    });
  } catch (error) {
    if (error instanceof RunInProgressError) return { state: 'busy' };
    throw error;
  }
}

type State = {
  readonly context: RefreshJobContext;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly now: number;
  readonly settings: SettingsVersion;
  /** How many statuses refreshes have moved since the last whole run, and how many partners have left since. */
  readonly moved: { moves: number; left: number };
  readonly summary: RunSummary;
};

async function refresh(
  context: RefreshJobContext,
  lease: Lease,
  signal: AbortSignal,
): Promise<RefreshResult> {
  const { db } = context.store;
  const now = context.clock();
  await markAbandonedRuns(db, lease.fence, now);
  const whole = await lastWholeRun(db);
  const latest = await latestRun(db, { committedOnly: true });
  // The first run is a person's decision; and older never replaces newer (I8).
  if (whole === null || latest === null || latest.asOf > now) return { state: 'too_early' };
  const settings = await readSettings(db, whole.settingsVersion);
  if (settings === null)
    throw new Error(`Settings version ${whole.settingsVersion} of the latest run is gone.`);
  const runId = randomUUID();
  return recorded({
    context,
    lease,
    signal,
    runId,
    now,
    settings,
    moved: await movedSince(db, whole.endedAt),
    summary: emptySummary(runId, toIso(now), settings.version),
  });
}

/** A row in the ledger if a partner was concerned, or if it failed. */
async function recorded(state: State): Promise<RefreshResult> {
  const { context, summary } = state;
  const before = context.hubspot.counts();
  const finish = async (outcome: RunOutcome, error: unknown): Promise<void> => {
    summary.sync = { ...summary.sync, ...requestsSince(before, context.hubspot.counts()) };
    await saveEnd(state, outcome, error);
  };
  let started = false;
  const start = async (): Promise<void> => {
    if (!started) await saveStart(state);
    started = true;
  };
  try {
    const { portal, refreshed } = await read(state);
    const { warnings } = refreshed;
    if (refreshed.partners.length === 0) return { state: 'done', summary: null, warnings };
    await start();
    const outcome = await judgeAndPublish(state, portal, refreshed);
    await finish(outcome, null);
    return { state: 'done', summary, warnings };
  } catch (error) {
    const outcome = error instanceof RefusedError || state.signal.aborted ? 'aborted' : 'failed';
    return await failWith(error, async () => {
      await start();
      await finish(outcome, error);
    });
  }
}

async function read(state: State): Promise<{ portal: Portal; refreshed: Refreshed }> {
  const { context, settings, moved } = state;
  const { hubspot, store } = context;
  // Also refuses the token of another account, in which all our partners would be missing.
  const portal = await hubspot.readPortal();
  await savePortal(store.db, portal);
  const partners = await countPartners(store.db);
  const { allowed } = checkBrake(settings.settings.brake, 0, partners, 0);
  // What the nightly run would not believe, a refresh must not either.
  const believable = partners - fewestPartners(partners + moved.left);
  const refreshed = await refreshRecords({
    hubspot,
    store,
    lease: state.lease,
    portal,
    settings: settings.settings,
    runId: state.runId,
    now: state.now,
    mayLeave: Math.max(0, Math.min(allowed - moved.left, believable)),
    anew: new Set(context.anew),
    signal: state.signal,
  });
  const { companies, deals, engagements } = refreshed.counts;
  state.summary.sync = { ...state.summary.sync, partners: companies, deals, engagements };
  return { portal, refreshed };
}

async function judgeAndPublish(
  state: State,
  portal: Portal,
  { partners }: Refreshed,
): Promise<'ok' | 'partial'> {
  const { context, summary } = state;
  const { store } = context;
  const ids = partners.map(({ recordId }) => recordId);
  const { settings, now, lease, signal } = state;
  await completeFacts({ store, portal, settings, now, lease, signal });
  const assessed = await judgeAndSave({
    store,
    portal,
    settings: state.settings,
    now: state.now,
    all: false,
    only: ids,
    lease: state.lease,
    runId: state.runId,
    signal: state.signal,
    onProgress: () => {},
  });
  summary.assess = { ...summary.assess, assessed, skipped: ids.length - assessed };
  const followed = (): Promise<void> =>
    fenced(store.db, state.lease, (transaction) => removeHints(transaction, partners));
  try {
    await publish(state, portal, ids);
  } catch (error) {
    // Everything was read and judged; whether it may be written is for a person to say.
    if (error instanceof BrakeError) await followed();
    throw error;
  }
  await followed();
  return summary.publish.failed > 0 ? 'partial' : 'ok';
}

const batchSize = 500;

/** The brake counts what refreshes have moved since the last whole run, too, or it could be passed in small steps. */
async function publish(state: State, portal: Portal, ids: readonly string[]): Promise<void> {
  const { context, settings, runId, moved, summary } = state;
  const { store, hubspot } = context;
  const { timeZone } = portal;
  const shownOn = { timeZone, today: dayOf(state.now, timeZone) };
  const plan = await planPublish(streamToPublish(store.db, batchSize, ids), shownOn);
  if (!settings.settings.writeBack) return;
  const brake = { ...plan, moves: plan.moves + moved.moves, partners: await countPartners(store.db) };
  assertWithinBrake(brake, settings.settings, { runId, approvedMoves: 0 });
  summary.publish = { changed: 0, unchanged: plan.unchanged, failed: 0, requests: 0 };
  if (plan.updates.length === 0) return;
  await assertProvisioned(hubspot);
  await saveRunStep(store.db, runId, 'publish', { moves: plan.moves });
  const before = hubspot.counts().requests.total;
  const finished = await applyPlan({ hubspot, store, lease: state.lease, runId }, plan, {
    signal: state.signal,
    onBatch: ({ changed, failed }) => {
      summary.publish = {
        changed: summary.publish.changed + changed,
        unchanged: plan.unchanged,
        failed: summary.publish.failed + failed.length,
        requests: hubspot.counts().requests.total - before,
      };
    },
  });
  if (!finished) state.signal.throwIfAborted();
}

async function saveStart({ context, runId, now, settings, lease }: State): Promise<void> {
  await startRun(context.store.db, {
    runId,
    kind: 'refresh',
    trigger: 'webhook',
    now,
    asOf: now,
    settingsVersion: settings.version,
    fence: lease.fence,
  });
}

async function saveEnd(state: State, outcome: RunOutcome, error: unknown): Promise<void> {
  const { context, runId, summary } = state;
  const now = context.clock();
  summary.outcome = outcome;
  summary.seconds = Math.max(0, now - state.now) / 1000;
  await finishRun(context.store.db, runId, {
    outcome,
    now,
    summary,
    error: error === null ? null : error instanceof Error ? error.message : String(error),
    nextAction:
      error instanceof RefusedError
        ? 'A person decides: see the message.'
        : error === null
          ? null
          : 'The changes wait and are tried again.',
    brakeMoves: error instanceof BrakeError ? error.moves : null,
  });
}
