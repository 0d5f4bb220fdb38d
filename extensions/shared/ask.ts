import { hubspot, logger } from '@hubspot/ui-extensions';
import { UnexpectedShapeError, type Decoder } from './decode.ts';
import { explainRefusal, misunderstood, notConfigured, unreachable, type Problem } from './problem.ts';

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export type Question =
  | { readonly method: 'GET'; readonly path: string; readonly query: Readonly<Record<string, string>> }
  | { readonly method: 'POST'; readonly path: string; readonly body: Readonly<Record<string, unknown>> };

/** Where Rekindle's server is: the project profile's API_BASE_URL. Null when the app was uploaded without it. */
export function serverOf(context: {
  variables?: Readonly<Record<string, string | number | bigint | boolean>>;
}): string | null {
  const base = context.variables?.['API_BASE_URL'];
  return typeof base === 'string' && base !== '' ? base.replace(/\/+$/, '') : null;
}

function addressOf(server: string, question: Question): string {
  const query = question.method === 'GET' ? `?${new URLSearchParams(question.query)}` : '';
  return `${server}${question.path}${query}`;
}

/**
 * Asks Rekindle's server through HubSpot, which adds who is asking and signs the request. Never rejects: HubSpot may
 * reject the promise, answer in the server's place, or pass on something unreadable (hubspot-platform.md 6.6).
 */
export async function ask<T>(
  server: string | null,
  question: Question,
  decode: Decoder<T>,
): Promise<Outcome<T>> {
  if (server === null) return { ok: false, problem: notConfigured };
  const response = await send(addressOf(server, question), question);
  if (response === null) return { ok: false, problem: unreachable };
  const body = await bodyOf(response);
  if (!response.ok) return { ok: false, problem: explainRefusal(response.status, body) };
  try {
    return { ok: true, value: decode(body, '$') };
  } catch (error) {
    if (!(error instanceof UnexpectedShapeError)) throw error;
    logger.error(`Rekindle answered ${question.path} in an unexpected shape: ${error.message}`);
    return { ok: false, problem: misunderstood };
  }
}

async function send(address: string, question: Question): Promise<Response | null> {
  const options =
    question.method === 'GET'
      ? { method: question.method }
      : { method: question.method, body: { ...question.body } };
  try {
    return await hubspot.fetch(address, options);
  } catch (error) {
    logger.warn(`Rekindle could not be reached: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** Null for what is not JSON: no decoder accepts it, and no refusal finds a reference in it. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
