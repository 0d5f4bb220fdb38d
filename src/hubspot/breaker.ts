/**
 * A circuit breaker: when everything fails, it pauses all requests, then lets single ones try until one succeeds
 * (reliability.md 2.5). HubSpot is spared while it is down, and requests that wait here use up none of their attempts.
 */
import { pause, type Clock } from './clock.ts';
import { breaker as limits } from './limits.ts';

/** What a request taught us about HubSpot's health; a refusal is an answer too. */
export type Health = 'answered' | 'failed' | 'unknown';

type Trial = { readonly ended: Promise<void>; readonly end: () => void };

export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  /** 0 while closed. */
  #pauseMs = 0;
  #openUntil = 0;
  #trial: Trial | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits until a request may be tried; rejects with the signal's reason.
   * @returns call it once with what came of the request
   */
  async admit(signal: AbortSignal): Promise<(health: Health) => void> {
    signal.throwIfAborted();
    while (this.#pauseMs > 0) {
      if (this.#trial !== null) {
        await orAborted(this.#trial.ended, signal);
        continue;
      }
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const own: Trial = { ended, end };
      this.#trial = own;
      try {
        await pause(this.#clock, Math.max(0, this.#openUntil - this.#clock.elapsedMs()), signal);
      } catch (error) {
        this.#learnFromTrial('unknown', own);
        throw error;
      }
      return (health) => this.#learnFromTrial(health, own);
    }
    return (health) => this.#learn(health);
  }

  #learn(health: Health): void {
    if (health === 'answered') this.#close();
    // While open, requests that left before tell nothing new about how long it must stay open.
    if (health !== 'failed' || this.#pauseMs > 0) return;
    this.#failures += 1;
    if (this.#failures >= limits.failuresToOpen) this.#open();
  }

  #learnFromTrial(health: Health, own: Trial): void {
    if (health === 'answered') this.#close();
    if (this.#trial !== own) return;
    if (health === 'failed') this.#open();
    this.#trial = null;
    own.end();
  }

  #open(): void {
    this.#pauseMs =
      this.#pauseMs === 0 ? limits.firstPauseMs : Math.min(this.#pauseMs * 2, limits.longestPauseMs);
    this.#openUntil = this.#clock.elapsedMs() + this.#pauseMs;
  }

  #close(): void {
    this.#failures = 0;
    this.#pauseMs = 0;
    this.#trial?.end();
    this.#trial = null;
  }
}

async function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
