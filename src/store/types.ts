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
};

export const driverTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers[oid]) ?? pg.types.getTypeParser(oid, format as 'text'),
};

/** For writing a timestamptz. */
export function timestamp(instant: Instant): string {
  return toIso(instant);
}

export function nullableTimestamp(instant: Instant | null): string | null {
  return instant === null ? null : toIso(instant);
}

export function instantOf(date: Date): Instant {
  return date.getTime();
}

export function nullableInstantOf(date: Date | null): Instant | null {
  return date === null ? null : date.getTime();
}
