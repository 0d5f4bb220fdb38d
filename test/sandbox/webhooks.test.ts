import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { signatureV3 } from '../../src/sandbox/signature.ts';
import { tinyNow } from '../world/tiny-portal.ts';
import { openWorld } from './harness.ts';

type Delivery = { readonly headers: IncomingHttpHeaders; readonly text: string; readonly events: Event[] };
type Event = Readonly<Record<string, unknown>>;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Takes deliveries; answers with the given statuses first, then with 200. */
async function openReceiver(...statuses: number[]) {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      deliveries.push({ headers: request.headers, text, events: JSON.parse(text) as Event[] });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver listens on no port.');
  return { deliveries, url: `http://127.0.0.1:${address.port}/webhooks` };
}

const sign = (url: string) => signatureV3('s', { method: 'GET', url, body: '', timestampMs: 1 });

describe('signature v3', () => {
  test.each([
    [
      'HubSpot’s documented example',
      'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
      {
        method: 'POST',
        url: 'https://www.example.com/webhook_uri',
        body: "{'example_field':'example_value'}",
      },
      1_693_657_560_000,
      'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    ],
    [
      'the same at another time',
      'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
      {
        method: 'POST',
        url: 'https://www.example.com/webhook_uri',
        body: "{'example_field':'example_value'}",
      },
      1_700_000_300_000,
      'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=',
    ],
    [
      'a query that HubSpot decodes in part',
      'test-secret',
      {
        method: 'GET',
        url: 'https://api.example.com/v1/companies/42/recommendations?userId=7&portalId=123&userEmail=jane%40acme.com&appId=99',
        body: '',
      },
      1_795_323_496_199,
      'ikeM/O8hr5B/zcqL641aUQGyHiPqKWsic683LdQ78Q0=',
    ],
  ])('%s', (_, secret, request, timestampMs, expected) => {
    expect(signatureV3(secret, { ...request, timestampMs })).toBe(expected);
  });

  test('leaves %20, %26, %3D and %2B encoded and knows no case of hex digits', () => {
    expect(sign('https://a.example/x?q=%2f')).toBe(sign('https://a.example/x?q=/'));
    for (const [escape, plain] of [
      ['%20', ' '],
      ['%26', '&'],
      ['%3D', '='],
      ['%2B', '+'],
    ] as const) {
      expect(sign(`https://a.example/x?q=${escape}`)).not.toBe(sign(`https://a.example/x?q=${plain}`));
    }
  });
});

describe('deliveries', () => {
  test('are signed for the public URL with the client secret and the time of the account', async () => {
    const receiver = await openReceiver();
    const publicUrl = 'https://rekindle.example.com/webhooks';
    const { sandbox } = await openWorld({ webhookTarget: receiver.url, webhookPublicUrl: publicUrl });
    sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    await sandbox.webhooksSettled();
    const [delivery] = receiver.deliveries;
    expect(delivery?.headers['x-hubspot-request-timestamp']).toBe(String(tinyNow));
    const signed = { method: 'POST', url: publicUrl, body: delivery?.text ?? '', timestampMs: tinyNow };
    expect(delivery?.headers['x-hubspot-signature-v3']).toBe(signatureV3(sandbox.seed.clientSecret, signed));
  });

  test('can be signed with the time of a receiver who does not live in the account’s year', async () => {
    const receiver = await openReceiver();
    const { sandbox } = await openWorld({
      webhookTarget: receiver.url,
      webhookClock: () => tinyNow + 1234,
    });
    sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    await sandbox.webhooksSettled();
    expect(receiver.deliveries[0]?.headers['x-hubspot-request-timestamp']).toBe(String(tinyNow + 1234));
    expect(receiver.deliveries[0]?.events[0]?.['occurredAt']).toBe(tinyNow);
  });

  test('carry at most 100 events each and lose none', async () => {
    const receiver = await openReceiver();
    const { sandbox } = await openWorld({ webhookTarget: receiver.url });
    for (let count = 0; count < 230; count += 1) {
      sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: `City ${count}` } });
    }
    await sandbox.webhooksSettled();
    expect(receiver.deliveries.map((delivery) => delivery.events.length)).toEqual([100, 100, 30]);
    const ids = receiver.deliveries.flatMap((delivery) => delivery.events.map((event) => event['eventId']));
    expect(new Set(ids).size).toBe(230);
  });

  test('are tried again after a failure, with the number of the attempt', async () => {
    const receiver = await openReceiver(500, 429);
    const { sandbox } = await openWorld({ webhookTarget: receiver.url, webhookRetryDelaysMs: [0, 0] });
    sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    await sandbox.webhooksSettled();
    expect(receiver.deliveries.map((delivery) => delivery.events[0]?.['attemptNumber'])).toEqual([0, 1, 2]);
  });

  test('are given up after the last attempt, and the next ones still go out', async () => {
    const receiver = await openReceiver(500, 500);
    const { sandbox } = await openWorld({ webhookTarget: receiver.url, webhookRetryDelaysMs: [0] });
    sandbox.mutate({ do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } });
    await sandbox.webhooksSettled();
    sandbox.mutate({ do: 'edit', type: 'company', id: '102', properties: { city: 'Lima' } });
    await sandbox.webhooksSettled();
    expect(receiver.deliveries.map((delivery) => delivery.events[0]?.['objectId'])).toEqual([101, 101, 102]);
  });
});

/** Every event that an act brings about, in the order of delivery. */
async function eventsOf(act: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<void> | void) {
  const receiver = await openReceiver();
  const world = await openWorld({ webhookTarget: receiver.url });
  await act(world);
  await world.sandbox.webhooksSettled();
  return receiver.deliveries.flatMap((delivery) => delivery.events);
}

describe('events', () => {
  const common = { portalId: 7_654_321, appId: 1_234_567, occurredAt: tinyNow, attemptNumber: 0 };

  test('of a write by the app name it as their source; equal values are no change', async () => {
    const properties = { name: 'Alder Networks', city: 'Lima', partner_tier: '' };
    const events = await eventsOf(async ({ ask }) => {
      await ask('PATCH', '/crm/objects/2026-09/companies/101', { properties });
    });
    const change = {
      ...common,
      subscriptionType: 'object.propertyChange',
      objectId: 101,
      objectTypeId: '0-2',
    };
    expect(events).toMatchObject([
      {
        ...change,
        propertyName: 'city',
        propertyValue: 'Lima',
        changeSource: 'INTEGRATION',
        sourceId: '1234567',
      },
      { ...change, propertyName: 'partner_tier', propertyValue: '' },
    ]);
  });

  test('of creation, deletion, restore and erasure', async () => {
    const events = await eventsOf(({ sandbox }) => {
      sandbox.mutate({ do: 'create', type: 'company', id: '777', properties: { name: 'Kauri' } });
      sandbox.mutate({ do: 'delete', type: 'company', id: '777' });
      sandbox.mutate({ do: 'restore', type: 'company', id: '777' });
      sandbox.mutate({ do: 'erase', type: 'company', id: '777' });
      sandbox.mutate({ do: 'erase', type: 'contact', id: '401' });
    });
    expect(
      events.map((event) => [event['subscriptionType'], event['objectId'], event['changeSource']]),
    ).toEqual([
      ['object.creation', 777, 'CRM_UI'],
      ['object.deletion', 777, 'CRM_UI'],
      ['object.restore', 777, 'CRM_UI'],
      ['object.deletion', 777, 'CRM_UI'],
      ['contact.privacyDeletion', 401, 'CRM_UI'],
    ]);
  });

  test('of a merge tell of the new record and of the one that is gone, and of no property', async () => {
    let survivor = '';
    const events = await eventsOf(({ sandbox }) => {
      survivor =
        sandbox.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' }).record?.id ?? '';
    });
    expect(events).toMatchObject([
      {
        subscriptionType: 'object.merge',
        primaryObjectId: 101,
        mergedObjectIds: [102],
        newObjectId: Number(survivor),
      },
      { subscriptionType: 'object.deletion', objectId: 102 },
    ]);
  });

  test('of associations go out for both directions', async () => {
    const events = await eventsOf(({ sandbox }) => {
      const ends = { fromType: 'company', fromId: '103', toType: 'deal', toId: '202' } as const;
      sandbox.mutate({ do: 'associate', ...ends });
      sandbox.mutate({ do: 'associate', ...ends });
      sandbox.mutate({ do: 'dissociate', ...ends });
    });
    const change = { subscriptionType: 'object.associationChange' };
    expect(events).toMatchObject([
      { ...change, fromObjectId: 103, toObjectId: 202, associationTypeId: 342, associationRemoved: false },
      { ...change, fromObjectId: 202, toObjectId: 103, associationTypeId: 341, associationRemoved: false },
      { ...change, fromObjectId: 103, toObjectId: 202, associationRemoved: true },
      { ...change, fromObjectId: 202, toObjectId: 103, associationRemoved: true },
    ]);
  });
});
