import type { Request } from 'express';
import type { z } from 'zod';
import { parseJson } from '../../hubspot/json.ts';
import { Refusal } from '../refusal.ts';
import { verifiedRequestOf } from '../verified-request.ts';

/**
 * The verified body as `schema` describes it. Throws Refusal: 415 when it does not say it is JSON, 400 when it is not
 * strict UTF-8, not JSON, not of that shape, or has text that the database cannot keep.
 */
export function jsonBodyOf<T>(request: Request, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonIn(request, verifiedRequestOf(request).rawBody));
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
    throw new Refusal(400, 'bad_body', `The body does not have the expected shape: ${fields}.`);
  }
  if (!isStorable(parsed.data)) {
    const sentence =
      'The body has a NUL or half of a surrogate pair in a text, which cannot be stored: take it out.';
    throw new Refusal(400, 'bad_text', sentence);
  }
  return parsed.data;
}

/** PostgreSQL keeps neither NUL nor half of a surrogate pair. Without recursion: a body may be nested without end. */
function isStorable(body: unknown): boolean {
  const waiting = [body];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) return false;
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) waiting.push(name, inner);
    }
  }
  return true;
}

/** What the body says, whatever its shape: for what HubSpot does not sign. Throws Refusal as above. */
export function jsonIn(request: Request, bytes: Buffer): unknown {
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'not_json', 'Send the body as application/json in UTF-8.');
  }
  return jsonOf(bytes);
}

/** Ids beyond 2^53 come as numbers, too, and are read as text. */
function jsonOf(bytes: Buffer): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, 'bad_json', 'The body is not valid JSON.');
  }
}
