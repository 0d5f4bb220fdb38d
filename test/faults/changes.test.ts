/** Rows 21 to 23 of the fault matrix: people in HubSpot delete, merge, un-mark and link while a run is at work. */
import { beforeAll, describe, expect, test } from 'vitest';
import { HubSpotError } from '../../src/hubspot/errors.ts';
import { linkedTypes } from '../../src/model/record.ts';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import type { PortalSeed, SeedRecord } from '../../src/sandbox/seed.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinyPartnerIds } from '../world/tiny-portal.ts';
import { factsOf, factsOfAccount } from './state.ts';
import { open, undisturbed, type World } from './world.ts';

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

const { active, silent, neverActivated, dormant, sharing } = tinyCompanies;

function justBeforeTheWrite(mutation: Mutation): string {
  return `change:n=1,route=/batch/update,${JSON.stringify(mutation)}`;
}

/** What we know is what the account holds, and there is nothing left to write. */
async function expectSettled(world: World): Promise<void> {
  expect(factsOf(await world.state())).toEqual(factsOfAccount(world.sandbox));
  world.writes();
  const { summary } = await world.run();
  expect([summary.outcome, world.writes()]).toEqual(['ok', 0]);
}

describe('row 21: between the reading of a company and the writing', () => {
  test('it is deleted: nothing is written to it, the others are, and the next run lets it go', async () => {
    const world = await open({ faults: [justBeforeTheWrite({ do: 'delete', type: 'company', id: active })] });
    const { summary, failures } = await world.run();
    expect(summary).toMatchObject({
      outcome: 'partial',
      publish: { changed: tinyPartnerIds.length - 1, failed: 1 },
    });
    expect(failures.map(({ id }) => id)).toEqual([active]);
    expect(Object.keys(world.sandbox.record('company', active)?.properties ?? {}).filter(isOurs)).toEqual([]);
    expect((await world.run()).summary).toMatchObject({ outcome: 'ok', sync: { partners: 5 } });
    await expectSettled(world);
  });

  test('it is deleted, and restored before the next run: that one ends as if nothing had happened', async () => {
    const world = await open({ faults: [justBeforeTheWrite({ do: 'delete', type: 'company', id: active })] });
    await world.run();
    world.sandbox.mutate({ do: 'restore', type: 'company', id: active });
    await world.run();
    expect(await world.state()).toEqual(expected.state);
    await expectSettled(world);
  });

  test('it is deleted, missed by a run and restored: its history and its properties are there again', async () => {
    const world = await open();
    await world.run();
    world.sandbox.mutate({ do: 'delete', type: 'company', id: active });
    await world.run();
    world.sandbox.mutate({ do: 'restore', type: 'company', id: active });
    await world.run();
    expect(world.shown().get(active)).toMatchObject({
      rekindle_status: shownBefore('rekindle_status'),
      rekindle_last_activity_date: shownBefore('rekindle_last_activity_date'),
    });
    await expectSettled(world);
  });

  test('it is merged: nothing is written to a dead id, and what was known of both is known of the survivor, once', async () => {
    const merge: Mutation = { do: 'merge', type: 'company', primaryId: neverActivated, mergedId: active };
    const world = await open();
    await world.run({ kind: 'sync' });
    const { db } = world.database.store;
    const own = { kind: 'click', quantity: 3, amount: null, source: 'csv:clicks' } as const;
    await upsertActivities(db, [
      { ...own, partnerId: active, occurredAt: tinyNow - 86_400_000, sourceId: 'a' },
      { ...own, partnerId: neverActivated, occurredAt: tinyNow - 172_800_000, sourceId: 'b' },
    ]);
    const before = told(await world.state(), [active, neverActivated]);
    world.sandbox.addFault(justBeforeTheWrite(merge));
    const { summary, failures } = await world.run();
    expect([summary.outcome, failures.map(({ id }) => id).sort()]).toEqual([
      'partial',
      [active, neverActivated],
    ]);
    const survivor = world.sandbox.record('company', active);
    expect(Object.keys(survivor?.properties ?? {}).filter(isOurs)).toEqual([]);

    expect((await world.run()).summary).toMatchObject({ outcome: 'ok', publish: { failed: 0 } });
    const state = await world.state();
    expect(told(state, [survivor?.id ?? ''])).toEqual(before);
    expect(told(state, [active, neverActivated])).toEqual([]);
    expect(world.shown().get(survivor?.id ?? '')).toMatchObject({
      rekindle_status: expect.not.stringMatching(/never_activated|inactive/),
      rekindle_last_activity_date: '2026-06-14',
    });
    await expectSettled(world);
    expect(told(await world.state(), [survivor?.id ?? ''])).toEqual(before);
  });

  test('two are merged before every other request of a run: the one after it knows the survivor alone', async () => {
    const world = await open({}, withExtraPartners());
    await world.run();
    const { sandbox } = world;
    let survivorId: string = dormant;
    await atEveryOtherRequest(world, 1, (id) => {
      const mutation: Mutation = { do: 'merge', type: 'company', primaryId: survivorId, mergedId: id };
      return {
        mutation,
        happened: () => {
          survivorId = sandbox.record('company', dormant)?.id ?? '';
          return sandbox.record('company', id)?.id !== id;
        },
      };
    });
    expect(world.shown().get(survivorId)).toHaveProperty('rekindle_status');
    await expectSettled(world);
  });
});

/** More than a run of this size has requests. */
const extraPartners = 40;

/** Partners of whom nothing is known, one for each request of a run. */
function withExtraPartners(): PortalSeed {
  const seed = createTinyPortal();
  const extra = Array.from({ length: extraPartners }, (_, index): SeedRecord => ({
    type: 'company',
    id: extraPartner(index + 1),
    properties: { name: `Partner ${index + 1}`, domain: `partner-${index + 1}.example`, type: 'PARTNER' },
    createdAt: tinyNow - 86_400_000,
    updatedAt: tinyNow - 86_400_000,
    archivedAt: null,
    mergedIds: [],
  }));
  return { ...seed, records: [...seed.records, ...extra] };
}

function extraPartner(n: number): string {
  return String(8000 + n);
}

/** Makes a change just before the n-th request of a run, for n from `first` on; the run after it knows the truth. */
async function atEveryOtherRequest(
  world: World,
  first: number,
  changeOf: (partnerId: string) => { mutation: Mutation; happened: () => boolean },
): Promise<void> {
  const { sandbox } = world;
  for (let n = first; n <= extraPartners; n += 2) {
    sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
    const { mutation, happened } = changeOf(extraPartner(n));
    sandbox.addFault(`change:n=${n},${JSON.stringify(mutation)}`);
    await world.run();
    sandbox.clearFaults();
    if (!happened()) return;
    await world.run();
    expect([n, factsOf(await world.state())]).toEqual([n, factsOfAccount(sandbox)]);
  }
  throw new Error('A run of this account makes more requests than there are partners to change.');
}

function shownBefore(name: string): string | undefined {
  return expected.state.shown.get(active)?.[name];
}

function isOurs(name: string): boolean {
  return name.startsWith('rekindle_');
}

/** Source, id and kind of every activity of some partners. */
function told({ tables }: Awaited<ReturnType<World['state']>>, partnerIds: readonly string[]): string[] {
  const rows = tables['activity'] as readonly Readonly<Record<string, string>>[];
  return rows
    .filter((row) => partnerIds.includes(row['partner_id'] ?? ''))
    .map((row) => `${row['source']} ${row['source_id']} ${row['kind']}`)
    .sort();
}

describe('row 22: a company that is un-marked', () => {
  test('before every other request of a run is cleared once, and never written again', async () => {
    const world = await open({}, withExtraPartners());
    await world.run();
    const { sandbox } = world;
    const cleared: string[] = [];
    await atEveryOtherRequest(world, 2, (id) => ({
      mutation: { do: 'edit', type: 'company', id, properties: { type: 'PROSPECT' } },
      happened: () => {
        cleared.push(id);
        return sandbox.record('company', id)?.properties['type'] === 'PROSPECT';
      },
    }));
    for (const id of cleared.slice(0, -1)) expect([id, world.shown().get(id)]).toEqual([id, {}]);
    await expectSettled(world);
  });

  test('and marked again has its history, its verdict and its properties back', async () => {
    const world = await open();
    await world.run();
    const mark = (type: string) =>
      world.sandbox.mutate({ do: 'edit', type: 'company', id: active, properties: { type } });
    mark('PROSPECT');
    await world.run();
    expect(world.shown().get(active)).toEqual({});
    await expectSettled(world);
    mark('PARTNER');
    await world.run();
    expect(world.shown().get(active)).toMatchObject({
      rekindle_status: shownBefore('rekindle_status'),
      rekindle_last_activity_date: shownBefore('rekindle_last_activity_date'),
    });
    await expectSettled(world);
  });
});

describe('row 23: a link that changes without any record being modified', () => {
  test('is found by the next run, whatever the type of the record, and so is its end', async () => {
    const world = await open();
    await world.run();
    const { sandbox } = world;
    const ends = linkedTypes.flatMap((toType) =>
      sandbox
        .truth(toType)
        .records.map(
          ({ id: toId }) => ({ fromType: 'company', fromId: neverActivated, toType, toId }) as const,
        ),
    );
    sandbox.mutate({ do: 'advanceClock', durationMs: 86_400_000 });
    for (const one of ends) sandbox.mutate({ do: 'associate', ...one });
    await world.run();
    const facts = factsOf(await world.state());
    expect(facts).toEqual(factsOfAccount(sandbox));
    const links = ends.map(({ toType, toId }) => `${neverActivated} ${toType} ${toId}`);
    expect(facts.links).toEqual(expect.arrayContaining(links));
    for (const one of ends) sandbox.mutate({ do: 'dissociate', ...one });
    await world.run();
    expect(factsOf(await world.state())).toEqual(factsOfAccount(sandbox));
    expect(told(await world.state(), [neverActivated])).toEqual([]);
  });
});

describe('section 3: what other connectors lost in silence', () => {
  test('a record that is edited keeps every partner that it hangs on', async () => {
    const world = await open();
    await world.run();
    world.sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
    world.sandbox.mutate({ do: 'edit', type: 'deal', id: '203', properties: { amount: '41000' } });
    await world.run();
    const { links } = factsOf(await world.state());
    expect(links).toEqual(expect.arrayContaining([`${active} deal 203`, `${sharing} deal 203`]));
    const amounts = (await world.state()).tables['activity'] as readonly Readonly<Record<string, string>>[];
    const won = amounts.filter((row) => row['source_id'] === '203' && row['kind'] === 'deal_won');
    expect(won.map((row) => [row['partner_id'], Number(row['amount'])])).toEqual([
      [active, 41_000],
      [sharing, 41_000],
    ]);
    await expectSettled(world);
  });

  test.each(['status:500', 'status:400', 'empty-body'])(
    'a failed reading of links (%s) is no partner without links',
    async (fault) => {
      const world = await open();
      await world.run();
      const before = await world.state();
      world.writes();
      world.sandbox.addFault(`${fault}${fault.includes(':') ? ',' : ':'}route=/companies/deals/batch/read`);
      await expect(world.run()).rejects.toThrow(HubSpotError);
      expect(await world.state()).toEqual(before);
      expect(world.writes()).toBe(0);
    },
  );

  test('an activity that is dated back behind the last run still counts', async () => {
    const world = await open();
    await world.run();
    world.sandbox.mutate({ do: 'advanceClock', durationMs: 86_400_000 });
    world.sandbox.mutate({
      do: 'create',
      type: 'deal',
      properties: { dealname: 'Late entry', pipeline: 'default', dealstage: 'appointmentscheduled' },
      createdAt: tinyNow - 20 * 86_400_000,
      associations: [{ toType: 'company', toId: silent }],
    });
    await world.run();
    expect(world.shown().get(silent)).toMatchObject({ rekindle_last_activity_date: '2026-05-26' });
    await expectSettled(world);
  });
});
