/** A source that nobody has fed for long does not know about today: its silence says nothing (I4). Pure. */
import type { SourceState } from '../model/activity.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';

/**
 * A monthly import with a few days' delay still counts. Longer, and a partner whose sales stand in the next file would
 * be called inactive; shorter, and monthly programmes would be unknown every month.
 */
export const maximumAgeDays = 35;

/** The states as they are worth at `now`: what is too old is not complete. */
export function agedSources(states: readonly SourceState[], now: Instant): readonly SourceState[] {
  return states.map((state) =>
    state.complete && isTooOld(state, now) ? { ...state, complete: false } : state,
  );
}

function isTooOld({ completeUpTo }: SourceState, now: Instant): boolean {
  return completeUpTo === null || now - completeUpTo > maximumAgeDays * millisecondsPerDay;
}
