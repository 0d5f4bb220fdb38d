/**
 * Keeps us inside HubSpot's rate limits in every rolling window (I9).
 *
 * HubSpot counts a request at some moment between our sending it and its answer's arrival. So a request weighs from the
 * moment we send it until one window (and a margin) after it ended. Then, for any window of HubSpot's, all requests
 * counted in it weighed at the moment the last of them was sent, and there were never more than the ceiling.
 *
 * What somebody waits for goes first, or the card would wait for a window that a run has filled, which HubSpot's 15 s
 * hardly leave time for. A few such requests find room even then, in what background requests leave free anyway: for them
 * alone there is no wait. With more of them at once one waits for a window at most, and background keeps every fourth turn.
 */
import type { Clock } from './clock.ts';
import { attemptTimeoutMs, maximumInFlight, precedence, rateLimits } from './limits.ts';

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

/** `waited_for`: a person, or a workflow, waits for the answer. */
export type Urgency = 'waited_for' | 'background';
const byUrgency = ['waited_for', 'background'] as const;
const backgroundFirst = byUrgency.toReversed();

export type Turn = { readonly lane: Lane; readonly urgency: Urgency };

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
  /** Those of the burst that somebody waited for. */
  readonly #waitedFor = new RollingWindow(rateLimits.burst.windowMs);
  readonly #queues: Readonly<Record<Urgency, Record<Lane, Waiting[]>>> = {
    waited_for: { search: [], associations: [], burst: [] },
    background: { search: [], associations: [], burst: [] },
  };
  readonly #inFlight: Readonly<Record<Urgency, Record<Lane, number>>> = {
    waited_for: { search: 0, associations: 0, burst: 0 },
    background: { search: 0, associations: 0, burst: 0 },
  };
  /** How many turns in a row went past background requests that wait. */
  #turnsAhead = 0;
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
   * Waits for a turn; turns are given in order within a lane and urgency. Rejects with the signal's reason.
   * @returns call it once when the request has ended, however it ended
   */
  acquire(turn: Turn, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const queue = this.#queues[turn.urgency][turn.lane];
      const stop = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', stop);
          resolve(this.#begin(turn));
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

  #begin({ lane, urgency }: Turn): () => void {
    const windows = lanes[lane].map((part) => this.#windows[part]);
    if (urgency === 'waited_for') windows.push(this.#waitedFor);
    this.#inFlight[urgency][lane] += 1;
    for (const window of windows) window.begin();
    return () => {
      this.#inFlight[urgency][lane] -= 1;
      for (const window of windows) window.end(this.#clock.elapsedMs());
      this.#admit();
    };
  }

  #admit(): void {
    const now = this.#clock.elapsedMs();
    for (let turn = this.#nextTurn(now); turn !== null; turn = this.#nextTurn(now)) {
      const passes = turn.urgency === 'waited_for' && this.#waits('background');
      this.#turnsAhead = passes ? this.#turnsAhead + 1 : 0;
      this.#queues[turn.urgency][turn.lane].shift()?.admit();
    }
    this.#wakeUpLater(now);
  }

  #nextTurn(now: number): Turn | null {
    const order = this.#turnsAhead < precedence.turnsAhead ? byUrgency : backgroundFirst;
    for (const urgency of order) {
      for (const lane of laneNames) {
        const turn = { lane, urgency };
        if (this.#queues[urgency][lane].length > 0 && this.#mayLeave(turn, now)) return turn;
      }
    }
    return null;
  }

  #waits(urgency: Urgency): boolean {
    return laneNames.some((lane) => this.#queues[urgency][lane].length > 0);
  }

  #mayLeave(turn: Turn, now: number): boolean {
    const isOpen = lanes[turn.lane].every((part) => now >= this.#pausedUntil[part]);
    return isOpen && this.#hasHands(turn) && this.#hasRoom(turn, now);
  }

  /** Slow answers to the background must not hold up who waits. */
  #hasHands({ lane, urgency }: Turn): boolean {
    const { waited_for: waitedFor, background } = this.#inFlight;
    return (
      waitedFor[lane] + background[lane] < maximumInFlight[lane] ||
      (urgency === 'waited_for' && waitedFor[lane] < precedence.inFlight)
    );
  }

  #hasRoom({ lane, urgency }: Turn, now: number): boolean {
    return lanes[lane].every((part) => {
      const weight = this.#windows[part].weight(now);
      const ceiling = this.#ceilingOf(part, now);
      if (weight < ceiling || part !== 'burst' || urgency === 'background') return weight < ceiling;
      const reserve = this.#reserve(ceiling, now);
      return weight < ceiling + reserve && this.#waitedFor.weight(now) < reserve;
    });
  }

  /** What they may take beyond the ceiling: nothing that others use, nor beyond a share that an administrator has set. */
  #reserve(ceiling: number, now: number): number {
    if (this.#share !== null) return 0;
    const { aloneShare } = rateLimits.burst;
    const reserve =
      Math.floor(this.#limit * (aloneShare + precedence.reserveShare)) - Math.floor(this.#limit * aloneShare);
    return Math.max(0, Math.min(reserve, this.#limit - ceiling - this.#othersAt(now)));
  }

  #othersAt(now: number): number {
    return now < this.#others.until ? this.#others.requests : 0;
  }

  #ceilingOf(lane: Lane, now: number): number {
    if (lane === 'search') {
      const { ceiling, sharedCeiling } = rateLimits.search;
      return now < this.#sharedUntil.search ? sharedCeiling : ceiling;
    }
    const alone = this.#share === null && now >= this.#sharedUntil.burst;
    const share = this.#share ?? rateLimits.burst[alone ? 'aloneShare' : 'sharedShare'];
    const others = alone ? 0 : this.#othersAt(now);
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
    if (!byUrgency.some((urgency) => this.#waits(urgency))) return;
    const moments = laneNames.flatMap((lane) => [this.#windows[lane].nextRelief(), this.#pausedUntil[lane]]);
    const { burst, search } = this.#sharedUntil;
    moments.push(this.#waitedFor.nextRelief(), this.#others.until, burst, search);
    const next = Math.min(...moments.filter((moment) => moment > now));
    if (Number.isFinite(next)) {
      this.#cancelWakeUp = this.#clock.after(Math.ceil(next - now), () => this.#admit());
    }
  }
}
