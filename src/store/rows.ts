/** Bulk rows: one array per column and one statement for thousands of rows (runtime-and-storage.md 5). */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Db } from './tables.ts';

/** More rows than this gain nothing more from one statement, and cost memory. */
const rowsPerStatement = 10_000;

/** The column's PostgreSQL type, and its value for one item. */
export type Columns<T> = Readonly<Record<string, readonly [type: string, value: (item: T) => unknown]>>;

/** `unnest(...) as incoming(...)`: the items as rows, for a from clause. */
export function incoming<T>(items: readonly T[], columns: Columns<T>): RawBuilder<unknown> {
  const arrays = Object.values(columns).map(([type, value]) => arrayOf(type, items.map(value)));
  return sql`unnest(${sql.join(arrays)}) as incoming(${names(Object.keys(columns))})`;
}

/**
 * As lines of one text, of which null is an empty one: in an array literal every value would be quoted and escaped here
 * and unescaped there. What is empty, or has lines of its own, cannot go so; of all types only text can be either. A row must
 * have some value.
 */
function arrayOf(type: string, values: readonly unknown[]): RawBuilder<unknown> {
  return type === 'text' && !values.every(isOneLine)
    ? sql`${values}::text[]`
    : sql`string_to_array(${values.join('\n')}, E'\n', '')::${sql.raw(type)}[]`;
}

function isOneLine(value: unknown): boolean {
  return typeof value !== 'string' || (value !== '' && !value.includes('\n'));
}

/** `a, b, c`, or `of.a, of.b, of.c`. */
export function names(columns: readonly string[], of?: string): RawBuilder<unknown> {
  return sql.join(columns.map((name) => sql.ref(of === undefined ? name : `${of}.${name}`)));
}

/** `a = excluded.a, b = excluded.b`, for `on conflict do update set`. */
export function assignments(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`));
}

/** Whether a row that is there differs from the one that is to be written: an equal row is not written again. */
export function differs(table: string, columns: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(${names(columns, table)}) is distinct from (${names(columns, 'excluded')})`;
}

/** An array literal for one element of an array of arrays, which PostgreSQL would flatten. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => JSON.stringify(value)).join(',')}}`;
}

export function* chunks<T>(items: readonly T[], size: number = rowsPerStatement): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Several statements that belong together: in the caller's transaction, or in one of their own. */
export async function atomically<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}

/**
 * The rest of the transaction need not be on the disk when it ends: a crash may take the last half second of such
 * transactions with it, whole ones and the latest first. For what is then simply done again; spares a wait for the disk
 * each time, and whoever commits later as usual makes it durable, too.
 */
export async function mayBeDoneAgain(transaction: Db): Promise<void> {
  await sql`select set_config('synchronous_commit', 'off', true)`.execute(transaction);
}
