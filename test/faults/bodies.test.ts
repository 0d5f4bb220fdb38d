/** Rows 8 and 39 of the fault matrix: answers that arrive and are not what they should be, or more than that. */
import { beforeAll, describe, expect, test } from 'vitest';
import { HubSpotError } from '../../src/hubspot/errors.ts';
import type { PortalSeed, SeedAssociation, SeedRecord } from '../../src/sandbox/seed.ts';
import { createTinyPortal, tinyPartnerIds } from '../world/tiny-portal.ts';
import type { State } from './state.ts';
import { open, undisturbed } from './world.ts';

let expected: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  expected = await undisturbed();
});

describe('row 8: a spoilt body with status 200', () => {
  const spoilt = ['truncated', 'empty-body', 'html', 'content-type'];

  test.each([...spoilt, 'bom'])(
    '%s, now and then: the request is repeated and nothing is missing',
    async (mode) => {
      const world = await open({ faults: [`${mode}:every=3`] });
      const { summary } = await world.run();
      expect([summary.outcome, summary.publish.changed]).toEqual(['ok', tinyPartnerIds.length]);
      expect(await world.state()).toEqual(expected.state);
      expect(world.requests()).toBeLessThanOrEqual(2 * expected.requests);
    },
  );

  test.each([
    ['truncated', '/companies/search'],
    ['truncated', '/deals/batch/read'],
    ['empty-body', '/companies/search'],
    ['empty-body', '/deals/batch/read'],
    ['html', '/companies/search'],
    ['content-type', '/deals/batch/read'],
    ['gzip-bomb', '/companies/search'],
    ['gzip-bomb', '/deals/batch/read'],
  ])('%s, from %s without end: it is refused, and never taken for an empty result', async (mode, route) => {
    const world = await open({ faults: [`${mode}:route=${route}`] });
    await expect(world.run()).rejects.toThrow(HubSpotError);
    expect(world.writes()).toBe(0);
    expect((await world.state()).tables['verdict']).toEqual([]);
    expect(await world.latestRun()).toMatchObject({ outcome: 'failed' });
    world.sandbox.clearFaults();
    await world.run();
    expect(await world.state()).toEqual(expected.state);
  });

  test.each(spoilt)(
    '%s, in the place of every link we knew: nobody loses one or is judged by it',
    async (mode) => {
      const world = await open();
      await world.run();
      world.writes();
      world.sandbox.addFault(`${mode}:route=/associations/`);
      await expect(world.run()).rejects.toThrow(HubSpotError);
      expect(await world.state()).toEqual(expected.state);
      expect(world.writes()).toBe(0);
    },
  );
});

describe('row 39: what HubSpot may send some day', () => {
  test('a new field in every object changes nothing', async () => {
    const world = await open({ faults: ['unknown-fields'] });
    await world.run();
    expect(await world.state()).toEqual(expected.state);
  });

  test('ids beyond 2^53, as numbers or as texts, keep every digit and their neighbours apart', async () => {
    const asTexts = await undisturbed({}, withLongIds());
    const world = await open({ faults: ['numeric-ids'] }, withLongIds());
    await world.run();
    expect(await world.state()).toEqual(asTexts.state);
    const partners = asTexts.state.tables['partner']?.map((row) => (row as { id: string }).id);
    expect(partners).toEqual(tinyPartnerIds.map(long));
    expect(told(asTexts.state).sort()).toEqual(told(expected.state).sort());
  });

  test('words for a direction or an outcome that nobody knows say nothing, and nobody becomes active by them', async () => {
    const seed = createTinyPortal();
    const unheard: Record<string, string> = {
      hs_call_direction: 'SIDEWAYS',
      hs_email_direction: 'CARRIER_PIGEON',
      hs_communication_channel_type: 'SMOKE_SIGNAL',
    };
    const records = seed.records.map((record) => ({
      ...record,
      properties: Object.fromEntries(
        Object.entries(record.properties).map(([name, value]) => [name, unheard[name] ?? value]),
      ),
    }));
    const world = await open({}, { ...seed, records });
    expect((await world.run()).summary.outcome).toBe('ok');
    const lines = told(await world.state());
    expect(lines.filter((line) => /calls|emails/.test(line))).toEqual([]);
    expect(lines).toContain('hubspot.communications note_logged');
  });
});

function told({ tables }: State): string[] {
  const rows = tables['activity'] as readonly { source: string; kind: string }[];
  return rows.map(({ source, kind }) => `${source} ${kind}`);
}

/** 16 digits and neighbours: as numbers of JavaScript, two of them would be one. */
function long(id: string): string {
  return String(9_007_199_254_740_000n + BigInt(id));
}

function withLongIds(): PortalSeed {
  const seed = createTinyPortal();
  const records = seed.records.map((record): SeedRecord => ({
    ...record,
    id: long(record.id),
    mergedIds: record.mergedIds.map(long),
  }));
  const associations = seed.associations.map((one): SeedAssociation => ({
    ...one,
    fromId: long(one.fromId),
    toId: long(one.toId),
  }));
  const truth = seed.truth.map((one) => ({ ...one, companyId: long(one.companyId) }));
  return { ...seed, records, associations, truth };
}
