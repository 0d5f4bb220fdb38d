/** One request to the sandbox's API and its answer, free of HTTP plumbing. */
import { z } from 'zod';
import type { SeedType } from '../seed.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { findObjectType } from '../portal/object-types.ts';
import type { ObjectType } from '../portal/object-types.ts';
import type { Account } from './account.ts';

export type Call = {
  readonly account: Account;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as text: search limits its length. */
  readonly text: string;
  readonly body: unknown;
};

export type Answer = { readonly status: number; readonly body?: unknown };

export type Handler = (call: Call) => Answer;

export function parameter(call: Call, name: string): string {
  const value = call.parameters[name];
  if (value === undefined) throw new Error(`The route has no parameter "${name}".`);
  return value;
}

/** The object type a path names, e.g. `{objectType}`. */
export function objectTypeIn(call: Call, name = 'objectType'): ObjectType {
  const text = parameter(call, name);
  const objectType = findObjectType(text);
  if (objectType === undefined) throw invalid(`Unable to infer object type from: ${text}`);
  return objectType;
}

export function typeIn(call: Call, name = 'objectType'): SeedType {
  return objectTypeIn(call, name).type;
}

/** The body as the schema wants it, or HubSpot's 400. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ message: issue.message, in: issue.path.join('.') }));
  const first = errors[0];
  throw invalid(`Invalid input JSON: ${first?.in ?? ''} ${first?.message ?? ''}`.trim(), { errors });
}

/** A whole number from the query between 1 and `maximum`. */
export function limitIn(call: Call, options: { byDefault: number; maximum: number }): number {
  const text = call.query.get('limit');
  if (text === null) return options.byDefault;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > options.maximum) {
    throw invalid(`The limit must be a whole number from 1 to ${options.maximum}; ${text} was given.`);
  }
  return limit;
}

/** Repeated parameters and comma lists both count (hubspot-api.md 3). */
export function listIn(call: Call, name: string): string[] {
  return call.query
    .getAll(name)
    .flatMap((text) => text.split(','))
    .filter((text) => text !== '');
}

export function flagIn(call: Call, name: string): boolean {
  return call.query.get(name) === 'true';
}

/** A cursor that is a record id; null for the first page. */
export function cursorIn(call: Call): string | null {
  const after = call.query.get('after');
  return after === null || after === '' ? null : recordCursor(after);
}

/** Leading zeros do not count: page faults use them to give one place two names. */
export function recordCursor(after: string): string {
  if (!/^\d+$/.test(after)) throw invalid(`The paging cursor "${after}" is not valid.`);
  return after.replace(/^0+(?=\d)/, '');
}

export function recordIdIn(call: Call, name: string): string {
  const id = parameter(call, name);
  if (!/^\d+$/.test(id)) throw notFound();
  return id;
}

export const idSchema = z.union([z.string(), z.number().int()]).transform(String);

/** HubSpot takes numbers and booleans too and keeps their text; null clears. */
export const propertiesSchema = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .transform((value) => (value === null ? '' : String(value))),
);
