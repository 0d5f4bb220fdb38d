/** When things happen: events of a partner's own rate within phases of its life. */
import { millisecondsPerDay, type Instant } from '../../model/instant.ts';
import type { Random } from './random.ts';

/** A span of life with one intensity: 1 is the partner's normal rate. Phases are in order and do not overlap. */
export type Phase = { readonly from: Instant; readonly to: Instant; readonly level: number };

const millisecondsPerHour = 3_600_000;
const daysPerYear = 365.25;

/** Instants of a Poisson process of `perYear` events at level 1, in order, each at or after `from` and before `to`. */
export function sampleTimes(random: Random, phases: readonly Phase[], perYear: number): Instant[] {
  return phases.flatMap(({ from, to, level }) => {
    const meanGapMs = (daysPerYear * millisecondsPerDay) / (perYear * level);
    const times: Instant[] = [];
    if (!Number.isFinite(meanGapMs)) return times;
    for (let at = from + random.exponential(meanGapMs); at < to; at += random.exponential(meanGapMs)) {
      times.push(officeTime(at, from, to));
    }
    return times.sort((one, other) => one - other);
  });
}

/** `times`, with one more in [from, to) if none of them lies there. */
export function withOneBetween(
  random: Random,
  times: readonly Instant[],
  from: Instant,
  to: Instant,
): Instant[] {
  if (times.some((at) => at >= from && at < to)) return [...times];
  return [...times, officeTime(random.between(from, to), from, to)].sort((one, other) => one - other);
}

/** The same day (or the Friday before a weekend), between 07:00 and 17:00 UTC on a whole minute, unless that leaves [from, to). */
function officeTime(at: Instant, from: Instant, to: Instant): Instant {
  const day = Math.floor(at / millisecondsPerDay);
  const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday; 0 is Sunday
  const workday = weekday === 0 ? day - 2 : weekday === 6 ? day - 1 : day;
  const shareOfDay = (at - day * millisecondsPerDay) / millisecondsPerDay;
  const minutes = Math.floor((7 + 10 * shareOfDay) * 60);
  const moved = workday * millisecondsPerDay + (minutes * millisecondsPerHour) / 60;
  return moved >= from && moved < to ? moved : Math.floor(at);
}

/** Where the phase that holds `at` ends; `at` itself where none does. */
export function phaseEnd(phases: readonly Phase[], at: Instant): Instant {
  return phases.find(({ from, to }) => at >= from && at < to)?.to ?? at;
}
