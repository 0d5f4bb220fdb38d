import nock from 'nock';
import { describe, expect, test } from 'vitest';
import {
  AmbiguousWriteError,
  HubSpotError,
  InvalidTokenError,
  MissingScopeError,
  QuotaExhaustedError,
  RequestRefusedError,
  TransportError,
  UnavailableError,
  UnreachableError,
} from '../../src/hubspot/errors.ts';
import { retries } from '../../src/hubspot/limits.ts';
import {
  accessToken,
  apiUrl,
  batch,
  connect,
  hubspotApi,
  limited,
  paths,
  portalAnswer,
  record,
} from './http-mock.ts';

const portal = { id: '7654321', timeZone: 'America/New_York', currency: 'USD' };
const json = { 'content-type': 'application/json' };
const task = { companyId: '1', subject: 's', body: 'b', dueAt: 0, ownerId: null, priority: 'LOW' } as const;
const updated = { written: [{ id: '1', updatedAt: Date.UTC(2026, 5, 1, 8, 30, 0, 123) }], failed: [] };
const update = [{ id: '1', properties: { rekindle_status: 'inactive' } }];

describe('an answer that did not arrive whole is asked for again and never taken for an empty one', () => {
  const unusable: readonly (readonly [string, (scope: nock.Interceptor) => void])[] = [
    [
      'an HTML page with status 200',
      (get) => get.reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' }),
    ],
    ['JSON under a foreign content type', (get) => get.reply(200, '{}', { 'content-type': 'text/plain' })],
    ['truncated JSON', (get) => get.reply(200, '{"portalId": 76543', json)],
    ['an empty body', (get) => get.reply(200, '', json)],
    ['a body that is not UTF-8', (get) => get.reply(200, Buffer.from([0x7b, 0xff, 0x7d]), json)],
    [
      'a reset connection',
      (get) => get.replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    ],
    ['a server error', (get) => get.reply(500, { message: 'internal' })],
    ['a gateway page with status 502', (get) => get.reply(502, '<html>', { 'content-type': 'text/html' })],
    ['a timeout of the gateway', (get) => get.reply(524, '')],
    ['a locked record', (get) => get.reply(423, { message: 'locked' })],
    ['a request timeout', (get) => get.reply(408, '')],
  ];
  test.each(unusable)('%s', async (_name, reply) => {
    reply(hubspotApi().get(paths.details));
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot } = connect();
    expect(await hubspot.readPortal()).toEqual(portal);
    expect(hubspot.counts().requests.total).toBe(2);
  });

  test('and after the last attempt it is an error that says so', async () => {
    hubspotApi()
      .get(paths.details)
      .times(retries.attempts)
      .reply(200, '<html>', { 'content-type': 'text/html' });
    const { hubspot } = connect();
    const error = await hubspot.readPortal().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({
      retryable: true,
      message: expect.stringContaining('content type is text/html instead of JSON'),
    });
  });

  test('a byte order mark does no harm', async () => {
    hubspotApi()
      .get(paths.details)
      .reply(200, `\u{FEFF}${JSON.stringify(portalAnswer)}`, json);
    expect(await connect().hubspot.readPortal()).toEqual(portal);
  });
});

describe('delays between attempts', () => {
  test('grow exponentially, with full jitter', async () => {
    hubspotApi().get(paths.details).times(4).reply(503, { message: 'busy' });
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot, clock } = connect({ random: () => 0.5 });
    await hubspot.readPortal();
    expect(clock.delaysMs).toEqual([1000, 2000, 4000, 8000]);
  });

  test('are at least what HubSpot asks for', async () => {
    hubspotApi().get(paths.details).reply(503, { message: 'busy' }, { 'retry-after': '45' });
    hubspotApi().get(paths.details).reply(423, { message: 'locked' });
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot, clock } = connect({ random: () => 0 });
    await hubspot.readPortal();
    expect(clock.delaysMs).toEqual([45_000, 2000]);
  });

  test('end the run when an account that moves between regions asks for hours', async () => {
    hubspotApi().get(paths.details).reply(477, { message: 'migrating' }, { 'retry-after': '86400' });
    const { hubspot, clock } = connect();
    const error = await hubspot.readPortal().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ resumeAt: clock.now() + 86_400_000, retryable: true });
    expect(clock.delaysMs).toEqual([]);
  });

  test('wait a day at most, whatever a header says: nobody would be told for a week that nothing runs', async () => {
    hubspotApi().get(paths.details).reply(477, { message: 'migrating' }, { 'retry-after': '999999' });
    const { hubspot, clock } = connect();
    await expect(hubspot.readPortal()).rejects.toMatchObject({ resumeAt: clock.now() + 86_400_000 });
  });
});

describe('refusals by a rate limit', () => {
  test('of the ten-second window wait for the window, and stop everything meanwhile', async () => {
    hubspotApi().get(paths.details).reply(429, limited('TEN_SECONDLY_ROLLING'));
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot, clock } = connect({ random: () => 0.5 });
    await hubspot.readPortal();
    expect(clock.passedMs()).toBe(10_500);
    expect(hubspot.counts()).toEqual({
      requests: { total: 2, byRoute: { [`GET ${paths.details}`]: 2 } },
      rateLimited: 1,
    });
  });

  test('obey Retry-After where HubSpot sends one', async () => {
    hubspotApi().get(paths.details).reply(429, limited('TEN_SECONDLY_ROLLING'), { 'retry-after': '3' });
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot, clock } = connect({ random: () => 0 });
    await hubspot.readPortal();
    expect(clock.passedMs()).toBe(3000);
  });

  test('that ask for an hour end the run instead of holding it', async () => {
    hubspotApi().get(paths.details).reply(429, limited('TEN_SECONDLY_ROLLING'), { 'retry-after': '3600' });
    const { hubspot, clock } = connect({ random: () => 0 });
    await expect(hubspot.readPortal()).rejects.toMatchObject({
      name: 'UnavailableError',
      resumeAt: clock.now() + 3_600_000,
    });
  });

  test('of the search wait a second, and reading goes on', async () => {
    hubspotApi().post(paths.search).reply(429, limited('SECONDLY'));
    hubspotApi().post(paths.search).reply(200, { total: 0, results: [] });
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot, clock } = connect({ random: () => 0 });
    const found = hubspot.findPartners({ by: 'property', property: 'type', values: ['PARTNER'] }, [], null);
    await hubspot.readPortal();
    expect(clock.passedMs()).toBeLessThan(1000);
    expect(await found).toEqual({ items: [], next: null, total: 0 });
    expect(clock.passedMs()).toBe(1000);
  });

  test('of the day stop this and every later request until midnight in the account', async () => {
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    hubspotApi().post(paths.update).reply(429, limited('DAILY'));
    const { hubspot } = connect();
    await hubspot.readPortal();
    const error = await hubspot.updateCompanies(update).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(QuotaExhaustedError);
    // 15 June 2026, noon UTC is 8 in the morning in New York: midnight there is 04:00 UTC on the 16th.
    expect(error).toMatchObject({ resumeAt: Date.UTC(2026, 5, 16, 4), retryable: true });
    await expect(hubspot.updateCompanies(update)).rejects.toBe(error);
    expect(hubspot.counts()).toMatchObject({ requests: { total: 2 }, rateLimited: 1 });
  });

  test('of the day are over when the account says so', async () => {
    const resetsAt = Date.UTC(2026, 5, 15, 22);
    hubspotApi()
      .get(paths.usage)
      .reply(200, {
        results: [
          { name: 'all', usageLimit: 10, currentUsage: 10, resetsAt: new Date(resetsAt).toISOString() },
        ],
      });
    hubspotApi().get(paths.details).reply(429, limited('DAILY'));
    const { hubspot } = connect();
    expect(await hubspot.readDailyUsage()).toEqual({ used: 10, limit: 10, resetsAt });
    await expect(hubspot.readPortal()).rejects.toMatchObject({ resumeAt: resetsAt });
  });
});

describe('refusals that no repetition can change are not repeated', () => {
  test('a wrong token says where to find the right one', async () => {
    hubspotApi()
      .get(paths.details)
      .reply(401, { message: 'expired', category: 'INVALID_AUTHENTICATION', correlationId: 'c1' });
    const error = await connect()
      .hubspot.readPortal()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidTokenError);
    expect(String(error)).toMatch(/HUBSPOT_ACCESS_TOKEN.*correlation id: c1/);
  });

  test('a missing permission is named', async () => {
    hubspotApi()
      .post(paths.deals)
      .reply(403, {
        message: 'This app has not been granted all required scopes.',
        category: 'MISSING_SCOPES',
        errors: [{ message: 'x', context: { requiredGranularScopes: ['crm.objects.deals.read'] } }],
      });
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const error = await connect()
      .hubspot.readRecords('deal', ['1'])
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(MissingScopeError);
    expect(error).toMatchObject({ scopes: ['crm.objects.deals.read'] });
    expect(String(error)).toContain('lacks the scope crm.objects.deals.read');
  });

  test("a proxy's 403 is not taken for a missing permission", async () => {
    hubspotApi().get(paths.details).reply(403, '<html>blocked</html>', { 'content-type': 'text/html' });
    await expect(connect().hubspot.readPortal()).rejects.toBeInstanceOf(RequestRefusedError);
  });

  test('a garbled page counts by its status', async () => {
    hubspotApi()
      .get(paths.details)
      .reply(401, Buffer.from([0xff, 0xfe]), { 'content-type': 'text/html' });
    await expect(connect().hubspot.readPortal()).rejects.toBeInstanceOf(InvalidTokenError);
  });

  test.each([400, 404, 409, 414])('status %i', async (status) => {
    hubspotApi().get(paths.details).reply(status, { message: 'no', category: 'VALIDATION_ERROR' });
    const error = await connect()
      .hubspot.readPortal()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RequestRefusedError);
    expect(error).toMatchObject({
      status,
      category: 'VALIDATION_ERROR',
      hubspotMessage: 'no',
      retryable: false,
    });
  });
});

describe('an address that is not HubSpot', () => {
  test.each(['ECONNREFUSED', 'EAI_AGAIN'])('%s is tried twice, then named', async (code) => {
    hubspotApi()
      .get(paths.details)
      .times(2)
      .replyWithError(Object.assign(new Error('x'), { code }));
    const error = await connect()
      .hubspot.readPortal()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toContain(`Cannot reach HubSpot's API at ${apiUrl} (${code})`);
    expect(String(error)).toContain('HUBSPOT_API_URL');
  });

  test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED'])('%s is not tried again', async (code) => {
    hubspotApi()
      .get(paths.details)
      .replyWithError(Object.assign(new Error('x'), { code }));
    await expect(connect().hubspot.readPortal()).rejects.toBeInstanceOf(UnreachableError);
  });

  test('a connection refused in the middle of a run is tried as long as any other failure', async () => {
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    hubspotApi()
      .get(paths.details)
      .times(5)
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    const { hubspot } = connect();
    await hubspot.readPortal();
    expect(await hubspot.readPortal()).toEqual(portal);
  });

  test('a redirect is refused: it would carry the token away', async () => {
    hubspotApi().get(paths.details).reply(302, '', { location: 'https://elsewhere.test/' });
    const error = await connect()
      .hubspot.readPortal()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(String(error)).toContain('redirect');
  });

  test('a base path in front of the API is kept', async () => {
    nock(apiUrl).get(`/proxy/hubspot${paths.details}`).reply(200, portalAnswer);
    const { hubspot } = connect({ apiUrl: `${apiUrl}/proxy/hubspot/` });
    expect(await hubspot.readPortal()).toEqual(portal);
    expect(hubspot.counts().requests.byRoute).toEqual({ [`GET ${paths.details}`]: 1 });
  });
});

describe('writes whose answer was lost', () => {
  const lost: readonly (readonly [string, (post: nock.Interceptor) => void])[] = [
    ['a reset', (post) => post.replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
    ['a truncated answer', (post) => post.reply(201, '{"id": "1', json)],
    ['a gateway that gave up', (post) => post.reply(504, '')],
  ];
  test.each(lost)('an update is sent again with the same values after %s', async (_name, reply) => {
    reply(hubspotApi().post(paths.update));
    hubspotApi()
      .post(paths.update)
      .reply(200, batch([record('1')]));
    expect(await connect().hubspot.updateCompanies(update)).toEqual(updated);
  });

  test.each(lost)('a task is not created a second time after %s', async (_name, reply) => {
    reply(hubspotApi().post(paths.tasks));
    const error = await connect()
      .hubspot.createTask(task)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(AmbiguousWriteError);
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringContaining(`POST ${paths.tasks}`),
    });
  });

  test.each([
    ['a rate limit', 429, limited('TEN_SECONDLY_ROLLING')],
    ['a lock', 423, { message: 'locked' }],
  ] as const)(
    'a task that HubSpot certainly did not create because of %s is sent again',
    async (_name, status, body) => {
      hubspotApi().post(paths.tasks).reply(status, body);
      hubspotApi().post(paths.tasks).reply(201, record('77'));
      expect(await connect().hubspot.createTask(task)).toEqual({ id: '77' });
    },
  );
});

describe('stopping', () => {
  test('rejects what waits with the reason of the stop', async () => {
    hubspotApi().get(paths.details).reply(503, '');
    const stop = new AbortController();
    const reason = new Error('SIGTERM');
    const { hubspot } = connect({
      signal: stop.signal,
      random: () => {
        stop.abort(reason);
        return 0.5;
      },
    });
    await expect(hubspot.readPortal()).rejects.toBe(reason);
    await expect(hubspot.readPortal()).rejects.toBe(reason);
  });

  test('lets a write that was sent finish, so that its answer can be recorded', async () => {
    const stop = new AbortController();
    hubspotApi()
      .post(paths.update)
      .reply(200, () => {
        stop.abort(new Error('SIGTERM'));
        return batch([record('1')]);
      });
    const { hubspot } = connect({ signal: stop.signal });
    expect(await hubspot.updateCompanies(update)).toEqual(updated);
  });

  test('a closed connection sends nothing more', async () => {
    const { hubspot } = connect();
    await hubspot.close();
    await expect(hubspot.readPortal()).rejects.toThrow('The connection to HubSpot was closed.');
    expect(hubspot.counts().requests.total).toBe(0);
  });
});

describe('secrets', () => {
  const failures: readonly (readonly [string, (get: nock.Interceptor) => void])[] = [
    ['refused', (get) => get.reply(401, { message: 'bad' })],
    ['lost', (get) => get.times(retries.attempts).reply(200, 'x', json)],
    ['unreachable', (get) => get.replyWithError(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))],
  ];
  test.each(failures)(
    'the token is in no error and no log line when a request is %s',
    async (_name, reply) => {
      reply(hubspotApi().get(paths.details));
      const { hubspot, log } = connect();
      const error = await hubspot.readPortal().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(HubSpotError);
      const seen: string[] = [JSON.stringify(log)];
      for (let at: unknown = error; at instanceof Error; at = at.cause)
        seen.push(at.message, at.stack ?? '', JSON.stringify(at));
      expect(seen.join()).not.toContain(accessToken);
    },
  );
});
