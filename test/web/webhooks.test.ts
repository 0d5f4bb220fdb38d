import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { linkedTypes } from '../../src/model/record.ts';
import { hintsAfter, waitingHints } from '../../src/store/hints.ts';
import { limits } from '../../src/web/limits.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  appId,
  fillStore,
  now,
  portalId,
  sendRaw,
  signed,
  startWorld,
  type Answer,
  type Call,
  type Header,
  type World,
} from './world.ts';

let database: TestDatabase;
let world: World;
let woken = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  world = await startWorld(database.store, { onHints: () => void (woken += 1) });
});
afterAll(async () => {
  await world.server.close();
  await database.drop();
});
beforeEach(async () => {
  await sql`delete from hint`.execute(database.store.db);
  woken = 0;
});

type Event = Record<string, unknown>;
const creation = (objectId: number, more: Event = {}): Event => ({
  eventId: 1,
  subscriptionId: 2,
  portalId: Number(portalId),
  appId: Number(appId),
  occurredAt: now - 1000,
  subscriptionType: 'object.creation',
  attemptNumber: 0,
  objectId,
  objectTypeId: '0-3',
  changeSource: 'CRM_UI',
  ...more,
});

function deliver(events: unknown, changes: Partial<Call> = {}): Promise<Answer> {
  return world.send({
    method: 'POST',
    path: '/webhooks/hubspot',
    query: '',
    body: typeof events === 'string' ? events : JSON.stringify(events),
    ...changes,
  });
}

async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for (const type of ['company', ...linkedTypes] as const) {
    const hints = await hintsAfter(database.store.db, type, { after: '', limit: 100_000 });
    found.push(...hints.map(({ recordId }) => `${type} ${recordId}`));
  }
  return found;
}

describe('a delivery that HubSpot signed', () => {
  test('is kept, answered without a body, and wakes the queue', async () => {
    expect(await deliver([creation(201), creation(202)])).toMatchObject({ status: 204, body: null });
    expect(await waiting()).toEqual(['deal 201', 'deal 202']);
    expect(woken).toBe(1);
  });

  test('may hold a hundred events, and large ones', async () => {
    const events = Array.from({ length: 100 }, (_, index) =>
      creation(index + 1, { subscriptionType: 'object.propertyChange', propertyValue: 'x'.repeat(5000) }),
    );
    expect((await deliver(events)).status).toBe(204);
    expect(await waiting()).toHaveLength(100);
  });

  test('may hold what nobody knows; the rest of it counts', async () => {
    const events = [
      creation(1, { subscriptionType: 'object.telepathy' }),
      creation(2, { objectTypeId: '2-9000' }),
      creation(3, { newField: { deep: [true] } }),
      creation(4, { subscriptionType: 'contact.privacyDeletion', objectTypeId: '0-1' }),
      creation(5, { subscriptionType: 17, objectTypeId: null }),
      { portalId: Number(portalId), appId },
    ];
    expect((await deliver(events)).status).toBe(204);
    expect(await waiting()).toEqual(['deal 3']);
  });

  test('about nothing that we keep wakes nobody', async () => {
    expect((await deliver([creation(1, { objectTypeId: '0-1' })])).status).toBe(204);
    expect((await deliver([])).status).toBe(204);
    expect(woken).toBe(0);
  });

  test('keeps ids beyond 2^53 to the last digit', async () => {
    const body = JSON.stringify([creation(1)]).replace('"objectId":1', '"objectId":9007199254740993');
    expect((await deliver(body)).status).toBe(204);
    expect(await waiting()).toEqual(['deal 9007199254740993']);
  });

  test('twice, or again within its five minutes by whoever overheard it, changes nothing', async () => {
    const call = signed({
      now: world.clock.now,
      method: 'POST',
      path: '/webhooks/hubspot',
      query: '',
      body: JSON.stringify([creation(201)]),
    });
    for (let times = 0; times < 3; times += 1) {
      expect((await sendRaw(world.server.port, call)).status).toBe(204);
    }
    expect(await waiting()).toEqual(['deal 201']);
  });

  test('a day after what it tells is as good as a fresh one', async () => {
    expect((await deliver([creation(201, { occurredAt: now - 25 * 3_600_000 })])).status).toBe(204);
    expect(await waiting()).toEqual(['deal 201']);
  });
});

const without = (name: string) => (headers: Header[]) => headers.filter(([header]) => header !== name);

describe('is refused with 401, and nothing is kept', () => {
  test.each<[string, Partial<Call>]>([
    ['another secret', { secret: 'guessed' }],
    ['no signature', { headers: without('X-HubSpot-Signature-v3') }],
    ['no time', { headers: without('X-HubSpot-Request-Timestamp') }],
    ['six minutes old', { now: now - 360_000 }],
    ['six minutes ahead', { now: now + 360_000 }],
    [
      'a body changed by one byte',
      { tamper: (sent) => ({ ...sent, body: sent.body.replace('201', '202') }) },
    ],
    ['a body that means the same', { tamper: (sent) => ({ ...sent, body: `${sent.body} ` }) }],
    ['signed for another address', { tamper: (sent) => ({ ...sent, target: '/webhooks/hubspot?x=1' }) }],
  ])('%s', async (_, changes) => {
    expect((await deliver([creation(201)], changes)).status).toBe(401);
    expect(await waiting()).toEqual([]);
    expect(woken).toBe(0);
  });
});

describe('is refused as a whole', () => {
  test.each<[string, Event[]]>([
    ['another account', [creation(201), creation(202, { portalId: 99 })]],
    ['another app', [creation(201), creation(202, { appId: 99 })]],
    ['no app', [creation(201), creation(202, { appId: undefined })]],
  ])('with 403 when an event is of %s', async (_, events) => {
    expect((await deliver(events)).status).toBe(403);
    expect(await waiting()).toEqual([]);
  });

  test('an app is not asked for where none is configured', async () => {
    const other = await startWorld(database.store, { appId: null });
    try {
      const call = { method: 'POST', path: '/webhooks/hubspot', query: '' };
      const body = JSON.stringify([creation(201, { appId: undefined })]);
      expect((await other.send({ ...call, body })).status).toBe(204);
    } finally {
      await other.server.close();
    }
  });

  test.each([
    ['no JSON', '{', 400],
    ['no list', '{}', 400],
    ['an event without an account', '[{}]', 400],
    ['more than a megabyte', JSON.stringify([creation(1, { x: 'x'.repeat(1_100_000) })]), 413],
  ])('%s', async (_, body, status) => {
    expect((await deliver(body)).status).toBe(status);
    expect(await waiting()).toEqual([]);
  });

  test('another method', async () => {
    expect((await deliver('', { method: 'GET', body: '' })).status).toBe(405);
  });
});

describe('a flood', () => {
  test('of ten thousand events about few records becomes one hint for each', async () => {
    const deliveries = Array.from({ length: 100 }, (_, index) =>
      Array.from({ length: 100 }, (_, event) =>
        creation((index + event) % 50, { eventId: index * 100 + event }),
      ),
    );
    const answers = await Promise.all(deliveries.map((events) => deliver(events)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await waiting()).toHaveLength(50);
  });

  test('beyond the bound is pushed back with 429 and a time, and nothing is lost when it comes again', async () => {
    const { db } = database.store;
    await sql`
      insert into hint (type, record_id, first_received_at)
      select 'note', 'n' || n, now() from generate_series(1, ${limits.waitingHints}::int - 1) as n`.execute(
      db,
    );
    const events = [creation(201), creation(202)];
    const refused = await deliver(events);
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': String(limits.webhookRetryAfterSeconds) },
    });
    expect((await waitingHints(db)).count).toBe(limits.waitingHints - 1);
    expect(woken).toBe(0);
    await sql`delete from hint where record_id = 'n1'`.execute(db);
    expect((await deliver(events)).status).toBe(204);
    expect((await waitingHints(db)).count).toBe(limits.waitingHints);
    expect((await deliver(events)).status).toBe(204);
  });
});

test('the log tells how many changes there were, and nothing of what they say', async () => {
  await deliver([creation(201, { subscriptionType: 'object.propertyChange', propertyValue: 'CANARY-9000' })]);
  const log = world.logged.join('');
  expect(log).toContain('"route":"/webhooks/hubspot"');
  expect(log).not.toContain('CANARY-9000');
});

test('what cannot be kept is answered with 500, so that HubSpot sends it again', async () => {
  const other = await createTestDatabase();
  const lonely = await startWorld(other.store);
  try {
    await other.drop();
    const call = {
      method: 'POST',
      path: '/webhooks/hubspot',
      query: '',
      body: JSON.stringify([creation(1)]),
    };
    expect((await lonely.send(call)).status).toBe(500);
  } finally {
    await lonely.server.close();
  }
});
