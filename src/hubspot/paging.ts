import { HubSpotError } from './errors.ts';

/**
 * @param after the cursor that was asked with
 * @param next the one that HubSpot answered
 * @throws HubSpotError when they are the same: following it would never end
 */
export function nextCursor(after: string | null, next: string | null, what: string): string | null {
  if (next === null || next !== after) return next;
  throw new HubSpotError(
    `HubSpot repeats a page of ${what} instead of going on (cursor ${next}). Nothing more was read; run again later.`,
    { retryable: true },
  );
}
