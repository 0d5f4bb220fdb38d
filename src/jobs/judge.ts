/** Step 2 of a run: stream the partners that may have changed through the pure assessment, in bounded memory. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assessPartner } from '../assess/assess.ts';
import { drawSpell } from '../engage/hold-out.ts';
import type { DrawnSpell } from '../model/hold-out.ts';
import type { JudgedPartner } from '../model/partner.ts';
import type { Verdict } from '../model/verdict.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { markAllDirty } from '../store/partners.ts';
import { mayBeDoneAgain } from '../store/rows.ts';
import { readSourceStates, saveSourceState } from '../store/sources.ts';
import { streamPartnersToAssess } from '../store/timelines.ts';
import { settleTouches, type ReadTouch } from '../store/touch.ts';
import { saveVerdicts } from '../store/verdicts.ts';
import { failWith } from './first-failure.ts';
import { agedSources } from './freshness.ts';
import { drawingOf, judgingContext, type JudgingOptions } from './judging.ts';
import { stillStands } from './substance.ts';
import { saveBehind } from './write-behind.ts';

export type JudgeContext = JudgingOptions & {
  /** Judge everyone, not only those with new activity, a due date or other settings. */
  readonly all: boolean;
  /** Judge at most these; everyone when absent. */
  readonly only?: readonly string[];
};

/**
 * Partners per page: one is read and some are saved while one is judged. Of everybody in large ones, because each has its
 * price in statements and turns of talk; the few of a night in small ones, or there would be one page and nothing to do
 * beside it.
 */
const pageOfEverybody = 2000;
const pageOfTheDue = 500;
/** So many are being saved while one is judged: saving takes several turns of talk, and judging need not wait for each. */
const pagesSaved = 2;

/** So often the connections get a turn, or the database would wait for us to take and give what does not fit its pipe. */
const partnersPerTurn = 20;

type Judgement = {
  readonly partner: JudgedPartner;
  readonly previous: Verdict | null;
  readonly verdict: Verdict;
  readonly touch: ReadTouch | null;
  /** What is drawn for the spell that this verdict opens; null where none does, or nothing is measured. */
  readonly spell: DrawnSpell | null;
};

/** Judges and yields; saves nothing. */
export async function* judgePartners(context: JudgeContext): AsyncGenerator<readonly Judgement[]> {
  const { store, settings, portal, now, all, only } = context;
  const drawing = drawingOf(settings.settings, portal);
  const assessContext = await judgingContext(context);
  const pages = streamPartnersToAssess(store.db, {
    now,
    settingsVersion: settings.version,
    all,
    batchSize: all ? pageOfEverybody : pageOfTheDue,
    ...(only === undefined ? {} : { only }),
  });
  for await (const page of pages) {
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
async function expireSources(context: SaveContext): Promise<void> {
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

type SaveContext = JudgeContext & { readonly lease: Lease; readonly runId: string };

/**
 * Judges and saves, one transaction a page, which is saved while the next ones are judged. A verdict that says nothing new
 * is not written again. @returns how many partners were judged
 */
export async function judgeAndSave(
  context: SaveContext & {
    readonly signal: AbortSignal;
    readonly onProgress: (done: number) => void;
  },
): Promise<number> {
  await expireSources(context);
  let assessed = 0;
  const pages = saveBehind((page: News) => savePage(context, page), pagesSaved);
  try {
    for await (const page of judgePartners(context)) {
      context.signal.throwIfAborted();
      await pages.add(newsOf(page));
      assessed += page.length;
      context.onProgress(assessed);
    }
  } catch (error) {
    return await failWith(error, pages.done);
  }
  await pages.done();
  return assessed;
}

/** What is to be saved of a page. Not the page: what it was judged by need not stay in memory until it is saved. */
type News = {
  readonly verdicts: readonly Verdict[];
  readonly draws: ReadonlyMap<string, DrawnSpell>;
  readonly touches: readonly ReadTouch[];
};

function newsOf(page: readonly Judgement[]): News {
  const news = page.filter(({ previous, verdict }) => !stillStands(previous, verdict));
  return {
    verdicts: news.map(({ verdict }) => verdict),
    draws: new Map(news.flatMap(({ partner, spell }) => (spell === null ? [] : [[partner.id, spell]]))),
    touches: page.flatMap(({ touch }) => touch ?? []),
  };
}

async function savePage({ store, lease, runId }: SaveContext, page: News): Promise<void> {
  const { verdicts, draws, touches } = page;
  if (verdicts.length === 0 && touches.length === 0) return;
  await fenced(store.db, lease, async (transaction) => {
    await mayBeDoneAgain(transaction);
    await saveVerdicts(transaction, runId, verdicts, draws);
    await settleTouches(transaction, touches);
  });
}
