/**
 * HubSpot's rate limits (hubspot-api.md 2.1-2.3): a rolling window of 10 s per app, one of a second for search, a narrower
 * one for associations, and daily quotas that end at midnight of the account. The windows run on a monotonic clock of
 * their own, so that a portal that lives in another year is limited all the same; the day is the portal's.
 *
 * Decisions where HubSpot is silent: a refused request fills no window and no quota; search counts in its own window and
 * the daily quota, not in the burst; association requests count in the burst as well as in their own window.
 */
import { addDays, startOfDay } from '../model/instant.ts';
import type { Instant } from '../model/instant.ts';
import type { PortalSeed } from './seed.ts';
import type { Portal } from './portal/portal.ts';

export type Lane = 'burst' | 'search' | 'associations';
export type PolicyName = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY';

type TierLimits = {
  readonly burst: number;
  readonly associations: number;
  readonly daily: number;
  readonly dailyAssociations: number;
};

const burstWindowMs = 10_000;
const searchWindowMs = 1000;
const searchPerSecond = 5;

/** hubspot-api.md 2.1 and 2.2. */
const limitsOf: Readonly<Record<PortalSeed['tier'], TierLimits>> = {
  starter: { burst: 100, associations: 100, daily: 250_000, dailyAssociations: 500_000 },
  professional: { burst: 190, associations: 150, daily: 625_000, dailyAssociations: 500_000 },
  enterprise: { burst: 190, associations: 150, daily: 1_000_000, dailyAssociations: 500_000 },
};

/** The times of requests within the last `lengthMs`. */
class RollingWindow {
  readonly #lengthMs: number;
  #times: number[] = [];
  #start = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  count(nowMs: number): number {
    while (this.#start < this.#times.length && (this.#times[this.#start] ?? 0) <= nowMs - this.#lengthMs) {
      this.#start += 1;
    }
    if (this.#start > 4096) {
      this.#times = this.#times.slice(this.#start);
      this.#start = 0;
    }
    return this.#times.length - this.#start;
  }

  add(nowMs: number): void {
    this.#times.push(nowMs);
  }
}

export class RateLimits {
  enforced: boolean;
  /** How many requests another consumer of the same token has in every window. */
  othersPer10s = 0;
  /** Instead of the tier's. */
  dailyLimit: number | null = null;
  readonly #portal: Portal;
  readonly #tickMs: () => number;
  readonly #limits: TierLimits;
  readonly #burst = new RollingWindow(burstWindowMs);
  readonly #associations = new RollingWindow(burstWindowMs);
  readonly #search = new RollingWindow(searchWindowMs);
  readonly #arrivals = new RollingWindow(burstWindowMs);
  readonly #searchArrivals = new RollingWindow(searchWindowMs);
  #day = '';
  #usedToday = 0;
  #associationsToday = 0;
  #peakPer10s = 0;
  #peakSearchPerSecond = 0;

  constructor(portal: Portal, options: { enforced: boolean; tickMs: () => number }) {
    this.#portal = portal;
    this.#tickMs = options.tickMs;
    this.#limits = limitsOf[portal.seed.tier];
    this.enforced = options.enforced;
  }

  /** Counts one arriving request and says which limit refuses it; null when it may pass. */
  admit(lane: Lane): PolicyName | null {
    const nowMs = this.#tickMs();
    this.#notePeak(lane, nowMs);
    this.#startDay();
    const refusedBy = this.enforced ? this.#refusedBy(lane, nowMs) : null;
    if (refusedBy !== null) return refusedBy;
    this.#usedToday += 1;
    if (lane === 'search') this.#search.add(nowMs);
    else this.#burst.add(nowMs);
    if (lane === 'associations') {
      this.#associations.add(nowMs);
      this.#associationsToday += 1;
    }
    return null;
  }

  /** The headers of an answer; search has none (hubspot-api.md 2.2). */
  headers(lane: Lane): Record<string, string> {
    if (lane === 'search') return {};
    const { burst } = this.#limits;
    const daily = this.#daily;
    const remaining = Math.max(0, burst - this.#burstCount(this.#tickMs()));
    const perSecond = Math.floor(burst / 10);
    return {
      'x-hubspot-ratelimit-daily': String(daily),
      'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, daily - this.#usedToday)),
      'x-hubspot-ratelimit-interval-milliseconds': String(burstWindowMs),
      'x-hubspot-ratelimit-max': String(burst),
      'x-hubspot-ratelimit-remaining': String(remaining),
      'x-hubspot-ratelimit-secondly': String(perSecond),
      'x-hubspot-ratelimit-secondly-remaining': String(Math.min(perSecond, remaining)),
    };
  }

  daily(): { used: number; limit: number; resetsAt: Instant } {
    this.#startDay();
    const { timeZone } = this.#portal.seed;
    const resetsAt = startOfDay(addDays(this.#portal.today(), 1), timeZone);
    return { used: this.#usedToday, limit: this.#daily, resetsAt };
  }

  /** The fullest windows of requests that arrived, refused ones included: what the caller tried. */
  peaks(): { peakPer10s: number; peakSearchPerSecond: number } {
    return { peakPer10s: this.#peakPer10s, peakSearchPerSecond: this.#peakSearchPerSecond };
  }

  /** Other apps of the account use up the daily quota, as they may. */
  useDaily(requests: number): void {
    this.#startDay();
    this.#usedToday += requests;
  }

  get #daily(): number {
    return this.dailyLimit ?? this.#limits.daily;
  }

  #burstCount(nowMs: number): number {
    return this.#burst.count(nowMs) + this.othersPer10s;
  }

  #refusedBy(lane: Lane, nowMs: number): PolicyName | null {
    if (this.#usedToday >= this.#daily) return 'DAILY';
    if (lane === 'search') return this.#search.count(nowMs) >= searchPerSecond ? 'SECONDLY' : null;
    if (lane === 'associations') {
      if (this.#associationsToday >= this.#limits.dailyAssociations) return 'DAILY';
      if (this.#associations.count(nowMs) >= this.#limits.associations) return 'TEN_SECONDLY_ROLLING';
    }
    return this.#burstCount(nowMs) >= this.#limits.burst ? 'TEN_SECONDLY_ROLLING' : null;
  }

  #notePeak(lane: Lane, nowMs: number): void {
    if (lane === 'search') {
      this.#searchArrivals.add(nowMs);
      this.#peakSearchPerSecond = Math.max(this.#peakSearchPerSecond, this.#searchArrivals.count(nowMs));
    } else {
      this.#arrivals.add(nowMs);
      this.#peakPer10s = Math.max(this.#peakPer10s, this.#arrivals.count(nowMs));
    }
  }

  #startDay(): void {
    const today = this.#portal.today();
    if (today === this.#day) return;
    this.#day = today;
    this.#usedToday = 0;
    this.#associationsToday = 0;
  }
}

/** HubSpot's 429 body, which has no `category`, unlike all other errors (hubspot-api.md 2.3). */
export function rateLimitBody(policyName: PolicyName, correlationId: string): unknown {
  return {
    status: 'error',
    message: `You have reached your ${policyName.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId,
    policyName,
  };
}
