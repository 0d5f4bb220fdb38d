/** A batch of activities as a program sends it: JSON in the words of the canonical columns. Pure. */
import { z } from 'zod';
import type { Activity, Source } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import { quote, readId, readMoment } from './cells.ts';
import { canonicalColumns } from './map.ts';
import { identifyRows, readRow, type RowContent } from './row.ts';

/** What a second's work of the database takes, and what fits into the 256 kB of a body at the usual length. */
const maxBatchRows = 1_000;

/** `index` counts from 0, as a program does; `problem` is one sentence that names the field and the remedy. */
export type BatchProblem = {
  readonly index: number;
  readonly field: string | null;
  readonly problem: string;
};

type BatchRow =
  | { readonly index: number; readonly activity: Activity }
  | (BatchProblem & {
      /** The row's own id, by which it is recognised when it comes again; null where it has none that can be read. */
      readonly externalId: string | null;
    });

export type Batch = {
  readonly source: Source;
  readonly rows: readonly BatchRow[];
  /** Up to when the sender says to have told everything; null when there is more to come; undefined when it says nothing. */
  readonly completeUpTo: Instant | null | undefined;
};

/** Why a body is no batch: `too_many` can be split, `shape` has to be mended. */
export type NoBatch = { readonly refused: 'too_many' | 'shape'; readonly problem: string };

const example =
  '{"activities": [{"partner_id": "8261734", "occurred_at": "2026-03-04T10:15:00Z", "kind": "portal_login"}]}';
const bodySchema = z.strictObject({
  activities: z.array(z.unknown()),
  complete_up_to: z.string().nullable().optional(),
});

/** @param now rows later than a day from then are refused */
export function readBatch(body: unknown, { source, now }: { source: Source; now: Instant }): Batch | NoBatch {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { refused: 'shape', problem: shapeProblem(parsed.error) };
  const { activities, complete_up_to } = parsed.data;
  if (activities.length > maxBatchRows) {
    const problem = `"activities" has ${activities.length} rows; send at most ${maxBatchRows} at once.`;
    return { refused: 'too_many', problem };
  }
  if (activities.length === 0 && complete_up_to === undefined) {
    const problem = `"activities" is empty. Send rows, or "complete_up_to" to say that nothing has happened.`;
    return { refused: 'shape', problem };
  }
  const declared = readDeclaration(complete_up_to, now);
  if ('problem' in declared) return { refused: 'shape', problem: declared.problem };
  const identified = identifyRows();
  const rows = activities.map((row, index): BatchRow => {
    const read = readBatchRow(row, now);
    return 'problem' in read ? { index, ...read } : { index, activity: identified(read, source) };
  });
  return { source, rows, completeUpTo: declared.value };
}

function shapeProblem({ issues: [issue] }: z.ZodError): string {
  const at = issue?.path.join('.') ?? '';
  const what =
    issue?.code === 'unrecognized_keys'
      ? `has a field ${quote(issue.keys[0] ?? '')} that is not known`
      : `does not have the expected shape${at === '' ? '' : ` at "${at}"`}`;
  return `The body ${what}. Send ${example}; "complete_up_to" may stand beside "activities".`;
}

function readDeclaration(
  text: string | null | undefined,
  now: Instant,
): { readonly value: Batch['completeUpTo'] } | { readonly problem: string } {
  if (text === null || text === undefined) return { value: text };
  const read = readMoment(text.trim(), undefined, now);
  return 'value' in read
    ? { value: Math.min(read.value, now) }
    : { problem: `${read.problem.replace('occurred_at', 'complete_up_to')}.` };
}

type Unusable = Omit<Extract<BatchRow, { problem: string }>, 'index'>;

function readBatchRow(row: unknown, now: Instant): RowContent | Unusable {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return unusable(null, `the row is no object; its fields are ${canonicalColumns.join(', ')}`, null);
  }
  // From the fields that a row may have, never by a name that the sender chose ("__proto__").
  const values = new Map<string, unknown>(Object.entries(row));
  const texts = new Map(canonicalColumns.map((column) => [column, textOf(values.get(column))] as const));
  const externalId = idOf(texts.get('external_id') ?? '');
  const foreign = [...values.keys()].find((name) => !(canonicalColumns as readonly string[]).includes(name));
  if (foreign !== undefined) {
    // A misspelt field would lose its value without a word.
    const known = `the fields are ${canonicalColumns.join(', ')}`;
    return unusable(
      foreign.slice(0, 40),
      `${quote(foreign)} is no field of an activity; ${known}`,
      externalId,
    );
  }
  const unreadable = canonicalColumns.find((column) => texts.get(column) === null);
  if (unreadable !== undefined) {
    return unusable(
      unreadable,
      `${unreadable} must be text, or a number where a number is meant`,
      externalId,
    );
  }
  const read = readRow((column) => texts.get(column) ?? '', { map: null, now });
  return 'problem' in read ? unusable(read.column, read.problem, externalId) : read;
}

/** A value as a cell of a file would hold it; null where no cell could. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return isExact(value) ? String(value) : null;
  // PostgreSQL keeps neither NUL nor half of a surrogate pair.
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return null;
  return value.trim();
}

/** Beyond 2^53 a number that was not written as a plain whole one has lost digits, and two ids may have become one. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function idOf(text: string): string | null {
  const read = readId(text, 'external_id');
  return 'value' in read ? read.value : null;
}

function unusable(field: string | null, problem: string, externalId: string | null): Unusable {
  return { field, problem: `${problem}.`, externalId };
}
