/** Rows 5 to 7 of the fault matrix: HubSpot or the network fails, for a moment or for long. */
import { beforeAll, describe, expect, test } from 'vitest';
import { AmbiguousWriteError, UnavailableError } from '../../src/hubspot/errors.ts';
import { maximumInFlight, retries } from '../../src/hubspot/limits.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import { openTestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinyPartnerIds } from '../world/tiny-portal.ts';
import { factsOf, factsOfAccount } from './state.ts';
import { open, undisturbed, type World } from './world.ts';

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

/** As many reads as a sync has types run side by side. */
const sideBySide = 7;

/** HubSpot fails for so long, by the clock on which our requests wait. */
function failFor(world: World, durationMs: number, fault: string): void {
  world.sandbox.addFault(fault);
  world.clock.after(durationMs, () => world.sandbox.clearFaults());
}

function failures(world: World): number {
  return world.sandbox.requests().filter(({ status }) => status >= 400).length;
}

async function expectUndisturbed(world: World): Promise<void> {
  expect(await world.state()).toEqual(expected.state);
  world.writes();
  await world.run();
  expect(world.writes()).toBe(0);
}

test.each([
  [500, 'the first request', () => 1],
  [502, 'a quarter of the run', () => Math.ceil(expected.requests / 4)],
  [503, 'half of the run', () => Math.ceil(expected.requests / 2)],
  [504, 'the write-back', () => expected.requests],
])(
  'row 5: twenty seconds of status %i from %s on do no harm, and few requests knock',
  async (status, _, from) => {
    const world = await open();
    failFor(world, 20_000, `status:${status},from=${from()}`);
    const { summary } = await world.run();
    expect(summary.outcome).toBe('ok');
    expect(world.clock.passedMs()).toBeGreaterThanOrEqual(20_000);
    // Without the breaker, each of those side by side would have been tried five times.
    expect(failures(world)).toBeLessThanOrEqual(2 * sideBySide);
    expect(world.requests()).toBe(expected.requests + failures(world));
    await expectUndisturbed(world);
  },
);

test('row 5: an account that HubSpot is moving (477) is waited for as long as it asks', async () => {
  const world = await open();
  failFor(world, 20_000, 'status:477,from=6,retry-after=10');
  expect((await world.run()).summary.outcome).toBe('ok');
  expect(failures(world)).toBeLessThanOrEqual(2 * sideBySide);
  await expectUndisturbed(world);
});

test('row 5: an outage without end ends the run before anything is written, and the next run goes on', async () => {
  const world = await open({ faults: ['status:503,from=8'] });
  await expect(world.run()).rejects.toThrow(UnavailableError);
  expect(world.requests()).toBeLessThanOrEqual(expected.requests + sideBySide * retries.attempts);
  expect(world.writes()).toBe(0);
  expect(await world.latestRun()).toMatchObject({
    outcome: 'failed',
    error: expect.stringMatching(/run again/),
  });
  world.sandbox.clearFaults();
  await world.run();
  await expectUndisturbed(world);
});

describe('row 6: a connection is reset', () => {
  test('before the answer, in its middle or after the work was done, at every single request of a first run', async () => {
    // Three requests in a row each time; the test after this one meets each request with each kind of reset.
    for (let n = 1; n <= expected.requests; n += 3) {
      const faults = threeWaysFrom(n);
      const world = await open({ faults });
      const { summary } = await world.run();
      expect([n, summary.outcome, summary.publish.changed]).toEqual([n, 'ok', tinyPartnerIds.length]);
      expect([n, world.requests()]).toEqual([n, expected.requests + lost(world)]);
      expect([n, await world.state()]).toEqual([n, expected.state]);
      await world.close();
    }
  });

  test('in all three ways at every single request of the runs after the first: each knows what changed, and writes it once', async () => {
    const world = await open();
    const { sandbox } = world;
    await world.run();
    let met = true;
    for (let n = -1; met; n += 1) {
      sandbox.mutate({ do: 'advanceClock', durationMs: 3_600_000 });
      sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: String(1000 + n) } });
      const properties = { dealname: `Deal ${n}`, pipeline: 'default', dealstage: 'appointmentscheduled' };
      const associations = [{ toType: 'company' as const, toId: tinyCompanies.silent }];
      sandbox.mutate({ do: 'create', type: 'deal', properties, associations });
      for (const fault of threeWaysFrom(n)) sandbox.addFault(fault);
      const before = lost(world);
      expect([n, (await world.run()).summary.outcome]).toEqual([n, 'ok']);
      met = lost(world) > before;
      expect([n, factsOf(await world.state())]).toEqual([n, factsOfAccount(sandbox)]);
      sandbox.clearFaults();
    }
    world.writes();
    await world.run();
    expect(world.writes()).toBe(0);
  });

  test.each([0, 0.3, 0.6, 1])(
    'with all that follow, after %d of the run: it fails, and the next one ends as an undisturbed one',
    async (share) => {
      const from = Math.max(1, Math.floor(share * expected.requests));
      const world = await open({ faults: [`reset:from=${from}`] });
      await expect(world.run()).rejects.toThrow(/run again/i);
      expect([...world.shown().values()].every((values) => Object.keys(values).length === 0)).toBe(true);
      expect(world.requests()).toBeLessThanOrEqual(expected.requests + sideBySide * retries.attempts);
      expect(await world.latestRun()).toMatchObject({ outcome: 'failed' });
      world.sandbox.clearFaults();
      await world.run();
      await expectUndisturbed(world);
    },
  );

  test('after HubSpot took the write-back, every time: the next run finds it there and writes nothing', async () => {
    const world = await open({ faults: ['reset-after:route=/batch/update'] });
    await expect(world.run()).rejects.toThrow(/run again/i);
    const written = world.shown();
    world.sandbox.clearFaults();
    world.writes();
    const { summary } = await world.run();
    expect(summary.publish).toMatchObject({ changed: 0, unchanged: tinyPartnerIds.length });
    expect(world.writes()).toBe(0);
    expect(world.shown()).toEqual(written);
    expect(await world.state()).toEqual(expected.state);
  });

  test('after a task was made: it is not made twice, and a person is asked to look', async () => {
    const world = await open();
    const before = world.sandbox.count('task');
    world.sandbox.addFault('reset-after:route=/tasks,n=1');
    const task = {
      companyId: tinyCompanies.silent,
      subject: 'Call',
      body: 'Ask how they are.',
      dueAt: tinyNow,
      ownerId: null,
      priority: 'LOW',
    } as const;
    await expect(world.hubspot.createTask(task)).rejects.toThrow(AmbiguousWriteError);
    expect(world.sandbox.count('task')).toBe(before + 1);
  });

  test('after properties were made: making them again makes only what is missing', async () => {
    const account = await openTestAccount(createTinyPortal(), tinyNow);
    const { hubspot, sandbox } = account;
    for (const name of ['rekindle_status', 'rekindle_health']) {
      sandbox.mutate({ do: 'archiveProperty', type: 'company', name });
    }
    sandbox.addFault('reset-after:route=/properties/2026-09/companies/batch/create,n=1');
    await expect(planProvision(hubspot).then((plan) => applyProvision(hubspot, plan))).rejects.toThrow(
      AmbiguousWriteError,
    );
    const plan = await planProvision(hubspot);
    expect([plan.createGroup, plan.create, plan.addOptions]).toEqual([false, [], []]);
    await account.close();
  });
});

/** A reset before the answer of request n, within that of the next, after the work of the one behind that. */
function threeWaysFrom(n: number): string[] {
  return ['reset', 'reset-body', 'reset-after']
    .map((fault, index) => ({ fault, at: n + index }))
    .filter(({ at }) => at >= 1)
    .map(({ fault, at }) => `${fault}:n=${at}`);
}

function lost(world: World): number {
  return world.sandbox.requests().filter(({ status }) => status === 0).length;
}

describe('row 7: an answer does not come', () => {
  const connection = { timeoutMs: 400 };

  test.each([
    ['at all', 'hang', ['n=2', 'n=9', 'route=/batch/update,n=1']],
    ['but a byte a second', 'drip:1000', ['n=2', 'n=9', 'route=/batch/update,n=1']],
  ])('%s: the deadline ends the wait and the request is repeated', async (_, fault, points) => {
    const separator = fault.includes(':') ? ',' : ':';
    const world = await open({ connection, faults: points.map((point) => `${fault}${separator}${point}`) });
    expect((await world.run()).summary.outcome).toBe('ok');
    expect(await world.state()).toEqual(expected.state);
  });

  test('to more requests than may be in flight: their places are free again afterwards', async () => {
    const { hubspot, sandbox } = await open({ connection });
    const hanging = maximumInFlight.burst;
    sandbox.addFault(`hang:count=${hanging}`);
    const asked = Array.from({ length: 2 * hanging }, () =>
      hubspot.readCompanies([tinyCompanies.active], ['type']),
    );
    for (const { found } of await Promise.all(asked)) expect(found).toHaveLength(1);
  });

  test('ever: the run fails within its attempts, writes nothing, and says that the next one continues', async () => {
    const world = await open({ connection: { timeoutMs: 100 }, faults: ['hang:route=/companies/search'] });
    await expect(world.run()).rejects.toThrow(/no complete answer within 0.1 s.*again/s);
    expect(world.requests()).toBeLessThanOrEqual(expected.requests + retries.attempts);
    expect(world.writes()).toBe(0);
  });
});
