/**
 * Activity from a CSV file: the canonical columns (DESIGN.md section 8), or any file with a map. Streamed, so that
 * memory does not grow with the file; every row that cannot be used becomes one sentence, and none is lost without.
 */
import { hash } from 'node:crypto';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { parse, type Info } from 'csv-parse';
import type { Activity, Source } from '../model/activity.ts';
import { UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { readId, readKind, readMoment, readMoney, readQuantity } from './cells.ts';
import { readHeader, type Layout } from './header.ts';
import { defaultCsvLimits, type CsvLimits } from './limits.ts';
import { canonicalColumns, type CanonicalColumn, type CsvMap } from './map.ts';
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
  const occurrences = createOccurrences();
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
    const read = readRow(cells, layout, options, limits);
    if (typeof read === 'string') {
      yield { row: line, problem: `${name}, row ${line}: ${read}.` };
      continue;
    }
    const { externalId, ...content } = read;
    yield {
      row: line,
      activity: { ...content, source: options.source, sourceId: externalId ?? occurrences(content) },
    };
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

type RowContent = Omit<Activity, 'source' | 'sourceId'>;

/** One row's values, or what is wrong with the row. */
function readRow(
  cells: readonly string[],
  { width, positions }: Layout,
  { map, now }: CsvOptions,
  limits: CsvLimits,
): (RowContent & { readonly externalId: string | null }) | string {
  if (cells.length !== width) return `has ${cells.length} cells, but the first row has ${width} columns`;
  const long = canonicalColumns.find(
    (column) => (cells[positions[column] ?? -1]?.length ?? 0) > limits.maxCellCharacters,
  );
  if (long !== undefined) return `${long} is longer than ${limits.maxCellCharacters} characters`;
  const cell = (column: CanonicalColumn): string => cells[positions[column] ?? -1] ?? '';

  const partnerId = readId(cell('partner_id'), 'partner_id');
  if ('problem' in partnerId) return partnerId.problem;
  const occurredAt = readMoment(cell('occurred_at'), map?.dateFormat, now);
  if ('problem' in occurredAt) return occurredAt.problem;
  const kind = readKindOf(cell('kind'), map);
  if ('problem' in kind) return kind.problem;
  const quantity = readQuantity(cell('quantity'));
  if ('problem' in quantity) return quantity.problem;
  const currency = map?.constants.currency ?? cell('currency');
  const amount = readMoney(cell('amount'), currency, map?.decimal ?? null);
  if ('problem' in amount) return amount.problem;
  const externalId =
    cell('external_id') === '' ? { value: null } : readId(cell('external_id'), 'external_id');
  if ('problem' in externalId) return externalId.problem;

  return {
    partnerId: partnerId.value,
    kind: kind.value,
    occurredAt: occurredAt.value,
    quantity: quantity.value,
    amount: amount.value,
    externalId: externalId.value,
  };
}

function readKindOf(cell: string, map: CsvMap | undefined): ReturnType<typeof readKind> {
  const constant = map?.constants.kind;
  return constant === undefined ? readKind(cell, map?.kinds ?? {}) : { value: constant };
}

/**
 * Ids for rows that bring none: made of the row's content and of how often that content stood in the file before, so
 * that the same file gives the same ids while two equal sales on one day stay two.
 */
function createOccurrences(): (content: RowContent) => string {
  // 48 bits in a number keep millions of rows small; should two contents ever share them, one is merely counted as 2.
  const seen = new Set<number>();
  const repeats = new Map<number, number>();
  return ({ partnerId, occurredAt, kind, quantity, amount }) => {
    const content = JSON.stringify([partnerId, occurredAt, kind, quantity, amount?.amount, amount?.currency]);
    const digest = hash('sha256', content, 'hex');
    const key = Number.parseInt(digest.slice(0, 12), 16);
    if (!seen.has(key)) {
      seen.add(key);
      return `row-${digest.slice(0, 32)}-1`;
    }
    const occurrence = (repeats.get(key) ?? 1) + 1;
    repeats.set(key, occurrence);
    return `row-${digest.slice(0, 32)}-${occurrence}`;
  };
}
