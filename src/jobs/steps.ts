/** The steps of a run, each of which fills its part of the summary. */
import { count } from '../assess/words.ts';
import { dayOf, type Instant } from '../model/instant.ts';
import { RekindleError } from '../model/errors.ts';
import type { RunSummary, SyncMode } from '../model/run.ts';
import {
  applyPlan,
  assertWithinBrake,
  planPublish,
  type Judged,
  type PublishPlan,
  type ShownOn,
} from '../publish/publish.ts';
import { assertProvisioned } from '../publish/provision.ts';
import { drawnSpells } from '../store/episodes.ts';
import { countPartners, withSynced } from '../store/partners.ts';
import { streamToPublish } from '../store/publishing.ts';
import { countByStatus } from '../store/verdicts.ts';
import { measure } from '../sync/measure.ts';
import { dueMode, openSync, readHistory } from '../sync/mode.ts';
import { planSync, type SyncPlan } from '../sync/plan.ts';
import { syncHubSpot } from '../sync/sync.ts';
import { judgeAndSave, judgePartners } from './judge.ts';
import { factsFor, gatherFactsIfDue } from './facts.ts';
import { learnIfDue, modelsFor } from './learn.ts';
import { issuesFor, watchProgramme } from './programme.ts';
import { requestsSince } from './request-counts.ts';
import type { RunContext, RunState } from './run.ts';

export function emptySummary(runId: string, startedAt: string, settingsVersion: number): RunSummary {
  return {
    runId,
    outcome: 'failed',
    startedAt,
    seconds: 0,
    settingsVersion,
    sync: {
      mode: null,
      partners: 0,
      deals: 0,
      engagements: 0,
      differences: null,
      requests: { total: 0, byRoute: {} },
      rateLimited: 0,
    },
    assess: { assessed: 0, skipped: 0, byStatus: {} },
    publish: { changed: 0, unchanged: 0, failed: 0, requests: 0 },
  };
}

/**
 * Syncs what is due. What a sync read before it was interrupted may be days old when it ends, so a nightly one follows it
 * at once: a company that was merged meanwhile must neither be judged nor written.
 */
export async function syncStep(state: RunState): Promise<void> {
  const { context, request, summary } = state;
  const before = context.hubspot.counts();
  try {
    const { resumed } = await syncOnce(state, request.full ? 'full' : request.sync);
    if (resumed) await syncOnce(state, 'nightly');
  } finally {
    // Also of a sync that failed: the requests were made, and the ledger says so (I11).
    summary.sync = { ...summary.sync, ...requestsSince(before, context.hubspot.counts()) };
  }
}

async function syncOnce(state: RunState, wanted: SyncMode | null): Promise<{ resumed: boolean }> {
  const { context, request, settings, summary } = state;
  // By the clock, not by the instant that is judged: HubSpot answers as it is now, whatever day is asked about.
  const opened = await openSync(context.store, {
    newId: state.runId,
    settings,
    now: startOf(context),
    wanted,
  });
  summary.sync.mode ??= opened.mode;
  const result = await syncHubSpot({
    hubspot: context.hubspot,
    store: context.store,
    lease: state.lease,
    portal: state.portal,
    settings: settings.settings,
    ...opened,
    now: Math.min(state.now, opened.startedAt),
    acceptFewerPartners: request.acceptFewerPartners,
    signal: state.signal,
    onProgress: context.onProgress,
  });
  const { partners, deals, engagements } = result;
  const differences = result.differences ?? summary.sync.differences;
  summary.sync = { ...summary.sync, partners, deals, engagements, differences };
  for (const warning of result.warnings) if (!state.warnings.includes(warning)) state.warnings.push(warning);
  return opened;
}

/**
 * When a sync begins: by our clock, but never later than HubSpot's, whose modified times the next sync goes on from. A
 * clock of ours that runs ahead would leave out what is modified until HubSpot's has caught up.
 */
function startOf({ clock, hubspot }: RunContext): Instant {
  const answeredAt = hubspot.answeredAt();
  return answeredAt === null ? clock() : Math.min(clock(), answeredAt + 999);
}

/** What the next sync would ask of HubSpot, from counts; reads no records and saves nothing. */
export async function planSyncStep(state: RunState): Promise<SyncPlan> {
  const { context, request, settings } = state;
  const { store, hubspot } = context;
  const now = context.clock();
  const history = await readHistory(store, settings.settings);
  const mode = dueMode(request.full ? 'full' : request.sync, history, now);
  const since = history.watermarks.get('deal') ?? null;
  const measured = await measure({ store, hubspot, settings: settings.settings }, { mode, since, now });
  return planSync(mode, measured);
}

export async function assessStep(state: RunState): Promise<void> {
  const { context, summary } = state;
  const partners = await countPartners(context.store.db);
  const { lease, portal, settings } = state;
  await learnIfDue({ ...learningOf(state), lease });
  await gatherFactsIfDue({ ...learningOf(state), portal, settings, lease });
  await watchProgramme({ ...learningOf(state), timeZone: portal.timeZone, lease });
  const assessed = await judgeAndSave({
    store: context.store,
    portal: state.portal,
    settings: state.settings,
    now: state.now,
    all: state.request.full,
    lease: state.lease,
    runId: state.runId,
    signal: state.signal,
    onProgress: (done) => context.onProgress({ step: 'assess', done, total: null }),
  });
  summary.assess = {
    assessed,
    skipped: partners - assessed,
    byStatus: await countByStatus(context.store.db),
  };
}

function learningOf({ context, settings, portal, now, signal }: RunState): Parameters<typeof modelsFor>[0] {
  const { timeZone } = portal;
  return { store: context.store, settings: settings.settings, timeZone, now, signal };
}

/** Judges everyone in memory and compares with HubSpot; nothing is saved or written. */
export async function planStep(state: RunState): Promise<PublishPlan> {
  const { context, summary, settings, portal, now } = state;
  const { store } = context;
  const cadence = await modelsFor(learningOf(state));
  const facts = await factsFor({ ...learningOf(state), portal, settings });
  const issues = await issuesFor({ ...learningOf(state), timeZone: portal.timeZone });
  const gathered = { cadence, facts, issues };
  const spells = await drawnSpells(store.db);
  const byStatus: RunSummary['assess']['byStatus'] = {};
  let assessed = 0;
  async function* judged(): AsyncGenerator<readonly Judged[]> {
    for await (const batch of judgePartners({ store, portal, settings, now, all: true, ...gathered })) {
      assessed += batch.length;
      for (const { verdict } of batch) byStatus[verdict.status] = (byStatus[verdict.status] ?? 0) + 1;
      yield (await withSynced(store.db, batch)).map((judged) => ({
        ...judged,
        spell: judged.spell ?? spells.get(judged.partner.id) ?? null,
      }));
    }
    for await (const batch of streamToPublish(store.db, batchSize)) {
      yield batch.filter(({ verdict }) => verdict === null);
    }
  }
  const plan = await planPublish(judged(), shownOn(state));
  summary.assess = { assessed, skipped: 0, byStatus };
  summary.publish = { changed: 0, unchanged: plan.unchanged, failed: 0, requests: 0 };
  return plan;
}

const batchSize = 500;

function shownOn({ portal: { timeZone }, now }: RunState): ShownOn {
  return { timeZone, today: dayOf(now, timeZone) };
}

export async function publishStep(state: RunState): Promise<void> {
  const { context, settings, summary } = state;
  const { store, hubspot } = context;
  const plan = await planPublish(streamToPublish(store.db, batchSize), shownOn(state));
  if (!settings.settings.writeBack) {
    summary.publish = { changed: 0, unchanged: plan.unchanged, failed: 0, requests: 0 };
    state.warnings.push(
      `Nothing was written to HubSpot, as the settings say (writeBack): ${count(plan.updates.length, 'partner')} would have been.`,
    );
    return;
  }
  assertWithinBrake(plan, settings.settings, {
    runId: state.runId,
    approvedMoves: state.approvedMoves,
  });
  summary.publish = { changed: 0, unchanged: plan.unchanged, failed: 0, requests: 0 };
  if (plan.updates.length === 0) return;
  await assertProvisioned(hubspot);
  const before = hubspot.counts().requests.total;
  const finished = await applyPlan({ hubspot, store, lease: state.lease, runId: state.runId }, plan, {
    signal: state.signal,
    onBatch: ({ changed, failed }, done) => {
      summary.publish = {
        changed: summary.publish.changed + changed,
        unchanged: plan.unchanged,
        failed: summary.publish.failed + failed.length,
        requests: hubspot.counts().requests.total - before,
      };
      state.failures.push(...failed.map(({ id, message }) => ({ id, message })));
      context.onProgress({ step: 'publish', done, total: plan.updates.length });
    },
  });
  if (!finished) {
    throw new RekindleError(
      `Stopped after writing ${summary.publish.changed} of ${plan.updates.length} changed partners; what was written is recorded. ` +
        'Run again to write the rest.',
      { retryable: true, cause: state.signal.reason },
    );
  }
}
