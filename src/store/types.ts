/** How values travel between PostgreSQL and us. */
import pg from 'pg';
import { toIso } from '../model/instant.ts';
import type { Instant } from '../model/instant.ts';

/** Counts come as numbers (ids are text and never come this way); a day stays the text it is; numeric stays text. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [pg.types.builtins.INT8]: (text) => {
    const number = Number(text);
    if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is beyond what a number holds exactly`);
    return number;
  },
  [pg.types.builtins.DATE]: (text) => text,
  [pg.types.builtins.TIMESTAMPTZ]: (text) => usualTimestamp(text) ?? otherTimestamp(text),
};

const otherTimestamp: (text: string) => unknown = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

/** `2026-03-01 12:00:00.123+00`, five times as fast as whatever PostgreSQL may write; null for another form. */
function usualTimestamp(text: string): Date | null {
  const digits = (from: number, to: number): number => {
    let number = 0;
    for (let index = from; index < to; index += 1) number = number * 10 + text.charCodeAt(index) - 48;
    return number;
  };
  const end = text.length - 3;
  const fraction = end - 20;
  if (text[0] === '0' || text[4] !== '-' || text[19] !== (fraction > 0 ? '.' : '+') || !text.endsWith('+00'))
    return null;
  const ms = fraction > 0 ? Math.floor(digits(20, end) * 10 ** (3 - fraction)) : 0;
  return new Date(
    Date.UTC(
      digits(0, 4),
      digits(5, 7) - 1,
      digits(8, 10),
      digits(11, 13),
      digits(14, 16),
      digits(17, 19),
      ms,
    ),
  );
}

export const driverTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers[oid]) ?? pg.types.getTypeParser(oid, format as 'text'),
};

let latest = { instant: 0, text: toIso(0) };

/** For writing a timestamptz. Rows that are written together mostly name the same instants, so the latest is remembered. */
export function timestamp(instant: Instant): string {
  if (instant !== latest.instant) latest = { instant, text: toIso(instant) };
  return latest.text;
}

export function nullableTimestamp(instant: Instant | null): string | null {
  return instant === null ? null : timestamp(instant);
}

export function instantOf(date: Date): Instant {
  return date.getTime();
}

export function nullableInstantOf(date: Date | null): Instant | null {
  return date === null ? null : date.getTime();
}
