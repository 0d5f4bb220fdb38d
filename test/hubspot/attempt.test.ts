/** Faults that only real sockets have. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { attempt } from '../../src/hubspot/attempt.ts';
import { maximumResponseBytes } from '../../src/hubspot/limits.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { signal } = new AbortController();

function get(url: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const request = {
    route: 'GET /x',
    url: `${url}/x`,
    apiUrl: url,
    method: 'GET',
    body: null,
    accessToken: 't',
  };
  return attempt(request, { timeoutMs: 10_000, signal, ...options });
}

const json = { 'content-type': 'application/json' };

test('an answer arrives with what it says about the rate limit', async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, {
      ...json,
      date: 'Mon, 15 Jun 2026 12:00:00 GMT',
      'x-hubspot-ratelimit-max': '190',
      'x-hubspot-ratelimit-remaining': '188',
    });
    response.end(JSON.stringify({ authorization: request.headers.authorization }));
  });
  expect(await get(url)).toEqual({
    is: 'answer',
    status: 200,
    body: { authorization: 'Bearer t' },
    rate: { limit: 190, remaining: 188, dailyLimit: null },
    answeredAt: Date.UTC(2026, 5, 15, 12),
  });
});

test.each([
  ['before the headers', (response) => response.destroy()],
  [
    'in the middle of the body',
    (response) => {
      response.writeHead(200, { ...json, 'content-length': '1000' });
      response.write('{"results":[');
      setImmediate(() => response.destroy());
    },
  ],
] as const satisfies readonly (readonly [string, (response: Parameters<RequestListener>[1]) => void])[])(
  'a connection that breaks %s is a lost answer',
  async (_name, breakOff) => {
    const url = await serve((_request, response) => breakOff(response));
    expect(await get(url)).toMatchObject({
      is: 'lost',
      reason: expect.stringContaining('the connection broke'),
    });
  },
);

test.each([
  ['never answers', () => {}],
  [
    'drips its body without end',
    (response) => {
      response.writeHead(200, json);
      response.write('{"results":[');
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    },
  ],
] as const satisfies readonly (readonly [string, (response: Parameters<RequestListener>[1]) => void])[])(
  'a server that %s is given up at the deadline, and the connection is freed',
  async (_name, answer) => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((_request, response) => {
      response.on('close', () => closed.resolve());
      answer(response);
    });
    expect(await get(url, { timeoutMs: 60 })).toMatchObject({
      is: 'lost',
      reason: 'no complete answer within 0.06 s',
    });
    await closed.promise;
  },
);

test('an answer that unpacks without end is not read to its end', async () => {
  const bomb = gzipSync(Buffer.alloc(maximumResponseBytes + 1, 0x20));
  const url = await serve((_request, response) => {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
    response.end(bomb);
  });
  expect(await get(url)).toEqual({ is: 'too_large' });
});

test('nobody listening is told apart from an answer that was lost', async () => {
  const url = await serve(() => {});
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
  expect(await get(url)).toMatchObject({ is: 'unreachable', reason: 'ECONNREFUSED', final: false });
});

test('a redirect is not followed', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    seen.push(request.url);
    response.writeHead(307, { location: '/elsewhere' });
    response.end();
  });
  expect(await get(url)).toMatchObject({ is: 'unreachable', final: true });
  expect(seen).toEqual(['/x']);
});

test('a stop cuts the attempt off with its reason', async () => {
  const stop = new AbortController();
  const reason = new Error('stop');
  const url = await serve(() => stop.abort(reason));
  await expect(get(url, { signal: stop.signal })).rejects.toBe(reason);
  await expect(get(url, { signal: stop.signal })).rejects.toBe(reason);
});
