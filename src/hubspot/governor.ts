/**
 * Keeps us inside HubSpot's rate limits in every rolling window (I9).
 *
 * HubSpot counts a request at some moment between our sending it and its answer's arrival. So a request weighs from the
 * moment we send it until one window (and a margin) after it ended. Then, for any window of HubSpot's, all requests
 * counted in it weighed at the moment the last of them was sent, and there were never more than the ceiling.
 */
import type { Clock } from './clock.ts';
import { attemptTimeoutMs, maximumInFlight, rateLimits } from './limits.ts';

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
  /** When the others ended, oldest first; kept beyond the window for `since`. */
  readonly #ended: number[] = [];
  /** The first of them that still weighs. */
  #first = 0;

  /** @param windowMs HubSpot's */
  constructor(windowMs: number) {
    this.#lengthMs = windowMs * (1 + rateLimits.marginShare);
  }

  begin(): void {
    this.#inFlight += 1;
  }

  end(now: number): void {
    this.#inFlight -= 1;
    this.#ended.push(now);
  }

  weight(now: number): number {
    while ((this.#ended[this.#first] ?? now) + this.#lengthMs <= now) this.#first += 1;
    while ((this.#ended[0] ?? now) + this.#lengthMs + attemptTimeoutMs <= now) {
      this.#ended.shift();
      this.#first -= 1;
    }
    return this.#inFlight + this.#ended.length - this.#first;
  }

  /** The requests that weighed at some moment since `then`, which is at most an attempt's longest time ago. */
  weightSince(then: number): number {
    const from = this.#ended.findIndex((ended) => ended + this.#lengthMs > then);
    return this.#inFlight + (from < 0 ? 0 : this.#ended.length - from);
  }

  /** When the weight next drops by itself; infinity when nothing but an ending request can lower it. */
  nextRelief(): number {
    return (this.#ended[this.#first] ?? Number.POSITIVE_INFINITY) + this.#lengthMs;
  }
}

type Waiting = { readonly admit: () => void };

export class Governor {
  readonly #clock: Clock;
  /** Null chooses by itself. */
  #share: number | null = null;
  readonly #windows: Readonly<Record<Lane, RollingWindow>> = {
    burst: new RollingWindow(rateLimits.burst.windowMs),
    search: new RollingWindow(rateLimits.search.windowMs),
    associations: new RollingWindow(rateLimits.associations.windowMs),
  };
  readonly #queues: Readonly<Record<Lane, Waiting[]>> = { search: [], associations: [], burst: [] };
  readonly #inFlight: Record<Lane, number> = { search: 0, associations: 0, burst: 0 };
  readonly #pausedUntil: Record<Lane, number> = { search: 0, associations: 0, burst: 0 };
  #limit: number = rateLimits.burst.smallest;
  /** Requests of others that HubSpot counted beside ours, and until when they may still weigh. */
  #others = { requests: 0, until: 0 };
  /** Until when we make room for others. */
  readonly #sharedUntil = { burst: 0, search: 0 };
  #cancelWakeUp = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param share how much of the burst limit we take at most, above 0 and at most 1; null takes nearly all while nobody
   * else is seen, and less while somebody is
   */
  takeAtMost(share: number | null): void {
    this.#share = share;
    this.#admit();
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

  /** @param sentAt when the request left whose answer has these headers, by the clock's `elapsedMs` */
  observe(headers: RateHeaders, sentAt: number): void {
    const now = this.#clock.elapsedMs();
    if (headers.limit !== null) this.#limit = headers.limit;
    if (headers.remaining !== null) this.#seeOthers(this.#limit - headers.remaining, sentAt, now);
    this.#admit();
  }

  /**
   * HubSpot refused a request of the lane: none leaves for `delayMs`; of `burst`, none at all. We stayed inside the
   * limits, so that somebody else is there, or the limit is narrower than we think: either way we make room.
   */
  refused(lane: Lane, delayMs: number): void {
    const now = this.#clock.elapsedMs();
    this.#pausedUntil[lane] = Math.max(this.#pausedUntil[lane], now + delayMs);
    if (lane !== 'associations') this.#sharedUntil[lane] = now + rateLimits.burst.othersStayMs;
    this.#wakeUpLater(now);
  }

  /**
   * HubSpot counted `counted` requests at some moment between sending and now. All of ours that it can have counted
   * weighed since the sending: what is beyond them is somebody else's, at least. Never more is seen than there is.
   */
  #seeOthers(counted: number, sentAt: number, now: number): void {
    const requests = Math.max(0, counted - this.#windows.burst.weightSince(sentAt));
    // Who fits into what we leave free is in nobody's way.
    if (requests > this.#limit - Math.floor(this.#limit * rateLimits.burst.aloneShare)) {
      this.#sharedUntil.burst = now + rateLimits.burst.othersStayMs;
    }
    if (requests >= this.#others.requests || now >= this.#others.until) {
      this.#others = { requests, until: now + rateLimits.burst.othersUseMs };
    }
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
    if (lane === 'search') {
      const { ceiling, sharedCeiling } = rateLimits.search;
      return now < this.#sharedUntil.search ? sharedCeiling : ceiling;
    }
    const alone = this.#share === null && now >= this.#sharedUntil.burst;
    const share = this.#share ?? rateLimits.burst[alone ? 'aloneShare' : 'sharedShare'];
    const others = alone || now >= this.#others.until ? 0 : this.#others.requests;
    // One request is always allowed, or we would never learn that the others have gone.
    const burst = Math.max(1, Math.floor(this.#limit * share) - others);
    return lane === 'burst'
      ? burst
      : Math.min(burst, Math.max(1, Math.floor(rateLimits.associations.largest * share)));
  }

  /** Requests that end call `#admit` themselves; only the passing of time needs an alarm. */
  #wakeUpLater(now: number): void {
    this.#cancelWakeUp();
    this.#cancelWakeUp = () => {};
    if (laneNames.every((lane) => this.#queues[lane].length === 0)) return;
    const moments = laneNames.flatMap((lane) => [this.#windows[lane].nextRelief(), this.#pausedUntil[lane]]);
    const { burst, search } = this.#sharedUntil;
    const next = Math.min(
      ...[...moments, this.#others.until, burst, search].filter((moment) => moment > now),
    );
    if (Number.isFinite(next)) {
      this.#cancelWakeUp = this.#clock.after(Math.ceil(next - now), () => this.#admit());
    }
  }
}
