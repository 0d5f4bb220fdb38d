/**
 * Our transport to HubSpot: every request goes through the governor and the breaker, has a deadline, and is repeated
 * only where repeating is right (hubspot-api.md 2.4). The package's own transport has no deadline, no retry of resets
 * and turns an HTML page with status 200 into `[null]` (hubspot-api.md section 8).
 */
import type { RequestCounts } from '../model/run.ts';
import { toIso, type Day, type Instant } from '../model/instant.ts';
import { attempt, type ApiRequest, type Outcome, type OutgoingRequest } from './attempt.ts';
import { Breaker, type Health } from './breaker.ts';
import { pause, type Clock } from './clock.ts';
import { DailyQuota, type QuotaKeeper } from './daily-quota.ts';
import { UnavailableError } from './errors.ts';
import { errorOf } from './failure.ts';
import { Governor, type Lane, type Turn, type Urgency } from './governor.ts';
import { attemptTimeoutMs, retries } from './limits.ts';
import { datedPath, routeOf } from './paths.ts';
import { backoffMs, decide, type Repeat } from './retry.ts';

export type Log = {
  debug(data: object, message: string): void;
  warn(data: object, message: string): void;
};

/**
 * What repeating a call may do. `read` and `same_again` may be repeated after a lost answer: a second update with the
 * same values changes nothing. `once` may not: it would create a second record.
 */
export type Effect = 'read' | 'same_again' | 'once';

export type Answer = { readonly route: string; readonly status: number; readonly body: unknown };

export type TransportOptions = {
  readonly accessToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  readonly clock: Clock;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Stops waiting and reading. A write that was sent is awaited, so that its answer can be recorded. */
  readonly signal: AbortSignal;
  /** The account's day, its end, and when HubSpot accepts requests again after it said that the day has none left. */
  readonly day: {
    today(now: Instant): Day;
    endOfToday(now: Instant): Instant;
    resumeAt(now: Instant): Instant;
  };
  readonly quota: QuotaKeeper | null;
  readonly timeoutMs?: number | undefined;
};

const neverAborted = new AbortController().signal;

/** @throws HubSpotError, or the signal's reason */
export type Send = (lane: Lane, effect: Effect, request: ApiRequest) => Promise<Answer>;

/** How often one request was tried in vain. */
type Tries = { failed: number; limited: number };

export class Transport {
  readonly #options: TransportOptions;
  readonly #governor: Governor;
  readonly #breaker: Breaker;
  readonly #requests: RequestCounts = { total: 0, byRoute: {} };
  #rateLimited = 0;
  #answeredAt: Instant | null = null;
  #retriesLeft: number = retries.budget;
  #everAnswered = false;
  readonly #quota: DailyQuota;

  constructor(options: TransportOptions) {
    const { clock, log, day, quota } = options;
    this.#options = options;
    this.#governor = new Governor(clock);
    this.#breaker = new Breaker(clock);
    this.#quota = new DailyQuota({
      clock,
      warn: (data, message) => log.warn(data, message),
      keeper: quota,
      today: (now) => day.today(now),
      endOfToday: (now) => day.endOfToday(now),
      takeAtMost: (share) => this.#governor.takeAtMost(share),
    });
  }

  learnDailyLimit(limit: number): void {
    this.#quota.learnLimit(limit);
  }

  /** After the last request. */
  async close(): Promise<void> {
    await this.#quota.close();
  }

  counts(): { requests: RequestCounts; rateLimited: number } {
    const { total, byRoute } = this.#requests;
    return { requests: { total, byRoute: { ...byRoute } }, rateLimited: this.#rateLimited };
  }

  /** The second of the latest answer by HubSpot's clock; null before the first. */
  answeredAt(): Instant | null {
    return this.#answeredAt;
  }

  /** The way for requests of one urgency. */
  sender(urgency: Urgency): Send {
    return (lane, effect, request) => this.#send({ lane, urgency }, effect, request);
  }

  async #send(turn: Turn, effect: Effect, request: ApiRequest): Promise<Answer> {
    const { log, clock, signal } = this.#options;
    const outgoing = this.#outgoing(request);
    const { route } = outgoing;
    const tries: Tries = { failed: 0, limited: 0 };
    for (;;) {
      const outcome = await this.#sendOnce(turn, effect, outgoing);
      if (outcome.is === 'answer') {
        this.#retriesLeft = Math.min(retries.budget, this.#retriesLeft + retries.earnedPerAnswer);
        log.debug({ route, status: outcome.status }, 'HubSpot answered');
        return { route, status: outcome.status, body: outcome.body };
      }
      const waitMs = this.#waitBeforeRepeating(turn.lane, effect, outgoing, outcome, tries);
      log.warn({ route, ...describe(outcome), ...tries, waitMs }, 'HubSpot request is repeated');
      await pause(clock, waitMs, signal);
    }
  }

  async #sendOnce(turn: Turn, effect: Effect, outgoing: OutgoingRequest): Promise<Outcome> {
    const { clock, signal, timeoutMs } = this.#options;
    await this.#quota.open();
    const learn = await this.#breaker.admit(signal);
    let health: Health = 'unknown';
    try {
      const release = await this.#governor.acquire(turn, signal);
      try {
        this.#quota.take();
        this.#count(outgoing.route);
        const sentAt = clock.elapsedMs();
        const outcome = await attempt(outgoing, {
          timeoutMs: timeoutMs ?? attemptTimeoutMs,
          signal: effect === 'read' ? signal : neverAborted,
        });
        health = healthOf(outcome);
        this.#everAnswered ||= health === 'answered';
        if (outcome.is === 'answer') this.#answeredAt = outcome.answeredAt ?? this.#answeredAt;
        if ('rate' in outcome) {
          this.#governor.observe(outcome.rate, sentAt);
          if (outcome.rate.dailyLimit !== null) this.#quota.learnLimit(outcome.rate.dailyLimit);
        }
        return outcome;
      } finally {
        release();
      }
    } finally {
      learn(health);
    }
  }

  /** Makes the lane or this request wait. @throws when there must be no other attempt */
  #waitBeforeRepeating(
    lane: Lane,
    effect: Effect,
    outgoing: OutgoingRequest,
    outcome: Exclude<Outcome, { is: 'answer' }>,
    tries: Tries,
  ): number {
    const { clock, random } = this.#options;
    const decision = decide(outcome, lane);
    if (decision.do === 'stop_for_today') this.#stopForToday();
    if (decision.do === 'give_up' || (decision.mayHaveLanded && effect === 'once')) {
      throw errorOf(outcome, outgoing, effect === 'once');
    }
    this.#spendRetry(decision, outcome, tries, outgoing);
    const waitMs = decision.limited
      ? // Not all at the same moment, or the next window starts as the last one ended.
        decision.waitMs + random() * 1000
      : Math.max(decision.waitMs, backoffMs(tries.failed, random()));
    if (waitMs > retries.longestWaitMs) {
      const resumeAt = clock.now() + Math.min(waitMs, retries.longestAbsenceMs);
      throw new UnavailableError(`it asks to wait until ${toIso(resumeAt)}`, resumeAt);
    }
    if (decision.limited) this.#governor.refused(decision.lane, waitMs);
    return waitMs;
  }

  #spendRetry(
    decision: Repeat,
    outcome: Exclude<Outcome, { is: 'answer' }>,
    tries: Tries,
    outgoing: OutgoingRequest,
  ): void {
    if (decision.limited) {
      this.#rateLimited += 1;
      tries.limited += 1;
    } else {
      tries.failed += 1;
      this.#retriesLeft -= 1;
    }
    const attempts = this.#everAnswered ? retries.attempts : retries.attemptsWhenNeverAnswered;
    const patient = outcome.is === 'unreachable' ? attempts : retries.attempts;
    if (tries.failed < patient && tries.limited < retries.rateLimitedAttempts && this.#retriesLeft >= 0)
      return;
    throw errorOf(outcome, outgoing, false);
  }

  #stopForToday(): never {
    const { clock, day } = this.#options;
    this.#rateLimited += 1;
    throw this.#quota.stopUntil(day.resumeAt(clock.now()));
  }

  #count(route: string): void {
    this.#requests.total += 1;
    this.#requests.byRoute[route] = (this.#requests.byRoute[route] ?? 0) + 1;
  }

  #outgoing(request: ApiRequest): OutgoingRequest {
    const { apiUrl, accessToken } = this.#options;
    const { pathname, search } = new URL(request.getUrl());
    const basePath = new URL(apiUrl).pathname.replace(/\/$/, '');
    const path = datedPath(pathname.slice(basePath.length));
    const method = request.getHttpMethod();
    const body = request.getBody();
    if (body !== undefined && typeof body !== 'string')
      throw new TypeError(`A JSON body is expected for ${path}.`);
    return {
      route: routeOf(method, path),
      url: `${apiUrl}${path}${search}`,
      apiUrl,
      method,
      body: body ?? null,
      accessToken,
    };
  }
}

function healthOf(outcome: Outcome): Health {
  switch (outcome.is) {
    case 'answer':
    case 'too_large':
      return 'answered';
    case 'refusal':
      return outcome.refusal.status >= 500 ? 'failed' : 'answered';
    default:
      return 'failed';
  }
}

function describe(outcome: Exclude<Outcome, { is: 'answer' }>): object {
  if (outcome.is === 'refusal') {
    const { status, category, correlationId, policyName } = outcome.refusal;
    return { status, category, correlationId, policyName };
  }
  return { problem: outcome.is === 'too_large' ? outcome.is : outcome.reason };
}
