/** Options as people type them, parsed strictly: one sentence says what is wrong and what would be right. */
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../model/errors.ts';
import { addDays, dayOf, startOfDay, type Day, type Instant } from '../model/instant.ts';

export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`Use a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

export function calendarDay(text: string): Day {
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
  if (!valid || addDays(text, 0) !== text) {
    throw new InvalidArgumentError('Use a date such as 2026-03-31.');
  }
  return text;
}

/** Judging "as of" a day means with everything that happened on it: its last millisecond in the portal's zone. */
export function endOfDay(day: Day, timeZone: string): Instant {
  return startOfDay(addDays(day, 1), timeZone) - 1;
}

/**
 * The instant to judge a day at. A run that counts never judges the future: later runs would be refused as older until
 * that day has come (I8). Today is judged as it is now; a dry run may look ahead.
 * @throws UsageError for a later day
 */
export function judgedInstant(
  day: Day,
  context: { timeZone: string; now: Instant; dryRun: boolean },
): Instant {
  const { timeZone, now, dryRun } = context;
  if (!dryRun && day > dayOf(now, timeZone)) {
    throw new UsageError(
      `--as-of ${day} has not come yet in the account's time zone (${timeZone}). Nothing was changed. Add --dry-run to look ahead.`,
    );
  }
  return dryRun ? endOfDay(day, timeZone) : Math.min(endOfDay(day, timeZone), now);
}
