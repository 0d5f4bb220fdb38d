/** One resumable step of a sync: page after page, each with its cursor in one transaction. */
import { fenced } from '../store/lease.ts';
import { readProgress, saveProgress } from '../store/progress.ts';
import type { Db } from '../store/tables.ts';
import type { SyncContext } from './context.ts';

export type Counts = Readonly<Record<string, number>>;

export type StepPage = {
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
  /** Saves the page. @returns what it adds to the step's counts */
  readonly save: (transaction: Db) => Promise<Counts>;
};

/**
 * Reads from where an earlier attempt of this sync stopped to the end. While a page is saved, the next one is read
 * already, so no page may need what the one before it saves.
 * @param shown `counted`: which of the counts is shown as progress
 * @returns the counts of all pages, also of those that an earlier attempt read
 */
export async function runStep(
  context: SyncContext,
  step: string,
  shown: { counted: string; total: number | null },
  readPage: (cursor: string | null) => Promise<StepPage>,
): Promise<Counts> {
  const { store, syncId } = context;
  const progress = await readProgress(store.db, syncId, step);
  let counts: Counts = progress?.counts ?? {};
  if (progress?.done === true) return counts;
  const read = (cursor: string | null): Promise<StepPage> => {
    context.signal.throwIfAborted();
    const page = readPage(cursor);
    // Whoever awaits it gets the error; should the save before it fail, nobody does, and that failure is the cause.
    page.catch(() => undefined);
    return page;
  };

  let reading: Promise<StepPage> | null = read(progress?.cursor ?? null);
  while (reading !== null) {
    const { next, save }: StepPage = await reading;
    reading = next === null || context.signal.aborted ? null : read(next);
    const before = counts;
    counts = await fenced(store.db, context.lease, async (transaction) => {
      const sum = add(before, await save(transaction));
      await saveProgress(transaction, syncId, step, { cursor: next, done: next === null, counts: sum });
      return sum;
    });
    context.onProgress({ step, done: counts[shown.counted] ?? 0, total: shown.total });
    if (next !== null) context.signal.throwIfAborted();
  }
  return counts;
}

function add(left: Counts, right: Counts): Counts {
  const sum: Record<string, number> = { ...left };
  for (const [name, count] of Object.entries(right)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
