/** `POST /v1/activities`, as another company's program calls it: over a socket, with nothing but a key. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSecret } from '../../src/intake/rest-key.ts';
import { issueKey } from '../../src/jobs/issue-key.ts';
import { millisecondsPerDay, toIso } from '../../src/model/instant.ts';
import { listKeys, revokeKey } from '../../src/store/api-keys.ts';
import { acquireLease } from '../../src/store/lease.ts';
import { savePartners } from '../../src/store/partners.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { readTimelines } from '../../src/store/timelines.ts';
import { errorResponseSchema } from '../../src/web/contract.ts';
import { batchAnswerSchema } from '../../src/web/intake-contract.ts';
import { limits } from '../../src/web/limits.ts';
import { freshStore } from '../store/fresh.ts';
import {
  fillStore,
  fromHubSpot,
  now,
  queryOf,
  sendRaw,
  silent,
  startWorld,
  unjudged,
  type Answer,
  type Header,
  type World,
} from './world.ts';

const store = freshStore();
let world: World;
let secret: string;
const by = { author: 'test', userId: null, now };

beforeEach(async () => {
  await fillStore(store());
  world = await startWorld(store());
  secret = await newKey('portal');
});
afterEach(async () => {
  await world.server.close();
});

async function newKey(source: string): Promise<string> {
  const asked = { requestKey: `press-${source}-${Math.random()}`, source, name: 'Sync' };
  const issued = await issueKey(store(), asked, by);
  if (issued.state !== 'created') throw new Error(issued.sentence);
  return issued.secret;
}

const json: Header = ['Content-Type', 'application/json'];
const bearer = (key: string): Header => ['Authorization', `Bearer ${key}`];
type Sent = { method?: string; query?: string; body?: string; headers?: readonly Header[] };
function call({
  method = 'POST',
  query = '',
  body = '',
  headers = [json, bearer(secret)],
}: Sent): Promise<Answer> {
  const host: Header = ['Host', 'partners.example.com'];
  return sendRaw(world.server.port, {
    method,
    target: `/v1/activities${query}`,
    body,
    headers: [host, ...headers],
  });
}
function send(
  activities: readonly unknown[],
  more: { body?: object; headers?: readonly Header[] } = {},
): Promise<Answer> {
  const body = JSON.stringify({ activities, ...more.body });
  return call({ body, headers: [json, bearer(secret), ...(more.headers ?? [])] });
}
const receipt = ({ body }: Answer) => batchAnswerSchema.parse(body);
const refusal = ({ body }: Answer) => errorResponseSchema.strict().parse(body).error;

const login = {
  partner_id: silent.id,
  occurred_at: '2026-11-24T10:15:00Z',
  kind: 'portal_login',
  external_id: 'login-1',
};
const stored = async (partnerId: string = silent.id) =>
  (await readTimelines(store().db, [partnerId])).get(partnerId) ?? [];
const stateOf = async (source: string) =>
  (await readSourceStates(store().db)).find((state) => state.source === source);

const of = (partner_id: unknown, external_id: string) => ({ ...login, partner_id, external_id });

describe('a batch', () => {
  test('is kept, counted, and makes its source known', async () => {
    const paid = { ...login, external_id: 'login-2', quantity: 3, amount: '12.50', currency: 'eur' };
    const answer = await send([login, paid]);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(receipt(answer)).toMatchObject({
      received: 2,
      accepted: 2,
      duplicates: 0,
      rejected: 0,
      problems: [],
      source: { name: 'portal', complete: true, complete_up_to: '2026-11-24T10:15:00.000Z' },
    });
    expect(await stored()).toMatchObject([
      { source: 'rest:portal', kind: 'portal_login', quantity: 1, amount: null },
      { kind: 'portal_login', quantity: 3, amount: { amount: '12.50', currency: 'EUR' } },
    ]);
    expect(await stateOf('rest:portal')).toMatchObject({ complete: true, kinds: ['portal_login'] });
  });

  test('that is sent again because its answer was lost changes nothing, with ids or without', async () => {
    const nameless = { ...login, external_id: undefined };
    const batch = [login, nameless, nameless];
    expect(receipt(await send(batch))).toMatchObject({ accepted: 3, duplicates: 0 });
    expect(receipt(await send(batch))).toMatchObject({ accepted: 0, duplicates: 3 });
    expect(await stored()).toHaveLength(3);
  });

  test('may correct a row that was sent before', async () => {
    await send([login]);
    expect(receipt(await send([{ ...login, quantity: 5 }]))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await stored()).toMatchObject([{ quantity: 5 }]);
  });

  test('names partners by their id in HubSpot, one that was merged into them, or one of another system', async () => {
    await savePartners(store().db, 'sync-1', [{ ...unjudged, externalId: 'R-1042' }]);
    const answer = await send([of('95', 'a'), of(102, 'b'), of(' R-1042 ', 'c')]);
    expect(receipt(answer)).toMatchObject({ accepted: 3 });
    expect(await stored()).toHaveLength(2);
    expect(await stored(unjudged.id)).toHaveLength(1);
  });

  test('is written while a run holds the lease', async () => {
    const lease = await acquireLease(store().db, 'run', { holder: 'elsewhere:1', ttlMs: 60_000 });
    expect(lease).not.toBeNull();
    expect((await send([login])).status).toBe(200);
  });

  test('that fails half-way leaves nothing behind, and may be sent again', async () => {
    const { db } = store();
    await sql`alter table activity add constraint broken check (source_id <> 'login-2')`.execute(db);
    const batch = [login, { ...login, external_id: 'login-2' }];
    const answer = await send(batch);
    expect(answer.status).toBe(500);
    expect(refusal(answer)).toMatch(/Try again/);
    expect(await stored()).toEqual([]);
    expect(await stateOf('rest:portal')).toBeUndefined();
    await sql`alter table activity drop constraint broken`.execute(db);
    expect(receipt(await send(batch))).toMatchObject({ accepted: 2 });
  });
});

describe('a row that cannot be used', () => {
  test.each<[string, unknown, string | null, RegExp]>([
    ['without a partner', { ...login, partner_id: undefined }, 'partner_id', /^partner_id is empty\.$/],
    [
      'of nobody',
      { ...login, partner_id: 'R-7' },
      'partner_id',
      /^partner_id "R-7" belongs to no known partner\. Check it, map/,
    ],
    [
      'of no time',
      { ...login, occurred_at: 'yesterday' },
      'occurred_at',
      /is no date; write it like 2026-01-31/,
    ],
    ['of a number for a time', { ...login, occurred_at: 1795323496199 }, 'occurred_at', /is no date/],
    ['of the future', { ...login, occurred_at: '2027-01-01' }, 'occurred_at', /is in the future/],
    [
      'of no kind',
      { ...login, kind: 'visit' },
      'kind',
      /^kind "visit" is unknown; use one of lead_submitted, [a-z_, ]+\.$/,
    ],
    ['of no quantity', { ...login, quantity: 0 }, 'quantity', /leave out rows in which nothing happened/],
    ['of half a thing', { ...login, quantity: 0.5 }, 'quantity', /is no whole number/],
    ['of money without a currency', { ...login, amount: 9.5 }, 'amount', /has no currency/],
    ['of an unknown currency', { ...login, amount: 9.5, currency: '€' }, 'currency', /no ISO 4217 code/],
    [
      'of too much precision',
      { ...login, amount: 0.1 + 0.2, currency: 'EUR' },
      'amount',
      /write it like 1234\.50/,
    ],
    ['with a list for an id', { ...login, external_id: ['a'] }, 'external_id', /^external_id must be text/],
    [
      'with a number for an id that lost its last digits',
      { ...login, external_id: 1e21 },
      'external_id',
      /^external_id must be text/,
    ],
    ['with a NUL in it', { ...login, partner_id: '1\u00002' }, 'partner_id', /^partner_id must be text/],
    [
      'with half a character in it',
      { ...login, external_id: '\ud800' },
      'external_id',
      /^external_id must be text/,
    ],
    [
      'with a misspelt field',
      { ...login, quantitiy: 3 },
      'quantitiy',
      /"quantitiy" is no field of an activity; the fields are partner_id/,
    ],
    ['that is text', 'login', null, /^the row is no object/],
    ['that is a list', [login], null, /^the row is no object/],
    ['that is null', null, null, /^the row is no object/],
  ])('%s is named with its place and its remedy, and the others are kept', async (_, row, field, problem) => {
    const answer = await send([{ ...login, external_id: 'before' }, row, { ...login, external_id: 'after' }]);
    expect(answer.status).toBe(207);
    const { problems, ...counts } = receipt(answer);
    expect(counts).toMatchObject({ received: 3, accepted: 2, rejected: 1 });
    expect(problems).toEqual([{ index: 1, field, problem: expect.stringMatching(problem) as string }]);
    expect(await stored()).toHaveLength(2);
  });
});

const stranger = { ...login, partner_id: 'R-7', external_id: 'stranger' };
const standing = async (activities: readonly unknown[], body: object = {}) =>
  receipt(await send(activities, { body })).source;

const touched = async () =>
  (await sql<{ id: string }>`delete from touched returning partner_id as id`.execute(store().db)).rows.map(
    ({ id }) => id,
  );

describe('a source', () => {
  test('of which nothing could be used does not exist yet', async () => {
    const answer = await send([stranger]);
    expect(answer.status).toBe(422);
    expect(receipt(answer).source).toMatchObject({ complete: false, complete_up_to: null });
    expect(await stateOf('rest:portal')).toBeUndefined();
  });

  test('is incomplete from a rejected row on, until exactly that row has come', async () => {
    await send([login]);
    expect(await standing([stranger])).toMatchObject({
      complete: false,
      sentence: expect.stringMatching(/^Incomplete since 25 Nov 2026, 09:30 UTC: rows are missing/) as string,
    });
    const later = { ...login, external_id: 'login-9', occurred_at: '2026-11-25' };
    // What it tells meanwhile is kept, but says nothing about those who are silent.
    expect(await standing([later])).toMatchObject({
      complete: false,
      complete_up_to: '2026-11-24T10:15:00.000Z',
    });
    await savePartners(store().db, 'sync-1', [{ ...unjudged, externalId: 'R-7' }]);
    expect(await standing([stranger])).toMatchObject({ complete: true });
    expect(await stateOf('rest:portal')).toMatchObject({ complete: true });
  });

  test('of which a row without an id was rejected is incomplete until its sender says that nothing is missing', async () => {
    await send([login, { ...login, external_id: '', kind: 'visit' }]);
    expect(await standing([login])).toMatchObject({ complete: false });
    expect(await standing([], { complete_up_to: '2026-11-25T09:00:00Z' })).toMatchObject({
      complete: true,
      complete_up_to: '2026-11-25T09:00:00.000Z',
    });
  });

  test('is not made whole by a late repetition of what was said before a row was rejected', async () => {
    const upTo = { complete_up_to: '2026-11-25T06:00:00Z' };
    expect(await standing([login], upTo)).toMatchObject({ complete: true });
    await standing([stranger]);
    expect(await standing([login], upTo)).toMatchObject({
      complete: false,
      sentence: expect.stringContaining('a later "complete_up_to" says that nothing is missing') as string,
    });
    expect(await standing([], { complete_up_to: '2026-01-01' })).toMatchObject({ complete: false });
    expect(await standing([], { complete_up_to: '2026-11-25T06:00:01Z' })).toMatchObject({ complete: true });
  });

  test('knows each of many rejected rows again, however often they were sent', async () => {
    const many = Array.from({ length: 600 }, (_, index) => ({ ...stranger, external_id: `${index}` }));
    await send([login]);
    await send(many);
    await send(many);
    await savePartners(store().db, 'sync-1', [{ ...unjudged, externalId: 'R-7' }]);
    expect(await standing(many)).toMatchObject({ complete: true });
  });

  test('of which more is to come is incomplete until the last of it', async () => {
    expect(await standing([login], { complete_up_to: null })).toMatchObject({ complete: false });
    expect(await standing([{ ...login, external_id: 'b' }])).toMatchObject({ complete: false });
    const last = { ...login, external_id: 'c' };
    expect(await standing([last], { complete_up_to: '2026-11-25' })).toMatchObject({ complete: true });
  });

  test('may say that nothing has happened, and is never known beyond this moment or less than before', async () => {
    await send([login]);
    expect(await standing([], { complete_up_to: '2026-11-25T12:00:00Z' })).toMatchObject({
      complete_up_to: toIso(now),
    });
    expect(await standing([], { complete_up_to: '2026-01-01' })).toMatchObject({
      complete_up_to: toIso(now),
    });
  });

  test('that has told nothing for too long says so, and is whole again with the next row', async () => {
    await send([login]);
    world.clock.now = now + 40 * millisecondsPerDay;
    const old = { ...login, external_id: 'old' };
    expect(await standing([old])).toMatchObject({
      complete: false,
      sentence: expect.stringContaining('too old: its silence counts as unknown') as string,
    });
    const fresh = { ...login, external_id: 'fresh', occurred_at: toIso(world.clock.now) };
    expect(await standing([fresh])).toMatchObject({ complete: true });
  });

  test('marks everybody for judgement when it appears, and only whom it tells of after that', async () => {
    await touched();
    await send([login]);
    expect((await touched()).toSorted()).toEqual([silent.id, unjudged.id]);
    await send([{ ...login, external_id: 'login-2' }]);
    expect(await touched()).toEqual([silent.id]);
    await send([login]);
    expect(await touched()).toEqual([]);
  });
});

const named = (name: string): { headers: Header[] } => ({ headers: [['Idempotency-Key', name]] });

describe('an Idempotency-Key', () => {
  test('keeps a late repetition from taking back what was corrected since', async () => {
    await send([login], named('one'));
    await send([{ ...login, quantity: 5 }], named('two'));
    expect(receipt(await send([login], named('one')))).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await stored()).toMatchObject([{ quantity: 5 }]);
  });

  test('that stands for one batch is refused for another, and the first is kept', async () => {
    await send([login], named('one'));
    const answer = await send([{ ...login, quantity: 5 }], named('one'));
    expect(answer.status).toBe(409);
    expect(refusal(answer)).toContain('Idempotency-Key');
    expect(await stored()).toMatchObject([{ quantity: 1 }]);
  });

  test('is recognised for seven days, and then stands for whatever comes under it', async () => {
    await send([login], named('one'));
    world.clock.now = now + 7 * millisecondsPerDay;
    expect((await send([{ ...login, quantity: 5 }], named('one'))).status).toBe(409);
    world.clock.now += 1;
    expect(receipt(await send([{ ...login, quantity: 5 }], named('one')))).toMatchObject({ accepted: 1 });
    expect((await send([login], named('one'))).status).toBe(409);
  });

  test('of a batch with rejected rows stands for nothing yet: mended it may come again', async () => {
    const mended = { ...login, external_id: 'b' };
    expect((await send([login, { ...mended, kind: 'visit' }], named('one'))).status).toBe(207);
    expect(receipt(await send([login, mended], named('one')))).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test('is each source’s own', async () => {
    await send([login], named('one'));
    secret = await newKey('shop');
    expect(receipt(await send([{ ...login, kind: 'order' }], named('one')))).toMatchObject({ accepted: 1 });
  });

  test.each(['', 'with space', 'ä', 'x'.repeat(201)])('“%s” is none', async (name) => {
    const encoded = Buffer.from(name).toString('latin1');
    expect((await send([login], named(encoded))).status).toBe(400);
  });
});

describe('what is no batch', () => {
  const mistakes: [string, Sent, number, RegExp][] = [
    ['nothing', {}, 400, /not valid JSON/],
    ['no JSON', { body: '{"activities": [' }, 400, /not valid JSON/],
    ['a list', { body: '[]' }, 422, /expected shape.*Send \{"activities"/],
    ['an empty list', { body: '{"activities": []}' }, 422, /is empty\. Send rows, or "complete_up_to"/],
    [
      'an unknown field',
      { body: '{"activities": [], "source": "shop"}' },
      422,
      /field "source" that is not known/,
    ],
    [
      'no time',
      { body: '{"activities": [], "complete_up_to": "now"}' },
      422,
      /complete_up_to "now" is no date/,
    ],
    [
      'a time to come',
      { body: '{"activities": [], "complete_up_to": "2027-01-01"}' },
      422,
      /is in the future/,
    ],
    [
      'too many rows',
      { body: JSON.stringify({ activities: Array.from({ length: 1_001 }, () => 1) }) },
      413,
      /at most 1000 at once/,
    ],
    [
      'too much',
      { body: `{"activities": ["${'x'.repeat(limits.batchBodyBytes)}"]}` },
      413,
      /larger than 256 kB\. Split/,
    ],
  ];
  test.each(mistakes)('%s is refused with what to do', async (_, sent, status, sentence) => {
    const answer = await call(sent);
    expect(answer.status).toBe(status);
    expect(refusal(answer)).toMatch(sentence);
    expect(await stored()).toEqual([]);
  });
});

test.each<[string, Header[]]>([
  ['no type', []],
  ['a form', [['Content-Type', 'application/x-www-form-urlencoded']]],
  ['text', [['Content-Type', 'text/plain']]],
  ['another alphabet', [['Content-Type', 'application/json; charset=latin1']]],
  ['compressed', [json, ['Content-Encoding', 'gzip']]],
])('a body of %s is refused', async (_, headers) => {
  const body = JSON.stringify({ activities: [login] });
  const answer = await call({ body, headers: [bearer(secret), ...headers] });
  expect(answer.status).toBe(415);
  expect(refusal(answer)).toMatch(/Send (the body as application\/json|its body without compression)/);
  expect(await stored()).toEqual([]);
});

test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s is answered with what is allowed',
  async (method) => {
    const { status, headers } = await call({ method });
    expect(status).toBe(405);
    expect(headers['allow']).toContain('POST');
  },
);

const mistyped = (key: string): string => key.slice(0, 20) + (key[20] === 'x' ? 'y' : 'x') + key.slice(21);
const lastUsed = async () => (await listKeys(store().db, 1))[0]?.lastUsedOn;

const from = (address: string): Header => ['X-Forwarded-For', address];
const statuses = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

/** Until somebody waits for a lock; how many do. */
async function somebodyWaits(): Promise<number> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`.execute(store().db);
    const waiting = rows[0]?.waiting ?? 0;
    if (waiting > 0) return waiting;
  }
}

describe('a key', () => {
  const body = JSON.stringify({ activities: [login] });
  const sent = (...headers: Header[]) => call({ body, headers: [json, ...headers] });
  const other = newSecret('AAAAAAAA');

  test.each<[string, () => Header[], string]>([
    ['none', () => [], 'no_key'],
    ['an empty one', () => [['Authorization', '']], 'no_key'],
    ['another scheme', () => [['Authorization', `Basic ${secret}`]], 'no_key'],
    ['the key alone', () => [['Authorization', secret]], 'no_key'],
    ['two of them', () => [bearer(secret), bearer(secret)], 'no_key'],
    ['a part of it', () => [bearer(secret.slice(0, -1))], 'bad_key'],
    ['a mistyped one', () => [bearer(mistyped(secret))], 'bad_key'],
    ['one of our form that was never made', () => [bearer(other)], 'unknown_key'],
    ['another secret for an id that is there', () => [bearer(newSecret(secret.slice(3, 11)))], 'unknown_key'],
    ['a HubSpot token', () => [bearer('pat-na1-11111111-2222-3333-4444-555555555555')], 'bad_key'],
  ])('that is %s opens nothing, and the answer says how to send one', async (_, headers, reason) => {
    world.logged.length = 0;
    const answer = await sent(...headers());
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="rekindle"/);
    expect(refusal(answer)).toMatch(/key/i);
    expect(world.logged.join('')).toContain(`"reason":"${reason}"`);
    expect(await stored()).toEqual([]);
  });

  test('in the query opens nothing', async () => {
    const answer = await call({
      body,
      headers: [json],
      query: `?${new URLSearchParams({ key: secret, access_token: secret })}`,
    });
    expect(answer.status).toBe(401);
    expect(world.logged.join('')).not.toContain(secret.slice(12));
  });

  test('that was revoked is refused from then on, and the other one of its source is not', async () => {
    const second = await newKey('portal');
    await revokeKey(store().db, secret.slice(3, 11), by);
    const answer = await sent(bearer(secret));
    expect(answer.status).toBe(401);
    expect(refusal(answer)).toContain('was revoked');
    expect((await sent(bearer(second))).status).toBe(200);
  });

  test('opens no other address, and HubSpot’s signature does not open this one', async () => {
    for (const path of world.addresses.filter((address) => !/^\/(livez|readyz|v1)/.test(address))) {
      const target = path + queryOf(fromHubSpot);
      const headers: Header[] = [['Host', 'partners.example.com'], bearer(secret), json];
      for (const method of ['GET', 'POST']) {
        const { status } = await sendRaw(world.server.port, { method, target, body: '', headers });
        expect([path, method, status]).toEqual([path, method, expect.toBeOneOf([401, 405])]);
      }
    }
    const signed = await world.send({
      method: 'POST',
      path: '/v1/activities',
      query: queryOf(fromHubSpot),
      body,
    });
    expect(signed.status).toBe(401);
  });

  test('shows the day on which it was last used, which a refused one does not change', async () => {
    await sent(bearer(newSecret(secret.slice(3, 11))));
    expect(await lastUsed()).toBeNull();
    await sent(bearer(secret));
    expect(await lastUsed()).toBe('2026-11-25');
    world.clock.now = now + millisecondsPerDay;
    await sent(bearer(secret));
    expect(await lastUsed()).toBe('2026-11-26');
  });

  const refused = async (headers: readonly Header[] = []): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let times = 0; times < limits.refusedKeysPerAddressPerMinute; times += 1) {
      answers.push(await sent(bearer(times % 2 === 0 ? other : mistyped(secret)), ...headers));
    }
    return answers;
  };

  describe('that is refused too often from one address', () => {
    test('is told to wait, while the good ones of that address go on', async () => {
      expect((await sent(bearer(secret))).status).toBe(200);
      expect(statuses(await refused())).toEqual([401]);
      const answer = await sent(bearer(other));
      expect(answer.status).toBe(429);
      expect(answer.headers['retry-after']).toBe('60');
      expect(refusal(answer)).toContain('valid API key');
      expect((await sent()).status).toBe(429);
      expect((await sent(bearer(newSecret(secret.slice(3, 11))))).status).toBe(429);
      expect((await sent(bearer(secret))).status).toBe(200);
      // One that this process has not seen before.
      const fresh = await newKey('shop');
      expect((await sent(bearer(fresh))).status).toBe(200);
      await revokeKey(store().db, fresh.slice(3, 11), by);
      expect((await sent(bearer(fresh))).status).toBe(429);
    });

    test('takes one look-up at a time, and is looked up again a minute later', async () => {
      expect((await sent(bearer(secret))).status).toBe(200);
      await refused();
      await store()
        .db.transaction()
        .execute(async (transaction) => {
          await sql`lock table api_key in access exclusive mode`.execute(transaction);
          const looking = sent(bearer(other));
          await somebodyWaits();
          const flood = await Promise.all(Array.from({ length: 20 }, () => sent(bearer(other))));
          expect(statuses(flood)).toEqual([429]);
          expect(await somebodyWaits()).toBe(1);
          return [looking];
        })
        .then(([looking]) => looking);
      world.clock.now += 60_000;
      expect((await sent(bearer(other))).status).toBe(401);
    });

    test('counts for the address that our proxy names, and for nobody who says an address by himself', async () => {
      await refused([from('203.0.113.7')]);
      expect((await sent(bearer(other), from('203.0.113.8'))).status).toBe(429);
      await world.server.close();
      world = await startWorld(store(), { trustedProxyHops: 1 });
      await refused([from('203.0.113.7')]);
      expect((await sent(bearer(other), from('203.0.113.7'))).status).toBe(429);
      expect((await sent(bearer(other), from('203.0.113.8'))).status).toBe(401);
      expect((await sent(bearer(other), from('203.0.113.8, 203.0.113.7'))).status).toBe(429);
    });
  });

  test('that sends too often is asked to wait, while others are let in', async () => {
    const shop = await newKey('shop');
    for (let times = 0; times < limits.batchesPerKeyPerMinute; times += 1) {
      expect((await sent(bearer(secret))).status).toBe(200);
    }
    const answer = await sent(bearer(secret));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(refusal(answer)).toContain('Retry-After');
    expect((await sent(bearer(shop))).status).toBe(200);
  });
});

test('the log says what came from whom, and nothing of what was sent', async () => {
  await call({ body: JSON.stringify({ activities: [login, stranger] }), query: '?note=canary-query' });
  const logged = world.logged.join('');
  const line = world.logged
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .find(({ msg }) => msg === 'Activity was received');
  expect(line).toMatchObject({ source: 'rest:portal', key: secret.slice(3, 11), accepted: 1, rejected: 1 });
  for (const canary of [secret.slice(12), 'login-1', 'R-7', 'canary-query'])
    expect(logged).not.toContain(canary);
});
