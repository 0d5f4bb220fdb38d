/**
 * One HTTP request from its arrival to its answer: faults that strike before, the gate (token, scope, limits), the
 * handler, faults that spoil the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Account } from './api/account.ts';
import type { Answer, Call } from './api/call.ts';
import { withNumericIds, withUnknownFields, withUnreadRecord } from './body-faults.ts';
import { errorBody, failureBody, gatewayPage, missingScopesBody, unauthorizedBody } from './error-bodies.ts';
import type { Effect } from './faults.ts';
import { rateLimitBody } from './limits.ts';
import { applyMutation } from './mutation.ts';
import { spoilPage } from './page-faults.ts';
import { ApiError } from './portal/api-error.ts';
import type { RequestLog } from './request-log.ts';
import { matchRoute } from './router.ts';
import type { Matched } from './router.ts';
import { pause, send } from './wire.ts';
import type { Reply } from './wire.ts';

export type ExchangeContext = {
  readonly account: Account;
  readonly log: RequestLog;
  /** What the token was granted. */
  readonly scopes: ReadonlySet<string>;
  readonly latencyMs: number;
  readonly tickMs: () => number;
  /** Aborted when the sandbox closes: nobody waits any longer. */
  readonly closing: AbortSignal;
};

type Arrival = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly correlationId: string;
  /** The path with its query, as it came. */
  readonly url: string;
};

/** HubSpot answers longer addresses with 414 (hubspot-api.md 11). */
const longestUrl = 16_000;

export async function exchange(
  context: ExchangeContext,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): Promise<void> {
  const { log, account } = context;
  const sequence = log.nextSequence();
  const timeMs = context.tickMs();
  const arrival = arrivalOf(request, text, sequence);
  const route = matchRoute(arrival.method, arrival.path);
  const effects = account.faults.effectsOn(arrival.method, arrival.path);
  await wait(context, response, effects);
  for (const one of effects) if (one.effect === 'change') applyMutation(account.portal, one.mutation);
  const reply = response.destroyed ? null : decide(context, arrival, route, effects);
  const status = await send(response, reply, effects, context.closing);
  log.add({
    sequence,
    timeMs,
    method: arrival.method,
    route: route?.name ?? 'unknown',
    lane: route?.lane ?? null,
    status,
  });
}

/** Under this HubSpot's own pages ask. */
export const pagePrefix = '/__sandbox/page/';

/** What HubSpot's own pages ask for: no app asks, so that no limit counts it, no fault strikes it and no log has it. */
export async function answerPage(
  { account, closing }: ExchangeContext,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): Promise<void> {
  const url = (request.url ?? '').slice(pagePrefix.length - 1);
  const arrival = arrivalOf(request, text, 0, url);
  const { status, body } = perform(account, arrival, matchRoute(arrival.method, arrival.path));
  const contentType = 'application/json;charset=utf-8';
  await send(response, { status, headers: {}, text: textOf(body, []), contentType }, [], closing);
}

function arrivalOf(
  request: IncomingMessage,
  text: string,
  sequence: number,
  url = request.url ?? '/',
): Arrival {
  const mark = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark)),
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'],
    text,
    // Counted, not random: the same requests have the same ids in every run.
    correlationId: `00000000-0000-4000-8000-${sequence.toString(16).padStart(12, '0')}`,
    url,
  };
}

/** Latency and slow answers; over as soon as the caller hangs up or the sandbox closes. */
async function wait(
  context: ExchangeContext,
  response: ServerResponse,
  effects: readonly Effect[],
): Promise<void> {
  const waitMs = effects.reduce(
    (sum, one) => sum + (one.effect === 'wait' ? one.forMs : 0),
    context.latencyMs,
  );
  if (waitMs === 0) return;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await pause(waitMs, AbortSignal.any([context.closing, gone.signal]));
}

/** Null when the connection is to end without an answer. */
function decide(
  context: ExchangeContext,
  arrival: Arrival,
  route: Matched | undefined,
  effects: readonly Effect[],
): Reply | null {
  if (context.closing.aborted) return null;
  if (effects.some((one) => one.effect === 'disconnect' && one.when === 'before')) return null;
  const answer: FullAnswer =
    gate(context, arrival, route) ??
    injected(arrival, route, effects) ??
    perform(context.account, arrival, route);
  const { status, body } = effects.reduce(
    (spoilt: Spoilt, one) => spoil(spoilt, one, arrival, route),
    answer,
  );
  return {
    status,
    headers: {
      // The account's own clock, as HubSpot's servers tell theirs.
      date: new Date(context.account.portal.now()).toUTCString(),
      'x-hubspot-correlation-id': arrival.correlationId,
      ...(route === undefined ? {} : context.account.limits.headers(route.lane)),
      ...answer.headers,
    },
    text: textOf(body, effects),
    contentType: typeof body === 'string' ? 'text/html' : 'application/json;charset=utf-8',
  };
}

type Spoilt = { readonly status: number; readonly body?: unknown };

function spoil(answer: Spoilt, one: Effect, arrival: Arrival, route: Matched | undefined): Spoilt {
  switch (one.effect) {
    case 'page':
      return { ...answer, body: spoilPage(one.as, pageRequest(arrival, route), answer.body) };
    case 'unread':
      return withUnreadRecord(one.id, answer);
    case 'unknown-fields':
      return { ...answer, body: withUnknownFields(answer.body) };
    default:
      return answer;
  }
}

function textOf(body: unknown, effects: readonly Effect[]): string {
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  const json = JSON.stringify(body);
  return effects.some(({ effect }) => effect === 'numeric-ids') ? withNumericIds(json) : json;
}

type FullAnswer = Answer & { readonly headers?: Readonly<Record<string, string>> };

/** Token, scope, limits, in this order. */
function gate(context: ExchangeContext, arrival: Arrival, route: Matched | undefined): FullAnswer | null {
  const { limits, portal } = context.account;
  const { correlationId } = arrival;
  if (arrival.authorization !== `Bearer ${portal.seed.accessToken}`) {
    return { status: 401, body: unauthorizedBody(correlationId) };
  }
  if (route === undefined) return null;
  if (route.scopes.length > 0 && !route.scopes.some((scope) => context.scopes.has(scope))) {
    return { status: 403, body: missingScopesBody(route.scopes, correlationId) };
  }
  const policyName = limits.admit(route.lane);
  return policyName === null ? null : { status: 429, body: rateLimitBody(policyName, correlationId) };
}

/** The first fault that answers in HubSpot's stead; the account is not touched then. */
function injected(
  { correlationId }: Arrival,
  route: Matched | undefined,
  effects: readonly Effect[],
): FullAnswer | null {
  for (const one of effects) {
    switch (one.effect) {
      case 'unauthorized':
        return { status: 401, body: unauthorizedBody(correlationId) };
      case 'forbidden': {
        const scopes = one.scope === null ? (route?.scopes ?? []) : [one.scope];
        return { status: 403, body: missingScopesBody(scopes, correlationId) };
      }
      case 'limited':
        return {
          status: 429,
          body: rateLimitBody(one.policyName, correlationId),
          headers: retryAfter(one.retryAfter),
        };
      case 'status': {
        const isGateway = one.status > 500;
        const body = isGateway ? gatewayPage : failureBody(one.status, correlationId);
        return { status: one.status, body, headers: retryAfter(one.retryAfter) };
      }
      case 'garble':
        if (one.as === 'html') return { status: 200, body: gatewayPage };
        break;
      default:
    }
  }
  return null;
}

function retryAfter(seconds: string | null): Readonly<Record<string, string>> {
  return seconds === null ? {} : { 'retry-after': seconds };
}

function perform(account: Account, arrival: Arrival, route: Matched | undefined): Answer {
  try {
    if (arrival.url.length > longestUrl) throw new ApiError(414, 'URI_TOO_LONG', 'The URI is too long.');
    if (route === undefined) {
      throw new ApiError(404, 'NOT_FOUND', `There is no ${arrival.method} ${arrival.path}.`);
    }
    return route.handler(callOf(account, arrival, route));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: errorBody(error, arrival.correlationId) };
  }
}

function callOf(account: Account, arrival: Arrival, route: Matched): Call {
  const { query, text } = arrival;
  return { account, parameters: route.parameters, query, text, body: parseBody(arrival) };
}

function parseBody({ text, contentType }: Arrival): unknown {
  if (text === '') return undefined;
  if (!(contentType ?? '').includes('application/json')) {
    throw new ApiError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(400, 'VALIDATION_ERROR', `Invalid input JSON: ${error.message}`);
  }
}

function pageRequest(arrival: Arrival, route: Matched | undefined): Parameters<typeof spoilPage>[1] {
  const paged = route?.paged ?? null;
  if (paged !== 'by-offset' && paged !== 'by-row') {
    return { paged, after: () => arrival.query.get('after') };
  }
  const { after, inputs } = cursorsSchema.parse(parseBody(arrival));
  const afterOf = new Map(inputs.map((input) => [input.id, input.after]));
  return { paged, after: (rowId) => (rowId === null ? after : afterOf.get(rowId)) ?? null };
}

const text = z.union([z.string(), z.number()]).transform(String);
const cursorsSchema = z
  .object({
    after: text.optional(),
    inputs: z.array(z.object({ id: text, after: text.optional() })).default([]),
  })
  .catch({ inputs: [] });
