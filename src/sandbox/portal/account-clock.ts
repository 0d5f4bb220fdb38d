import type { Instant } from '../../model/instant.ts';

/** The account's time: a clock that was given, and what it was moved ahead since. */
export class AccountClock {
  #clock: () => Instant;
  #offsetMs = 0;

  constructor(clock: () => Instant) {
    this.#clock = clock;
  }

  now(): Instant {
    return this.#clock() + this.#offsetMs;
  }

  /** What the clock was moved ahead before no longer counts. */
  set(clock: () => Instant): void {
    this.#clock = clock;
    this.#offsetMs = 0;
  }

  advance(durationMs: number): void {
    this.#offsetMs += durationMs;
  }
}
