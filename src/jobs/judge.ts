/** Step 2 of a run: stream the partners that may have changed through the pure assessment, in bounded memory. */
import { assessPartner, type Context } from '../assess/assess.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { SettingsVersion } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { fenced, type Lease } from '../store/lease.ts';
import type { SyncedPartner } from '../store/partners.ts';
import { markAllDirty } from '../store/partners.ts';
import { readSourceStates, saveSourceState } from '../store/sources.ts';
import { agedSources } from './freshness.ts';
import { programmeMedianClicks, streamPartnersToAssess } from '../store/timelines.ts';
import { saveVerdicts } from '../store/verdicts.ts';

export type JudgeContext = {
  readonly store: Store;
  readonly portal: Portal;
  readonly settings: SettingsVersion;
  readonly now: Instant;
  /** Judge everyone, not only those with new activity, a due date or other settings. */
  readonly all: boolean;
  /** Judge at most these; everyone when absent. */
  readonly only?: readonly string[];
};

/** Partners per batch: one transaction and one page of memory. */
const batchSize = 500;

/** Judges and yields; saves nothing. */
export async function* judgePartners(
  context: JudgeContext,
): AsyncGenerator<readonly { partner: SyncedPartner; previous: Verdict | null; verdict: Verdict }[]> {
  const { store, settings, now, portal } = context;
  const conversion = settings.settings.rules.filter(({ test }) => test === 'conversion');
  const windowDays = Math.max(0, ...conversion.map((rule) => rule.windowDays));
  const assessContext: Context = {
    settings,
    sources: agedSources(await readSourceStates(store.db), now),
    timeZone: portal.timeZone,
    now,
    cadence: null,
    programme: {
      medianClicks:
        windowDays === 0
          ? null
          : await programmeMedianClicks(store.db, { from: now - windowDays * millisecondsPerDay, to: now }),
    },
  };
  // The programme's median moves with everybody's clicks, so a programme that judges conversion judges everyone.
  const all = context.all || windowDays > 0;
  const batches = streamPartnersToAssess(store.db, {
    now,
    settingsVersion: settings.version,
    all,
    batchSize,
    ...(context.only === undefined ? {} : { only: context.only }),
  });
  for await (const batch of batches) {
    yield batch.map(({ partner, previous, timeline }) => ({
      partner,
      previous,
      verdict: assessPartner(partner, timeline, previous, assessContext),
    }));
  }
}

/** Sources that grew too old since they were last fed are incomplete from now on, and then everybody is judged anew. */
async function expireSources(context: JudgeContext & { lease: Lease; runId: string }): Promise<void> {
  const { store, now, lease, runId } = context;
  const states = await readSourceStates(store.db);
  const expired = agedSources(states, now).filter(
    (state, index) => state.complete !== states[index]?.complete,
  );
  if (expired.length === 0) return;
  await fenced(store.db, lease, async (transaction) => {
    for (const state of expired) await saveSourceState(transaction, state, runId);
    await markAllDirty(transaction);
  });
}

/** Judges and saves, one transaction a batch. @returns how many partners were judged */
export async function judgeAndSave(
  context: JudgeContext & {
    lease: Lease;
    runId: string;
    signal: AbortSignal;
    onProgress: (done: number) => void;
  },
): Promise<number> {
  await expireSources(context);
  let assessed = 0;
  for await (const batch of judgePartners(context)) {
    context.signal.throwIfAborted();
    await fenced(context.store.db, context.lease, (transaction) =>
      saveVerdicts(
        transaction,
        context.runId,
        batch.map(({ verdict }) => verdict),
      ),
    );
    assessed += batch.length;
    context.onProgress(assessed);
  }
  return assessed;
}
