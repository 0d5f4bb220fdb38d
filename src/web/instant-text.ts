/** Times in sentences that people read at HubSpot: on the portal's clock, in the words that the pages have for theirs. */
import type { Instant } from '../model/instant.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** "24 Nov 2026, 02:10" whatever the machine's language; on UTC's clock it says so. */
export function instantText(instant: Instant, timeZone: string): string {
  const text = clockOf(timeZone).format(instant);
  return timeZone === 'UTC' ? `${text} UTC` : text;
}

/** One for each zone: to make one takes longer than the rest of a card. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  clocks.set(timeZone, clock);
  return clock;
}
