/**
 * Activity from a CSV file: the canonical columns (DESIGN.md section 8), or any file with a map. Streamed, so that
 * memory does not grow with the file; every row that cannot be used becomes one sentence, and none is lost without.
 */
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { parse, type Info } from 'csv-parse';
import type { Activity, Source } from '../model/activity.ts';
import { UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { readHeader, type Layout } from './header.ts';
import { defaultCsvLimits, type CsvLimits } from './limits.ts';
import { canonicalColumns, type CsvMap } from './map.ts';
import { identifyRows, readRow, type RowContent } from './row.ts';
import { readText } from './text.ts';

/** `row` is the line of the file as an editor counts it, the header being row 1. */
export type IntakeRow = {
  readonly row: number;
  /** `partnerId` is the file's id: a HubSpot company id or an external id, not yet resolved. */
  readonly activity: Activity;
};
/** A row that cannot be used; `problem` is one sentence that names file, row, column and remedy. */
export type RowProblem = { readonly row: number; readonly problem: string };

export type CsvOptions = {
  readonly source: Source;
  /** Rows later than a day from now are refused. */
  readonly now: Instant;
  readonly map?: CsvMap;
  readonly limits?: Partial<CsvLimits>;
};

/**
 * Yields every row below the header, in the file's order. The same file yields the same source ids each time it is read.
 * Throws a UsageError when the file as a whole cannot be used: absent, empty, not UTF-8, over a limit, a wrong header,
 * or quotes so broken that rows cannot be told apart; rows before that place have been yielded by then.
 */
export async function* parseActivityCsv(
  file: string,
  options: CsvOptions,
): AsyncGenerator<IntakeRow | RowProblem> {
  const limits = { ...defaultCsvLimits, ...options.limits };
  const name = basename(file);
  const map = options.map ?? null;
  const identified = identifyRows();
  let layout: Layout | null = null;
  let rows = 0;

  for await (const { line, cells } of readRecords(file, map?.delimiter ?? ',', limits)) {
    if (layout === null) {
      layout = readHeader(cells, name, map, limits);
      continue;
    }
    rows += 1;
    if (rows > limits.maxRows) {
      throw new UsageError(
        `${name} has more than ${limits.maxRows} rows: split it and import the parts one after the other.`,
      );
    }
    const read = readRecord(cells, layout, options, limits);
    if ('problem' in read) {
      yield { row: line, problem: `${name}, row ${line}: ${read.problem}.` };
      continue;
    }
    yield { row: line, activity: identified(read, options.source) };
  }
}

type CsvRecord = { readonly line: number; readonly cells: readonly string[] };
type SyntaxFailure = { readonly code: string; readonly line: number };

/** Records with the line on which they end. A syntax error is thrown only after every record before it was yielded. */
async function* readRecords(file: string, delimiter: string, limits: CsvLimits): AsyncGenerator<CsvRecord> {
  // Left to itself, csv-parse destroys the stream on a syntax error, together with the good records still queued in it.
  const failures: SyntaxFailure[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.maxRowBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) failures.push({ code: error.code, line: Number(error['lines']) });
      return undefined;
    },
  });
  const text = takeWhile(readText(file, limits), () => failures.length === 0);
  // The parser's iterator throws what the pipeline ends with, so its callback has nothing left to report.
  const records: AsyncIterable<{ info: Info; record: string[] }> = pipeline(
    Readable.from(text),
    parser,
    () => {},
  );
  let lastLine = 0;
  for await (const { info, record } of records) {
    if (info.lines >= (failures[0]?.line ?? Infinity)) break;
    lastLine = info.lines;
    const cells = record.map((cell) => cell.trim());
    if (cells.some((cell) => cell !== '')) yield { line: info.lines, cells };
  }
  const [failure] = failures;
  if (failure !== undefined) throw explainSyntax(failure, lastLine, basename(file), limits);
}

async function* takeWhile<T>(items: AsyncIterable<T>, goesOn: () => boolean): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    if (!goesOn()) return;
  }
}

function explainSyntax(
  { code, line }: SyntaxFailure,
  lastLine: number,
  name: string,
  limits: CsvLimits,
): UsageError {
  const remedy = 'Quote a cell as a whole, write a quote inside it twice, and import the file again.';
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new UsageError(
        `${name}, row ${lastLine + 1}: a quote is opened in or after this row and never closed. ${remedy}`,
      );
    case 'CSV_MAX_RECORD_SIZE':
      return new UsageError(
        `${name}, row ${lastLine + 1}: the row is longer than ${limits.maxRowBytes} bytes; perhaps a quote is not closed. ${remedy}`,
      );
    default:
      return new UsageError(`${name}, row ${line}: a quote stands where none may be. ${remedy}`);
  }
}

/** One row's values, or what is wrong with the row. */
function readRecord(
  cells: readonly string[],
  { width, positions }: Layout,
  { map, now }: CsvOptions,
  limits: CsvLimits,
): RowContent | { readonly problem: string } {
  if (cells.length !== width) {
    return {
      problem: `has ${cells.length === 1 ? '1 cell' : `${cells.length} cells`}, but the first row has ${width} columns`,
    };
  }
  const long = canonicalColumns.find(
    (column) => (cells[positions[column] ?? -1]?.length ?? 0) > limits.maxCellCharacters,
  );
  if (long !== undefined) return { problem: `${long} is longer than ${limits.maxCellCharacters} characters` };
  const read = readRow((column) => cells[positions[column] ?? -1] ?? '', { map: map ?? null, now });
  return 'problem' in read && read.column === 'kind'
    ? { problem: `${read.problem}, or translate it in a map ("kinds")` }
    : read;
}
