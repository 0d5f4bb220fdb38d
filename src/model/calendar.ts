/**
 * Calendar days as numbers, for judging many partners fast: luxon answers once per day and zone, everything after that
 * is a look-up. The cache only remembers what the time zone database says, so every answer stays a function of its
 * arguments.
 */
import { millisecondsPerDay, startOfDay } from './instant.ts';
import type { Day, Instant } from './instant.ts';

/** Days since 1970-01-01 of a calendar day, whatever the zone. */
export type DayNumber = number;

export type Calendar = {
  /** The calendar day on which `instant` falls in this calendar's zone. */
  dayNumberOf(instant: Instant): DayNumber;
  /** The first instant of the day in this calendar's zone. */
  startOf(day: DayNumber): Instant;
};

const dayNumbers = new Map<Day, DayNumber>();

export function toDayNumber(day: Day): DayNumber {
  const known = dayNumbers.get(day);
  if (known !== undefined) return known;
  const number = Math.round(Date.parse(`${day}T00:00:00Z`) / millisecondsPerDay);
  // What is no day is no day for ever, and there are too many of them to remember.
  if (!Number.isNaN(number)) dayNumbers.set(day, number);
  return number;
}

const dayTexts = new Map<DayNumber, Day>();

export function toDay(day: DayNumber): Day {
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
  dayTexts.set(day, text);
  return text;
}

const calendars = new Map<string, Calendar>();

/** The calendar of an IANA time zone. */
export function calendarOf(timeZone: string): Calendar {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const calendar = createCalendar(timeZone);
  calendars.set(timeZone, calendar);
  return calendar;
}

/** Days of 1970 to 2079 are looked up in an array, which is faster; the few others in a map. */
const commonDays = 40_000;

function createCalendar(timeZone: string): Calendar {
  const commonStarts = new Float64Array(commonDays).fill(Number.NaN);
  const otherStarts = new Map<DayNumber, Instant>();

  function startOf(day: DayNumber): Instant {
    const known = commonStarts[day] ?? otherStarts.get(day) ?? Number.NaN;
    if (!Number.isNaN(known)) return known;
    const start = startOfDay(toDay(day), timeZone);
    if (day >= 0 && day < commonDays) commonStarts[day] = start;
    else otherStarts.set(day, start);
    return start;
  }

  function dayNumberOf(instant: Instant): DayNumber {
    let day = Math.floor(instant / millisecondsPerDay);
    // Most often the day in UTC it is, and known; a comparison with what is not known fails.
    if ((commonStarts[day] ?? Number.NaN) <= instant && instant < (commonStarts[day + 1] ?? Number.NaN))
      return day;
    // Zones lie at most a day from UTC. A day that a zone skipped (Apia, 2011-12-30) begins with the next one.
    while (startOf(day + 1) <= instant) day += 1;
    while (startOf(day) > instant) day -= 1;
    return day;
  }

  return { dayNumberOf, startOf };
}
