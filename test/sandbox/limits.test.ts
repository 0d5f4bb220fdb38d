import { describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { openWorld } from './harness.ts';
import type { Received, World } from './harness.ts';

const search = '/crm/objects/2026-09/companies/search';
const associations = '/crm/associations/2026-09/companies/deals/batch/read';

async function fill(world: World, requests: number, path = '/crm/objects/2026-09/companies?limit=1') {
  const answers: Received[] = [];
  for (let count = 0; count < requests; count += 1) answers.push(await world.ask('GET', path));
  return answers;
}

describe('the burst limit of the app', () => {
  test.each([
    ['starter', 100],
    ['professional', 190],
    ['enterprise', 190],
  ] as const)('of a %s account is %i requests per rolling 10 s', async (tier, limit) => {
    const world = await openWorld({ seed: createTinyPortal({ tier }) });
    const answers = await fill(world, limit);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const refused = await world.ask('GET', '/crm/owners/2026-09');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    });
    expect(refused.body).not.toHaveProperty('category');
    expect(refused.headers.get('retry-after')).toBeNull();
  });

  test('rolls: room comes back as requests grow ten seconds old', async () => {
    const world = await openWorld();
    await fill(world, 100);
    world.tick.ms = 5000;
    await fill(world, 90);
    expect((await fill(world, 1))[0]?.status).toBe(429);
    world.tick.ms = 10_000;
    const answers = await fill(world, 101);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(100);
  });

  test('is told in the headers of every answer', async () => {
    const world = await openWorld();
    const [first, second] = await fill(world, 2);
    expect(Object.fromEntries(first?.headers ?? [])).toMatchObject({
      'x-hubspot-ratelimit-daily': '625000',
      'x-hubspot-ratelimit-daily-remaining': '624999',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-max': '190',
      'x-hubspot-ratelimit-remaining': '189',
      'x-hubspot-ratelimit-secondly': '19',
    });
    expect(second?.headers.get('x-hubspot-ratelimit-remaining')).toBe('188');
  });

  test('can be switched off', async () => {
    const world = await openWorld({ limits: 'off' });
    expect((await fill(world, 250)).every((answer) => answer.status === 200)).toBe(true);
  });
});

describe('the search limit of the account', () => {
  test('is five a second, without any rate header', async () => {
    const world = await openWorld();
    for (let count = 0; count < 5; count += 1) {
      const answer = await world.ask('POST', search, {});
      expect(answer.status).toBe(200);
      expect([...answer.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
    }
    const refused = await world.ask('POST', search, {});
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      policyName: 'SECONDLY',
      message: 'You have reached your secondly limit.',
    });
    expect([...refused.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
    world.tick.ms += 1000;
    expect((await world.ask('POST', search, {})).status).toBe(200);
  });

  test('leaves the other requests alone', async () => {
    const world = await openWorld();
    for (let count = 0; count < 6; count += 1) await world.ask('POST', search, {});
    const [answer] = await fill(world, 1);
    expect(answer?.headers.get('x-hubspot-ratelimit-remaining')).toBe('189');
  });
});

test('associations have a narrower burst of their own, inside that of the app', async () => {
  const world = await openWorld();
  const read = async () => (await world.ask('POST', associations, { inputs: [{ id: '101' }] })).status;
  for (let count = 0; count < 150; count += 1) expect(await read()).toBe(200);
  expect(await read()).toBe(429);
  const [answer] = await fill(world, 1);
  expect(answer?.headers.get('x-hubspot-ratelimit-remaining')).toBe('39');
});

describe('the daily limit of the account', () => {
  test('is shared with other apps and ends at midnight of the account', async () => {
    const world = await openWorld();
    world.sandbox.useDailyQuota(624_999);
    expect((await fill(world, 1))[0]?.status).toBe(200);
    const [refused] = await fill(world, 1);
    expect(refused?.status).toBe(429);
    expect(refused?.body).toMatchObject({ policyName: 'DAILY' });
    // Noon UTC is 08:00 in New York; midnight there is 04:00 UTC.
    world.sandbox.setClock(() => tinyNow + 15.9 * 3_600_000);
    expect((await fill(world, 1))[0]?.status).toBe(429);
    world.sandbox.setClock(() => tinyNow + 16 * 3_600_000);
    expect((await fill(world, 1))[0]?.status).toBe(200);
  });

  test('holds for search as well', async () => {
    const world = await openWorld();
    world.sandbox.useDailyQuota(625_000);
    expect((await world.ask('POST', search, {})).body).toMatchObject({ policyName: 'DAILY' });
  });
});

test('an account that lives in 2011 is limited all the same', async () => {
  const world = await openWorld({ clock: () => Date.UTC(2011, 5, 9) });
  const answers = await fill(world, 191);
  expect(answers.at(-1)?.status).toBe(429);
});

test('the fullest windows are remembered, search apart, refused requests included', async () => {
  const world = await openWorld();
  await fill(world, 3);
  world.tick.ms = 9999;
  await fill(world, 2);
  for (let count = 0; count < 6; count += 1) await world.ask('POST', search, {});
  world.tick.ms += millisecondsPerDay;
  await fill(world, 4);
  expect(world.sandbox.rates()).toEqual({ peakPer10s: 5, peakSearchPerSecond: 6 });
});

test('another consumer of the token takes its part of every window, and the headers show it', async () => {
  const world = await openWorld({ faults: ['other-consumer:60'] });
  const answers = await fill(world, 131);
  expect(answers[0]?.headers.get('x-hubspot-ratelimit-remaining')).toBe('129');
  expect(answers.map(({ status }) => status).indexOf(429)).toBe(130);
  world.sandbox.clearFaults();
  expect((await fill(world, 1))[0]?.headers.get('x-hubspot-ratelimit-remaining')).toBe('59');
});

test('an account may have another daily limit than its subscription', async () => {
  const world = await openWorld({ faults: ['daily-limit:2'] });
  const answers = await fill(world, 3);
  expect(answers[0]?.headers.get('x-hubspot-ratelimit-daily')).toBe('2');
  expect(answers[2]?.body).toMatchObject({ policyName: 'DAILY' });
  world.sandbox.clearFaults();
  expect((await fill(world, 1))[0]?.headers.get('x-hubspot-ratelimit-daily')).toBe('625000');
});

describe('what HubSpot’s own pages ask', () => {
  test('counts against no limit, is struck by no fault, and is in no log', async () => {
    const world = await openWorld({ faults: ['status:500'] });
    const path = '/__sandbox/page/crm/objects/2026-09/companies?limit=1';
    const answers = await fill(world, 200, path);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers[0]?.body.results).toHaveLength(1);
    expect(world.sandbox.requests()).toEqual([]);
    world.sandbox.clearFaults();
    const [asApp] = await fill(world, 1);
    expect(asApp?.headers.get('x-hubspot-ratelimit-remaining')).toBe('189');
  });
});
