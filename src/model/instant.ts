/**
 * Time as Rekindle knows it: an instant is UTC, a day belongs to the portal's time zone.
 * Every judgement counts in days, so that a verdict cannot change between breakfast and lunch.
 */
import { DateTime } from 'luxon';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A calendar day in the portal's time zone, `YYYY-MM-DD`. Sorts as text. */
export type Day = string;

export const millisecondsPerDay = 86_400_000;

/** The day on which `instant` falls in `timeZone` (IANA name). */
export function dayOf(instant: Instant, timeZone: string): Day {
  return DateTime.fromMillis(instant, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** The instant at which `day` begins in `timeZone`; where a clock change skips midnight, the first instant that exists. */
export function startOfDay(day: Day, timeZone: string): Instant {
  return DateTime.fromISO(day, { zone: timeZone }).startOf('day').toMillis();
}

/** The first instant after `instant` at which a new day begins in `timeZone`. */
export function nextMidnight(instant: Instant, timeZone: string): Instant {
  return startOfDay(addDays(dayOf(instant, timeZone), 1), timeZone);
}

/** `day` moved by whole calendar days, which may be negative. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * millisecondsPerDay).toISOString().slice(0, 10);
}

/** Whole calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / millisecondsPerDay);
}

/** ISO 8601 text of an instant, in UTC. */
export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}
