/** `/__sandbox/...`: looking into the account and changing it, without a token; loopback only, as the whole sandbox. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { toIso } from '../model/instant.ts';
import { UsageError } from '../model/errors.ts';
import { objectTypes } from './portal/object-types.ts';
import { seedTypes } from './seed.ts';
import type { Sandbox } from './server.ts';

export const inspectionPrefix = '/__sandbox/';

type Ask = { readonly query: URLSearchParams; readonly text: string };
type View = (sandbox: Sandbox, ask: Ask) => unknown;

const views: Readonly<Record<string, View>> = {
  'GET health': (sandbox) => ({
    status: 'ok',
    portalId: sandbox.seed.portalId,
    now: toIso(sandbox.now()),
    records: Object.fromEntries(objectTypes.map(({ type, plural }) => [plural, sandbox.count(type)])),
  }),
  'GET requests': (sandbox, { query }) => ({
    requests: sandbox.requests(parse(z.coerce.number().int().min(0), query.get('since') ?? '0', 'since')),
    rates: sandbox.rates(),
  }),
  'GET truth': (sandbox, { query }) => {
    const type = query.get('type');
    return sandbox.truth(type === null ? undefined : parse(z.enum(seedTypes), type, 'type'));
  },
  'POST mutate': (sandbox, { text }) => {
    const body = json(text);
    const mutations = Array.isArray(body) ? (body as unknown[]) : [body];
    return { results: mutations.map((mutation) => sandbox.applyUnchecked(mutation)) };
  },
  'POST fault': (sandbox, { text }) => {
    const { add, clear } = parse(faultSchema, json(text), 'body');
    if (clear) sandbox.clearFaults();
    for (const spec of add) sandbox.addFault(spec);
    return { status: 'ok' };
  },
};

/** `{"add": ["reset:n=5"]}`, `{"clear": true}`, or both: clearing comes first. */
const faultSchema = z.strictObject({
  add: z.array(z.string()).default([]),
  clear: z.boolean().default(false),
});

export function inspect(
  sandbox: Sandbox,
  method: string,
  url: string,
  text: string,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(url, 'http://sandbox');
  const view = views[`${method} ${pathname.slice(inspectionPrefix.length)}`];
  if (view === undefined) {
    const known = Object.keys(views).map((name) => name.replace(' ', ` ${inspectionPrefix}`));
    answer(response, 404, { error: `There is no ${method} ${pathname}. There are: ${known.join(', ')}.` });
    return;
  }
  try {
    answer(response, 200, view(sandbox, { query: searchParams, text }));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    answer(response, 400, { error: error.message });
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
  if (typeof body === 'object' && body !== null) writeObject(response, body);
  response.end();
}

/** Entry by entry: the truth of a large account would not fit into one text. */
function writeObject(response: ServerResponse, body: object): void {
  let separator = '{';
  for (const [key, value] of Object.entries(body) as [string, unknown][]) {
    response.write(`${separator}${JSON.stringify(key)}:`);
    separator = ',';
    if (Array.isArray(value)) writeArray(response, value);
    else response.write(JSON.stringify(value) ?? 'null');
  }
  response.write(separator === '{' ? '{}' : '}');
}

const rowsPerWrite = 1000;

function writeArray(response: ServerResponse, rows: readonly unknown[]): void {
  response.write('[');
  for (let start = 0; start < rows.length; start += rowsPerWrite) {
    const part = JSON.stringify(rows.slice(start, start + rowsPerWrite)).slice(1, -1);
    response.write(start === 0 ? part : `,${part}`);
  }
  response.write(']');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError('The body is not JSON.', error);
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown, what: string): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new UsageError(`The ${what} is not right:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
