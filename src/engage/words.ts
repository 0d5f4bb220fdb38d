/** Days and amounts in sentences. */
import { calendarOf, toDay } from '../model/calendar.ts';
import type { Day, Instant } from '../model/instant.ts';
import type { Worth } from '../model/voice.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As dayOf, from a table: every night asks it of everybody, and every card several times. */
export function dayIn(timeZone: string, instant: Instant): Day {
  return toDay(calendarOf(timeZone).dayNumberOf(instant));
}

/** For partners, who are people of any country: "9 May 2026" cannot be misread. */
export function dayText(day: Day): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${months[(month ?? 0) - 1]} ${year}`;
}

export function worthText(worth: Worth): string {
  return worth.in === 'percent' ? `${worth.percent} %` : `${worth.amount} ${worth.currency}`;
}
