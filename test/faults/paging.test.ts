/** Rows 9 to 12 of the fault matrix: pages that mislead, and accounts that move while they are read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HubSpotError } from '../../src/hubspot/errors.ts';
import type { AssociationInput } from '../../src/hubspot/hubspot.ts';
import { linkedTypes, type LinkedRecord } from '../../src/model/record.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinySettings } from '../world/tiny-portal.ts';
import { createCrowd, crowdedId } from './crowd.ts';
import { factsOf, factsOfAccount } from './state.ts';
import { connect, followed, open, type Client } from './world.ts';

/** Enough for three pages of 200, five of 100. */
const rows = 450;
const crowd = createCrowd(
  { partners: rows, calls: rows },
  (index) => tinyNow - 3000 + 7 * Math.floor(index / 3),
);
const crowdIds = Array.from({ length: rows }, (_, index) => crowdedId(index));
const everything = { from: tinyNow - 3600_000, to: tinyNow };

const readers: Readonly<Record<string, (client: Client) => Promise<string[]>>> = {
  'a search of partners': async ({ hubspot }) =>
    ids(await followed((after) => hubspot.findPartners(tinySettings.partnerDefinition, [], after))),
  'the members of a list': async ({ hubspot }) =>
    ids(await followed((after) => hubspot.findPartners({ by: 'list', listId: '1' }, [], after))),
  'a list of all records': async ({ hubspot }) =>
    (await followed((after) => hubspot.listRecords('call', after))).map(({ record }) => record.id),
  'a search of changes': async ({ hubspot }) =>
    ids(await followed((after) => hubspot.findChanged('call', everything, after))),
  'the links of a company': linksOf,
};

function ids(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}

async function linksOf({ hubspot }: Client): Promise<string[]> {
  const found: string[] = [];
  let inputs: readonly AssociationInput[] = [{ id: tinyCompanies.active, after: null }];
  while (inputs.length > 0) {
    const answer = await hubspot.readAssociations('call', inputs);
    found.push(...answer.links.flatMap(({ to }) => to));
    inputs = answer.next;
  }
  return found;
}

/** The crowd's own: the tiny portal's partners are there, too. */
function ofCrowd(found: readonly string[]): string[] {
  const wanted = new Set(crowdIds);
  return [...new Set(found)].filter((id) => wanted.has(id)).sort();
}

describe.each(Object.entries(readers))('row 9: %s', (_, read) => {
  test.each([
    'empty-page:n=1',
    'empty-page:every=2',
    'short-page',
    'short-page:n=2',
    'numeric-cursor',
    'numeric-ids',
  ])('%s: every row is read', async (fault) => {
    const client = await connect(crowd, { faults: [fault], associationPageSize: 100 });
    expect(ofCrowd(await read(client))).toEqual([...crowdIds].sort());
    expect(client.sandbox.requests().length).toBeLessThanOrEqual(60);
  });
});

const circling = { faults: ['repeated-cursor:from=2'], associationPageSize: 100 };

test.each(Object.entries(readers).filter(([name]) => !name.startsWith('a search')))(
  'row 9: %s: a cursor that repeats is an error, and no way to read for ever',
  async (_, read) => {
    const client = await connect(crowd, circling);
    await expect(read(client)).rejects.toThrow(/repeats a page/);
    expect(client.sandbox.requests().length).toBeLessThanOrEqual(12);
  },
);

test.each(Object.entries(readers).filter(([name]) => name.startsWith('a search')))(
  'row 9: %s goes on from what it has seen, so a cursor that repeats does not matter',
  async (_, read) => {
    const client = await connect(crowd, circling);
    expect(ofCrowd(await read(client))).toEqual([...crowdIds].sort());
    expect(client.sandbox.requests().length).toBeLessThanOrEqual(6);
  },
);

test('row 9: a cursor that repeats on empty pages ends a search with an error', async () => {
  const { hubspot, sandbox } = await connect(crowd, { faults: ['empty-page', 'repeated-cursor'] });
  await expect(hubspot.findPartners(tinySettings.partnerDefinition, [], null)).rejects.toThrow(HubSpotError);
  expect(sandbox.requests().length).toBeLessThanOrEqual(3);
});

describe('row 10: more changes than a search shows', () => {
  test.each([
    ['12,000 rows of one millisecond', 12_000, () => tinyNow - 5000, 65],
    ['25,000 rows of five milliseconds', 25_000, (index: number) => tinyNow - 5000 + (index % 5), 140],
    ['12,000 rows of one millisecond among others', 12_400, among, 70],
  ])(
    '%s are read once each, in few requests, and none is refused',
    async (_, calls, modifiedAt, requests) => {
      const { hubspot, sandbox } = await connect(createCrowd({ calls }, modifiedAt));
      const found = await followed((after) => hubspot.findChanged('call', everything, after));
      const expected = Array.from({ length: calls }, (_row, index) => crowdedId(index)).sort();
      expect([...new Set(ids(found))].sort()).toEqual(expected);
      expect(sandbox.requests().filter(({ status }) => status !== 200)).toEqual([]);
      expect(sandbox.requests().length).toBeLessThanOrEqual(requests);
    },
  );
});

function among(index: number): number {
  return index < 12_000 ? tinyNow - 5000 : tinyNow - 5200 + index - 12_000;
}

/** The newest version of each record that several passes have shown: older never replaces newer. */
function newest(...passes: readonly (readonly LinkedRecord[])[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { id, updatedAt } of passes.flat()) {
    versions.set(id, Math.max(updatedAt, versions.get(id) ?? 0));
  }
  return versions;
}

/** As the account has it, of what was modified since `since`. */
function truthSince({ sandbox }: Client, since: number): Map<string, number> {
  const { records } = sandbox.truth('call');
  const changed = records.filter(({ archivedAt, updatedAt }) => archivedAt === null && updatedAt >= since);
  return new Map(changed.map(({ id, updatedAt }) => [id, updatedAt]));
}

function sorted(versions: Map<string, number>): (readonly [string, number])[] {
  return [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** An edit that HubSpot dates with its own time. */
function edit({ sandbox }: Client, id: string): void {
  sandbox.mutate({ do: 'edit', type: 'call', id, properties: { hs_call_title: `At ${sandbox.now()}` } });
}

const minute = 60_000;

describe('row 11: an index that lags and shows changes out of order', () => {
  test('tells the truth to a second pass over the same time, whatever the first one saw', async () => {
    const client = await connect(crowd, { faults: ['index-lag:0-120000'] });
    const since = client.sandbox.now();
    for (let second = 0; second < 60; second += 1) {
      client.advance(1000);
      for (const offset of [0, 60, 120]) edit(client, crowdedId(second + offset));
    }
    const window = { from: since, to: client.sandbox.now() };
    const read = () => followed((after) => client.hubspot.findChanged('call', window, after));
    const first = await read();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(180);
    client.advance(2 * minute);
    expect(sorted(newest(first, await read()))).toEqual(sorted(truthSince(client, since)));
  });

  test('keeps no run from the truth of the one after it', async () => {
    const world = await open({ faults: ['index-lag:0-120000'] });
    await world.run();
    const { sandbox } = world;
    sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '950' } });
    sandbox.mutate({ do: 'edit', type: 'company', id: tinyCompanies.silent, properties: { name: 'Birch' } });
    const partner = { name: 'Kauri', domain: 'kauri.example', type: 'PARTNER' };
    sandbox.mutate({ do: 'create', type: 'company', id: '130', properties: partner });
    await world.run();
    sandbox.mutate({ do: 'advanceClock', durationMs: 2 * minute });
    await world.run();
    expect(factsOf(await world.state())).toEqual(factsOfAccount(sandbox));
  });

  test.each([
    ['long before the window', tinyNow - 86_400_000],
    ['within the window', tinyNow - 2000],
  ])('rows %s that nobody asked for move nothing and hide nothing', async (_, straysAt) => {
    const seed = createCrowd({ calls: rows }, (index) =>
      index === 0 ? straysAt : tinyNow - 3000 + 2 * index,
    );
    const client = await connect(seed, { faults: ['stray-rows'] });
    const window = { from: tinyNow - 3000, to: tinyNow };
    const found = await followed((after) => client.hubspot.findChanged('call', window, after));
    const known = newest(found);
    for (const [id, updatedAt] of truthSince(client, window.from)) {
      expect([id, known.get(id)]).toEqual([id, updatedAt]);
    }
    expect(client.sandbox.requests().length).toBeLessThanOrEqual(8);
  });
});

describe('row 12: records edited, made and deleted between two pages', () => {
  const index = fc.integer({ min: 0, max: rows - 1 });
  const moves = fc.record({ afterPage: fc.integer({ min: 1, max: 6 }), edited: index, deleted: index });

  test('are found by the windows that follow each other, after whichever page it happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 4 }), async (changes) => {
        const client = await connect(crowd);
        const passes: LinkedRecord[][] = [];
        for (const from of [everything.from, everything.to - 10 * minute]) {
          const window = { from, to: client.sandbox.now() };
          let page = 0;
          passes.push(
            await followed(async (after) => {
              for (const change of changes.filter(
                ({ afterPage }) => afterPage === page && passes.length === 0,
              )) {
                client.advance(1);
                const edited = crowdedId(change.edited);
                if (client.sandbox.record('call', edited)?.archivedAt === null) edit(client, edited);
                client.sandbox.mutate({ do: 'delete', type: 'call', id: crowdedId(change.deleted) });
                const properties = { hs_timestamp: '2026-06-01T10:00:00Z' };
                client.sandbox.mutate({ do: 'create', type: 'call', properties });
              }
              page += 1;
              return client.hubspot.findChanged('call', window, after);
            }),
          );
        }
        const known = newest(...passes);
        for (const [id, updatedAt] of truthSince(client, everything.from)) {
          expect([id, known.get(id)]).toEqual([id, updatedAt]);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('keep no partner that was there all the time from being found exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 4 }), async (changes) => {
        const client = await connect(crowd);
        const deleted = new Set<string>();
        let page = 0;
        const found = await followed(async (after) => {
          for (const change of changes.filter(({ afterPage }) => afterPage === page)) {
            client.advance(1);
            const [id, gone] = [crowdedId(change.edited), crowdedId(change.deleted)];
            const properties = { name: 'Renamed' };
            if (!deleted.has(id)) client.sandbox.mutate({ do: 'edit', type: 'company', id, properties });
            deleted.add(gone);
            client.sandbox.mutate({ do: 'delete', type: 'company', id: gone });
          }
          page += 1;
          return client.hubspot.findPartners(tinySettings.partnerDefinition, [], after);
        });
        const counted = Map.groupBy(ids(found), (id) => id);
        for (const id of crowdIds.filter((one) => !deleted.has(one))) {
          expect([id, counted.get(id)?.length]).toEqual([id, 1]);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('are known at the end of the run after the one they fell into, before whichever request it happens', async () => {
    const world = await open();
    const { sandbox } = world;
    await world.run();
    let met = true;
    for (let n = 1; met; n += 1) {
      sandbox.mutate({ do: 'advanceClock', durationMs: minute });
      const amount = String(1000 + n);
      const mutations = [
        { do: 'edit', type: 'deal', id: '202', properties: { amount } },
        {
          do: 'create',
          type: 'deal',
          id: String(5000 + n),
          properties: { dealname: `Deal ${n}`, pipeline: 'default', dealstage: 'appointmentscheduled' },
          associations: [{ toType: 'company', toId: tinyCompanies.sharing }],
        },
        { do: 'edit', type: 'company', id: tinyCompanies.active, properties: { name: `Alder ${n}` } },
      ];
      for (const mutation of mutations) sandbox.addFault(`change:n=${n},${JSON.stringify(mutation)}`);
      await world.run();
      met = sandbox.record('deal', '202')?.properties['amount'] === amount;
      sandbox.clearFaults();
      await world.run();
      expect([n, factsOf(await world.state())]).toEqual([n, factsOfAccount(sandbox)]);
    }
  });
});

describe('section 3: what other connectors lost in silence', () => {
  test('ids of different lengths that are compared as texts are noticed before a partner is missed', async () => {
    const { hubspot, sandbox } = await connect(crowd, { faults: ['text-ids'] });
    const all = followed((after) => hubspot.findPartners(tinySettings.partnerDefinition, [], after));
    await expect(all).rejects.toThrow(
      /not return companies in the order of their ids.*Nothing of it was used/s,
    );
    expect(sandbox.requests().length).toBeLessThanOrEqual(3);
  });

  test('... and before a change is', async () => {
    const dense = createCrowd({ calls: rows }, () => tinyNow - 5000);
    const { hubspot } = await connect(dense, { faults: ['text-ids'] });
    const all = followed((after) => hubspot.findChanged('call', everything, after));
    await expect(all).rejects.toThrow(/not return records in the order of their ids/);
  });

  test.each(linkedTypes)(
    'changes of type %s are looked for by a property that this type has',
    async (type) => {
      const client = await connect(createTinyPortal());
      const { sandbox, hubspot } = client;
      client.advance(minute);
      const { records } = sandbox.truth(type);
      for (const { id } of records) sandbox.mutate({ do: 'edit', type, id, properties: {} });
      const window = { from: sandbox.now(), to: sandbox.now() };
      const found = await followed((after) => hubspot.findChanged(type, window, after));
      expect(ids(found).sort()).toEqual(records.map(({ id }) => id).sort());
      expect(found.length).toBeGreaterThan(0);
    },
  );
});
