import { describe, expect, test } from 'vitest';
import { createTinyPortal, tinyPartnerIds, tinySettings } from '../world/tiny-portal.ts';
import { idsOf, openWorld } from './harness.ts';

describe('owners', () => {
  test('living ones without, archived ones with the mark; user ids are another thing', async () => {
    const { ask } = await openWorld();
    const living = (await ask('GET', '/crm/owners/2026-09')).body;
    expect(living.results).toMatchObject([
      {
        id: '501',
        userId: 9501,
        email: 'ada@example.com',
        firstName: 'Ada',
        type: 'PERSON',
        archived: false,
      },
      { id: '502' },
    ]);
    const archived = (await ask('GET', '/crm/owners/2026-09?archived=true')).body;
    expect(archived.results).toMatchObject([{ id: '503', archived: true, userIdIncludingInactive: 9503 }]);
  });

  test('page by id and are found by address', async () => {
    const { ask } = await openWorld();
    const first = (await ask('GET', '/crm/v3/owners/?limit=1')).body;
    expect(first.paging?.next.after).toBe('501');
    expect(idsOf((await ask('GET', '/crm/v3/owners/?limit=1&after=501')).body)).toEqual(['502']);
    expect(idsOf((await ask('GET', '/crm/owners/2026-09?email=ben%40example.com')).body)).toEqual(['502']);
    expect((await ask('GET', '/crm/owners/2026-09?limit=501')).status).toBe(400);
  });

  test('one by id or by user id', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', '/crm/owners/2026-09/502')).body.id).toBe('502');
    expect((await ask('GET', '/crm/owners/2026-09/9502?idProperty=userId')).body.id).toBe('502');
    expect((await ask('GET', '/crm/owners/2026-09/9502')).status).toBe(404);
  });
});

test('pipelines tell in texts which stages are closed and how likely they are', async () => {
  const { ask } = await openWorld();
  const { body } = await ask('GET', '/crm/pipelines/2026-09/deals');
  expect(body.results).toMatchObject([
    {
      id: 'default',
      stages: [{}, { id: 'closedwon', metadata: { isClosed: 'true', probability: '1.0' } }, {}],
    },
  ]);
  expect((await ask('GET', '/crm/pipelines/2026-09/deals/default')).body.id).toBe('default');
  expect((await ask('GET', '/crm/pipelines/2026-09/deals/other')).status).toBe(404);
});

test('the account tells its id, zone, currency and daily usage', async () => {
  const { ask } = await openWorld();
  expect((await ask('GET', '/account-info/2026-09/details')).body).toEqual({
    portalId: 7_654_321,
    accountType: 'STANDARD',
    timeZone: 'America/New_York',
    companyCurrency: 'USD',
    additionalCurrencies: [],
    utcOffset: '-04:00',
    utcOffsetMilliseconds: -14_400_000,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  });
  const usage = await ask('GET', '/account-info/2026-09/api-usage/daily/private-apps');
  expect(usage.body.results).toMatchObject([
    { currentUsage: 2, usageLimit: 625_000, fetchStatus: 'SUCCESS', resetsAt: '2026-06-16T04:00:00.000Z' },
  ]);
});

test('a user says whether it is a super admin; deactivated and unknown ones do not exist', async () => {
  const { ask } = await openWorld();
  expect((await ask('GET', '/settings/users/2026-03/9501')).body).toMatchObject({
    id: '9501',
    email: 'ada@example.com',
    superAdmin: true,
    roleIds: [],
  });
  expect((await ask('GET', '/settings/users/2026-03/9502')).body).toMatchObject({ superAdmin: false });
  expect((await ask('GET', '/settings/users/2026-03/9503')).status).toBe(404);
  expect((await ask('GET', '/settings/users/2026-03/1')).status).toBe(404);
});

describe('static lists', () => {
  test('list 1 holds the partners', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', '/crm/lists/2026-09/1')).body).toMatchObject({
      list: { listId: '1', name: 'Partners', objectTypeId: '0-2', size: 7 },
    });
    const first = (await ask('GET', '/crm/lists/2026-09/1/memberships?limit=4')).body;
    const rest = (
      await ask('GET', `/crm/lists/2026-09/1/memberships?limit=4&after=${first.paging?.next.after ?? ''}`)
    ).body;
    const members = [...first.results, ...rest.results].map(
      (row) => (row as unknown as { recordId: string }).recordId,
    );
    expect(members).toEqual(tinyPartnerIds);
  });

  test('are there under the id that the settings define partners by', async () => {
    const settings = { ...tinySettings, partnerDefinition: { by: 'list' as const, listId: '42' } };
    const { ask } = await openWorld({ seed: createTinyPortal({ settings }) });
    const { body } = await ask('GET', '/crm/lists/2026-09/42/memberships');
    expect(body.results).toHaveLength(tinyPartnerIds.length);
  });

  test('can be made, filled and emptied; dynamic ones cannot', async () => {
    const { ask } = await openWorld();
    const made = await ask('POST', '/crm/lists/2026-09', {
      name: 'Call',
      objectTypeId: '0-2',
      processingType: 'MANUAL',
    });
    const { listId } = (made.body as unknown as { list: { listId: string } }).list;
    const memberships = `/crm/lists/2026-09/${listId}/memberships`;
    expect((await ask('PUT', `${memberships}/add`, ['101', '999'])).body).toMatchObject({
      recordsIdsAdded: ['101'],
      recordIdsMissing: ['999'],
    });
    expect((await ask('PUT', `${memberships}/remove`, ['101'])).body).toMatchObject({
      recordIdsRemoved: ['101'],
    });
    expect((await ask('GET', memberships)).body.results).toEqual([]);
    const dynamic = { name: 'Call', objectTypeId: '0-2', processingType: 'DYNAMIC' };
    expect((await ask('POST', '/crm/lists/2026-09', dynamic)).status).toBe(400);
    expect((await ask('GET', '/crm/lists/2026-09/999/memberships')).status).toBe(404);
  });
});
