/** Answers that are whole and right, and yet not what a client may have expected (reliability.md 6, rows 15 and 39). */
import { batchError } from './api/shapes.ts';

type Row = Readonly<Record<string, unknown>>;
type Batch = { readonly results: readonly Row[]; readonly errors?: readonly unknown[] };
type Spoilt = { readonly status: number; readonly body?: unknown };

/** HubSpot adds fields without notice: one more in every object, besides the answer's own. */
export function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([key, field]) => [key, withUnknownFields(field)] as const);
  return { newInHubSpot: 'unheard of', ...Object.fromEntries(known) };
}

/** Ids as numbers, with all their digits: HubSpot's documentation shows both (hubspot-api.md 5). */
export function withNumericIds(json: string): string {
  return json.replaceAll(/"(id|recordId|toObjectId)":"(\d+)"/g, '"$1":$2');
}

/** A batch in which one record could not be read, for no reason of the caller's: a 207 that names it. */
export function withUnreadRecord(id: string, answer: Spoilt): Spoilt {
  if (!isBatch(answer.body)) return answer;
  const results = answer.body.results.filter((row) => idOf(row) !== id);
  if (results.length === answer.body.results.length) return answer;
  const error = batchError('INTERNAL_ERROR', `Record ${id} could not be read.`, { ids: [id] });
  const errors = [...(answer.body.errors ?? []), error];
  return { status: 207, body: { ...answer.body, results, numErrors: errors.length, errors } };
}

function isBatch(body: unknown): body is Batch {
  return typeof body === 'object' && body !== null && 'status' in body && 'results' in body;
}

/** Of a record, or of the record whose associations a row tells. */
function idOf(row: Row): unknown {
  const { from } = row;
  return typeof from === 'object' && from !== null && 'id' in from ? from.id : row['id'];
}
