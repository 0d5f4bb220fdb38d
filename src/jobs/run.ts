/** One run: sync, assess, publish under one lease, written to the ledger whatever becomes of it (I11). */
import { randomUUID } from 'node:crypto';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { RefusedError, RekindleError, UsageError } from '../model/errors.ts';
import { toIso, type Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { RunOutcome, RunSummary, SyncMode } from '../model/run.ts';
import type { SettingsVersion } from '../model/settings.ts';
import { approvedByPreview } from '../store/approvals.ts';
import type { Store } from '../store/connect.ts';
import { lostConnection } from '../store/connection-failure.ts';
import type { Lease } from '../store/lease.ts';
import { savePortal } from '../store/portal.ts';
import { finishRun, latestRun, markAbandonedRuns, readRun, startRun } from '../store/runs.ts';
import { currentSettings } from '../store/settings.ts';
import { failWith } from './first-failure.ts';
import { forgetWhatIsOver } from './forget.ts';
import { withLease } from './lease-keeper.ts';
import { nextActionAfter, resumeAtOf } from './resume.ts';
import type { SyncPlan } from '../sync/plan.ts';
import { assessStep, emptySummary, planStep, planSyncStep, publishStep, syncStep } from './steps.ts';
import { BrakeError, type PublishPlan } from '../publish/publish.ts';

/** Which steps a run takes. `run` takes all three. */
export type RunKind = 'run' | 'sync' | 'assess' | 'publish';

export type RunProgress = { readonly step: string; readonly done: number; readonly total: number | null };

export type RunContext = {
  readonly store: Store;
  readonly hubspot: HubSpot;
  readonly clock: () => Instant;
  /** The account the operator means; a token of another account is refused. Null accepts whichever it is. */
  readonly expectedPortalId: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
};

export type RunRequest = {
  readonly kind: RunKind;
  readonly trigger: 'command' | 'schedule' | 'demo';
  /** Read every linked record and judge everyone, instead of only what may have changed. */
  readonly full: boolean;
  /** How to sync; null for whatever is due. */
  readonly sync: SyncMode | null;
  /** Read and judge, print the plan, write nothing to HubSpot and no verdict. */
  readonly dryRun: boolean;
  /** Judge as of this instant instead of now. */
  readonly asOf: Instant | null;
  /** A run that the brake stopped and a person has approved. */
  readonly approve: string | null;
  readonly acceptFewerPartners: boolean;
};

/** What a person who asks for nothing special gets. */
export const wholeRun: RunRequest = {
  kind: 'run',
  trigger: 'command',
  full: false,
  sync: null,
  dryRun: false,
  asOf: null,
  approve: null,
  acceptFewerPartners: false,
};

export type RunReport = {
  readonly summary: RunSummary;
  readonly warnings: readonly string[];
  readonly failures: readonly { readonly id: string; readonly message: string }[];
  /** What would be written, with `dryRun` only. */
  readonly plan: PublishPlan | null;
  /** What would be read, with `dryRun` of a sync alone. */
  readonly syncPlan: SyncPlan | null;
};

/** What the steps of one run share. */
export type RunState = {
  readonly context: RunContext;
  readonly request: RunRequest;
  readonly runId: string;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly portal: Portal;
  readonly settings: SettingsVersion;
  readonly now: Instant;
  /** How many status changes a person has approved; 0 without a yes. */
  readonly approvedMoves: number;
  readonly summary: RunSummary;
  readonly warnings: string[];
  readonly failures: { id: string; message: string }[];
};

/**
 * Performs a run and records it.
 * @throws the error that ended it, after the ledger has it; RefusedError when a brake stopped it
 */
export async function performRun(context: RunContext, request: RunRequest): Promise<RunReport> {
  const settings = await currentSettings(context.store.db);
  if (settings === null) {
    throw new UsageError(
      'There are no settings yet, so nobody knows what "inactive" means here. Start from a preset: ' +
        '`rekindle settings preset reseller` (or affiliate, distributor, mixed).',
    );
  }
  const approved = Math.max(
    await approvedMoves(context.store, request.approve),
    await approvedByPreview(context.store.db, settings.settings),
  );
  return withLease(context.store, context.signal, async (lease, signal) => {
    const startedAt = context.clock();
    const now = request.asOf ?? startedAt;
    await markAbandonedRuns(context.store.db, lease.fence, startedAt);
    await refuseOlderThanLatest(context.store, request, now);
    const runId = randomUUID();
    await startRun(context.store.db, {
      runId,
      kind: ledgerKind(request),
      trigger: request.trigger,
      now: startedAt,
      asOf: now,
      settingsVersion: settings.version,
      fence: lease.fence,
    });
    const report = {
      summary: emptySummary(runId, toIso(startedAt), settings.version),
      warnings: [],
      failures: [],
    };
    const ended = await recorded(context, runId, report, startedAt, signal, async () => {
      const portal = await knownPortal(context);
      const given = { context, request, runId, lease, signal, portal, settings, now };
      return performSteps({ ...given, approvedMoves: approved, ...report });
    });
    // Only now: the brake of refreshes counts what they moved since the last whole run, which this one is.
    if (ledgerKind(request) === 'run') await forgetWhatIsOver(context.store.db, startedAt);
    return ended;
  });
}

/** What the ledger calls a run. A second pass is no nightly run: the schedule goes by those. */
function ledgerKind({ kind, sync, dryRun }: RunRequest): string {
  const name = kind === 'run' && sync === 'second_pass' ? sync : kind;
  return dryRun ? `${name} --dry-run` : name;
}

/** A person's yes is bound to the run it was given for, and to no more moves than that run wanted to make. */
async function approvedMoves(store: Store, approve: string | null): Promise<number> {
  if (approve === null) return 0;
  const run = await readRun(store.db, approve);
  if (run === null || run.brakeMoves === null) {
    throw new UsageError(
      `Run ${approve} was not stopped by the brake, so there is nothing to approve. \`rekindle runs list\` shows the runs.`,
    );
  }
  return run.brakeMoves;
}

/** The account behind the token, remembered: one database serves one account. */
async function knownPortal(context: RunContext): Promise<Portal> {
  const portal = await context.hubspot.readPortal();
  if (context.expectedPortalId !== null && portal.id !== context.expectedPortalId) {
    throw new RekindleError(
      `The access token belongs to HubSpot account ${portal.id}, but HUBSPOT_PORTAL_ID says ${context.expectedPortalId}. ` +
        'Nothing was changed. Use the token of the right account or correct HUBSPOT_PORTAL_ID.',
    );
  }
  await savePortal(context.store.db, portal);
  return portal;
}

/** Older never replaces newer (I8): a verdict as of March must not overwrite the one as of April. */
async function refuseOlderThanLatest(store: Store, request: RunRequest, now: Instant): Promise<void> {
  if (request.dryRun) return;
  const latest = await latestRun(store.db, { committedOnly: true });
  if (latest === null || latest.asOf <= now) return;
  throw new RefusedError(
    `The latest run judged as of ${toIso(latest.asOf)}; a run as of ${toIso(now)} would replace newer verdicts with ` +
      'older ones. Nothing was changed. Use a later --as-of, or --dry-run to look at the past.',
  );
}

/** Performs `work` and writes to the ledger how it ended, also when it could not even reach the account. */
async function recorded(
  context: RunContext,
  runId: string,
  report: Pick<RunReport, 'summary' | 'warnings' | 'failures'>,
  startedAt: Instant,
  signal: AbortSignal,
  work: () => Promise<Plans>,
): Promise<RunReport> {
  const { summary } = report;
  const finish = async (outcome: RunOutcome, error: unknown): Promise<void> => {
    const now = context.clock();
    summary.outcome = outcome;
    summary.seconds = Math.max(0, now - startedAt) / 1000;
    await finishRun(context.store.db, runId, {
      outcome,
      now,
      summary,
      error: error === null ? null : messageOf(error),
      nextAction: nextActionAfter(error),
      brakeMoves: error instanceof BrakeError ? error.moves : null,
      resumeAt: resumeAtOf(error),
    });
  };
  try {
    const plans = await work();
    await finish(report.failures.length > 0 ? 'partial' : 'ok', null);
    return { ...report, ...plans };
  } catch (caught) {
    const error = lostConnection(caught);
    const outcome = error instanceof RefusedError || signal.aborted ? 'aborted' : 'failed';
    return await failWith(error, () => finish(outcome, error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Plans = Pick<RunReport, 'plan' | 'syncPlan'>;

async function performSteps(state: RunState): Promise<Plans> {
  const { kind, dryRun } = state.request;
  if (kind === 'sync' && dryRun) return { plan: null, syncPlan: await planSyncStep(state) };
  return { plan: await performOrPlan(state), syncPlan: null };
}

async function performOrPlan(state: RunState): Promise<PublishPlan | null> {
  const { kind, dryRun } = state.request;
  const takes = (step: RunKind): boolean => kind === 'run' || kind === step;
  if (takes('sync')) await syncStep(state);
  if (dryRun) return takes('assess') || takes('publish') ? planStep(state) : null;
  if (takes('assess')) await assessStep(state);
  if (takes('publish')) await publishStep(state);
  return null;
}
