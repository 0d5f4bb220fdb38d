/**
 * Follows webhooks as they come: woken at once in the process that received them, by looking every few seconds in the
 * others. It collects for a moment first, so that a flood about one record becomes one reading of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../model/instant.ts';
import type { RefreshResult } from './refresh.ts';
import { resumeAtOf } from './resume.ts';

/** A new deal has to reach HubSpot's properties well within a minute, wherever its webhook arrived. */
const refreshWaits = {
  /** After the first hint: a person who edits a record changes several properties within seconds. */
  collectMs: 3000,
  /** How often a process looks that is not told. */
  pollMs: 10_000,
  /** How often to ask whether another run has ended, or the first one has been. */
  busyMs: 10_000,
  /** After a first failure; doubles with each, up to the longest. */
  afterFailureMs: 15_000,
  longestMs: 600_000,
} as const;
type Waits = Readonly<Record<keyof typeof refreshWaits, number>>;

export type Refresher = {
  /** Somebody has left a hint. */
  wake(): void;
  close(): Promise<void>;
};

type RefresherOptions = {
  readonly refresh: () => Promise<RefreshResult>;
  readonly clock: () => Instant;
  readonly log: {
    info(data: object, message: string): void;
    error(data: object, message: string): void;
  };
  readonly signal: AbortSignal;
  readonly waits?: Waits;
};

export function startRefresher(options: RefresherOptions): Refresher {
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const bell = new Bell();
  const working = work({ ...options, signal }, bell);
  return {
    wake: () => bell.ring(),
    async close() {
      closing.abort();
      await working;
    },
  };
}

/** Remembers one ring while nobody listens. */
class Bell {
  #ring: PromiseWithResolvers<void> = Promise.withResolvers();

  ring(): void {
    this.#ring.resolve();
  }

  /** Resolves at the next ring, or the one that nobody heard, or after a while. */
  async heard(waitMs: number, signal: AbortSignal): Promise<void> {
    await Promise.race([this.#ring.promise, sleep(waitMs, signal)]);
    this.#ring = Promise.withResolvers();
  }
}

async function work(options: RefresherOptions, bell: Bell): Promise<void> {
  const { refresh, log, signal } = options;
  const waits = options.waits ?? refreshWaits;
  let failures = 0;
  let waitMs = 0;
  while (!signal.aborted) {
    await bell.heard(waitMs, signal);
    await sleep(waits.collectMs, signal);
    if (signal.aborted) return;
    try {
      const result = await refresh();
      failures = 0;
      waitMs = waitAfter(result, waits);
      if (result.state !== 'done') continue;
      for (const warning of result.warnings) log.error({ warning }, 'a change was not followed');
      if (result.summary !== null) log.info({ summary: result.summary }, 'changes in HubSpot were followed');
    } catch (error) {
      // A stop that was asked for is no failure; what was not followed waits.
      if (signal.aborted) return;
      // HubSpot may name a time, such as the midnight that brings new requests: asking before is of no use.
      waitMs = Math.max(
        Math.min(waits.longestMs, waits.afterFailureMs * 2 ** failures),
        (resumeAtOf(error) ?? 0) - options.clock(),
      );
      failures += 1;
      log.error({ error }, 'following changes in HubSpot failed; they wait and are tried again');
      await sleep(waitMs, signal);
      waitMs = 0;
    }
  }
}

/** What came while we worked is followed next. */
function waitAfter({ state }: RefreshResult, waits: Waits): number {
  if (state === 'done') return 0;
  return state === 'nothing' ? waits.pollMs : waits.busyMs;
}

async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await pause(durationMs, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
