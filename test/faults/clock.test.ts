/** Row 24 of the fault matrix: clocks that are wrong, jump or change, and days that begin elsewhere. */
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RefusedError } from '../../src/model/errors.ts';
import { dueSlot, latestSlot } from '../../src/jobs/schedule.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { factsOf, factsOfAccount } from './state.ts';
import { open, undisturbed, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("row 24: days are the account's", () => {
  let expected: Awaited<ReturnType<typeof undisturbed>>;

  beforeAll(async () => {
    expected = await undisturbed();
  });

  test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu'])(
    'a machine in %s knows and shows the same as one in any other zone',
    async (zone) => {
      vi.stubEnv('TZ', zone);
      expect((await undisturbed()).state).toEqual(expected.state);
    },
  );

  test.each([
    ['on the day that the clocks go forward', 'America/New_York', '2026-03-08T04:59:59Z', '2026-03-07'],
    ['on the day that the clocks go forward', 'America/New_York', '2026-03-08T05:00:00Z', '2026-03-08'],
    ['on the day that the clocks go forward', 'America/New_York', '2026-03-09T03:59:59Z', '2026-03-08'],
    ['on the day that the clocks go back', 'America/New_York', '2026-11-01T04:00:00Z', '2026-11-01'],
    ['on the day that the clocks go back', 'America/New_York', '2026-11-02T04:59:59Z', '2026-11-01'],
    ['on a leap day', 'UTC', '2028-02-29T23:59:59Z', '2028-02-29'],
    ['on a leap day that has begun elsewhere', 'Pacific/Kiritimati', '2028-02-28T10:00:00Z', '2028-02-29'],
    ['where a day begins at one', 'America/Santiago', '2026-09-06T04:00:00Z', '2026-09-06'],
  ])('a deal registered %s in %s at %s is shown on %s', async (_, timeZone, at, day) => {
    const occurredAt = Date.parse(at);
    const world = await open({ now: occurredAt + hour }, createTinyPortal({ timeZone }));
    world.sandbox.mutate({
      do: 'create',
      type: 'deal',
      properties: { dealname: 'New', pipeline: 'default', dealstage: 'appointmentscheduled', createdate: at },
      associations: [{ toType: 'company', toId: tinyCompanies.neverActivated }],
    });
    await world.run();
    expect(world.shown().get(tinyCompanies.neverActivated)).toMatchObject({
      rekindle_last_activity_date: day,
    });
  });

  test.each([
    ['over the clocks going forward', 'America/New_York', '2026-03-06T17:00:00Z'],
    ['over the clocks going back', 'America/New_York', '2026-10-30T16:00:00Z'],
    ['over a leap day', 'Europe/Berlin', '2028-02-27T12:00:00Z'],
  ])(
    'a night after night %s counts every day once, and a repeated night writes nothing',
    async (_, timeZone, at) => {
      const start = Date.parse(at);
      const world = await open({ now: start }, createTinyPortal({ timeZone }));
      for (let night = 0; night < 3; night += 1) {
        await world.run();
        world.writes();
        await world.run();
        expect([night, world.writes()]).toEqual([night, 0]);
        world.sandbox.setClock(() => start + (night + 1) * millisecondsPerDay);
      }
    },
  );
});

/** An edit that only a search for changes can show, each minute of HubSpot's time. */
async function editEachMinute(
  world: World,
  minutes: number,
  eachMinute: (n: number) => Promise<void>,
): Promise<void> {
  for (let n = 1; n <= minutes; n += 1) {
    world.sandbox.mutate({ do: 'advanceClock', durationMs: minute });
    const id = ['202', '203', '204', '205', '206'][n % 5] ?? '';
    world.sandbox.mutate({ do: 'edit', type: 'deal', id, properties: { amount: String(1000 + n) } });
    await eachMinute(n);
  }
}

describe('row 24: our clock is not that of HubSpot', () => {
  /** How far our clock is ahead; changes while a test runs. */
  const ours = { aheadMs: 0, world: null as World | null };

  async function openWithClock(aheadMs: number): Promise<World> {
    ours.aheadMs = aheadMs;
    ours.world = await open({ clock: () => (ours.world?.sandbox.now() ?? tinyNow) + ours.aheadMs });
    return ours.world;
  }

  test.each([
    ['ten minutes ahead', 10 * minute],
    ['ten minutes behind', -10 * minute],
  ])('%s: no edit is lost between the runs', async (_, aheadMs) => {
    const world = await openWithClock(aheadMs);
    await world.run();
    await editEachMinute(world, 24, async (n) => {
      if (n % 4 === 0) await world.run();
    });
    world.sandbox.mutate({ do: 'advanceClock', durationMs: 15 * minute });
    await world.run();
    expect(factsOf(await world.state())).toEqual(factsOfAccount(world.sandbox));
  });

  test('set back by ten minutes between two runs: the run waits for the time it had reached, and nothing is lost', async () => {
    const world = await openWithClock(0);
    await world.run();
    ours.aheadMs = -10 * minute;
    await expect(world.run()).rejects.toThrow(RefusedError);
    await editEachMinute(world, 12, async () => {});
    await world.run();
    world.sandbox.mutate({ do: 'advanceClock', durationMs: 15 * minute });
    await world.run();
    expect(factsOf(await world.state())).toEqual(factsOfAccount(world.sandbox));
  });

  test('a day ahead for one run, and put right: no run goes behind it, and the first one after it misses nothing', async () => {
    const world = await openWithClock(0);
    await world.run();
    ours.aheadMs = millisecondsPerDay;
    world.sandbox.mutate({ do: 'advanceClock', durationMs: hour });
    await world.run();
    ours.aheadMs = 0;
    await editEachMinute(world, 12, async () => {});
    await expect(world.run()).rejects.toThrow(RefusedError);
    world.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay + hour });
    await world.run();
    expect(factsOf(await world.state())).toEqual(factsOfAccount(world.sandbox));
  });
});

describe('row 24: the nightly slot', () => {
  const times = fc.record({
    hours: fc.integer({ min: 0, max: 23 }),
    minutes: fc.integer({ min: 0, max: 59 }),
  });
  /** Minutes until the clock is looked at again: seconds of work, a night's sleep, a corrected clock, a holiday. */
  const steps = fc.array(
    fc.oneof(
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: -15, max: 15 }),
      fc.integer({ min: 0, max: 20_000 }),
    ),
    { minLength: 1, maxLength: 200 },
  );

  test('is run once, whatever the clock does, and one that was missed is caught up at the next look', () => {
    fc.assert(
      fc.property(times, steps, ({ hours, minutes }, waits) => {
        const timeUtc = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        let now = Date.parse('2028-02-27T12:00:00Z');
        let latestRunAt = now;
        const run: number[] = [];
        for (const wait of waits) {
          now += wait * minute;
          const slot = dueSlot(now, timeUtc, latestRunAt);
          if (slot !== null) {
            run.push(slot);
            latestRunAt = Math.max(latestRunAt, now);
          }
          // Whatever was due by now has been run.
          expect(latestSlot(now, timeUtc)).toBeLessThanOrEqual(latestRunAt);
        }
        expect(run).toEqual([...new Set(run)]);
      }),
      { numRuns: 500 },
    );
  });
});
