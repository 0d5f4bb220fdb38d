/** Ascending day numbers, as histories are asked in them. */
import type { DayNumber } from '../model/calendar.ts';

/** How many of the ascending `days` are `day` or earlier. */
export function countUpTo(days: ArrayLike<DayNumber>, day: DayNumber): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] ?? Infinity) <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
