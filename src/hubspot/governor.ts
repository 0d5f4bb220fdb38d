/**
 * Keeps us inside HubSpot's rate limits in every rolling window (I9).
 *
 * HubSpot counts a request at some moment between our sending it and its answer's arrival. So a request weighs from the
 * moment we send it until one window (and a margin) after it ended. Then, for any window of HubSpot's, all requests
 * counted in it weighed at the moment the last of them was sent, and there were never more than the ceiling.
 */
import type { Clock } from './clock.ts';
import { maximumInFlight, rateLimits } from './limits.ts';

/**
 * Whether searches also count against the burst window is not documented (hubspot-api.md 12.11): they count against
 * both. The same holds for association reads.
 */
const lanes = {
  search: ['burst', 'search'],
  associations: ['burst', 'associations'],
  burst: ['burst'],
} as const;
export type Lane = keyof typeof lanes;
const laneNames = Object.keys(lanes) as Lane[];

/** What an answer's headers say about the burst window; null where they say nothing. */
export type RateHeaders = { readonly limit: number | null; readonly remaining: number | null };

/** The requests that weigh: in flight, or ended less than a window ago. */
class RollingWindow {
  readonly #lengthMs: number;
  #inFlight = 0;
  /** When the others ended, oldest first. */
  readonly #ended: number[] = [];

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  begin(): void {
    this.#inFlight += 1;
  }

  end(now: number): void {
    this.#inFlight -= 1;
    this.#ended.push(now);
  }

  weight(now: number): number {
    while (this.#ended[0] !== undefined && this.#ended[0] + this.#lengthMs <= now) this.#ended.shift();
    return this.#inFlight + this.#ended.length;
  }

  /** When the weight next drops by itself; infinity when nothing but an ending request can lower it. */
  nextRelief(): number {
    return this.#ended[0] === undefined ? Number.POSITIVE_INFINITY : this.#ended[0] + this.#lengthMs;
  }
}

type Waiting = { readonly admit: () => void };

export class Governor {
  readonly #clock: Clock;
  readonly #share: number;
  readonly #windows: Readonly<Record<Lane, RollingWindow>> = {
    burst: new RollingWindow(rateLimits.burst.windowMs + rateLimits.marginMs),
    search: new RollingWindow(rateLimits.search.windowMs + rateLimits.marginMs),
    associations: new RollingWindow(rateLimits.associations.windowMs + rateLimits.marginMs),
  };
  readonly #queues: Readonly<Record<Lane, Waiting[]>> = { search: [], associations: [], burst: [] };
  readonly #inFlight: Record<Lane, number> = { search: 0, associations: 0, burst: 0 };
  readonly #pausedUntil: Record<Lane, number> = { search: 0, associations: 0, burst: 0 };
  #limit: number = rateLimits.burst.smallest;
  /** Requests of others that HubSpot counted beside ours, and until when they may still weigh. */
  #others = { requests: 0, until: 0 };
  #cancelWakeUp = (): void => {};

  /** @param share how much of the burst limit we take, above 0 and at most 1 */
  constructor(clock: Clock, share: number = rateLimits.burst.share) {
    this.#clock = clock;
    this.#share = share;
  }

  /**
   * Waits for a turn; turns are given in order within a lane. Rejects with the signal's reason.
   * @returns call it once when the request has ended, however it ended
   */
  acquire(lane: Lane, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const queue = this.#queues[lane];
      const stop = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', stop);
          resolve(this.#begin(lane));
        },
      };
      signal.addEventListener('abort', stop, { once: true });
      queue.push(waiting);
      this.#admit();
    });
  }

  observe(headers: RateHeaders): void {
    const now = this.#clock.elapsedMs();
    if (headers.limit !== null) this.#limit = headers.limit;
    if (headers.remaining !== null) {
      // Everything of ours that HubSpot can have counted still weighs here: the rest is somebody else's.
      const requests = Math.max(0, this.#limit - headers.remaining - this.#windows.burst.weight(now));
      if (requests >= this.#others.requests || now >= this.#others.until) {
        this.#others = { requests, until: now + rateLimits.burst.windowMs };
      }
    }
    this.#admit();
  }

  /** No request of the lane leaves for `delayMs`. Pausing `burst` pauses all. */
  pause(lane: Lane, delayMs: number): void {
    const now = this.#clock.elapsedMs();
    this.#pausedUntil[lane] = Math.max(this.#pausedUntil[lane], now + delayMs);
    this.#wakeUpLater(now);
  }

  #begin(lane: Lane): () => void {
    this.#inFlight[lane] += 1;
    for (const part of lanes[lane]) this.#windows[part].begin();
    return () => {
      this.#inFlight[lane] -= 1;
      for (const part of lanes[lane]) this.#windows[part].end(this.#clock.elapsedMs());
      this.#admit();
    };
  }

  #admit(): void {
    const now = this.#clock.elapsedMs();
    for (const lane of laneNames) {
      while (this.#queues[lane].length > 0 && this.#mayLeave(lane, now)) this.#queues[lane].shift()?.admit();
    }
    this.#wakeUpLater(now);
  }

  #mayLeave(lane: Lane, now: number): boolean {
    return (
      this.#inFlight[lane] < maximumInFlight[lane] &&
      lanes[lane].every(
        (part) =>
          now >= this.#pausedUntil[part] && this.#windows[part].weight(now) < this.#ceilingOf(part, now),
      )
    );
  }

  #ceilingOf(lane: Lane, now: number): number {
    if (lane === 'search') return rateLimits.search.ceiling;
    const others = now < this.#others.until ? this.#others.requests : 0;
    // One request is always allowed, or we would never learn that the others have gone.
    const burst = Math.max(1, Math.floor(this.#limit * this.#share) - others);
    return lane === 'burst'
      ? burst
      : Math.min(burst, Math.floor(rateLimits.associations.largest * this.#share));
  }

  /** Requests that end call `#admit` themselves; only the passing of time needs an alarm. */
  #wakeUpLater(now: number): void {
    this.#cancelWakeUp();
    this.#cancelWakeUp = () => {};
    if (laneNames.every((lane) => this.#queues[lane].length === 0)) return;
    const moments = laneNames.flatMap((lane) => [this.#windows[lane].nextRelief(), this.#pausedUntil[lane]]);
    const next = Math.min(...[...moments, this.#others.until].filter((moment) => moment > now));
    if (Number.isFinite(next)) {
      this.#cancelWakeUp = this.#clock.after(Math.ceil(next - now), () => this.#admit());
    }
  }
}
