/** How we write to partners, who are people of any country: "9 May 2026" cannot be misread. */
import type { Day } from '../model/instant.ts';
import type { Worth } from '../model/voice.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function dayText(day: Day): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${months[(month ?? 0) - 1]} ${year}`;
}

export function worthText(worth: Worth): string {
  return worth.in === 'percent' ? `${worth.percent} %` : `${worth.amount} ${worth.currency}`;
}
