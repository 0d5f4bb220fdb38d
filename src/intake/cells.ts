/** From the text of single cells to our values. Each reader returns the value, or the sentence that says what is wrong. */
import { DateTime } from 'luxon';
import { millisecondsPerDay, toIso, type Instant } from '../model/instant.ts';
import { kinds, type Kind } from '../model/kind.ts';
import type { Money } from '../model/money.ts';
import type { CsvMap } from './map.ts';

export type Read<T> = { readonly value: T } | { readonly problem: string };

const earliest: Instant = Date.UTC(1990, 0, 1);
const maxIdCharacters = 200;
const maxQuantity = 1_000_000_000;
const shownCharacters = 40;

/** A cell for a sentence: short, on one line, without control characters. */
export function quote(cell: string): string {
  const shown = cell.length > shownCharacters ? `${cell.slice(0, shownCharacters)}...` : cell;
  return JSON.stringify(shown);
}

export function readId(cell: string, column: string): Read<string> {
  if (cell === '') return { problem: `${column} is empty` };
  if (cell.length > maxIdCharacters)
    return { problem: `${column} is longer than ${maxIdCharacters} characters` };
  return { value: cell };
}

const kindSet: ReadonlySet<string> = new Set(kinds);

export function readKind(cell: string, words: CsvMap['kinds']): Read<Kind> {
  // hasOwn, because the file chooses the key ("__proto__", "constructor").
  const mapped = Object.hasOwn(words, cell) ? words[cell] : undefined;
  if (mapped !== undefined) return { value: mapped };
  if (kindSet.has(cell)) return { value: cell as Kind };
  return {
    problem: `kind ${quote(cell)} is unknown; use one of ${kinds.join(', ')}`,
  };
}

const isoMoment =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/i;

/** A bare day begins at 00:00 UTC; a time without an offset is UTC. */
export function readMoment(cell: string, dateFormat: string | undefined, now: Instant): Read<Instant> {
  const instant = dateFormat === undefined ? parseIso(cell) : parseFormatted(cell, dateFormat);
  if (instant === null) {
    const expected = dateFormat ?? '2026-01-31 or 2026-01-31T10:15:00Z';
    return { problem: `occurred_at ${quote(cell)} is no date; write it like ${expected}` };
  }
  if (instant < earliest) return { problem: `occurred_at ${quote(cell)} is before 1990; check the date` };
  // One day of tolerance: the file's clock may be ahead, and a bare day may begin later where it was written.
  if (instant > now + millisecondsPerDay) {
    return {
      problem: `occurred_at ${quote(cell)} is in the future (it is ${toIso(now)} now); correct it, or leave the row out until it has happened`,
    };
  }
  return { value: instant };
}

function parseIso(cell: string): Instant | null {
  const parts = isoMoment.exec(cell);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = parts;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const written = `${year}-${month}-${day}T${hour.padStart(2, '0')}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`;
  // Date.UTC turns 30 February into 1 March: what does not come back unchanged was no date.
  if (Number.isNaN(local) || toIso(local).slice(0, 19) !== written) return null;
  return local + milliseconds - offsetMs(offset);
}

function offsetMs(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

function parseFormatted(cell: string, dateFormat: string): Instant | null {
  const read = DateTime.fromFormat(cell, dateFormat, { zone: 'utc', locale: 'en-US' });
  return read.isValid ? read.toMillis() : null;
}

/** How many: 1 where the cell is empty. Zero is refused, because it would make silence look like activity. */
export function readQuantity(cell: string): Read<number> {
  if (cell === '') return { value: 1 };
  if (/^-\d/.test(cell)) {
    return {
      problem: `quantity ${quote(cell)} is negative; leave out returns and cancellations, they are no activity`,
    };
  }
  if (!/^\d+(\.0+)?$/.test(cell))
    return { problem: `quantity ${quote(cell)} is no whole number; write it like 3` };
  const quantity = Number(cell);
  if (quantity === 0) return { problem: 'quantity is 0; leave out rows in which nothing happened' };
  if (quantity > maxQuantity)
    return { problem: `quantity ${quote(cell)} is larger than ${maxQuantity}; check it` };
  return { value: quantity };
}

/** `null` is the canonical notation: a point, and no grouping of thousands. */
type Notation = CsvMap['decimal'] | null;
const decimals = {
  canonical: { shape: /^\d{1,15}(\.\d{1,6})?$/, grouping: /(?!)/g, example: '1234.50' },
  point: {
    shape: /^(\d{1,15}|\d{1,3}([,' ]\d{3}){1,4})(\.\d{1,6})?$/,
    grouping: /[,' ]/g,
    example: '1234.50',
  },
  comma: {
    shape: /^(\d{1,15}|\d{1,3}([. \u00A0\u202F]\d{3}){1,4})(,\d{1,6})?$/,
    grouping: /[. \u00A0\u202F]/g,
    example: '1234,50',
  },
} as const;

/** The amount stays decimal text throughout; an empty cell is no amount rather than an amount of zero. */
export function readMoney(amount: string, currency: string, notation: Notation): Read<Money | null> {
  if (amount === '') return { value: null };
  const { shape, grouping, example } = decimals[notation ?? 'canonical'];
  if (amount.startsWith('-')) {
    return {
      problem: `amount ${quote(amount)} is negative; leave out credits and cancellations, they are no activity`,
    };
  }
  if (!shape.test(amount)) {
    return {
      problem: `amount ${quote(amount)} is no amount; write it like ${example}, without a currency sign`,
    };
  }
  if (currency === '') return { problem: 'amount has no currency; fill in the currency, such as EUR' };
  const code = currency.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) {
    return { problem: `currency ${quote(currency)} is no ISO 4217 code; write it like EUR` };
  }
  return { value: { amount: amount.replaceAll(grouping, '').replace(',', '.'), currency: code } };
}
