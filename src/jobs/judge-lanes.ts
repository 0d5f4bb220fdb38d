/**
 * Judging and saving of all who may have changed. Many of them are shared out to lanes: this thread and some of their own,
 * each with its connections. Judging needs a processor as much as the database does, and neither waits for the other then.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RekindleError } from '../model/errors.ts';
import type { Store } from '../store/connect.ts';
import { LeaseLostError } from '../store/lease.ts';
import type { NextPortion, Portion } from '../store/timelines.ts';
import type { FromLane, LaneFailure, LaneWork, ToLane } from './judge-lane.ts';
import {
  expireSources,
  judgeAndSavePortions,
  portionsOf,
  type JudgeContext,
  type LaneContext,
} from './judge.ts';

/** Each lane needs some 100 MB. */
const lanesAtMost = 3;
/** Starting a thread takes as long as judging a few thousand partners. */
const portionsPerLane = 4;

type Options = Omit<LaneContext, 'store' | 'onProgress'> &
  JudgeContext & {
    readonly store: Pick<Store, 'db' | 'connection'>;
    readonly onProgress: (done: number) => void;
    /** By the work and the processors when absent. */
    readonly lanes?: number;
  };

/** @returns how many partners were judged */
export async function judgeAndSave(options: Options): Promise<number> {
  await expireSources(options);
  const portions = await portionsOf(options);
  const next: NextPortion = async () => portions.shift() ?? null;
  const forThreads = portions.splice(0, (options.lanes ?? lanesFor(portions.length)) - 1);
  let done = 0;
  const failed = new AbortController();
  const context: LaneContext = {
    ...options,
    signal: AbortSignal.any([options.signal, failed.signal]),
    onProgress: (more) => options.onProgress((done += more)),
  };
  const all = [
    judgeAndSavePortions(context, next),
    ...forThreads.map((first) => judgeInThread({ ...context, store: options.store }, first, next)),
  ];
  try {
    await Promise.all(all);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(all);
    throw error;
  }
  return done;
}

function lanesFor(portions: number): number {
  return Math.max(1, Math.min(lanesAtMost, availableParallelism(), Math.floor(portions / portionsPerLane)));
}

type ThreadContext = Omit<LaneContext, 'store'> & { readonly store: Pick<Store, 'connection'> };

/** Settles when the thread has ended; rejects with what it failed by. */
async function judgeInThread(context: ThreadContext, first: Portion, next: NextPortion): Promise<void> {
  const { store, portal, settings, now, lease, runId, signal, onProgress } = context;
  const work: LaneWork = { connection: store.connection, portal, settings, now, lease, runId, first };
  const thread = new Worker(new URL('judge-lane.ts', import.meta.url), { workerData: work });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin; a window has.
  const tell = (message: ToLane): void => thread.postMessage(message);
  const stop = (): void => tell({ stop: true });
  let failure: unknown = null;
  thread.on('message', (message: FromLane) => {
    if ('judged' in message) onProgress(message.judged);
    else if ('failed' in message) failure = failureOf(message.failed, context);
    else void next().then((portion) => tell({ portion }));
  });
  thread.on('error', (error) => (failure = error));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await once(thread, 'exit');
  signal.removeEventListener('abort', stop);
  if (failure !== null) throw failure;
}

/** Errors lose their class on the way between threads. */
function failureOf(
  { message, cause, retryable, isLeaseLost }: LaneFailure,
  { signal, lease }: ThreadContext,
): unknown {
  if (signal.aborted) return signal.reason;
  return isLeaseLost ? new LeaseLostError(lease) : new RekindleError(message, { retryable, cause });
}
