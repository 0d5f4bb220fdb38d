import { describe, expect, test } from 'vitest';
import { HubSpotError } from '../../src/hubspot/errors.ts';
import type { PartnerDefinition } from '../../src/model/settings.ts';
import { batch, connect, hubspotApi, paths, record } from './http-mock.ts';

const byType: PartnerDefinition = { by: 'property', property: 'type', values: ['PARTNER'] };

function found(ids: readonly (string | number)[], total: number, after?: string | number): object {
  return {
    total,
    results: ids.map((id) => record(id, { name: `Company ${id}` })),
    ...(after === undefined ? {} : { paging: { next: { after, link: 'https://elsewhere.test/' } } }),
  };
}

describe('partners by a property', () => {
  test('are asked for by value, in the order of ids, with named properties only', async () => {
    const bodies: unknown[] = [];
    hubspotApi()
      .post(paths.search, (body) => bodies.push(body) > 0)
      .reply(200, found(['7'], 1));
    const { hubspot } = connect();
    const page = await hubspot.findPartners(byType, ['tier', 'name'], null);
    expect(bodies).toEqual([
      {
        filterGroups: [{ filters: [{ propertyName: 'type', operator: 'EQ', value: 'PARTNER' }] }],
        sorts: ['hs_object_id'],
        properties: ['name', 'domain', 'hubspot_owner_id', 'hs_merged_object_ids', 'tier'],
        limit: 200,
      },
    ]);
    expect(page).toEqual({
      items: [
        {
          id: '7',
          name: 'Company 7',
          domain: null,
          ownerId: null,
          createdAt: Date.UTC(2024, 2, 1, 10),
          updatedAt: Date.UTC(2026, 5, 1, 8, 30, 0, 123),
          archived: false,
          mergedIds: [],
          properties: { tier: null, name: 'Company 7' },
        },
      ],
      next: null,
      total: 1,
    });
  });

  test('of several values are asked for in both spellings that HubSpot may want', async () => {
    hubspotApi()
      .post(paths.search, (body) => {
        expect(body.filterGroups[0].filters[0]).toEqual({
          propertyName: 'type',
          operator: 'IN',
          values: ['PARTNER', 'partner', 'reseller'],
        });
        return true;
      })
      .reply(200, found([], 0));
    const definition = { ...byType, values: ['PARTNER', 'reseller'] };
    expect(await connect().hubspot.findPartners(definition, [], null)).toEqual({
      items: [],
      next: null,
      total: 0,
    });
  });

  test('go on after the last id, so that ten thousand rows are no end', async () => {
    hubspotApi()
      .post(paths.search)
      .reply(200, found(['7', '719869649082'], 30_000, '2'));
    hubspotApi()
      .post(paths.search, (body) => {
        expect(body).not.toHaveProperty('after');
        expect(body.filterGroups[0].filters[1]).toEqual({
          propertyName: 'hs_object_id',
          operator: 'GT',
          value: '719869649082',
        });
        return true;
      })
      .reply(200, found(['719869649083'], 1));
    const { hubspot } = connect();
    const first = await hubspot.findPartners(byType, [], null);
    expect(first.next).toBe('719869649082');
    const second = await hubspot.findPartners(byType, [], first.next);
    expect(second.items.map(({ id }) => id)).toEqual(['719869649083']);
    expect(second.next).toBeNull();
  });

  test('are not at their end on a short page without a cursor while the total says there are more', async () => {
    hubspotApi()
      .post(paths.search)
      .reply(200, found(['7'], 2));
    expect((await connect().hubspot.findPartners(byType, [], null)).next).toBe('7');
  });

  test.each(['200', 200])('are not at their end on an empty page with the cursor %j', async (cursor) => {
    hubspotApi()
      .post(paths.search)
      .reply(200, found([], 1, cursor));
    hubspotApi()
      .post(paths.search, (body) => body.after === '200')
      .reply(200, found(['7'], 1));
    const page = await connect().hubspot.findPartners(byType, [], null);
    expect(page.items.map(({ id }) => id)).toEqual(['7']);
  });

  test('end in an error instead of a loop when a cursor repeats', async () => {
    hubspotApi()
      .post(paths.search)
      .times(2)
      .reply(200, found([], 1, '200'));
    await expect(connect().hubspot.findPartners(byType, [], null)).rejects.toThrow(
      'repeats a page of companies',
    );
  });

  test.each([
    ['an id that is not greater than the last one', '100', ['100']],
    ['ids in the order of text', null, ['7', '719869649082', '71987']],
    ['the same id twice', null, ['7', '7']],
  ])('end in an error when HubSpot returns %s', async (_name, after, ids) => {
    hubspotApi().post(paths.search).reply(200, found(ids, 300));
    const error = await connect()
      .hubspot.findPartners(byType, [], after)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HubSpotError);
    expect(String(error)).toContain('in the order of their ids');
  });

  test('ids beyond 2^53 keep every digit', async () => {
    hubspotApi()
      .post(paths.search)
      .reply(200, JSON.stringify(found(['1'], 2)).replaceAll('"1"', '9007199254740993'), {
        'content-type': 'application/json',
      });
    const page = await connect().hubspot.findPartners(byType, [], '9007199254740992');
    expect(page).toMatchObject({ items: [{ id: '9007199254740993' }], next: '9007199254740993' });
  });

  test('a definition that no search can hold is refused before it is sent', async () => {
    const values = Array.from({ length: 400 }, (_value, index) => `value_${index}`);
    const error = await connect()
      .hubspot.findPartners({ ...byType, values }, [], null)
      .catch((error: unknown) => error);
    expect(String(error)).toMatch(/too long for a HubSpot search \(\d+ of 3000 characters\)/);
  });
});

describe('partners by a list', () => {
  const byList: PartnerDefinition = { by: 'list', listId: '42' };
  const list = '/crm/lists/2026-09/42';

  test('are its members, read fresh; archived companies are left out', async () => {
    hubspotApi()
      .get(list)
      .reply(200, { list: { listId: '42', name: 'Partners', objectTypeId: '0-2' } });
    hubspotApi()
      .get(`${list}/memberships`)
      .query({ limit: '100' })
      .reply(200, {
        results: [{ recordId: '7' }, { recordId: 8 }, { recordId: '9' }],
        paging: { next: { after: 9 } },
      });
    hubspotApi()
      .post(paths.companies, (body) => {
        expect(body.inputs).toEqual([{ id: '7' }, { id: '8' }, { id: '9' }]);
        return true;
      })
      .reply(200, batch([record('7'), { ...record('8'), archived: true }]));
    const page = await connect().hubspot.findPartners(byList, [], null);
    expect(page.items.map(({ id }) => id)).toEqual(['7']);
    expect(page.next).toBe('9');
  });

  test('of an empty page are none, and the list is not at its end', async () => {
    hubspotApi()
      .get(`${list}/memberships`)
      .query({ limit: '100', after: '9' })
      .reply(200, { results: [], paging: { next: { after: '10' } } });
    expect(await connect().hubspot.findPartners(byList, [], '9')).toEqual({
      items: [],
      next: '10',
      total: null,
    });
  });

  test('a repeated cursor is an error', async () => {
    hubspotApi()
      .get(`${list}/memberships`)
      .query({ limit: '100', after: '9' })
      .reply(200, { results: [], paging: { next: { after: '9' } } });
    await expect(connect().hubspot.findPartners(byList, [], '9')).rejects.toThrow(
      'repeats a page of members of list 42',
    );
  });

  test('a list of contacts is refused by name', async () => {
    hubspotApi()
      .get(list)
      .reply(200, { list: { listId: '42', name: 'People', objectTypeId: '0-1' } });
    await expect(connect().hubspot.findPartners(byList, [], null)).rejects.toThrow(
      'List 42 ("People") does not hold companies',
    );
  });
});
