import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorResponseSchema } from '../../src/web/contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  event,
  execution,
  hexOf,
  olderCall,
  routes,
  soundCall,
  startGuardedWorld,
  type GuardedWorld,
  type Route,
} from './routes.ts';
import {
  appId,
  clientSecret,
  fromHubSpot,
  now,
  publicUrl,
  queryOf,
  silent,
  startWorld,
  taskCall,
  userEmail,
  type Call,
  type Header,
} from './world.ts';

let database: TestDatabase;
let world: GuardedWorld;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await startGuardedWorld(database.store);
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
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const unsigned = without(signature, timestamp);
const open = ['/livez', '/readyz'];
/** HubSpot does not sign what other systems send: see intake.test.ts. */
const forKeys = 'POST /v1/activities';

test('every address of the server is in the table of forgeries, and none but two for health is open', async () => {
  expect(world.addresses.toSorted()).toEqual(
    [...new Set([...open, '/v1/activities', ...routes.map(({ path }) => path)])].toSorted(),
  );
  const guarded: string[] = [];
  const unguarded: string[] = [];
  for (const path of world.addresses.filter((address) => !open.includes(address))) {
    for (const method of ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await world.send({ method, path, query: '', headers: unsigned });
      if (status === 401) guarded.push(`${method} ${path}`);
      else if (status !== 405) unguarded.push(`${method} ${path}: ${status}`);
    }
  }
  expect(unguarded).toEqual([]);
  expect(guarded.toSorted()).toEqual([...routes.map(nameOf), 'HEAD /settings', forKeys].toSorted());
});

type Forgery = {
  name: string;
  forge: (sound: Partial<Call>, route: Route) => Partial<Call>;
  status: number;
  reason: string | ((route: Route) => string);
  of?: (route: Route) => boolean;
};
const of =
  (...senders: Route['from'][]) =>
  ({ from }: Route): boolean =>
    senders.includes(from);
const headers = (change: (signed: Header[]) => Header[]) => (): Partial<Call> => ({ headers: change });
const query =
  (change: (sound: string) => string) =>
  (sound: Partial<Call>): Partial<Call> => ({
    query: change(sound.query ?? ''),
  });
const tamper =
  (change: (sent: ReturnType<Call['tamper']>, route: Route) => Partial<ReturnType<Call['tamper']>>) =>
  (_sound: Partial<Call>, route: Route): Partial<Call> => ({
    tamper: (sent) => ({ ...sent, ...change(sent, route) }),
  });
const body = (value: unknown) => (): Partial<Call> => ({ body: JSON.stringify(value) });

const mismatch = 'the signature does not match';
const forgeries: Forgery[] = [
  {
    name: 'no signature at all, though the query names our portal and app',
    forge: headers(unsigned),
    status: 401,
    reason: ({ from }) => (from === 'workflow' ? 'x-hubspot-signature_missing' : `${signature}_missing`),
  },
  { name: 'no timestamp', forge: headers(without(timestamp)), status: 401, reason: `${timestamp}_missing` },
  {
    name: 'no signature but its timestamp',
    forge: headers(without(signature)),
    status: 401,
    reason: `${signature}_missing`,
  },
  {
    name: 'an empty signature',
    forge: headers(replaced(signature, () => '')),
    status: 401,
    reason: 'the signature header is missing',
  },
  { name: "another app's secret", forge: () => ({ secret: 'other' }), status: 401, reason: mismatch },
  { name: 'an empty secret', forge: () => ({ secret: '' }), status: 401, reason: mismatch },
  {
    name: 'version 1 alone, which has no replay window',
    forge: (sound) => ({
      headers: (signed) => [
        ...without(signature, timestamp)(signed),
        ['X-HubSpot-Signature-Version', 'v1'],
        ['X-HubSpot-Signature', hexOf(clientSecret + sound.body)],
      ],
    }),
    status: 401,
    reason: ({ from }) => (from === 'workflow' ? 'the signature version is not v2' : `${signature}_missing`),
  },
  {
    name: 'version 2 alone, which has no replay window, where it is not documented',
    forge: (_sound, route) => olderCall(route),
    status: 401,
    reason: `${signature}_missing`,
    of: of('user', 'webhooks'),
  },
  {
    name: 'version 2 beside a wrong version 3',
    forge: (_sound, route) => ({
      headers: (signed) => [
        ...replaced(signature, () => 'AAAA')(signed),
        ...(olderCall(route).headers?.([]) ?? []),
      ],
    }),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'plain SHA-256 of secret and request instead of an HMAC',
    forge: ({ method, path, query: asked, body: text }) => ({
      headers: replaced(signature, () =>
        Buffer.from(
          hexOf(`${clientSecret}${method}${publicUrl}${path}${asked}${text}${now}`),
          'hex',
        ).toString('base64'),
      ),
    }),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'a request from more than five minutes ago',
    forge: () => ({ now: now - 5 * minute - 1 }),
    status: 401,
    reason: 'the timestamp is older than five minutes',
  },
  {
    name: 'a request from more than five minutes ahead',
    forge: () => ({ now: now + 5 * minute + 1 }),
    status: 401,
    reason: 'the timestamp lies more than five minutes in the future',
  },
  {
    name: 'a stale request with a fresh timestamp put on it',
    forge: () => ({ now: now - 60 * minute, headers: replaced(timestamp, () => String(now)) }),
    status: 401,
    reason: mismatch,
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
    forge: headers(replaced(timestamp, () => value)),
    status: 401,
    reason: 'the timestamp is not a number of milliseconds',
  })),
  {
    name: 'two signatures, the true one first',
    forge: headers((signed) => [...signed, [signature, 'AAAA']]),
    status: 401,
    reason: `${signature}_repeated`,
  },
  {
    name: 'two signatures, the true one last',
    forge: headers((signed) => [[signature, 'AAAA'], ...signed]),
    status: 401,
    reason: `${signature}_repeated`,
  },
  {
    name: 'two timestamps',
    forge: headers((signed) => [...signed, [timestamp, String(now)]]),
    status: 401,
    reason: `${timestamp}_repeated`,
  },
  ...[
    (value: string) => value.slice(0, -1),
    (value: string) => `${value}=`,
    (value: string) => value.repeat(9),
    () => 'A',
  ].map((change, index): Forgery => ({
    name: `a signature of the wrong length (${index + 1})`,
    forge: headers(replaced(signature, change)),
    status: 401,
    reason: mismatch,
  })),
  {
    name: 'a body changed after signing, or one where none was signed',
    forge: tamper((sent) => ({ body: `${sent.body} ` })),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'the same body written in another way',
    forge: tamper((sent) => ({ body: JSON.stringify(JSON.parse(sent.body), null, 1) })),
    status: 401,
    reason: mismatch,
    of: ({ method }) => method === 'POST',
  },
  {
    name: 'a request signed for another method',
    forge: (sound, { method }) => ({
      method: method === 'GET' ? 'POST' : 'GET',
      ...tamper(() => ({ method }))(sound, routes[0] as Route),
    }),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'a parameter added to the query',
    forge: tamper(({ target }) => ({ target: `${target}${target.includes('?') ? '&' : '?'}companyId=103` })),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'another user in the query',
    forge: tamper(({ target }) => ({ target: target.replace('userId=77', 'userId=78') })),
    status: 401,
    reason: mismatch,
    of: of('user'),
  },
  {
    name: 'a request signed for another path',
    forge: (_sound, route) => ({
      path: '/elsewhere',
      tamper: (sent) => ({ ...sent, target: sent.target.replace('/elsewhere', route.path) }),
    }),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'a request for another host, signed with a secret of that host, that carries its Host header along',
    forge: () => ({
      secret: 'other',
      headers: (signed) => [['Host', 'attacker.example'], ...without('Host')(signed)],
    }),
    status: 401,
    reason: mismatch,
  },
  {
    name: 'another portal of the same app, correctly signed',
    forge: (_sound, route) => ({ query: queryOf({ ...route.query, ...fromHubSpot, portalId: '1' }) }),
    status: 403,
    reason: 'other_portal',
    of: of('user'),
  },
  {
    name: 'no portal, correctly signed',
    forge: (_sound, route) => ({ query: queryOf({ ...route.query, userId: '77', userEmail, appId }) }),
    status: 403,
    reason: 'other_portal',
    of: of('user'),
  },
  {
    name: 'another app of the same secret, correctly signed',
    forge: (_sound, route) => ({ query: queryOf({ ...route.query, ...fromHubSpot, appId: '2' }) }),
    status: 403,
    reason: 'other_app',
    of: of('user'),
  },
  {
    name: 'no user, correctly signed',
    forge: (_sound, route) => ({ query: queryOf({ ...route.query, ...fromHubSpot, userId: '' }) }),
    status: 400,
    reason: 'no_user',
    of: of('user'),
  },
  {
    name: 'a user that is no number, correctly signed',
    forge: (_sound, route) => ({ query: queryOf({ ...route.query, ...fromHubSpot, userId: '77 or 1' }) }),
    status: 400,
    reason: 'no_user',
    of: of('user'),
  },
  ...['userId=78', 'portalId=7654321', `userEmail=${userEmail}`, 'appId=2', 'user%49d=78'].map(
    (parameter): Forgery => ({
      name: `the parameter ${parameter} a second time, correctly signed`,
      forge: query((sound) => `${sound}&${parameter}`),
      status: 400,
      reason: 'repeated_parameter',
      of: of('user'),
    }),
  ),
  {
    name: 'any parameter a second time, correctly signed',
    forge: query(() => '?a=1&a=1'),
    status: 400,
    reason: 'repeated_parameter',
    of: of('workflow', 'webhooks'),
  },
  ...[fromHubSpot, { userId: '77' }, { userEmail }].map((parameters, index): Forgery => ({
    name: `a person who has hubspot.fetch say what only HubSpot may say (${index + 1})`,
    forge: query(() => queryOf(parameters)),
    status: 403,
    reason: 'from_a_person',
    of: of('workflow', 'webhooks'),
  })),
  {
    name: 'an execution of another portal of the same app, correctly signed',
    forge: body({ ...execution, origin: { portalId: 1 } }),
    status: 403,
    reason: 'other_portal',
    of: of('workflow'),
  },
  {
    name: 'an execution for another object than a company, correctly signed',
    forge: body({ ...execution, object: { objectId: Number(silent.id), objectType: 'DEAL' } }),
    status: 400,
    reason: 'no_company',
    of: of('workflow'),
  },
  {
    name: 'events of which one is of another portal of the same app, correctly signed',
    forge: body([event, { ...event, portalId: 1 }]),
    status: 403,
    reason: 'other_portal',
    of: of('webhooks'),
  },
  ...[2, null].map((other): Forgery => ({
    name: `events of which one is of the app ${other}, correctly signed`,
    forge: body([event, { ...event, appId: other }]),
    status: 403,
    reason: 'other_app',
    of: of('webhooks'),
  })),
];

const sentences: Record<number, RegExp> = {
  400: /^(A query parameter occurs twice|The request does not say which HubSpot user|Rekindle’s actions are for)/,
  401: /^This request does not carry a valid HubSpot signature for this app\.$/,
  403: /^(This server belongs to another HubSpot (account|app)|Only HubSpot itself may call this address, not its users)\.$/,
};

/** The forger learns nothing but no; the operator learns why, without what was sent; and nothing has happened. */
async function refusalBy(route: Route, call: Partial<Call>) {
  const before = await world.traces();
  const askedBefore = world.asked.length;
  world.logged.length = 0;
  const { status, headers: answered, body: said } = await world.send(call);
  const { error, correlationId } = errorResponseSchema.strict().parse(said);
  const lines = world.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  const warned = lines.find((line) => line['level'] === 'warn' && line['correlationId'] === correlationId);
  return {
    route: nameOf(route),
    status,
    cached: answered['cache-control'] !== 'no-store',
    isKnownSentence: sentences[status]?.test(error),
    reason: warned?.['reason'],
    logsWhatWasSent: secrets.some((secret) => world.logged.join('').includes(secret)),
    hasAskedHubSpot: world.asked.length > askedBefore,
    hasChanged: JSON.stringify(await world.traces()) !== JSON.stringify(before),
  };
}
const secrets = [
  clientSecret,
  userEmail,
  encodeURIComponent(userEmail),
  'userId=',
  'objectId',
  'Left a message',
];

function refusal(route: Route, status: number, reason: string): Awaited<ReturnType<typeof refusalBy>> {
  return {
    route: nameOf(route),
    status,
    cached: false,
    isKnownSentence: true,
    reason: reason.replace(/^X-.*(?=_)/, (header) => header.toLowerCase()),
    logsWhatWasSent: false,
    hasAskedHubSpot: false,
    hasChanged: false,
  };
}

describe('a request that HubSpot did not sign for us is refused everywhere', () => {
  test.each(forgeries)('$name: $status', async ({ forge, status, reason, of: isFor }) => {
    const concerned = routes.filter((route) => isFor?.(route) ?? true);
    expect(concerned).not.toEqual([]);
    for (const route of concerned) {
      const sound = soundCall(route);
      const forged = { ...sound, ...forge(sound, route) };
      const because = typeof reason === 'string' ? reason : reason(route);
      expect(await refusalBy(route, forged)).toEqual(refusal(route, status, because));
    }
  });
});

const older =
  (change: (headers: Header[]) => Header[]) =>
  (route: Route): Partial<Call> => {
    const call = olderCall(route);
    return { ...call, headers: (signed) => change(call.headers?.(signed) ?? []) };
  };
const olderSignature = 'X-HubSpot-Signature';
const olderForgeries: [string, (route: Route) => Partial<Call>, string][] = [
  ['a signature of another secret', (route) => olderCall(route, 'other'), mismatch],
  ['a signature without a secret', (route) => olderCall(route, ''), mismatch],
  ['an empty signature', older(replaced(olderSignature, () => '')), 'the signature header is missing'],
  ['a signature cut short', older(replaced(olderSignature, (value) => value.slice(1))), mismatch],
  ['no version', older(without('X-HubSpot-Signature-Version')), 'x-hubspot-signature-version_missing'],
  [
    'version 1 by name',
    older(replaced('X-HubSpot-Signature-Version', () => 'v1')),
    'the signature version is not v2',
  ],
  [
    'two signatures',
    older((signed) => [...signed, [olderSignature, 'aaaa']]),
    'x-hubspot-signature_repeated',
  ],
  [
    'a changed body',
    (route) => ({
      ...olderCall(route),
      tamper: (sent) => ({ ...sent, body: sent.body.replace('102', '103') }),
    }),
    mismatch,
  ],
  [
    'a query that was not signed',
    (route) => ({ ...olderCall(route), tamper: (sent) => ({ ...sent, target: `${sent.target}?a=1` }) }),
    mismatch,
  ],
  [
    'a signature for another action',
    (route) => ({
      ...olderCall({ ...route, path: '/workflow-actions/another' }),
      tamper: (sent) => ({ ...sent, target: route.path }),
    }),
    mismatch,
  ],
  [
    'a timestamp of version 3 beside it',
    older((signed) => [...signed, [timestamp, String(now)]]),
    'x-hubspot-signature-v3_missing',
  ],
];
const executions = routes.filter(of('workflow'));

describe('an execution by the older signature is refused', () => {
  test.each(olderForgeries)('with %s', async (_name, forge, reason) => {
    for (const route of executions) {
      expect(await refusalBy(route, forge(route))).toEqual(refusal(route, 401, reason));
    }
  });

  test('from a person who has hubspot.fetch send it', async () => {
    for (const route of executions) {
      const query = queryOf(fromHubSpot);
      const path = route.path + query;
      const call = { ...olderCall({ ...route, path }), path: route.path, query };
      expect(await refusalBy(route, call)).toEqual(refusal(route, 403, 'from_a_person'));
    }
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

describe('what HubSpot signs is let in: otherwise no refusal would mean anything', () => {
  test.each(routes.map((route) => [nameOf(route), route] as const))('%s', async (_name, route) => {
    const answer = await world.send({ ...soundCall(route), now: now + 2000 });
    // A verdict that is not there yet is what a workflow is told to come back for.
    const awaited = route.path === '/workflow-actions/recalculate' ? 429 : 200;
    expect(answer.status).toBe(route.from === 'webhooks' ? 204 : awaited);
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
