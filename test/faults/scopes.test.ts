/** Rows 17 and 20 of the fault matrix: HubSpot stops letting us see, or what marks the partners is gone. */
import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidTokenError, MissingScopeError } from '../../src/hubspot/errors.ts';
import { RefusedError } from '../../src/model/errors.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { freshnessOf } from '../../src/web/freshness.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinySettings } from '../world/tiny-portal.ts';
import { factsOf, factsOfAccount } from './state.ts';
import { open, undisturbed, type World } from './world.ts';

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

const hour = 3_600_000;

/** What a card would say of how old its data is. */
async function freshness({ database, sandbox, latestRun }: World) {
  const sources = await readSourceStates(database.store.db);
  const run = (await latestRun()) ?? null;
  return freshnessOf({ sources, run, incomplete: false, now: sandbox.now(), timeZone: 'UTC' });
}

describe('row 17: the access is taken away', () => {
  test.each([
    ['the token is revoked', 'unauthorized', InvalidTokenError],
    ['the permissions are removed', 'forbidden', MissingScopeError],
  ])(
    '%s, at every step of a first run: nothing is written, and the next run goes on',
    async (_, fault, kind) => {
      for (const share of [0, 0.5, 1]) {
        const n = Math.max(1, Math.floor(share * expected.requests));
        const world = await open({ faults: [`${fault}:from=${n}`] });
        await expect(world.run()).rejects.toThrow(kind);
        expect([...world.shown().values()].some((values) => 'rekindle_status' in values)).toBe(false);
        expect(await world.latestRun()).toMatchObject({ outcome: 'failed' });
        world.sandbox.clearFaults();
        await world.run();
        expect([n, await world.state()]).toEqual([n, expected.state]);
        await world.close();
      }
    },
  );

  test('at every step of a later run: it stops, writes nothing more, and the card says that it is stale', async () => {
    const world = await open();
    const { sandbox } = world;
    await world.run();
    let cut = true;
    for (let n = 1; cut; n += 1) {
      sandbox.mutate({ do: 'advanceClock', durationMs: hour });
      // Something to read and something to write in each of these runs.
      const properties = { dealname: `Deal ${n}`, pipeline: 'default', dealstage: 'appointmentscheduled' };
      const associations = [{ toType: 'company' as const, toId: tinyCompanies.silent }];
      sandbox.mutate({ do: 'create', type: 'deal', properties, associations });
      sandbox.mutate({
        do: 'edit',
        type: 'company',
        id: tinyCompanies.silent,
        properties: { partner_tier: tier(n) },
      });
      const shown = world.shown();
      world.requests();
      sandbox.addFault(`unauthorized:from=${n}`);
      const error = await world.run().then(
        () => null,
        (reason: unknown) => reason,
      );
      cut = error !== null;
      if (cut) await expectStopped(world, error, { n, shown });
      sandbox.clearFaults();
      await world.run();
      expect(await freshness(world)).toMatchObject({ stale: false });
      expect([n, factsOf(await world.state())]).toEqual([n, factsOfAccount(sandbox)]);
    }
  });

  test('from a type that no rule needs: it is unknown from then on, and nobody is inactive because of it', async () => {
    const world = await open();
    await world.run();
    const before = new Map(statuses(world));
    world.sandbox.mutate({ do: 'advanceClock', durationMs: hour });
    world.sandbox.addFault('forbidden:route=/emails');
    const { summary, warnings } = await world.run({ full: true });
    expect([summary.outcome, warnings.length]).toEqual(['ok', 1]);
    expect(new Map(statuses(world))).toEqual(before);
    const emails = (await readSourceStates(world.database.store.db)).find(
      ({ source }) => source === 'hubspot.emails',
    );
    expect(emails).toMatchObject({ complete: false });
  });
});

const sideBySide = 16;

function tier(n: number): string {
  return n % 2 === 0 ? 'gold' : 'silver';
}

function statuses(world: World): (readonly [string, string | undefined])[] {
  return [...world.shown()].map(([id, values]) => [id, values['rekindle_status']]);
}

async function expectStopped(
  world: World,
  error: unknown,
  before: { n: number; shown: ReturnType<World['shown']> },
): Promise<void> {
  expect(error).toBeInstanceOf(InvalidTokenError);
  expect(world.shown()).toEqual(before.shown);
  // Requests that were on their way already may still arrive.
  expect(world.requests()).toBeLessThanOrEqual(before.n + sideBySide);
  const run = await world.latestRun();
  expect(run).toMatchObject({ outcome: 'failed', error: expect.stringContaining('HUBSPOT_ACCESS_TOKEN') });
  expect(JSON.stringify(run)).not.toContain(world.sandbox.seed.accessToken);
  expect(await freshness(world)).toMatchObject({
    stale: true,
    sentence: expect.stringContaining('ended without success'),
  });
}

/** Partners by a property of the customer's own, which the customer can take away. */
function byOwnProperty(seed: PortalSeed = createTinyPortal()): PortalSeed {
  const settings = { ...tinySettings };
  settings.partnerDefinition = { by: 'property', property: 'partner_type', values: ['reseller'] };
  return { ...seed, settings };
}

describe('row 20: the property that marks the partners', () => {
  test('is deleted before any request of a run: nobody is judged, cleared or forgotten', async () => {
    const world = await open({}, byOwnProperty());
    await world.run();
    const before = await world.state();
    const mutation = JSON.stringify({ do: 'archiveProperty', type: 'company', name: 'partner_type' });
    let refusals = 0;
    for (let n = 1; n <= 12; n += 1) {
      world.writes();
      world.sandbox.addFault(`change:n=${n},${mutation}`);
      const error = await world.run().then(
        () => null,
        (reason: unknown) => reason,
      );
      // A change that came after the partners were read is the next run's matter.
      expect(error === null || error instanceof RefusedError).toBe(true);
      refusals += error === null ? 0 : 1;
      expect(world.writes()).toBe(0);
      expect((await world.state()).tables['verdict']).toEqual(before.tables['verdict']);
      expect(world.shown()).toEqual(before.shown);
      world.sandbox.clearFaults();
      await restoreProperty(world);
    }
    expect(refusals).toBeGreaterThan(0);
    await world.run();
    expect(await world.state()).toEqual(before);
  });

  test('0 of many is refused in a full sync and in a nightly one, and the ledger says what to look at', async () => {
    for (const sync of ['full', 'nightly'] as const) {
      const world = await open({}, byOwnProperty());
      await world.run();
      const before = await world.state();
      world.writes();
      world.sandbox.mutate({ do: 'archiveProperty', type: 'company', name: 'partner_type' });
      await expect(world.run({ sync })).rejects.toThrow(
        /0 partner companies.*Nothing was judged or written/s,
      );
      expect(world.writes()).toBe(0);
      expect(await world.state()).toEqual(before);
      expect(await world.latestRun()).toMatchObject({
        outcome: 'aborted',
        error: expect.stringContaining('partner_type'),
      });
      await world.close();
    }
  });

  test('a collapse is refused until a person says that it is meant', async () => {
    const seed = createProgramme({
      programme: 'reseller',
      partners: 45,
      seed: 4,
      now: tinyNow,
      otherCompanies: 0,
    });
    const world = await open({}, seed);
    await world.run();
    world.writes();
    for (const { companyId: id } of seed.truth.slice(0, 30)) {
      world.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { type: 'PROSPECT' } });
    }
    await expect(world.run()).rejects.toThrow(/only 15 of 45 known.*--accept-fewer-partners/s);
    expect(world.writes()).toBe(0);
    const { summary } = await world.run({ acceptFewerPartners: true });
    expect(summary.sync.partners).toBe(15);
  });
});

async function restoreProperty({ sandbox }: World): Promise<void> {
  const seeded = sandbox.seed.companyProperties.find(({ name }) => name === 'partner_type');
  const options = seeded?.options.map((option) => ({ ...option, hidden: false }));
  // Refused where it is there still, because the run made fewer requests.
  await fetch(`${sandbox.url}/crm/properties/2026-09/companies`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${sandbox.seed.accessToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...seeded, options }),
  });
}
