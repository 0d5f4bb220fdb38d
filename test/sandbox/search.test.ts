import { describe, expect, test } from 'vitest';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { idsOf, openWorld } from './harness.ts';
import type { World } from './harness.ts';

const path = '/crm/objects/2026-09/companies/search';

async function find(
  world: World,
  ...filters: readonly Readonly<Record<string, unknown>>[]
): Promise<string[]> {
  const { body } = await world.ask('POST', path, { filterGroups: [{ filters }], limit: 200 });
  return idsOf(body);
}

/** The tiny portal with many more prospects, for questions of size. */
function crowdedPortal(count: number) {
  const seed = createTinyPortal();
  const [sample] = seed.records;
  if (sample === undefined) throw new Error('The tiny portal is empty.');
  const crowd = Array.from({ length: count }, (_, index) => ({ ...sample, id: String(100_000 + index) }));
  return { ...seed, records: [...seed.records, ...crowd] };
}

describe('operators', () => {
  test.each([
    ['EQ of an option is exact', { propertyName: 'type', operator: 'EQ', value: 'partner' }, []],
    [
      'EQ of a text knows no case',
      { propertyName: 'name', operator: 'EQ', value: 'ALDER networks' },
      ['101'],
    ],
    [
      'NEQ wants a value to differ',
      { propertyName: 'type', operator: 'NEQ', value: 'PARTNER' },
      ['110', '111'],
    ],
    [
      'IN finds any of several',
      { propertyName: 'partner_tier', operator: 'IN', values: ['gold'] },
      ['101', '104'],
    ],
    [
      'IN of a text wants lower case',
      { propertyName: 'name', operator: 'IN', values: ['Ivy Insurance'] },
      [],
    ],
    [
      'IN of a text in lower case',
      { propertyName: 'name', operator: 'IN', values: ['ivy insurance'] },
      ['112'],
    ],
    [
      'NOT_IN wants a value',
      { propertyName: 'partner_tier', operator: 'NOT_IN', values: ['gold', 'silver'] },
      ['106'],
    ],
    ['HAS_PROPERTY', { propertyName: 'lifecyclestage', operator: 'HAS_PROPERTY' }, ['110']],
    ['NOT_HAS_PROPERTY', { propertyName: 'type', operator: 'NOT_HAS_PROPERTY' }, ['112']],
    ['GT compares ids as numbers', { propertyName: 'hs_object_id', operator: 'GT', value: '99' }, 'all'],
    ['GTE', { propertyName: 'hs_object_id', operator: 'GTE', value: '111' }, ['111', '112']],
    ['LT', { propertyName: 'hs_object_id', operator: 'LT', value: '102' }, ['101']],
    ['LTE', { propertyName: 'hs_object_id', operator: 'LTE', value: '102' }, ['101', '102']],
    [
      'BETWEEN includes both ends',
      { propertyName: 'hs_object_id', operator: 'BETWEEN', value: '103', highValue: '105' },
      ['103', '104', '105'],
    ],
    [
      'dates as milliseconds',
      { propertyName: 'partner_since', operator: 'LT', value: '1673308800001' },
      'partners',
    ],
    ['dates as ISO 8601', { propertyName: 'partner_since', operator: 'GT', value: '2023-01-10' }, []],
    [
      'CONTAINS_TOKEN finds words',
      { propertyName: 'name', operator: 'CONTAINS_TOKEN', value: 'networks' },
      ['101'],
    ],
    [
      'CONTAINS_TOKEN with a wildcard',
      { propertyName: 'name', operator: 'CONTAINS_TOKEN', value: 'net*' },
      ['101'],
    ],
    ['a part of a word is no token', { propertyName: 'name', operator: 'CONTAINS_TOKEN', value: 'net' }, []],
    [
      'NOT_CONTAINS_TOKEN',
      { propertyName: 'domain', operator: 'NOT_CONTAINS_TOKEN', value: 'fir' },
      ['101', '102', '103', '104', '105'],
    ],
    [
      'associations of a deal',
      { propertyName: 'associations.deal', operator: 'EQ', value: '203' },
      ['101', '104'],
    ],
    [
      'associations of several deals',
      { propertyName: 'associations.deal', operator: 'IN', values: ['204', '206'] },
      ['102', '106'],
    ],
    ['an unknown property finds nothing', { propertyName: 'nonsense', operator: 'EQ', value: '1' }, []],
  ])('%s', async (_, filter, expected) => {
    const world = await openWorld();
    const named: Record<string, string[]> = {
      all: ['101', '102', '103', '104', '105', '106', '110', '111', '112'],
      partners: ['101', '102', '103', '104', '105', '106'],
    };
    expect(await find(world, filter)).toEqual(typeof expected === 'string' ? named[expected] : expected);
  });

  test('filters of a group must all hold; groups are alternatives', async () => {
    const { ask } = await openWorld();
    const gold = { propertyName: 'partner_tier', operator: 'EQ', value: 'gold' };
    const apac = { propertyName: 'partner_region', operator: 'EQ', value: 'apac' };
    const ivy = { propertyName: 'name', operator: 'EQ', value: 'Ivy Insurance' };
    const { body } = await ask('POST', path, {
      filterGroups: [{ filters: [gold, apac] }, { filters: [ivy] }],
    });
    expect(idsOf(body)).toEqual(['104', '112']);
  });

  test('a date filter at the epoch fails, as seen on live accounts', async () => {
    const { ask } = await openWorld();
    const filter = { propertyName: 'createdate', operator: 'GT', value: '0' };
    expect((await ask('POST', path, { filterGroups: [{ filters: [filter] }] })).status).toBe(500);
  });

  test('contacts are found by lastmodifieddate and, silently, not by the name that all others use', async () => {
    const { ask } = await openWorld();
    const search = async (propertyName: string) =>
      (
        await ask('POST', '/crm/objects/2026-09/contacts/search', {
          filterGroups: [{ filters: [{ propertyName, operator: 'GT', value: '1000' }] }],
          sorts: [propertyName],
        })
      ).body.total;
    expect(await search('lastmodifieddate')).toBe(1);
    expect(await search('hs_lastmodifieddate')).toBe(0);
  });

  test('query finds words of the searchable properties by their beginnings', async () => {
    const { ask } = await openWorld();
    expect(idsOf((await ask('POST', path, { query: 'date pal' })).body)).toEqual(['104']);
    expect(idsOf((await ask('POST', path, { query: 'gold' })).body)).toEqual([]);
  });
});

describe('order and paging', () => {
  test.each([
    ['name', ['101', '102']],
    ['-name', ['112', '111']],
    [{ propertyName: 'name', direction: 'DESCENDING' }, ['112', '111']],
    [{ propertyName: 'name' }, ['101', '102']],
    ['-hs_object_id', ['112', '111']],
  ])('sorts by %j', async (sort, expected) => {
    const { ask } = await openWorld();
    expect(idsOf((await ask('POST', path, { sorts: [sort], limit: 2 })).body)).toEqual(expected);
  });

  test('records without the sorted value come last, either way', async () => {
    const { ask } = await openWorld();
    for (const sort of ['lifecyclestage', '-lifecyclestage']) {
      expect(idsOf((await ask('POST', path, { sorts: [sort] })).body)[0]).toBe('110');
    }
  });

  test('only one sort is allowed', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', path, { sorts: ['name', 'domain'] })).status).toBe(400);
  });

  test('pages by offset, with the total on every page', async () => {
    const { ask } = await openWorld();
    const first = (await ask('POST', path, { limit: 5 })).body;
    expect(first).toMatchObject({ total: 9, paging: { next: { after: '5' } } });
    const second = (await ask('POST', path, { limit: 5, after: '5' })).body;
    expect(idsOf(second)).toEqual(['106', '110', '111', '112']);
    expect(second.paging).toBeUndefined();
  });

  test('reaches 10,000 results and no further', async () => {
    const { ask, tick } = await openWorld({ seed: crowdedPortal(10_100) });
    const last = await ask('POST', path, { limit: 200, after: '9800' });
    expect(last.body.results).toHaveLength(200);
    expect(last.body).toMatchObject({ total: 10_109, paging: { next: { after: '10000' } } });
    tick.ms += 1000;
    expect((await ask('POST', path, { limit: 200, after: '10000' })).status).toBe(400);
  });
});

describe('limits of a question', () => {
  const filter = { propertyName: 'type', operator: 'HAS_PROPERTY' };
  const groups = (...sizes: number[]) => ({
    filterGroups: sizes.map((size) => ({ filters: Array.from({ length: size }, () => filter) })),
  });

  test.each([
    ['201 results a page', { limit: 201 }],
    ['six groups', groups(1, 1, 1, 1, 1, 1)],
    ['seven filters in a group', groups(7)],
    ['19 filters in total', groups(6, 6, 6, 1)],
    ['an empty group', groups(0)],
    ['an operator that does not exist', { filterGroups: [{ filters: [{ ...filter, operator: 'LIKE' }] }] }],
    ['an operator without its value', { filterGroups: [{ filters: [{ ...filter, operator: 'EQ' }] }] }],
    ['more than 3,000 characters', { properties: Array.from({ length: 400 }, () => 'x'.repeat(8)) }],
    ['a cursor that is no number', { after: 'abc' }],
  ])('%s is refused', async (_, body) => {
    const { ask } = await openWorld();
    const { status, body: answer } = await ask('POST', path, body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ category: 'VALIDATION_ERROR' });
  });

  test('18 filters in five groups of at most six are fine', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', path, groups(6, 6, 4, 1, 1))).status).toBe(200);
  });
});

describe('what search sees', () => {
  test('never archived or merged-away records', async () => {
    const world = await openWorld();
    expect(await find(world, { propertyName: 'name', operator: 'HAS_PROPERTY' })).not.toContain(
      tinyCompanies.archived,
    );
    world.sandbox.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' });
    const found = await find(world, { propertyName: 'type', operator: 'EQ', value: 'PARTNER' });
    expect(found).not.toContain('101');
    expect(found).toHaveLength(5);
  });

  test('a change only after the lag of the index, while a batch read sees it at once', async () => {
    const world = await openWorld({ indexLagMs: 30_000 });
    const inLima = { propertyName: 'city', operator: 'EQ', value: 'Lima' };
    await world.ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: { city: 'Lima' } });
    expect(await find(world, inLima)).toEqual([]);
    world.tick.ms += 29_999;
    expect(await find(world, inLima)).toEqual([]);
    world.tick.ms += 1001;
    expect(await find(world, inLima)).toEqual(['101']);
  });

  test('a new record only after the lag, which passes on the clock of the account too', async () => {
    const world = await openWorld({ indexLagMs: 30_000 });
    const { record } = world.sandbox.mutate({ do: 'create', type: 'company', properties: { city: 'Lima' } });
    const inLima = { propertyName: 'city', operator: 'EQ', value: 'Lima' };
    expect(await find(world, inLima)).toEqual([]);
    world.sandbox.mutate({ do: 'advanceClock', durationMs: 30_000 });
    expect(await find(world, inLima)).toEqual([record?.id]);
  });

  test('changes out of order when every record has a lag of its own', async () => {
    const world = await openWorld({ faults: ['index-lag:0-120000'] });
    const edited = ['101', '102', '103', '104', '105', '106'];
    for (const id of edited) {
      world.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { city: 'Lima' } });
    }
    const appeared: string[] = [];
    for (; world.tick.ms <= 120_000; world.tick.ms += 2000) {
      const found = await find(world, { propertyName: 'city', operator: 'EQ', value: 'Lima' });
      appeared.push(...found.filter((id) => !appeared.includes(id)));
    }
    expect(appeared.toSorted()).toEqual(edited);
    expect(appeared).not.toEqual(edited);
  });

  test('association changes at once, although they change no record', async () => {
    const world = await openWorld();
    const ofDeal = { propertyName: 'associations.deal', operator: 'EQ', value: '204' };
    expect(await find(world, ofDeal)).toEqual(['102']);
    world.sandbox.mutate({
      do: 'associate',
      fromType: 'company',
      fromId: '103',
      toType: 'deal',
      toId: '204',
    });
    expect(await find(world, ofDeal)).toEqual(['102', '103']);
  });

  test('a record outside the question, when stray rows are on', async () => {
    const world = await openWorld({ faults: ['stray-rows'] });
    expect(await find(world, { propertyName: 'name', operator: 'EQ', value: 'Ivy Insurance' })).toEqual([
      '112',
      '101',
    ]);
  });
});

test('the modified date can be searched by a window of time', async () => {
  const world = await openWorld();
  await world.ask('PATCH', '/crm/objects/2026-09/companies/104', { properties: { city: 'Lima' } });
  const window = {
    propertyName: 'hs_lastmodifieddate',
    operator: 'BETWEEN',
    value: String(tinyNow - 1),
    highValue: String(tinyNow),
  };
  expect(await find(world, window)).toEqual(['104']);
});
