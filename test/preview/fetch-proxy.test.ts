/** hubspot.fetch as the preview plays it, against a server whose answers each test decides. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFetchProxy,
  type FetchProxy,
  type FetchRequest,
} from '../../src/sandbox/preview/fetch-proxy.ts';
import { signatureHeaders } from '../../src/sandbox/preview/signature.ts';

const user = { id: '7', email: 'jane+x@acme.com' };
const secret = 'test-secret';
const now = 1_795_323_496_199;

type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string };
type Handler = (response: ServerResponse, attempt: number) => void;

let server: Server;
let received: Received[];
let handle: Handler;
let proxy: FetchProxy;

const answer =
  (status: number, body: string): Handler =>
  (response) =>
    void response.writeHead(status).end(body);

const request = (changes: Partial<FetchRequest> = {}): FetchRequest => ({
  url: 'https://rekindle.example/base/card?companyId=1',
  method: 'GET',
  headers: {},
  body: null,
  timeoutMs: null,
  ...changes,
});

beforeEach(async () => {
  received = [];
  handle = answer(200, '{"ok":true}');
  server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    received.push({
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body,
    });
    handle(response, received.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = createFetchProxy({
    portalId: '123',
    appId: '99',
    clientSecret: secret,
    permittedUrls: ['https://rekindle.example/base'],
    apiBaseUrl: 'https://rekindle.example/base',
    serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => now,
  });
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

describe('what reaches the server', () => {
  const identity = 'userId=7&portalId=123&userEmail=jane%2Bx%40acme.com&appId=99';

  it('has who is asking behind the card’s own query, and a signature over the public address', async () => {
    await expect(proxy(request(), user)).resolves.toEqual({ status: 200, body: '{"ok":true}' });
    expect(received[0]).toMatchObject({ method: 'GET', url: `/card?companyId=1&${identity}`, body: '' });
    const url = `https://rekindle.example/base/card?companyId=1&${identity}`;
    const signed = signatureHeaders(secret, { method: 'GET', url, body: '', timestampMs: now });
    expect(received[0]?.headers).toMatchObject(signed);
  });

  it('starts a query where the card had none, and drops the fragment', async () => {
    await proxy(request({ url: 'https://rekindle.example/base/card#top' }), user);
    expect(received[0]?.url).toBe(`/card?${identity}`);
  });

  it('is signed over exactly the body that is sent', async () => {
    const body = '{"companyId":"1","play":"ü"}';
    await proxy(request({ method: 'POST', body, url: 'https://rekindle.example/base/card/task' }), user);
    const url = `https://rekindle.example/base/card/task?${identity}`;
    const signed = signatureHeaders(secret, { method: 'POST', url, body, timestampMs: now });
    expect(received[0]).toMatchObject({ body, headers: { ...signed, 'content-type': 'application/json' } });
  });

  it('may carry an Authorization header', async () => {
    await proxy(request({ headers: { authorization: 'Bearer x' } }), user);
    expect(received[0]?.headers.authorization).toBe('Bearer x');
  });
});

describe('what HubSpot refuses never reaches the server', () => {
  it.each([
    ['a relative address', { url: '/card' }],
    ['http', { url: 'http://rekindle.example/base/card' }],
    ['localhost', { url: 'https://localhost/base/card' }],
    ['a site that the manifest does not permit', { url: 'https://rekindle.example.evil.example/base/card' }],
    ['an unknown method', { method: 'TRACE' }],
    ['any other header', { headers: { 'x-api-key': 'x' } }],
    ['more than 1 MB', { method: 'POST', body: 'x'.repeat(1_000_001) }],
    ['a timeout of more than 120 s', { timeoutMs: 120_001 }],
  ])('%s', async (_, changes) => {
    const { status, body } = await proxy(request(changes), user);
    expect([status, JSON.parse(body)]).toMatchObject([400, { category: 'VALIDATION_ERROR' }]);
    expect(received).toEqual([]);
  });
});

describe('what is not a success is wrapped', () => {
  it.each([301, 401, 404, 429])('%i', async (code) => {
    handle = answer(code, '{"error":"no"}');
    const { status, body } = await proxy(request(), user);
    expect(status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({
      status: 'error',
      category: 'BAD_GATEWAY',
      context: { appServerStatusCode: [String(code)], responseBody: ['{"error":"no"}'] },
    });
    expect(received).toHaveLength(1);
  });

  it('an answer of more than 1 MB', async () => {
    handle = answer(200, 'x'.repeat(1_000_001));
    await expect(proxy(request(), user)).resolves.toMatchObject({ status: 502 });
  });
});

describe('one automatic retry', () => {
  it('follows a 5xx, and its success counts', async () => {
    handle = (response, attempt) => answer(attempt === 1 ? 503 : 200, '{"ok":true}')(response, attempt);
    await expect(proxy(request(), user)).resolves.toEqual({ status: 200, body: '{"ok":true}' });
    expect(received).toHaveLength(2);
  });

  it('follows a broken connection', async () => {
    handle = (response, attempt) =>
      attempt === 1 ? void response.destroy() : answer(200, '{"ok":true}')(response, attempt);
    await expect(proxy(request(), user)).resolves.toEqual({ status: 200, body: '{"ok":true}' });
  });

  it('is the only one', async () => {
    handle = answer(500, 'oops');
    const { body } = await proxy(request(), user);
    expect(JSON.parse(body)).toMatchObject({
      context: { appServerStatusCode: ['500'], responseBody: ['oops'] },
    });
    expect(received).toHaveLength(2);
  });

  it('does not outlive the timeout', async () => {
    handle = () => undefined;
    await expect(proxy(request({ timeoutMs: 50 }), user)).resolves.toMatchObject({ status: 504 });
    expect(received).toHaveLength(1);
  });
});

it('lets 20 requests of the app run at once and answers the next with 429', async () => {
  const waiting: ServerResponse[] = [];
  const { promise: allThere, resolve } = Promise.withResolvers<void>();
  handle = (response) => {
    waiting.push(response);
    if (waiting.length === 20) resolve();
  };
  const running = Array.from({ length: 20 }, () => proxy(request(), user));
  await allThere;
  await expect(proxy(request(), user)).resolves.toMatchObject({ status: 429 });
  for (const response of waiting) response.end('{}');
  const statuses = (await Promise.all(running)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  handle = answer(200, '{}');
  await expect(proxy(request(), user)).resolves.toMatchObject({ status: 200 });
});
