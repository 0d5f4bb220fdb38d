/** Rows 1 to 4 of the fault matrix: HubSpot refuses by its rate limits, and somebody else shares them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pause, systemClock } from '../../src/hubspot/clock.ts';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import type { QuotaKeeper } from '../../src/hubspot/daily-quota.ts';
import { QuotaExhaustedError, UnavailableError } from '../../src/hubspot/errors.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { maximumInFlight } from '../../src/hubspot/limits.ts';
import { nextMidnight } from '../../src/model/instant.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { createVirtualClock, type VirtualClock } from '../hubspot/virtual-clock.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinySettings } from '../world/tiny-portal.ts';
import { open, undisturbed, type World } from './world.ts';

const seconds = 1000;
const hour = 3600 * seconds;
const midnight = nextMidnight(tinyNow, 'America/New_York');

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

/** Requests as they arrived, refused ones included, by the clock on which our requests wait. */
function arrivals({ sandbox }: Pick<World, 'sandbox'>, since = 0): readonly number[] {
  return sandbox
    .requests(since)
    .map(({ timeMs }) => timeMs)
    .sort((a, b) => a - b);
}

function refusals({ sandbox }: Pick<World, 'sandbox'>): number {
  return sandbox.requests().filter(({ status }) => status === 429).length;
}

/** The most arrivals in ten seconds. */
function fullestWindow(moments: readonly number[]): number {
  const within = (end: number): number =>
    moments.filter((one) => one > end - 10 * seconds && one <= end).length;
  return Math.max(0, ...moments.map(within));
}

function afterFirstWindow(moments: readonly number[]): readonly number[] {
  return moments.filter((at) => at > (moments[0] ?? 0) + 10 * seconds);
}

/** Numbers that look random and are the same in every run. */
function sequence(): () => number {
  let step = 0;
  return () => (step++ * 0.618_033_988_75) % 1;
}

type Reader = {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** Asks for as much at once, and resolves when all of it is there. */
  read(count: number): Promise<void>;
  /** The same once, by somebody who waits for it; resolves with how long that took. */
  press(): Promise<number>;
  /** Lets as much time pass. */
  rest(durationMs: number): Promise<void>;
};

const readers = new AsyncDisposableStack();
afterAll(() => readers.disposeAsync());

/** An account with its limits whose answers take no time: the clock stands while a request is on its way. */
async function openReader(options: { quota?: QuotaKeeper } = {}): Promise<Reader> {
  let quietTurns = 0;
  const isBusy = (): boolean => {
    const onTheWay = hubspot.counts().requests.total - sandbox.requests().length;
    quietTurns = onTheWay > 0 ? 0 : quietTurns + 1;
    return quietTurns < 20;
  };
  const clock = createVirtualClock(tinyNow, isBusy);
  const seed = createTinyPortal();
  const sandbox = await startSandbox({ seed, clock: () => tinyNow, tickMs: () => clock.elapsedMs() });
  readers.defer(() => sandbox.close());
  const { accessToken } = seed;
  const hubspot = connectHubSpot({
    accessToken,
    apiUrl: sandbox.url,
    clock,
    random: sequence(),
    ...options,
  });
  readers.defer(() => hubspot.close());
  const one = (by: HubSpot = hubspot): Promise<unknown> => by.readCompanies([tinyCompanies.active], []);
  return {
    sandbox,
    clock,
    read: async (count) => void (await Promise.all(Array.from({ length: count }, () => one()))),
    press: async () => {
      const since = clock.elapsedMs();
      await one(hubspot.waitedFor);
      return clock.elapsedMs() - since;
    },
    rest: (durationMs) => pause(clock, durationMs, new AbortController().signal),
  };
}

const halfOfTheBurst: QuotaKeeper = {
  timeZone: 'America/New_York',
  record: () => Promise.resolve({ requests: 0, burstShare: 0.5, dailyShare: 1 }),
};

const refused = 'rate-limit:TEN_SECONDLY_ROLLING';

describe('row 1: a storm of refusals by the ten-second window', () => {
  test('of all requests for more than a minute, then of a third of them, does a run no harm', async () => {
    // The third request comes by itself, and each refusal waits for a window: seven are more than a minute.
    const world = await open({ faults: [`${refused},from=3,count=7`, `${refused},share=0.3`] });
    const { summary } = await world.run();
    expect(summary.outcome).toBe('ok');
    expect(summary.sync.rateLimited).toBeGreaterThan(7);
    expect(world.clock.passedMs()).toBeGreaterThan(60 * seconds);
    expect(await world.state()).toEqual(expected.state);
    world.sandbox.clearFaults();
    world.writes();
    await world.run();
    expect(world.writes()).toBe(0);
  });

  test('makes us wait jittered and knock rarely, and no window is passed', async () => {
    const { sandbox, clock, read } = await openReader();
    sandbox.addFault(`${refused},share=0.3`);
    clock.after(30 * seconds, () => sandbox.addFault(refused));
    clock.after(90 * seconds, () => sandbox.clearFaults());
    await read(600);
    const moments = arrivals({ sandbox });
    expect(fullestWindow(moments)).toBeLessThanOrEqual(184);
    const closed = moments.filter((at) => at >= 30 * seconds && at <= 90 * seconds);
    // Each time as many as may be in flight: the first refusal stops the rest.
    expect(closed.length).toBeGreaterThan(maximumInFlight.burst);
    expect(closed.length).toBeLessThanOrEqual(7 * maximumInFlight.burst);
    const waits = closed.map((at, index) => at - (closed[index - 1] ?? at)).filter((wait) => wait > 0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(10 * seconds);
    expect(Math.max(...waits)).toBeLessThanOrEqual(11 * seconds);
    expect(new Set(waits).size).toBe(waits.length);
  });
});

test('who presses a button while a run has used up the window is answered at once, and the window is not passed', async () => {
  const { sandbox, read, press, rest } = await openReader();
  const run = read(400);
  await rest(3 * seconds);
  expect(arrivals({ sandbox })).toHaveLength(184);
  for (let step = 0; step < 3; step += 1) expect(await press()).toBe(0);
  await run;
  expect(fullestWindow(arrivals({ sandbox }))).toBe(187);
  expect(refusals({ sandbox })).toBe(0);
});

describe('another consumer of the limit', () => {
  test('that appears gets its part within a window, and we return when it has gone', async () => {
    const { sandbox, read, rest } = await openReader();
    await read(400);
    expect(fullestWindow(arrivals({ sandbox }))).toBe(184);
    await rest(20 * seconds);

    sandbox.addFault('other-consumer:60');
    const appeared = sandbox.requests().length;
    await read(300);
    const beside = arrivals({ sandbox }, appeared);
    expect(fullestWindow(beside)).toBeLessThanOrEqual(190 - 60);
    // 70 % of 190 less the 60, as soon as its whole part was seen.
    expect(fullestWindow(afterFirstWindow(beside))).toBe(133 - 60);

    sandbox.clearFaults();
    // It counts as there for a minute after it was last seen.
    await rest(20 * seconds);
    const gone = sandbox.requests().length;
    await read(150);
    expect(fullestWindow(arrivals({ sandbox }, gone))).toBe(133);
    await rest(60 * seconds);
    const forgotten = sandbox.requests().length;
    await read(400);
    expect(fullestWindow(arrivals({ sandbox }, forgotten))).toBe(184);
    expect(refusals({ sandbox })).toBe(0);
  });

  test('that is suddenly there with all of it stops us, and nobody is refused more than once', async () => {
    const { sandbox, clock, read } = await openReader();
    await read(100);
    sandbox.addFault('other-consumer:190');
    clock.after(45 * seconds, () => sandbox.clearFaults());
    const appeared = sandbox.requests().length;
    await read(200);
    const closed = arrivals({ sandbox }, appeared).filter((at) => at < 45 * seconds);
    expect(closed.length).toBeLessThanOrEqual(5 * maximumInFlight.burst);
    expect(fullestWindow(arrivals({ sandbox }))).toBeLessThanOrEqual(184);
  });

  test('never brings us over a share that was set, nor do we take what it uses of it', async () => {
    const { sandbox, read, rest } = await openReader({ quota: halfOfTheBurst });
    await read(300);
    expect(fullestWindow(arrivals({ sandbox }))).toBe(95);
    await rest(20 * seconds);
    sandbox.addFault('other-consumer:50');
    const appeared = sandbox.requests().length;
    await read(200);
    expect(fullestWindow(afterFirstWindow(arrivals({ sandbox }, appeared)))).toBe(95 - 50);
  });
});

describe('row 2: refusals of the search', () => {
  test('leave reading alone for as long as they last', async () => {
    const world = await open({ limits: 'on', connection: { clock: systemClock } });
    world.sandbox.addFault('rate-limit:SECONDLY,route=/search');
    const found = world.hubspot.findPartners(tinySettings.partnerDefinition, [], null);
    await expect.poll(() => refusals(world)).toBeGreaterThan(0);
    // Were they held up, this would never come: the refusals end after it.
    const one = (): Promise<unknown> => world.hubspot.readCompanies([tinyCompanies.active], []);
    await Promise.all(Array.from({ length: 100 }, one));
    world.sandbox.clearFaults();
    expect((await found).items).not.toEqual([]);
  });

  test('do a run no harm, and no second has more than five', async () => {
    const world = await open({ limits: 'on' });
    world.sandbox.addFault('rate-limit:SECONDLY,route=/search,share=0.5');
    expect((await world.run()).summary.outcome).toBe('ok');
    expect(world.sandbox.rates().peakSearchPerSecond).toBeLessThanOrEqual(5);
    expect(await world.state()).toEqual(expected.state);
  });
});

/** The account's time passes with that of the connection, which knows the account from before. */
async function openToday(): Promise<World> {
  const world = await open();
  world.sandbox.setClock(() => world.clock.now());
  await world.hubspot.readPortal();
  world.requests();
  return world;
}

async function wait(world: World, until: number): Promise<void> {
  await pause(world.clock, until - world.clock.now(), new AbortController().signal);
}

/** Writes that HubSpot carried out after it had first refused one for the day. */
function writesAfterRefusal(world: World): number {
  const requests = world.sandbox.requests();
  const refused = requests.find(({ status }) => status === 429)?.sequence ?? Number.POSITIVE_INFINITY;
  return requests.filter(
    ({ sequence, method, route, status }) =>
      sequence > refused && status < 300 && method !== 'GET' && !/\/(search|batch\/read)$/.test(route),
  ).length;
}

/** What a run at midnight ends in. How old the sources are is left out: that of a sync that began before is older. */
async function stateAtMidnight(world: World): Promise<unknown> {
  const { tables, shown } = await world.state();
  const { source: _source, ...others } = tables;
  const text = JSON.stringify({ ...others, shown: [...shown] })
    .replaceAll(/"asOf":\d+/g, '"asOf":0')
    .replaceAll(/"hubspot_updated_at":"[^"]+"/g, '"hubspot_updated_at":""');
  return JSON.parse(text) as unknown;
}

describe('row 3: the day has no requests left', () => {
  test('from whichever request on: nothing is written, the ledger says when it goes on, and at midnight it does', async () => {
    const whole = await openToday();
    await wait(whole, midnight);
    await whole.run();
    const atMidnight = await stateAtMidnight(whole);
    const judged = await openToday();
    await judged.run();
    await wait(judged, midnight);
    await judged.run();
    const judgedBefore = await stateAtMidnight(judged);
    for (let n = 1; n <= expected.requests; n += 1) {
      const world = await openToday();
      world.sandbox.addFault(`rate-limit:DAILY,n=${n}`);
      await expect(world.run(), `request ${n}`).rejects.toThrow(QuotaExhaustedError);
      expect([n, writesAfterRefusal(world)]).toEqual([n, 0]);
      const failed = await world.latestRun();
      expect([n, failed]).toMatchObject([n, { outcome: 'failed', resumeAt: midnight }]);
      const hadJudged = (failed?.summary?.assess.assessed ?? 0) > 0;
      // Once refused, nobody asks again on that day, although HubSpot would answer.
      const sent = world.sandbox.requests().length;
      await expect(world.run(), `request ${n}`).rejects.toThrow(QuotaExhaustedError);
      expect([n, world.sandbox.requests().length]).toEqual([n, sent]);
      await wait(world, midnight);
      expect([n, (await world.run()).summary.outcome]).toEqual([n, 'ok']);
      expect([n, await stateAtMidnight(world)]).toEqual([n, hadJudged ? judgedBefore : atMidnight]);
      await world.close();
    }
  });

  test.each([0, 0.5, 1])(
    'for ever, from %d of the run on: every day asks once, and nothing is ever written',
    async (share) => {
      const world = await openToday();
      world.sandbox.addFault(`rate-limit:DAILY,from=${Math.max(1, Math.floor(share * expected.requests))}`);
      await expect(world.run()).rejects.toThrow(QuotaExhaustedError);
      for (let day = 0; day < 3; day += 1) {
        // Somewhat after midnight, when a refusal cannot be yesterday's any more.
        await wait(world, midnight + day * 24 * hour + hour);
        world.requests();
        await expect(world.run()).rejects.toThrow(QuotaExhaustedError);
        expect(world.requests()).toBe(1);
        expect(await world.latestRun()).toMatchObject({ resumeAt: midnight + (day + 1) * 24 * hour });
      }
      expect(writesAfterRefusal(world)).toBe(0);
      const verdicts = [...world.shown().values()].filter((values) => Object.keys(values).length > 0);
      expect(verdicts).toEqual([]);
    },
  );
});

describe('row 4: how long to wait', () => {
  test.each([
    ['HubSpot does not say: the window', '', 10 * seconds],
    ['HubSpot says two minutes: those', ',retry-after=120', 120 * seconds],
  ])('%s', async (_, retryAfter, waitedMs) => {
    const world = await open();
    world.sandbox.addFault(`rate-limit:TEN_SECONDLY_ROLLING,n=5${retryAfter}`);
    expect((await world.run()).summary.outcome).toBe('ok');
    expect(world.clock.passedMs()).toBeGreaterThanOrEqual(waitedMs);
    expect(world.clock.passedMs()).toBeLessThan(waitedMs + 5 * seconds);
    expect(await world.state()).toEqual(expected.state);
  });

  test('HubSpot says an hour: the run does not hold its lease for so long, and goes on then', async () => {
    const world = await openToday();
    world.sandbox.addFault('rate-limit:TEN_SECONDLY_ROLLING,n=5,retry-after=3600');
    await expect(world.run()).rejects.toThrow(UnavailableError);
    expect(world.clock.passedMs()).toBeLessThan(5 * seconds);
    const resumeAt = (await world.latestRun())?.resumeAt ?? 0;
    expect(resumeAt).toBeGreaterThanOrEqual(tinyNow + hour);
    expect(resumeAt).toBeLessThan(tinyNow + hour + 5 * seconds);
    await wait(world, resumeAt);
    expect((await world.run()).summary.outcome).toBe('ok');
  });
});
