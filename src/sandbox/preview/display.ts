/** Stored values as HubSpot's pages write them. */
import type { PropertyInfo } from './account.ts';

export function nameOf({ name, archived }: { name: string; archived: boolean }): string {
  return archived ? `${name} (deactivated)` : name;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** A moment on the account's clock, as HubSpot shows it to people: "26 Nov 2026, 02:58 GMT+1". */
export function momentIn(timeZone: string, moment: Date): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  });
  return format.format(moment);
}

/** Stored dates are ISO text or epoch milliseconds; what is neither is shown as it is. */
export function moment(value: string): Date | null {
  const date = new Date(/^\d+$/.test(value) ? Number(value) : value);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function display(
  definition: PropertyInfo | undefined,
  value: string | null,
  timeZone: string,
): string | null {
  if (value === null || value === '') return null;
  const date = definition?.type === 'date' || definition?.type === 'datetime' ? moment(value) : null;
  if (date !== null) return definition?.type === 'date' ? dayFormat.format(date) : momentIn(timeZone, date);
  if (definition?.type === 'bool') return value === 'true' ? 'Yes' : 'No';
  const labels = new Map(definition?.options.map((option) => [option.value, option.label]));
  return value
    .split(definition?.fieldType === 'checkbox' ? ';' : '\0')
    .map((part) => labels.get(part) ?? part)
    .join(', ');
}

export function dayOf(value: string | null): string | null {
  const date = value === null ? null : moment(value);
  return date === null ? null : dayFormat.format(date);
}
