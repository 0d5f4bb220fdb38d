/** Dates and numbers for sentences in English, whatever the reader's locale: "12 Jun 2026" cannot be misread. */

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** A calendar day `YYYY-MM-DD`, never shifted by a time zone. */
export function dayInWords(day: string): string {
  return dayFormat.format(Date.parse(`${day}T00:00:00Z`));
}

const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** "Jun 2026" of `2026-06`. */
export function monthInWords(month: string): string {
  return monthFormat.format(Date.parse(`${month}-01T00:00:00Z`));
}

/** An ISO instant on the portal's clock; on UTC, and saying so, when the portal's zone is not known here. */
export function instantInWords(instant: string, timeZone: string): string {
  const moment = Date.parse(instant);
  try {
    return clock(timeZone).format(moment);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${clock('UTC').format(moment)} UTC`;
  }
}

function clock(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
}

/** +12, −20 (with a real minus sign), 0. */
export function signedPoints(points: number): string {
  if (points === 0) return '0';
  return points > 0 ? `+${points}` : `−${Math.abs(points)}`;
}

/** "1 partner", "90 partners"; also "1 gets", "90 get". */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function dueInWords(days: number): string {
  if (days === 0) return 'due today';
  return days === 1 ? 'due tomorrow' : `due in ${days} days`;
}
