/** The first row of a CSV file: which cell of a row holds which of our columns. */
import { UsageError } from '../model/errors.ts';
import { quote } from './cells.ts';
import type { CsvLimits } from './limits.ts';
import { canonicalColumns, type CanonicalColumn, type CsvMap } from './map.ts';

/** Positions of our columns in a row; absent where the file has none. Keys come from our list, never from the file. */
export type Layout = {
  readonly width: number;
  readonly positions: Readonly<Partial<Record<CanonicalColumn, number>>>;
};

const requiredColumns: ReadonlySet<CanonicalColumn> = new Set(['partner_id', 'occurred_at', 'kind']);

/** Throws a UsageError when a column is missing, unknown, or there twice. Case and outer spaces do not matter. */
export function readHeader(
  titles: readonly string[],
  name: string,
  map: CsvMap | null,
  limits: CsvLimits,
): Layout {
  if (titles.length > limits.maxColumns) {
    throw new UsageError(
      `${name} has ${titles.length} columns, more than the ${limits.maxColumns} that are read: keep the needed ones.`,
    );
  }
  const normalised = titles.map(normalise);
  const titleOf: Readonly<Partial<Record<CanonicalColumn, string | undefined>>> =
    map?.columns ?? canonicalTitles;
  if (map === null) refuseUnknown(titles, normalised, name);

  const positions: Partial<Record<CanonicalColumn, number>> = {};
  for (const column of canonicalColumns) {
    const title = titleOf[column];
    if (title === undefined) continue;
    const position = normalised.indexOf(normalise(title));
    if (position === -1) {
      if (map === null && !requiredColumns.has(column)) continue;
      throw new UsageError(missing(title, titles, name, map));
    }
    if (normalised.includes(normalise(title), position + 1)) {
      throw new UsageError(
        `${name} has the column ${quote(title)} twice: which one counts? Remove or rename one.`,
      );
    }
    positions[column] = position;
  }
  return { width: titles.length, positions };
}

const canonicalTitles = Object.fromEntries(canonicalColumns.map((column) => [column, column])) as Record<
  CanonicalColumn,
  string
>;

/** A misspelt optional column would lose its values without a word, so the canonical format allows no others. */
function refuseUnknown(titles: readonly string[], normalised: readonly string[], name: string): void {
  const unknown = normalised.findIndex((title) => !(canonicalColumns as readonly string[]).includes(title));
  if (unknown === -1) return;
  throw new UsageError(
    `${name} has a column ${quote(titles[unknown] ?? '')} that is not known. The columns are ${canonicalColumns.join(', ')}; ` +
      `for any other file, say with --map which column holds what.${delimiterHint(titles)}`,
  );
}

function missing(title: string, titles: readonly string[], name: string, map: CsvMap | null): string {
  const named = map === null ? '' : ', which the map names';
  return `${name} has no column ${quote(title)}${named}; its columns are ${titles.slice(0, 20).map(quote).join(', ')}.${delimiterHint(titles)}`;
}

function delimiterHint(titles: readonly string[]): string {
  const [only] = titles;
  if (titles.length !== 1 || only === undefined) return '';
  const delimiter = [';', '\t', '|', ','].find((candidate) => only.includes(candidate));
  return delimiter === undefined
    ? ''
    : ` It seems to be separated by ${JSON.stringify(delimiter)}: set "delimiter" in a map.`;
}

function normalise(title: string): string {
  return title.trim().toLowerCase();
}
