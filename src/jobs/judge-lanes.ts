/**
 * Judging and saving of all who may have changed. Many of them are shared out to lanes: this thread and another one with its
 * own connections. Judging needs a processor as much as the database does, and neither waits for the other then.
 */
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

/** A run is to live with 512 MB (I10). A thread needs 100 to 150, and with more room for young objects twice that. */
const lanesAtMost = 2;
const resourceLimits = { maxYoungGenerationSizeMb: 12 };
/** Small enough that the lanes are done at nearly the same time. */
const partnersPerPortion = 5000;
/** Starting a thread takes as long as judging a few thousand partners. */
const portionsPerLane = 4;

type Options = Omit<LaneContext, 'store' | 'onProgress'> &
  JudgeContext & {
    readonly store: Pick<Store, 'db' | 'connection'>;
    readonly onProgress: (done: number) => void;
    /** By the work and the processors when absent. */
    readonly sharing?: { readonly lanes: number; readonly partnersPerPortion: number };
  };

/** @returns how many partners were judged */
export async function judgeAndSave(options: Options): Promise<number> {
  await expireSources(options);
  const portions = await portionsOf(options, options.sharing?.partnersPerPortion ?? partnersPerPortion);
  const next: NextPortion = async () => portions.shift() ?? null;
  const lanes = options.sharing?.lanes ?? lanesFor(portions.length);
  let done = 0;
  const failed = new AbortController();
  const context: LaneContext = {
    ...options,
    signal: AbortSignal.any([options.signal, failed.signal]),
    onProgress: (more) => options.onProgress((done += more)),
  };
  const threads = portions
    .splice(0, lanes - 1)
    .map((first) => judgeInThread({ ...context, store: options.store }, first, next));
  const all = [...threads, judgeAndSavePortions(context, next)];
  try {
    await Promise.all(all);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(all);
    throw error;
  }
  // A lane that was told to stop while it asked for more ends without a word, whatever was on its way to it.
  options.signal.throwIfAborted();
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
  const thread = new Worker(new URL('judge-lane.ts', import.meta.url), { workerData: work, resourceLimits });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin; a window has.
  const tell = (message: ToLane): void => thread.postMessage(message);
  const stop = (): void => tell({ stop: true });
  let failure: unknown = null;
  // Not by events.once, which rejects with an error while the thread still lives.
  const ended = new Promise<number>((resolve) => thread.once('exit', resolve));
  thread.on('message', (message: FromLane) => {
    if ('judged' in message) onProgress(message.judged);
    else if ('failed' in message) failure = failureOf(message.failed, context);
    else void next().then((portion) => tell({ portion }));
  });
  thread.on('error', (error) => (failure = diedOf(error)));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const exitCode = await ended;
  signal.removeEventListener('abort', stop);
  if (failure !== null) throw failure;
  if (exitCode !== 0) throw diedOf(new Error(`it ended with code ${exitCode}`));
}

/** A thread that could not even say what it failed by: it ran out of memory, or was ended. */
function diedOf(error: Error): RekindleError {
  return new RekindleError(
    `A thread that judged partners died: ${error.message.replace(/\.$/, '')}. What was judged before is saved; run again to ` +
      'judge the others. If it dies again, give the process more memory.',
    { retryable: true, cause: error },
  );
}

/** Errors lose their class on the way between threads. */
function failureOf(
  { message, stack, isExpected, retryable, isLeaseLost }: LaneFailure,
  { signal, lease }: ThreadContext,
): unknown {
  if (signal.aborted) return signal.reason;
  if (isLeaseLost) return new LeaseLostError(lease);
  const failure = isExpected ? new RekindleError(message, { retryable }) : new Error(message);
  if (stack !== null) failure.stack = stack;
  return failure;
}
