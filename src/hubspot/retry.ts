/** What to do about an attempt that brought no answer. Pure: hubspot-api.md 2.3 and 2.4 as a table. */
import type { Outcome } from './attempt.ts';
import type { Lane } from './governor.ts';
import { rateLimits, retries } from './limits.ts';

export type Decision = { readonly do: 'give_up' } | { readonly do: 'stop_for_today' } | Repeat;

export type Repeat = {
  readonly do: 'repeat';
  /** At least; failures wait longer each time. */
  readonly waitMs: number;
  /** Refused by a rate limit: then `lane` has to wait, and not this request alone. */
  readonly limited: boolean;
  readonly lane: Lane;
  /** HubSpot may have carried the request out all the same. */
  readonly mayHaveLanded: boolean;
};

/** "Not implemented" and "HTTP version not supported" stay true. */
export const neverSupported: ReadonlySet<number> = new Set([501, 505]);

const giveUp: Decision = { do: 'give_up' };

/** @param lane the lane of the request, for refusals that do not name their policy */
export function decide(outcome: Exclude<Outcome, { is: 'answer' }>, lane: Lane): Decision {
  if (outcome.is === 'too_large') return giveUp;
  if (outcome.is === 'lost') return repeat(lane, 0, true);
  if (outcome.is === 'unreachable') return outcome.final ? giveUp : repeat(lane, 0, false);
  const { refusal } = outcome;
  const retryAfterMs = outcome.retryAfterMs ?? 0;
  if (refusal.status === 429) {
    return decideLimited(refusal.policyName ?? '', refusal.message, lane, outcome.retryAfterMs);
  }
  if (refusal.status === 423) return repeat(lane, Math.max(retryAfterMs, retries.lockedDelayMs), false);
  if (refusal.status === 477) return repeat(lane, retryAfterMs, false);
  if (neverSupported.has(refusal.status)) return giveUp;
  if (refusal.status === 408 || refusal.status >= 500) return repeat(lane, retryAfterMs, true);
  return giveUp;
}

function repeat(lane: Lane, waitMs: number, mayHaveLanded: boolean): Decision {
  return { do: 'repeat', waitMs, limited: false, lane, mayHaveLanded };
}

function decideLimited(
  policyName: string,
  message: string,
  lane: Lane,
  retryAfterMs: number | null,
): Decision {
  const policy = `${policyName} ${message}`.toUpperCase();
  if (/\bDAILY\b/.test(policy)) return { do: 'stop_for_today' };
  const secondly = /\bSECONDLY\b/.test(policy) || (!policy.includes('TEN_SECONDLY') && lane === 'search');
  return {
    do: 'repeat',
    waitMs: retryAfterMs ?? (secondly ? rateLimits.search.windowMs : rateLimits.burst.windowMs),
    limited: true,
    lane: secondly ? lane : 'burst',
    mayHaveLanded: false,
  };
}

/** Exponential with full jitter. @param failures how many attempts failed, from 1 @param random from 0 to 1 */
export function backoffMs(failures: number, random: number): number {
  const ceilingMs = Math.min(retries.firstDelayMs * 2 ** (failures - 1), retries.longestDelayMs);
  return random * ceilingMs;
}
