/** Judges one partner while somebody waits for it: the refresh that follows webhooks, asked for by a person or a workflow. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Hint } from '../model/hint.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { addOwnHints, isHinted } from '../store/hints.ts';
import { touchPartners } from '../store/touch.ts';
import type { RefreshResult } from './refresh.ts';

/** Another run or refresh holds the lease; the latter takes seconds. */
const askAgainMs = 200;

export type JudgeNowContext = {
  readonly store: Store;
  /** Follows hints; reads these partners' records again, too. */
  readonly refresh: (anew: readonly string[]) => Promise<RefreshResult>;
  readonly clock: () => Instant;
  /** How long somebody waits for the verdict. */
  readonly patienceMs: number;
};

/**
 * @param options.readRecords also read the partner's deals and engagements again, not only the company
 * @returns false when it was not done in time: then it is done as soon as possible, and nobody has to ask again
 * @throws what ended the refresh; then, too, it is tried again later
 */
export async function judgeNow(
  context: JudgeNowContext,
  partnerId: string,
  options: { readRecords: boolean },
): Promise<boolean> {
  const { store, clock } = context;
  const hint: Hint = { type: 'company', recordId: partnerId };
  await touchPartners(store.db, [partnerId]);
  await addOwnHints(store.db, [hint], clock());
  const giveUp = new AbortController();
  const patience = pause(context.patienceMs, false, { signal: giveUp.signal });
  try {
    return await Promise.race([follow(context, hint, options, giveUp.signal), patience]);
  } finally {
    giveUp.abort();
    await patience.catch(() => false);
  }
}

async function follow(
  { store, refresh }: JudgeNowContext,
  hint: Hint,
  options: { readRecords: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const anew = options.readRecords ? [hint.recordId] : [];
  while (!signal.aborted) {
    const { state } = await refresh(anew);
    if (state === 'too_early') return false;
    if (state !== 'busy' && !(await isHinted(store.db, hint))) return true;
    await pause(askAgainMs);
  }
  return false;
}
