/** Step 2 of a run: stream the partners that may have changed through the pure assessment, in bounded memory. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assessPartner } from '../assess/assess.ts';
import { drawSpell } from '../engage/hold-out.ts';
import type { DrawnSpell } from '../model/hold-out.ts';
import type { Verdict } from '../model/verdict.ts';
import { fenced, type Lease } from '../store/lease.ts';
import type { SyncedPartner } from '../store/partners.ts';
import { markAllDirty } from '../store/partners.ts';
import { mayBeDoneAgain } from '../store/rows.ts';
import { readSourceStates, saveSourceState } from '../store/sources.ts';
import { portionsToAssess, streamPortions, type NextPortion, type Portion } from '../store/timelines.ts';
import { settleTouches, type ReadTouch } from '../store/touch.ts';
import { saveVerdicts } from '../store/verdicts.ts';
import { agedSources } from './freshness.ts';
import { drawingOf, judgingContext, type JudgingOptions } from './judging.ts';
import { stillStands } from './substance.ts';
import { inOrderBehind } from './write-behind.ts';

export type JudgeContext = JudgingOptions & {
  /** Judge everyone, not only those with new activity, a due date or other settings. */
  readonly all: boolean;
  /** Judge at most these; everyone when absent. */
  readonly only?: readonly string[];
};

/** Partners per page: one is read and some are saved while one is judged. */
const batchSize = 500;
/** Judged pages that may wait to be saved: saving takes several turns of talk, and judging need not wait for each. */
const pagesBehind = 2;

/** So often the connections get a turn, or the database would wait for us to take and give what does not fit its pipe. */
const partnersPerTurn = 20;

type Judgement = {
  readonly partner: SyncedPartner;
  readonly previous: Verdict | null;
  readonly verdict: Verdict;
  readonly touch: ReadTouch | null;
  /** What is drawn for the spell that this verdict opens; null where none does, or nothing is measured. */
  readonly spell: DrawnSpell | null;
};

/** Whom to judge, in portions of which several can be judged at once. */
export async function portionsOf(context: JudgeContext, partnersAtMost: number): Promise<Portion[]> {
  const { store, settings, now, all, only } = context;
  const options = { now, settingsVersion: settings.version, all, ...(only === undefined ? {} : { only }) };
  return await portionsToAssess(store.db, options, partnersAtMost);
}

/** Judges and yields; saves nothing. */
export async function* judgePartners(context: JudgeContext): AsyncGenerator<readonly Judgement[]> {
  const portions = await portionsOf(context, Infinity);
  yield* judgePortions(context, async () => portions.shift() ?? null);
}

async function* judgePortions(
  context: JudgingOptions,
  next: NextPortion,
): AsyncGenerator<readonly Judgement[]> {
  const { store, settings, portal } = context;
  const drawing = drawingOf(settings.settings, portal);
  const assessContext = await judgingContext(context);
  for await (const page of streamPortions(store.db, batchSize, next)) {
    const judged: Judgement[] = [];
    for (const { partner, previous, timeline, touch } of page) {
      const verdict = assessPartner(partner, timeline, previous, assessContext);
      const spell = drawSpell(partner, previous, verdict, drawing);
      judged.push({ partner, previous, verdict, touch, spell });
      if (judged.length % partnersPerTurn === 0) await nextTurn();
    }
    yield judged;
  }
}

/** Sources that grew too old since they were last fed are incomplete from now on, and then everybody is judged anew. */
export async function expireSources(context: SaveContext): Promise<void> {
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

export type SaveContext = JudgingOptions & { readonly lease: Lease; readonly runId: string };

export type LaneContext = SaveContext & {
  readonly signal: AbortSignal;
  /** How many more are judged and, but for a few pages, saved. */
  readonly onProgress: (more: number) => void;
};

/**
 * Judges and saves portion after portion, one transaction a page, which is saved while the next ones are judged. A verdict
 * that says nothing new is not written again.
 */
export async function judgeAndSavePortions(context: LaneContext, next: NextPortion): Promise<void> {
  const pages = inOrderBehind((page: readonly Judgement[]) => savePage(context, page), pagesBehind);
  try {
    for await (const page of judgePortions(context, next)) {
      context.signal.throwIfAborted();
      await pages.add(page);
      context.onProgress(page.length);
    }
  } finally {
    await pages.done();
  }
}

async function savePage({ store, lease, runId }: SaveContext, page: readonly Judgement[]): Promise<void> {
  const news = page.filter(({ previous, verdict }) => !stillStands(previous, verdict));
  const touches = page.flatMap(({ touch }) => touch ?? []);
  if (news.length === 0 && touches.length === 0) return;
  await fenced(store.db, lease, async (transaction) => {
    await mayBeDoneAgain(transaction);
    await saveVerdicts(
      transaction,
      runId,
      news.map(({ verdict }) => verdict),
      new Map(news.flatMap(({ partner, spell }) => (spell === null ? [] : [[partner.id, spell]]))),
    );
    await settleTouches(transaction, touches);
  });
}
