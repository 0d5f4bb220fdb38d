import type nock from 'nock';
import { describe, expect, test } from 'vitest';
import { connect, hubspotApi, paths, portalAnswer } from './http-mock.ts';

test.each([
  ['without a time zone', { ...portalAnswer, timeZone: undefined }, 'timeZone'],
  ['with a time zone that does not exist', { ...portalAnswer, timeZone: 'Mars/Olympus' }, 'timeZone'],
  ['without a currency', { ...portalAnswer, companyCurrency: '' }, 'companyCurrency'],
])('an account %s is refused', async (_name, body, field) => {
  hubspotApi().get(paths.details).reply(200, body);
  await expect(connect().hubspot.readPortal()).rejects.toThrow(`"${field}"`);
});

function pool(currentUsage: number, usageLimit: number, resetsAt: string | null): object {
  return { name: 'x', currentUsage, usageLimit, resetsAt };
}

describe('the daily usage', () => {
  test('is that of the fullest pool', async () => {
    hubspotApi()
      .get(paths.usage)
      .reply(200, { results: [pool(10, 1000, null), pool(9, 10, '2026-06-16T04:00:00Z')] });
    expect(await connect().hubspot.readDailyUsage()).toEqual({
      used: 9,
      limit: 10,
      resetsAt: Date.UTC(2026, 5, 16, 4),
    });
  });

  test('without any pool is refused', async () => {
    hubspotApi().get(paths.usage).reply(200, { results: [] });
    await expect(connect().hubspot.readDailyUsage()).rejects.toThrow('expected at least one pool');
  });
});

function owner(id: string | number, more: object = {}): object {
  const person = { userId: 99, firstName: 'Ada', lastName: 'Lovelace', type: 'PERSON', archived: false };
  return { id, email: `o${id}@acme.example`, ...person, ...more };
}

function ownerPage(archived: boolean, after?: string): nock.Interceptor {
  const cursor = after === undefined ? {} : { after };
  return hubspotApi()
    .get(paths.owners)
    .query({ limit: '500', archived: String(archived), ...cursor });
}

describe('owners', () => {
  test('come with those who left, page by page, and always with a name', async () => {
    ownerPage(false).reply(200, { results: [owner('1')], paging: { next: { after: 1 } } });
    ownerPage(false, '1').reply(200, { results: [owner(2, { firstName: '', lastName: null })] });
    ownerPage(true).reply(200, {
      results: [owner('3', { firstName: null, lastName: null, email: null, archived: true })],
    });
    expect(await connect().hubspot.readOwners('all')).toEqual([
      { id: '1', name: 'Ada Lovelace', email: 'o1@acme.example', archived: false },
      { id: '2', name: 'o2@acme.example', email: 'o2@acme.example', archived: false },
      { id: '3', name: 'Owner 3', email: null, archived: true },
    ]);
  });

  test('a repeated cursor is an error, not a loop', async () => {
    hubspotApi()
      .get(paths.owners)
      .query(true)
      .times(2)
      .reply(200, { results: [], paging: { next: { after: '1' } } });
    await expect(connect().hubspot.readOwners('all')).rejects.toThrow('repeats a page of owners');
  });
});

test('deal pipelines come by id and label', async () => {
  hubspotApi()
    .get('/crm/pipelines/2026-09/deals')
    .reply(200, { results: [{ id: 'default', label: 'Sales', displayOrder: 0, stages: [] }] });
  expect(await connect().hubspot.readDealPipelines()).toEqual([{ id: 'default', label: 'Sales' }]);
});
