/** A lane in a thread of its own (judge-lanes.ts): asks for portions, judges them and says how far it has come. */
import { parentPort, workerData } from 'node:worker_threads';
import { RekindleError } from '../model/errors.ts';
import type { Store } from '../store/connect.ts';
import { lostConnection } from '../store/connection-failure.ts';
import { LeaseLostError } from '../store/lease.ts';
import { openConnections } from '../store/pool.ts';
import type { NextPortion, Portion } from '../store/timelines.ts';
import { judgeAndSavePortions, type SaveContext } from './judge.ts';

export type LaneWork = Pick<SaveContext, 'portal' | 'settings' | 'now' | 'lease' | 'runId'> &
  Pick<Store, 'connection'> & { readonly first: Portion };
export type ToLane = { readonly portion: Portion | null } | { readonly stop: true };
export type FromLane =
  | { readonly wants: 'portion' }
  | { readonly judged: number }
  | { readonly failed: LaneFailure };
export type LaneFailure = {
  readonly message: string;
  /** Where it happened. An error of unknown make may hold what cannot be sent. */
  readonly stack: string | null;
  /** Told to people as it is; any other is a mistake of ours. */
  readonly isExpected: boolean;
  readonly retryable: boolean;
  readonly isLeaseLost: boolean;
};

const port = parentPort;
if (port === null) throw new Error('A lane runs in a thread of a process that shares out the work.');

const { connection, first, ...work } = workerData as LaneWork;
const stopped = new AbortController();
const tell = (message: FromLane): void => port.postMessage(message);
/** At most one is waited for. */
let give: (portion: Portion | null) => void = () => undefined;
port.on('message', (message: ToLane) => {
  if ('stop' in message) stopped.abort();
  give('portion' in message ? message.portion : null);
});

const { db, close } = openConnections(connection);
try {
  await judgeAndSavePortions(
    { ...work, store: { db }, signal: stopped.signal, onProgress: (judged) => tell({ judged }) },
    nextPortion(),
  );
} catch (error) {
  tell({ failed: failureOf(lostConnection(error)) });
} finally {
  await close();
  port.close();
}

function nextPortion(): NextPortion {
  let coming: Portion | null = first;
  return async () => {
    const portion = coming ?? (await ask());
    coming = null;
    return portion;
  };
}

function ask(): Promise<Portion | null> {
  return new Promise((resolve) => {
    give = resolve;
    tell({ wants: 'portion' });
  });
}

function failureOf(error: unknown): LaneFailure {
  return {
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? (error.stack ?? null) : null,
    isExpected: error instanceof RekindleError,
    retryable: error instanceof RekindleError && error.retryable,
    isLeaseLost: error instanceof LeaseLostError,
  };
}
