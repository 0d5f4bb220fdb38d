/** One request, once: sent, awaited within a deadline, read within a bound, and told apart by what came of it. */
import { maximumResponseBytes } from './limits.ts';
import { parseJson } from './json.ts';
import type { Instant } from '../model/instant.ts';
import { withoutTokens } from '../model/secrets.ts';
import type { Refusal } from './errors.ts';
import type { RateHeaders } from './governor.ts';
import { refusalSchema } from './shapes/refusal.ts';

/** What `@hubspot/api-client`'s request factories build, as far as we need it. */
export type ApiRequest = {
  getUrl(): string;
  getHttpMethod(): string;
  getBody(): unknown;
};

export type OutgoingRequest = {
  readonly route: string;
  readonly url: string;
  /** The API's address, for people. */
  readonly apiUrl: string;
  readonly method: string;
  readonly body: string | null;
  readonly accessToken: string;
};

/** What an answer's headers say about the limits; null where they say nothing. */
type Rate = RateHeaders & { readonly dailyLimit: number | null };

export type Outcome =
  | {
      readonly is: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly rate: Rate;
      /** The second in which HubSpot answered, by its own clock; null where it does not say. */
      readonly answeredAt: Instant | null;
    }
  | {
      readonly is: 'refusal';
      readonly refusal: Refusal;
      readonly retryAfterMs: number | null;
      readonly rate: Rate;
    }
  /** HubSpot may have carried the request out, but its answer is lost or unusable. */
  | { readonly is: 'lost'; readonly reason: string; readonly cause: unknown }
  /** HubSpot never saw the request. */
  | { readonly is: 'unreachable'; readonly reason: string; readonly cause: unknown; readonly final: boolean }
  | { readonly is: 'too_large' };

/**
 * Never rejects for anything that HubSpot or the network does.
 * @param signal cuts the attempt off; then it rejects with the signal's reason
 */
export async function attempt(
  request: OutgoingRequest,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
  const stop = (): void => deadline.abort();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    options.signal.throwIfAborted();
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${request.accessToken}`,
        'user-agent': 'rekindle',
        ...(request.body === null ? {} : { 'content-type': 'application/json' }),
      },
      // A redirect would carry the token to wherever it points.
      redirect: 'manual',
      signal: deadline.signal,
    });
    return await readOutcome(request, response);
  } catch (error) {
    options.signal.throwIfAborted();
    if (deadline.signal.aborted) {
      return { is: 'lost', reason: `no complete answer within ${options.timeoutMs / 1000} s`, cause: error };
    }
    return classifyFailure(error);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    // Frees the connection when the body was not read to its end.
    deadline.abort();
  }
}

async function readOutcome(request: OutgoingRequest, response: Response): Promise<Outcome> {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    return { is: 'unreachable', reason: 'it answers with a redirect', cause: null, final: true };
  }
  const read = await readText(response);
  if (read === null) return { is: 'too_large' };
  const text = withoutOwnToken(read, request.accessToken);
  const rate = rateHeaders(response.headers);
  const body = readJson(response, text);
  if (!response.ok) {
    const refusal = refusalOf(request.route, response.status, body.is === 'json' ? body.value : null);
    return { is: 'refusal', refusal, retryAfterMs: retryAfterMs(response.headers), rate };
  }
  if (body.is === 'unusable') return { is: 'lost', reason: body.reason, cause: null };
  const answeredAt = dateOf(response.headers);
  return { is: 'answer', status: response.status, body: body.value, rate, answeredAt };
}

/** @returns null when the body is larger than the bound */
async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  // A refusal counts by its status, however garbled its page is.
  const decoder = new TextDecoder('utf-8', { fatal: response.ok });
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > maximumResponseBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Below this it may be a word of a sandbox, which somebody's data may hold as well. */
const shortestToken = 16;

/** Whoever repeats the request in an answer, as proxies do in errors, must not put our token into what people read. */
function withoutOwnToken(text: string, token: string): string {
  return token.length < shortestToken ? text : text.replaceAll(token, '[token]');
}

type Json =
  | { readonly is: 'json'; readonly value: unknown }
  | { readonly is: 'unusable'; readonly reason: string };

/** A proxy's page with status 200, or half an answer, must never look like an empty result (reliability.md 6, row 8). */
function readJson(response: Response, text: string): Json {
  const contentType = response.headers.get('content-type') ?? 'none';
  // Nothing, by HubSpot's own word; whoever expects something of it finds that it has no form.
  if (response.status === 204) return { is: 'json', value: null };
  if (text === '') return { is: 'unusable', reason: 'it is empty' };
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    return {
      is: 'unusable',
      reason: `its content type is ${withoutTokens(contentType).slice(0, 60)} instead of JSON`,
    };
  }
  try {
    return { is: 'json', value: parseJson(text) };
  } catch {
    return { is: 'unusable', reason: 'it is not complete JSON' };
  }
}

function refusalOf(route: string, status: number, body: unknown): Refusal {
  const said = refusalSchema.parse(body);
  return { route, status, ...said, message: said.message ?? 'it does not say why' };
}

function rateHeaders(headers: Headers): Rate {
  return {
    limit: wholeNumber(headers.get('x-hubspot-ratelimit-max'), 1),
    remaining: wholeNumber(headers.get('x-hubspot-ratelimit-remaining'), 0),
    dailyLimit: wholeNumber(headers.get('x-hubspot-ratelimit-daily'), 1),
  };
}

/** RFC 9110 section 6.6.1: every answer of an origin server with a clock carries its date. */
function dateOf(headers: Headers): Instant | null {
  const instant = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(instant) ? null : instant;
}

function wholeNumber(text: string | null, minimum: number): number | null {
  if (text === null || !/^\d{1,9}$/.test(text)) return null;
  return Number(text) >= minimum ? Number(text) : null;
}

/** Seconds, by HubSpot's documentation (hubspot-api.md 2.3). A date is not documented and not understood. */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get('retry-after');
  return text !== null && /^\d{1,6}(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : null;
}

/** The connection was never made, so HubSpot cannot have acted. The first kind may pass by itself, the second will not. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const neverWillConnect = new Set([
  'ENOTFOUND',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);

function classifyFailure(error: unknown): Outcome {
  const code = errorCode(error);
  if (code !== null && (neverConnected.has(code) || neverWillConnect.has(code))) {
    return { is: 'unreachable', reason: code, cause: error, final: neverWillConnect.has(code) };
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return { is: 'lost', reason: 'it is not UTF-8 text', cause: error };
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return { is: 'lost', reason: `the connection broke (${withoutTokens(reason)})`, cause: error };
}

/** fetch wraps the cause that tells; several addresses of one name are an AggregateError whose members tell. */
function errorCode(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = innerError(at)) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return null;
}

function innerError(error: Error): unknown {
  return error.cause ?? (error instanceof AggregateError ? error.errors[0] : null);
}
