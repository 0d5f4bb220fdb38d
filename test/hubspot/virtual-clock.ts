/** Time that only passes when somebody waits: the earliest alarm rings as soon as the machine has nothing else to do. */
import type { Clock } from '../../src/hubspot/clock.ts';
import type { Instant } from '../../src/model/instant.ts';

export type VirtualClock = Clock & {
  /** Every delay that was waited for, in the order in which they were asked for. */
  readonly delaysMs: readonly number[];
  /** Milliseconds since the clock was made. */
  passedMs(): number;
};

/**
 * @param start wall time
 * @param isBusy asked before an alarm rings; while it says yes, time stands still
 */
export function createVirtualClock(
  start: Instant = Date.UTC(2026, 5, 15, 12),
  isBusy: () => boolean = () => false,
): VirtualClock {
  const alarms: { at: number; callback: () => void }[] = [];
  const delaysMs: number[] = [];
  let passed = 0;
  let scheduled = false;

  function ringLater(): void {
    if (scheduled || alarms.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (isBusy()) {
        ringLater();
        return;
      }
      alarms.sort((a, b) => a.at - b.at);
      const next = alarms.shift();
      if (next === undefined) return;
      passed = Math.max(passed, next.at);
      next.callback();
      ringLater();
    });
  }

  return {
    delaysMs,
    passedMs: () => passed,
    now: () => start + passed,
    elapsedMs: () => passed,
    after(delayMs, callback) {
      delaysMs.push(delayMs);
      const alarm = { at: passed + delayMs, callback };
      alarms.push(alarm);
      ringLater();
      return () => {
        const index = alarms.indexOf(alarm);
        if (index >= 0) alarms.splice(index, 1);
      };
    },
  };
}
