/**
 * Which column of a foreign CSV file holds what: the `--map` file of `rekindle import`. Its messages are read by the
 * person who writes the map; a file in the canonical format needs none.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { UsageError } from '../model/errors.ts';
import { kinds } from '../model/kind.ts';
import { explainFileError } from './file-error.ts';

/** The columns of the canonical CSV (DESIGN.md section 8), in its order. */
export const canonicalColumns = [
  'partner_id',
  'occurred_at',
  'kind',
  'quantity',
  'amount',
  'currency',
  'external_id',
] as const;
export type CanonicalColumn = (typeof canonicalColumns)[number];

const column = z
  .string('give the title of a column, as it stands in the first row of the file')
  .trim()
  .min(1, 'give the title of a column, as it stands in the first row of the file');
const kind = z.enum(kinds, `must be one of ${kinds.join(', ')}`);
const currency = z
  .string('must be an ISO 4217 code such as "EUR"')
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as "EUR"');

/** A message for what is no object at all; a misspelt key keeps zod's own message, which names it. */
function noObject(message: string): { error: (issue: { code?: string | undefined }) => string | undefined } {
  return { error: ({ code }) => (code === 'invalid_type' ? message : undefined) };
}

export const csvMapSchema = z
  .strictObject(
    {
      delimiter: z.enum([',', ';', '\t', '|'], 'must be ",", ";", "|" or a tab ("\\t")').default(','),
      columns: z.strictObject(
        {
          partner_id: column,
          occurred_at: column,
          kind: column.optional(),
          quantity: column.optional(),
          amount: column.optional(),
          currency: column.optional(),
          external_id: column.optional(),
        },
        noObject('say which column holds what: at least "partner_id" and "occurred_at"'),
      ),
      /** What every row of the file has in common and no column says. */
      constants: z.strictObject({ kind: kind.optional(), currency: currency.optional() }).default({}),
      /** The file's words for our kinds, exactly as they stand in the file: {"Verkauf": "sale"}. */
      kinds: z.record(z.string(), kind).default({}),
      /** How dates are written, in Luxon's tokens ("dd.MM.yyyy", "M/d/yyyy H:mm"), read as UTC; absent for ISO 8601. */
      dateFormat: z
        .string()
        .refine(
          namesTheDay,
          'must name year, month and day in tokens such as "dd.MM.yyyy" or "M/d/yyyy H:mm" (MM is the month, mm the minute)',
        )
        .optional(),
      /** The decimal sign; the other one may group thousands. */
      decimal: z.enum(['point', 'comma'], 'must be "point" or "comma"').default('point'),
    },
    noObject(
      'must be an object like {"columns": {"partner_id": "Publisher ID", "occurred_at": "Date"}, "constants": {"kind": "sale"}}',
    ),
  )
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string) =>
      issues.push({ code: 'custom', path, message, input: value });
    if ((value.columns.kind === undefined) === (value.constants.kind === undefined)) {
      refuse(['columns', 'kind'], 'name the column of the kind, or one kind for all rows in constants.kind');
    }
    if (value.columns.currency !== undefined && value.constants.currency !== undefined) {
      refuse(
        ['constants', 'currency'],
        'name either the column of the currency or one for all rows, not both',
      );
    }
    const currencyKnown = value.columns.currency !== undefined || value.constants.currency !== undefined;
    if (value.columns.amount !== undefined && !currencyKnown) {
      refuse(['constants', 'currency'], 'amounts need a currency: name its column, or one for all rows');
    }
  });
export type CsvMap = z.infer<typeof csvMapSchema>;

/** A pattern that loses the year, the month or the day would date activities wrongly without a word. */
function namesTheDay(pattern: string): boolean {
  const probe = DateTime.utc(2023, 11, 28);
  const read = DateTime.fromFormat(probe.toFormat(pattern), pattern, { zone: 'utc' });
  return read.isValid && read.toISODate() === probe.toISODate();
}

const maxMapBytes = 64 * 1024;

/** Reads and checks a `--map` file. Rejects with a UsageError that names every mistake in it. */
export async function readCsvMap(file: string): Promise<CsvMap> {
  const name = basename(file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw explainFileError(error, file);
  });
  if (Buffer.byteLength(text) > maxMapBytes) {
    throw new UsageError(`${name} is larger than ${maxMapBytes / 1024} kB: a map is a small JSON file.`);
  }
  const parsed = csvMapSchema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new UsageError(`${name} is not a valid map: ${mistakes.join('; ')}.`);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${name} is not valid JSON: ${(error as SyntaxError).message}.`, error);
  }
}
