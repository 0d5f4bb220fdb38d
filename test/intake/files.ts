/** Small CSV files for the tests, in a directory of their own that goes away with the test. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseActivityCsv, type CsvOptions, type IntakeRow, type RowProblem } from '../../src/intake/csv.ts';

export const now = Date.UTC(2026, 10, 24, 12);
export const header = 'partner_id,occurred_at,kind,quantity,amount,currency,external_id';

export async function withFile<T>(
  content: string | Uint8Array,
  use: (file: string) => Promise<T>,
  name = 'log.csv',
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'rekindle-intake-'));
  try {
    const file = join(directory, name);
    await writeFile(file, content);
    return await use(file);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export type Outcome = { readonly rows: (IntakeRow | RowProblem)[]; readonly error: unknown };

/** Everything a file yields, and what it ends with; `error` is null when it ends well. */
export function readAll(content: string | Uint8Array, options: Partial<CsvOptions> = {}): Promise<Outcome> {
  return withFile(content, (file) => collect(file, options));
}

export async function collect(file: string, options: Partial<CsvOptions> = {}): Promise<Outcome> {
  const rows: (IntakeRow | RowProblem)[] = [];
  try {
    for await (const row of parseActivityCsv(file, { source: 'csv:test', now, ...options })) rows.push(row);
    return { rows, error: null };
  } catch (error) {
    return { rows, error };
  }
}

export const activitiesOf = ({ rows }: Outcome) =>
  rows.flatMap((row) => ('activity' in row ? [row.activity] : []));
export const problemsOf = ({ rows }: Outcome) =>
  rows.flatMap((row) => ('problem' in row ? [row.problem] : []));
