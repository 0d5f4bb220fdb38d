import { describe, expect, test } from 'vitest';
import { RekindleError, UsageError } from '../../src/model/errors.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { openWorld } from './harness.ts';

/** Inspection asks for no token. */
const anonymous = { authorization: '' };

describe('requests', () => {
  test('are recorded by route, with ids left open and nothing of query, body or token', async () => {
    const { ask, sandbox, tick } = await openWorld();
    await ask('GET', '/crm/v3/objects/0-2/101?properties=name');
    tick.ms = 40;
    await ask('POST', '/crm/objects/2026-09/companies/search', { query: 'alder' });
    await ask('POST', '/crm/v4/associations/companies/deals/batch/read', { inputs: [{ id: '103' }] });
    await ask('GET', '/nowhere');
    expect(sandbox.requests()).toEqual([
      {
        sequence: 1,
        timeMs: 0,
        method: 'GET',
        route: '/crm/objects/2026-09/companies/{objectId}',
        lane: 'burst',
        status: 200,
      },
      {
        sequence: 2,
        timeMs: 40,
        method: 'POST',
        route: '/crm/objects/2026-09/companies/search',
        lane: 'search',
        status: 200,
      },
      {
        sequence: 3,
        timeMs: 40,
        method: 'POST',
        route: '/crm/associations/2026-09/companies/deals/batch/read',
        lane: 'associations',
        status: 207,
      },
      { sequence: 4, timeMs: 40, method: 'GET', route: 'unknown', lane: null, status: 404 },
    ]);
  });

  test('can be asked for over HTTP, from a sequence number on', async () => {
    const { ask } = await openWorld();
    for (let count = 0; count < 3; count += 1) await ask('GET', '/crm/owners/2026-09');
    const { body } = await ask('GET', '/__sandbox/requests?since=2', undefined, anonymous);
    expect(body.requests).toMatchObject([{ sequence: 3, route: '/crm/owners/2026-09' }]);
    expect(body).toMatchObject({ rates: { peakPer10s: 3, peakSearchPerSecond: 0 } });
    expect((await ask('GET', '/__sandbox/requests?since=yesterday', undefined, anonymous)).status).toBe(400);
  });
});

describe('truth', () => {
  test('holds every record, association and merge, and what the generator knows of its partners', async () => {
    const { ask, sandbox } = await openWorld();
    const { body } = await ask('GET', '/__sandbox/truth', undefined, anonymous);
    expect(body).toEqual(JSON.parse(JSON.stringify(sandbox.truth())));
    const seed = createTinyPortal();
    expect(body).toMatchObject({ now: tinyNow, partners: seed.truth });
    expect(sandbox.truth().records).toHaveLength(seed.records.length);
    expect(sandbox.truth().associations).toHaveLength(seed.associations.length);
    expect(sandbox.truth().merges).toEqual([
      { type: 'company', id: '95', survivorId: '105' },
      { type: 'company', id: '96', survivorId: '105' },
    ]);
  });

  test('can be had of one type', async () => {
    const { sandbox, ask } = await openWorld();
    const { records, associations, partners } = sandbox.truth('deal');
    expect(new Set(records.map((record) => record.type))).toEqual(new Set(['deal']));
    expect(associations).toHaveLength(8);
    expect(partners).toEqual([]);
    expect((await ask('GET', '/__sandbox/truth?type=deal', undefined, anonymous)).status).toBe(200);
    expect((await ask('GET', '/__sandbox/truth?type=ticket', undefined, anonymous)).status).toBe(400);
  });
});

describe('mutate', () => {
  test('changes the account over HTTP, one or several at a time', async () => {
    const { ask, sandbox } = await openWorld();
    const one = await ask(
      'POST',
      '/__sandbox/mutate',
      { do: 'edit', type: 'company', id: '101', properties: { city: 'Lima' } },
      anonymous,
    );
    expect(one.body.results).toMatchObject([{ record: { id: '101', properties: { city: 'Lima' } } }]);
    const several = [
      {
        do: 'create',
        type: 'deal',
        id: '299',
        properties: { dealname: 'New', dealstage: 'closedwon' },
        createdAt: tinyNow - 1000,
        associations: [{ toType: 'company', toId: '103' }],
      },
      { do: 'associate', fromType: 'company', fromId: '104', toType: 'deal', toId: '299' },
      { do: 'advanceClock', durationMs: 1000 },
    ];
    expect((await ask('POST', '/__sandbox/mutate', several, anonymous)).status).toBe(200);
    expect(sandbox.record('deal', '299')?.createdAt).toBe(tinyNow - 1000);
    const { body } = await ask('GET', '/crm/objects/2026-09/deals/299/associations/companies');
    expect(body.results).toMatchObject([{ toObjectId: '103' }, { toObjectId: '104' }]);
    expect(sandbox.now()).toBe(tinyNow + 1000);
  });

  test('changes and archives properties as an administrator does', async () => {
    const { ask, sandbox } = await openWorld();
    const options = [{ label: 'Gold', value: 'gold' }];
    sandbox.mutate({ do: 'changeProperty', type: 'company', name: 'partner_tier', changes: { options } });
    const write = async (properties: object) =>
      (await ask('PATCH', '/crm/objects/2026-09/companies/101', { properties })).status;
    expect(await write({ partner_tier: 'gold' })).toBe(200);
    expect(await write({ partner_tier: 'silver' })).toBe(400);
    const readOnly = { readOnlyValue: true };
    sandbox.mutate({ do: 'changeProperty', type: 'company', name: 'partner_region', changes: readOnly });
    expect(await write({ partner_region: 'emea' })).toBe(400);
    sandbox.mutate({ do: 'archiveProperty', type: 'company', name: 'partner_tier' });
    expect(await write({ partner_tier: 'gold' })).toBe(400);
  });

  test.each([
    ['an unknown verb', { do: 'explode' }],
    ['a property that does not exist', { do: 'archiveProperty', type: 'company', name: 'nothing' }],
    ['a field too many', { do: 'delete', type: 'company', id: '101', really: true }],
    ['an id that is no number', { do: 'delete', type: 'company', id: 'abc' }],
    [
      'a value the account refuses',
      { do: 'edit', type: 'company', id: '101', properties: { type: 'FRIEND' } },
    ],
    ['a record that does not exist', { do: 'edit', type: 'company', id: '999', properties: {} }],
    [
      'an association with nobody',
      { do: 'associate', fromType: 'company', fromId: '101', toType: 'deal', toId: '9' },
    ],
    [
      'an association that cannot be',
      { do: 'associate', fromType: 'call', fromId: '301', toType: 'note', toId: '331' },
    ],
    ['an id that is taken', { do: 'create', type: 'company', id: '95', properties: {} }],
  ])('refuses %s with a sentence', async (_, mutation) => {
    const { ask, sandbox } = await openWorld();
    const answer = await ask('POST', '/__sandbox/mutate', mutation, anonymous);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/no mutation|refuses it/);
    expect(() => sandbox.applyUnchecked(mutation)).toThrow(UsageError);
  });
});

test('health tells who it is and how much it holds', async () => {
  const { ask } = await openWorld();
  const { body } = await ask('GET', '/__sandbox/health', undefined, anonymous);
  expect(body).toMatchObject({
    status: 'ok',
    portalId: '7654321',
    now: '2026-06-15T12:00:00.000Z',
    records: { companies: 9, deals: 7, meetings: 4 },
  });
});

test('faults are added and cleared over HTTP', async () => {
  const { ask } = await openWorld();
  await ask('POST', '/__sandbox/fault', { add: ['status:500'] }, anonymous);
  expect((await ask('GET', '/crm/owners/2026-09')).status).toBe(500);
  await ask('POST', '/__sandbox/fault', { clear: true }, anonymous);
  expect((await ask('GET', '/crm/owners/2026-09')).status).toBe(200);
  const unknown = await ask('POST', '/__sandbox/fault', { add: ['earthquake'] }, anonymous);
  expect(unknown).toMatchObject({ status: 400 });
  expect(unknown.text).toContain('Known: reset:n=5');
});

test('an unknown view names those that exist, and inspection counts against no limit', async () => {
  const { ask, sandbox } = await openWorld();
  const { status, text } = await ask('GET', '/__sandbox/secrets', undefined, anonymous);
  expect(status).toBe(404);
  expect(text).toContain('GET /__sandbox/truth');
  expect(sandbox.requests()).toEqual([]);
  expect(sandbox.rates()).toEqual({ peakPer10s: 0, peakSearchPerSecond: 0 });
});

test('a port that is taken is one clear sentence', async () => {
  const { sandbox } = await openWorld();
  const second = startSandbox({ seed: createTinyPortal(), port: sandbox.port });
  await expect(second).rejects.toThrow(RekindleError);
  await expect(startSandbox({ seed: createTinyPortal(), port: sandbox.port })).rejects.toThrow(
    `The sandbox cannot start on 127.0.0.1: another program uses port ${sandbox.port}. Stop it or choose another port.`,
  );
});

test('the same requests to the same seed get the same answers to the last byte', async () => {
  expect(await tour()).toEqual(await tour());
});

/** Reading, merging, creating and failing. */
async function tour(): Promise<(readonly [number, string])[]> {
  const { ask } = await openWorld();
  const answers = [
    await ask('GET', '/crm/objects/2026-09/companies'),
    await ask('POST', '/crm/objects/2026-09/companies/merge', {
      primaryObjectId: '101',
      objectIdToMerge: '102',
    }),
    await ask('POST', '/crm/objects/2026-09/companies', { properties: { name: 'Kauri' } }),
    await ask('GET', '/crm/objects/2026-09/companies/999'),
  ];
  return answers.map((answer) => [answer.status, answer.text] as const);
}
