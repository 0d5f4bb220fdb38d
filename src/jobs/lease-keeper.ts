/** Holds the run lease while work goes on: one writer at a time, and a lost lease stops the work (I6). */
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import {
  acquireLease,
  LeaseLostError,
  readLease,
  releaseLease,
  renewLease,
  type Lease,
} from '../store/lease.ts';
import { RekindleError } from '../model/errors.ts';
import type { Store } from '../store/connect.ts';
import { lostConnection } from '../store/connection-failure.ts';
import { failWith } from './first-failure.ts';

const leaseName = 'run';

/**
 * A dead holder blocks the next run for at most this long. Shorter would take the lease from a process that only
 * paused (a snapshot, a slow disk); its writes would be fenced off, but its run would be lost.
 */
const timeToLiveMs = 60_000;
const renewEveryMs = 15_000;

/** A run waits this long for work that calls itself brief, which takes seconds and at worst a minute or two. */
const waitForBriefMs = 180_000;
const askAgainMs = 200;
const briefMark = ':brief';

/** Somebody else holds the lease. */
export class RunInProgressError extends RekindleError {
  override readonly name = 'RunInProgressError';
  constructor() {
    super(
      'Another run is in progress; `rekindle runs list` shows it. Nothing was changed. Try again when it has ended ' +
        `(a run whose process died frees its place after ${timeToLiveMs / 1000} seconds).`,
      { retryable: true },
    );
  }
}

/** The name under which this process holds the lease: tells people where to look, and us whether it still lives. */
function holderName(brief: boolean): string {
  return `${hostname()}:${process.pid}${brief ? briefMark : ''}`;
}

/**
 * After a kill -9 nobody should wait for the lease to expire. Should the dead process's number belong to another one by
 * now, the lease runs its time; should the holder live after all (a shared host name), its fence stops it.
 */
async function freeFromDeadHolder(store: Store): Promise<void> {
  const held = await readLease(store.db, leaseName);
  if (held === null) return;
  const [host, pid] = held.holder.split(':');
  if (host === hostname() && !isAlive(Number(pid))) await releaseLease(store.db, held);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // ESRCH: no such process. EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether a run holds the lease; brief work does not count, nobody has to wait for its end. */
export async function isRunInProgress(store: Store): Promise<boolean> {
  const held = await readLease(store.db, leaseName);
  return held !== null && !isBrief(held);
}

function isBrief({ holder }: Lease): boolean {
  return holder.endsWith(briefMark);
}

/**
 * Runs `work` under the lease. `signal` aborts when the caller's signal does or when the lease is lost.
 * @param options.brief the work takes seconds and can be done at any other time: it waits for nobody, others for it
 * @throws RunInProgressError when another process holds the lease
 */
export async function withLease<T>(
  store: Store,
  signal: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
  options: { brief?: true } = {},
): Promise<T> {
  const lease = await takeLease(store, signal, options.brief === true);
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    renewLease(store.db, lease, timeToLiveMs).catch((error: unknown) => {
      // A database that does not answer is not a lost lease: the next beat or the fence decides.
      if (error instanceof LeaseLostError) lost.abort(error);
    });
  }, renewEveryMs);
  const giveBackNow = async (): Promise<void> => {
    clearInterval(heartbeat);
    await giveBack(store, lease);
  };
  let result: T;
  try {
    result = await work(lease, AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    return await failWith(lostConnection(error), giveBackNow);
  }
  await giveBackNow();
  return result;
}

async function giveBack({ db }: Store, lease: Lease): Promise<void> {
  try {
    await releaseLease(db, lease);
  } catch (error) {
    throw lostConnection(error);
  }
}

async function takeLease(store: Store, signal: AbortSignal, brief: boolean): Promise<Lease> {
  const giveUpAt = performance.now() + (brief ? 0 : waitForBriefMs);
  for (;;) {
    signal.throwIfAborted();
    await freeFromDeadHolder(store);
    const lease = await acquireLease(store.db, leaseName, { holder: holderName(brief), ttlMs: timeToLiveMs });
    if (lease !== null) return lease;
    const held = await readLease(store.db, leaseName);
    // Nobody holds it any more: it was given back between the two questions.
    const passesSoon = held === null || isBrief(held);
    if (brief || !passesSoon || performance.now() >= giveUpAt) throw new RunInProgressError();
    await pause(askAgainMs);
  }
}
