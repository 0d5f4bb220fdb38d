import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import { exitCodes, RekindleError, UsageError } from '../../src/model/errors.ts';
import { errorResponseSchema } from '../../src/web/contract.ts';
import { limits } from '../../src/web/limits.ts';
import { createLogger } from '../../src/web/log.ts';
import { createApp, startServer, type ServerOptions } from '../../src/web/server.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  appId,
  clientSecret,
  fillStore,
  fromHubSpot,
  now,
  portalId,
  publicUrl,
  queryOf,
  sendRaw,
  signed,
  silent,
  startWorld,
  taskCall,
  userEmail,
  type Header,
  type World,
} from './world.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  world = await startWorld(database.store);
});
afterAll(async () => {
  await world.server.close();
  await database.drop();
});

function plain(method: string, target: string, headers: Header[] = [], body = '') {
  return sendRaw(world.server.port, { method, target, body, headers: [['Host', 'x'], ...headers] });
}

describe('health', () => {
  test('is told to anybody, without versions or causes', async () => {
    expect(await plain('GET', '/livez')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await plain('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await plain('HEAD', '/readyz')).toMatchObject({ status: 200, body: null });
  });

  test('a server whose database is gone is alive and not ready', async () => {
    const other = await createTestDatabase();
    const lonely = await startWorld(other.store);
    try {
      await other.drop();
      const ask = (target: string) =>
        sendRaw(lonely.server.port, { method: 'GET', target, body: '', headers: [['Host', 'x']] });
      expect(await ask('/livez')).toMatchObject({ status: 200 });
      expect(await ask('/readyz')).toMatchObject({ status: 503, body: { status: 'not_ready' } });
      expect(lonely.logged.join('')).toContain('The database is not ready');
    } finally {
      await lonely.server.close();
    }
  });
});

describe('every answer', () => {
  test.each(['/livez', '/card', '/nothing/here'])(
    '%s carries headers that let nothing be kept or embedded',
    async (target) => {
      const { headers } = await plain('GET', target);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'strict-transport-security': expect.stringContaining('max-age='),
        'content-type': 'application/json; charset=utf-8',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('etag');
    },
  );
});

const typed = (type: string) => (headers: Header[]) =>
  headers.map((header): Header => (header[0] === 'Content-Type' ? ['Content-Type', type] : header));

describe('what the server does not serve', () => {
  test.each(['/', '/card/102', '/.env', '/card/%E0%A4%A'])(
    'GET %s is answered with 404 in JSON',
    async (target) => {
      const answer = await plain('GET', target);
      expect(answer.status).toBe(404);
      expect(errorResponseSchema.parse(answer.body).error).toBe('There is nothing at this address.');
    },
  );

  test.each([
    ['POST', '/card', 'GET'],
    ['GET', '/card/task', 'POST'],
    ['POST', '/livez', 'GET, HEAD'],
    ['PUT', '/card', 'GET, HEAD, POST'],
    ['DELETE', '/card', 'GET, HEAD, POST'],
    ['OPTIONS', '/card', 'GET, HEAD, POST'],
    ['PATCH', '/nothing', 'GET, HEAD, POST'],
    ['TRACE', '/card', 'GET, HEAD, POST'],
  ])('%s %s is answered with 405 and what is allowed', async (method, target, allow) => {
    const answer = await plain(method, target);
    expect(answer).toMatchObject({ status: 405, headers: { allow } });
    expect(errorResponseSchema.parse(answer.body).error).toBe('This address does not answer to this method.');
  });

  test('a card is not answered to HEAD', async () => {
    expect(await plain('HEAD', '/card')).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });

  test('a body beyond the limit is refused before anything else looks at it', async () => {
    const answer = await world.send({ ...taskCall, body: `{"companyId":"${'1'.repeat(limits.bodyBytes)}"}` });
    expect(answer).toMatchObject({
      status: 413,
      body: { error: 'The request is larger than this server accepts. Send less at once.' },
    });
  });

  test('a compressed body is refused rather than inflated', async () => {
    const answer = await world.send({
      ...taskCall,
      headers: (headers) => [...headers, ['Content-Encoding', 'gzip']],
    });
    expect(answer.status).toBe(415);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonp',
  ])('a signed body that calls itself %s is refused', async (type) => {
    const answer = await world.send({ ...taskCall, now: now + type.length, headers: typed(type) });
    expect(answer.status).toBe(415);
    expect(world.tasks).toEqual([]);
  });

  test.each([
    ['not JSON', '{"companyId":', 'The body is not valid JSON.'],
    ['nothing', '', 'The body is not valid JSON.'],
    [
      'a number for the company',
      '{"companyId":102,"play":"x"}',
      'The body does not have the expected shape: companyId.',
    ],
    [
      'a company that is no number',
      '{"companyId":"1 or 1=1","play":"x"}',
      'The body does not have the expected shape: companyId.',
    ],
    [
      'a field nobody asked for',
      '{"companyId":"102","play":"x","__proto__":{}}',
      'The body does not have the expected shape: body.',
    ],
    ['a list', '[]', 'The body does not have the expected shape: body.'],
  ])('a signed body with %s is refused and explained', async (name, body, error) => {
    const answer = await world.send({ ...taskCall, now: now + 100 + name.length, body });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  test('bytes that are not UTF-8 are refused, not guessed at', async () => {
    const { jsonBodyOf } = await import('../../src/web/middleware/json-body.ts');
    const { rememberVerified } = await import('../../src/web/verified-request.ts');
    const { createTaskRequestSchema } = await import('../../src/web/contract.ts');
    const request = { headers: { 'content-type': 'application/json' } } as Parameters<
      typeof rememberVerified
    >[0];
    const rawBody = Buffer.from('{"companyId":"102","play":"\xff"}', 'latin1');
    rememberVerified(request, { parameters: new Map(), rawBody, signature: '', timestamp: 0 });
    expect(() => jsonBodyOf(request, createTaskRequestSchema)).toThrow('The body is not valid JSON.');
  });

  test.each(['', 'abc', '-1', '1.5', '1e3', "1'--", '123456789012345678901', '१२'])(
    'the company id "%s" is refused before the database is asked',
    async (companyId) => {
      const answer = await world.send({ query: queryOf({ companyId, ...fromHubSpot }) });
      expect(answer).toMatchObject({
        status: 400,
        body: { error: 'companyId must be the number of a HubSpot company.' },
      });
    },
  );
});

test('one user in a hurry is slowed down, and nobody else', async () => {
  const busy = await startWorld(database.store);
  try {
    const ask = (userId: string) =>
      busy.send({ query: queryOf({ companyId: silent.id, ...fromHubSpot, userId }) });
    for (let sent = 0; sent < limits.requestsPerUserPerMinute; sent += 1) {
      expect((await ask('77')).status).toBe(200);
    }
    const slowed = await ask('77');
    expect(slowed.status).toBe(429);
    expect(errorResponseSchema.parse(slowed.body).error).toContain('Wait a moment');
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('78')).status).toBe(200);
  } finally {
    await busy.server.close();
  }
});

describe('a failure inside', () => {
  test('is answered in general words, and logged with its cause under the same id, without the caller’s data', async () => {
    const other = await createTestDatabase();
    const broken = await startWorld(other.store);
    try {
      await other.drop();
      const answer = await broken.send({});
      expect(answer.status).toBe(500);
      const { error, correlationId } = errorResponseSchema.parse(answer.body);
      expect(error).toMatch(/^Something went wrong on our side\./);
      expect(answer.headers['x-correlation-id']).toBe(correlationId);
      const lines = broken.logged.map(
        (line) => JSON.parse(line) as { correlationId?: string; error?: unknown },
      );
      expect(lines).toContainEqual(
        expect.objectContaining({
          correlationId,
          reason: 'internal',
          error: expect.objectContaining({ type: 'Error' }),
        }),
      );
    } finally {
      await broken.server.close();
    }
  });

  test('no secret, token, address of a person or query reaches the log, whatever happens', async () => {
    const token = 'pat-na1-11111111-2222-3333-4444-555555555555';
    const quiet = await startWorld(database.store);
    quiet.hubspot.createTask = () => Promise.reject(new Error(`Bearer ${token} refused for ${userEmail}`));
    try {
      await quiet.send({});
      await quiet.send(taskCall);
      await quiet.send({ ...taskCall, body: `{"companyId":"${userEmail}"}` });
      await quiet.send({
        secret: 'wrong',
        headers: (headers) => [...headers, ['Authorization', `Bearer ${token}`]],
      });
      await quiet.send({ path: `/${userEmail}/${token}` });
      await quiet.send({ path: '/card', query: `?userEmail=${userEmail}&token=${token}` });
    } finally {
      await quiet.server.close();
    }
    const log = quiet.logged.join('');
    expect(quiet.logged.length).toBeGreaterThan(10);
    for (const canary of [
      clientSecret,
      token,
      token.slice(8),
      userEmail,
      'canary',
      'companyId',
      'userEmail',
      silent.name ?? '',
    ]) {
      expect(log).not.toContain(canary);
    }
  });
});

const options = (changes: Partial<ServerOptions>): ServerOptions => ({
  clientSecret,
  publicUrl,
  portalId,
  appId,
  port: 0,
  host: '127.0.0.1',
  store: database.store,
  // Nobody answers there, and nothing in these tests asks.
  hubspot: connectHubSpot({ accessToken: 'none', apiUrl: 'http://127.0.0.1:9' }),
  log: createLogger({ level: 'silent' }),
  clock: () => now,
  ...changes,
});

describe('a server that cannot do its work does not start', () => {
  test.each<[string, Partial<ServerOptions>, RegExp]>([
    ['no client secret', { clientSecret: '' }, /client secret is missing.*Set HUBSPOT_CLIENT_SECRET/],
    ['a client secret of blanks', { clientSecret: ' \n' }, /client secret is missing/],
    ['a public URL that is none', { publicUrl: 'partners' }, /"partners" is not a URL\. Set PUBLIC_URL/],
    ['a public URL without https', { publicUrl: 'http://partners.example.com' }, /is not https/],
    ['a public URL with a query', { publicUrl: 'https://x.example/?a=1' }, /without query/],
    ['a public URL with a password', { publicUrl: 'https://a:b@x.example' }, /without query, # or user/],
    ['an account that is no number', { portalId: '' }, /account id must be a number\. Set HUBSPOT_PORTAL_ID/],
    ['an app that is no number', { appId: 'rekindle' }, /app id must be a number\. Correct HUBSPOT_APP_ID/],
  ])('%s', async (_name, changes, message) => {
    expect(() => createApp(options(changes))).toThrow(UsageError);
    await expect(startServer(options(changes))).rejects.toThrow(message);
  });

  test('a port in use is named', async () => {
    const failure = await startServer(options({ port: world.server.port })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RekindleError);
    expect(failure).toMatchObject({
      exitCode: exitCodes.failed,
      message: `Port ${world.server.port} is in use by another program. Stop it, or choose another port with PORT.`,
    });
  });

  test('an address that is not of this machine is named', async () => {
    await expect(startServer(options({ host: '203.0.113.7' }))).rejects.toThrow(
      'This machine has no address 203.0.113.7.',
    );
  });
});

/** Presses the button over a connection that it would keep for ever; resolves with all it received. */
function keepAliveCaller({ server }: World): Promise<string> {
  const { method, target, body, headers } = signed(taskCall);
  const lines = [...headers, ['Content-Length', body.length]].map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(server.port, '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.on('error', reject);
  socket.on('close', () => resolve(received));
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  return promise;
}

describe('closing', () => {
  test('finishes the request in flight, takes no new one, and ends although the caller would keep the line', async () => {
    const other = await createTestDatabase();
    await fillStore(other.store);
    const closing = await startWorld(other.store);
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<{ id: string }>();
    closing.hubspot.createTask = () => {
      asked.resolve();
      return release.promise;
    };
    const caller = keepAliveCaller(closing);
    await asked.promise;
    // Whatever would hang up by the clock does not: only an answer that is out lets the server close.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const closed = closing.server.close();
      await expect(closing.send({})).rejects.toThrow('ECONNREFUSED');
      release.resolve({ id: '4711' });
      await closed;
    } finally {
      vi.useRealTimers();
    }
    expect(await caller).toMatch(/^HTTP\/1\.1 200 OK[^]*"state":"created","taskId":"4711"/);
    await closing.server.close();
    await other.drop();
  });

  test('hangs up on a request that never ends, after 24 seconds', async () => {
    const closing = await startWorld(database.store);
    const socket = connect(closing.server.port, '127.0.0.1');
    const hungUp = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST /card/task HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const closed = closing.server.close();
      vi.advanceTimersByTime(limits.closeTimeoutMs);
      await expect(closed).resolves.toBeUndefined();
      await hungUp;
    } finally {
      vi.useRealTimers();
    }
  });
});

test('a free port can be asked for twice, and the address says where it listens', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const server = await startServer(options({ port }));
  expect(server).toMatchObject({ port, url: `http://127.0.0.1:${port}` });
  await server.close();
});
