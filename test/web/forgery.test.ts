import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardResponseSchema, createTaskResponseSchema, errorResponseSchema } from '../../src/web/contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  appId,
  cardQuery,
  clientSecret,
  fillStore,
  fromHubSpot,
  now,
  publicUrl,
  queryOf,
  silent,
  startWorld,
  taskCall,
  type Call,
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

const without =
  (...names: string[]) =>
  (headers: Header[]): Header[] =>
    headers.filter(([name]) => !names.includes(name));
const replaced =
  (name: string, change: (value: string) => string) =>
  (headers: Header[]): Header[] =>
    headers.map((header) => (header[0] === name ? [name, change(header[1])] : header));
const signature = 'X-HubSpot-Signature-v3';
const timestamp = 'X-HubSpot-Request-Timestamp';
const minute = 60_000;

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('what HubSpot signs is let in: otherwise no refusal below would mean anything', async () => {
  const card = await world.send({});
  expect(card.status).toBe(200);
  expect(cardResponseSchema.parse(card.body)).toMatchObject({ state: 'judged', partner: { id: silent.id } });
  const press = await world.send(taskCall);
  expect(press.status).toBe(200);
  expect(createTaskResponseSchema.parse(press.body)).toMatchObject({ state: 'created', taskId: '9001' });
});

type Forgery = { name: string; call: Partial<Call>; status: number; reason: string };
const forgeries: Forgery[] = [
  {
    name: 'no signature at all, though the query names our portal and app',
    call: { headers: without(signature, timestamp) },
    status: 401,
    reason: 'x-hubspot-signature-v3_missing',
  },
  {
    name: 'no timestamp',
    call: { headers: without(timestamp) },
    status: 401,
    reason: 'x-hubspot-request-timestamp_missing',
  },
  {
    name: 'an empty signature',
    call: { headers: replaced(signature, () => '') },
    status: 401,
    reason: 'the signature header is missing',
  },
  {
    name: "another app's secret",
    call: { secret: 'other' },
    status: 401,
    reason: 'the signature does not match',
  },
  { name: 'an empty secret', call: { secret: '' }, status: 401, reason: 'the signature does not match' },
  {
    name: 'version 1 alone, which has no replay window',
    call: {
      headers: (headers) => [
        ...without(signature)(headers),
        ['X-HubSpot-Signature-Version', 'v1'],
        ['X-HubSpot-Signature', hex(clientSecret)],
      ],
    },
    status: 401,
    reason: 'x-hubspot-signature-v3_missing',
  },
  {
    name: 'version 2 alone, which has no replay window',
    call: {
      headers: (headers) => [
        ...without(signature)(headers),
        ['X-HubSpot-Signature-Version', 'v2'],
        ['X-HubSpot-Signature', hex(`${clientSecret}GET${publicUrl}/card${cardQuery}`)],
      ],
    },
    status: 401,
    reason: 'x-hubspot-signature-v3_missing',
  },
  {
    name: 'plain SHA-256 of secret and request instead of an HMAC',
    call: {
      headers: replaced(signature, () =>
        createHash('sha256').update(`${clientSecret}GET${publicUrl}/card${cardQuery}${now}`).digest('base64'),
      ),
    },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'a request from more than five minutes ago',
    call: { now: now - 5 * minute - 1 },
    status: 401,
    reason: 'the timestamp is older than five minutes',
  },
  {
    name: 'a request from more than five minutes ahead',
    call: { now: now + 5 * minute + 1 },
    status: 401,
    reason: 'the timestamp lies more than five minutes in the future',
  },
  {
    name: 'a stale request with a fresh timestamp put on it',
    call: { now: now - 60 * minute, headers: replaced(timestamp, () => String(now)) },
    status: 401,
    reason: 'the signature does not match',
  },
  ...[
    '1795323496',
    '17953234961990',
    '1795323496199.0',
    '0x1A2B3C4D5E6F7',
    'NaN',
    '-179532349619',
    '1795323496199 1',
  ].map((value): Forgery => ({
    name: `the timestamp ${value}, which is not 13 digits`,
    call: { headers: replaced(timestamp, () => value) },
    status: 401,
    reason: 'the timestamp is not a number of milliseconds',
  })),
  {
    name: 'two signatures, the true one first',
    call: { headers: (headers) => [...headers, [signature, 'AAAA']] },
    status: 401,
    reason: 'x-hubspot-signature-v3_repeated',
  },
  {
    name: 'two signatures, the true one last',
    call: { headers: (headers) => [[signature, 'AAAA'], ...headers] },
    status: 401,
    reason: 'x-hubspot-signature-v3_repeated',
  },
  {
    name: 'two timestamps',
    call: { headers: (headers) => [...headers, [timestamp, String(now)]] },
    status: 401,
    reason: 'x-hubspot-request-timestamp_repeated',
  },
  ...[
    (value: string) => value.slice(0, -1),
    (value: string) => `${value}=`,
    (value: string) => value.repeat(9),
    () => 'A',
  ].map((change, index): Forgery => ({
    name: `a signature of the wrong length (${index + 1})`,
    call: { headers: replaced(signature, change) },
    status: 401,
    reason: 'the signature does not match',
  })),
  {
    name: 'a body changed after signing',
    call: { ...taskCall, tamper: (sent) => ({ ...sent, body: sent.body.replace('102', '103') }) },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'the same body written in another way',
    call: {
      ...taskCall,
      tamper: (sent) => ({ ...sent, body: JSON.stringify(JSON.parse(sent.body), null, 1) }),
    },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'a body where none was signed',
    call: { tamper: (sent) => ({ ...sent, body: '{}' }) },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'a GET sent as a POST',
    call: { ...taskCall, method: 'GET', tamper: (sent) => ({ ...sent, method: 'POST' }) },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'another company in the query',
    call: { tamper: (sent) => ({ ...sent, target: sent.target.replace('companyId=102', 'companyId=103') }) },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'a parameter added to the query',
    call: { tamper: (sent) => ({ ...sent, target: `${sent.target}&companyId=103` }) },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'another path',
    call: {
      ...taskCall,
      path: '/card',
      tamper: (sent) => ({ ...sent, target: `/card/task${sent.target.slice(5)}` }),
    },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'a request for another host, signed with a secret of that host, that carries its Host header along',
    call: {
      secret: 'other',
      headers: (headers) => [['Host', 'attacker.example'], ...without('Host')(headers)],
    },
    status: 401,
    reason: 'the signature does not match',
  },
  {
    name: 'another portal of the same app, correctly signed',
    call: { query: queryOf({ companyId: silent.id, ...fromHubSpot, portalId: '1' }) },
    status: 403,
    reason: 'other_portal',
  },
  {
    name: 'no portal, correctly signed',
    call: { query: queryOf({ companyId: silent.id, userId: '77', appId }) },
    status: 403,
    reason: 'other_portal',
  },
  {
    name: 'another app of the same secret, correctly signed',
    call: { query: queryOf({ companyId: silent.id, ...fromHubSpot, appId: '2' }) },
    status: 403,
    reason: 'other_app',
  },
  {
    name: 'no user, correctly signed',
    call: { query: queryOf({ companyId: silent.id, portalId: fromHubSpot.portalId, appId }) },
    status: 400,
    reason: 'no_user',
  },
  ...['userId=78', 'portalId=7654321', 'companyId=102', 'user%49d=78'].map((parameter): Forgery => ({
    name: `the parameter ${parameter} a second time, correctly signed`,
    call: { query: `${cardQuery}&${parameter}` },
    status: 400,
    reason: 'repeated_parameter',
  })),
];

const sentences: Record<number, RegExp> = {
  400: /^(A query parameter occurs twice|The request does not say which HubSpot user)/,
  401: /^This request does not carry a valid HubSpot signature for this app\.$/,
  403: /^This server belongs to another HubSpot (account|app)\.$/,
};

describe('a request that HubSpot did not sign for us', () => {
  test.each(forgeries)('$name: $status', async ({ call, status, reason }) => {
    const tasksBefore = world.tasks.length;
    world.logged.length = 0;
    const answer = await world.send(call);
    expect(answer.status).toBe(status);
    const { error, correlationId } = errorResponseSchema.parse(answer.body);
    // The forger learns nothing but no; the operator learns why.
    expect(error).toMatch(sentences[status] ?? /never/);
    expect(world.logged.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ correlationId, reason, level: 'warn' }),
    );
    expect(world.tasks).toHaveLength(tasksBefore);
  });
});

describe('what a request claims about its own address', () => {
  test.each<[string, Header[]]>([
    ['a Host header of an attacker', [['Host', 'attacker.example']]],
    [
      'forwarding headers',
      [
        ['Host', 'partners.example.com'],
        ['X-Forwarded-Host', 'attacker.example'],
        ['X-Forwarded-Proto', 'http'],
        ['X-Forwarded-For', '1.2.3.4'],
        ['X-Forwarded-Prefix', '/evil'],
        ['X-Original-URL', '/card?companyId=103'],
        ['X-HTTP-Method-Override', 'DELETE'],
        ['Forwarded', 'host=attacker.example;proto=http'],
      ],
    ],
  ])('%s changes nothing about a good signature', async (_name, extra) => {
    const answer = await world.send({ headers: (headers) => [...extra, ...without('Host')(headers)] });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ partner: { id: silent.id } });
  });

  test.each<[string, (target: string) => string]>([
    ['an absolute address of another host', (target) => `http://attacker.example${target}`],
    ['an escaped slash', (target) => target.replace('/card', '/%63ard')],
    [
      'an escaped question mark, which has the same signature',
      (target) => target.replace('/card?', '/card%3F'),
    ],
    ['another case', (target) => target.replace('/card', '/CARD')],
    ['a trailing slash', (target) => target.replace('/card', '/card/')],
  ])('%s is not the address that was signed', async (_name, change) => {
    const answer = await world.send({ tamper: (sent) => ({ ...sent, target: change(sent.target) }) });
    expect([401, 404]).toContain(answer.status);
  });
});

describe('a replay', () => {
  test('a press of the button is let in once, in whatever spelling it comes again', async () => {
    const call: Partial<Call> = { ...taskCall, now: now + 1000 };
    expect((await world.send(call)).status).toBe(200);
    expect((await world.send(call)).status).toBe(401);
    // %40 and @ are one signature in HubSpot's procedure.
    const respelled = await world.send({
      ...call,
      tamper: (sent) => ({ ...sent, target: sent.target.replace('%40', '@') }),
    });
    expect(respelled.status).toBe(401);
    expect(world.logged.filter((line) => line.includes('"reason":"replayed"'))).toHaveLength(2);
  });

  test('a press dated ahead is remembered until its own date can no longer pass', async () => {
    const ahead = now + 5 * minute;
    const call: Partial<Call> = { ...taskCall, now: ahead };
    expect((await world.send(call)).status).toBe(200);
    try {
      world.clock.now = ahead + 5 * minute;
      expect((await world.send(call)).status).toBe(401);
    } finally {
      world.clock.now = now;
    }
  });

  test('reading a card again with the same signature is harmless and allowed', async () => {
    expect((await world.send({ now: now + 7 })).status).toBe(200);
    expect((await world.send({ now: now + 7 })).status).toBe(200);
  });
});

test('an app id is not asked for where none is configured', async () => {
  const anyApp = await startWorld(database.store, { appId: null });
  try {
    const answer = await anyApp.send({
      query: queryOf({ companyId: silent.id, ...fromHubSpot, appId: '2' }),
    });
    expect(answer.status).toBe(200);
  } finally {
    await anyApp.server.close();
  }
});
