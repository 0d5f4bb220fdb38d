import { beforeAll, describe, expect, test } from 'vitest';
import { buildContract, type Contract } from './contract.ts';
import { createJudge, type Judge, type SentRequest } from './judge.ts';

const objects = '/crm/objects/2026-09';
let contract: Contract;
let judge: Judge;

beforeAll(async () => {
  contract = buildContract();
  judge = await createJudge(contract);
});

function ask(
  method: string,
  url: string,
  body?: unknown,
  headers = { authorization: 'Bearer pat' },
): SentRequest {
  const content = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    method,
    url,
    headers: { ...headers, ...content },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

const record = {
  id: '1',
  properties: { name: 'Alder', domain: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-02T00:00:00.000Z',
  archived: false,
};
const list = ask('GET', `${objects}/companies?limit=100&properties=name&properties=domain&archived=false`);
const update = ask('POST', `${objects}/companies/batch/update`, {
  inputs: [{ id: '1', properties: { a: 'b' } }],
});
const times = { startedAt: record.createdAt, completedAt: record.updatedAt };

describe('the contract', () => {
  test.each([
    ['get', `${objects}/{objectType}`],
    ['post', `${objects}/{objectType}/batch/read`],
    ['post', `${objects}/{objectType}/search`],
    ['post', '/crm/associations/2026-09/{fromObjectType}/{toObjectType}/batch/read'],
    ['get', '/crm/properties/2026-09/{objectType}/groups'],
    ['get', '/crm/owners/2026-09'],
    ['get', '/crm/lists/2026-09/{listId}/memberships'],
    ['get', '/account-info/2026-09/details'],
    ['get', '/settings/users/2026-03/{userId}'],
  ])('knows %s %s', (method, path) => {
    expect(contract.paths[path]).toHaveProperty(method);
  });

  test('has nothing left that HubSpot stops to support', () => {
    expect(Object.keys(contract.paths).filter((path) => /\/v\d(\/|$)/.test(path))).toEqual([]);
  });

  test('finds every model that it refers to', () => {
    const named = JSON.stringify(contract).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    const missing = [...named]
      .map(([, name = '']) => name)
      .filter((name) => !(name in contract.components.schemas));
    expect(missing).toEqual([]);
  });
});

describe('good traffic passes', () => {
  test.each<[string, SentRequest]>([
    ['a list', list],
    ['one property in a list', ask('GET', `${objects}/companies?properties=name`)],
    ['an update', update],
    [
      'a read of a batch without history',
      ask('POST', `${objects}/deals/batch/read`, { inputs: [{ id: '1' }] }),
    ],
    [
      'a search sorted by an object',
      ask('POST', `${objects}/companies/search`, {
        filterGroups: [{ filters: [{ propertyName: 'type', operator: 'IN', values: ['partner'] }] }],
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
        limit: 200,
      }),
    ],
    ['groups, which are no property called groups', ask('GET', '/crm/properties/2026-09/companies/groups')],
  ])('%s', (_, request) => {
    expect(judge.judgeRequest(request)).toEqual([]);
  });

  test.each<[string, SentRequest, number, unknown]>([
    ['a page', list, 200, { results: [record], paging: { next: { after: '2', link: 'x' } } }],
    ['a field of tomorrow', list, 200, { results: [{ ...record, url: 'https://example.com' }] }],
    [
      'a refusal without a category',
      list,
      429,
      { status: 'error', message: 'limit', errorType: 'RATE_LIMIT' },
    ],
    [
      'a batch that worked in part',
      update,
      207,
      {
        ...times,
        status: 'COMPLETE',
        results: [],
        numErrors: 1,
        errors: [{ status: 'error', category: 'VALIDATION_ERROR', message: 'no' }],
      },
    ],
  ])('%s', (_, request, status, body) => {
    expect(judge.judgeAnswer(request, status, JSON.stringify(body))).toEqual([]);
  });

  test('what stands in front of HubSpot may fail in HTML, HubSpot may not answer in it', () => {
    expect(judge.judgeAnswer(list, 502, '<html>')).toEqual([]);
    expect(judge.judgeAnswer(list, 200, '<html>')).not.toEqual([]);
  });
});

describe('bad traffic is told what is wrong with it', () => {
  test.each<[string, SentRequest, RegExp]>([
    [
      'a value that is a number',
      ask('POST', `${objects}/companies/batch/update`, { inputs: [{ id: '1', properties: { a: 1 } }] }),
      /\/inputs\/0\/properties\/a must be string/,
    ],
    [
      'a record without an id',
      ask('POST', `${objects}/companies/batch/update`, { inputs: [{ properties: { a: 'b' } }] }),
      /required property 'id'/,
    ],
    [
      'an operator that does not exist',
      ask('POST', `${objects}/companies/search`, {
        filterGroups: [{ filters: [{ propertyName: 'type', operator: 'EQUALS', value: 'x' }] }],
      }),
      /operator must be equal to one of/,
    ],
    [
      'a key that nobody knows',
      ask('POST', `${objects}/companies/batch/read`, { inputs: [{ id: '1' }], fields: ['name'] }),
      /additional properties.*fields/,
    ],
    ['a body that is missing', ask('POST', `${objects}/companies/search`), /required|body/i],
    [
      'a limit that is no number',
      ask('GET', `${objects}/companies?limit=many`),
      /limit must be (integer|number)/,
    ],
    ['a path that does not exist', ask('GET', '/crm/objects/2026-09/companies/1/2/3'), /no such operation/],
    ['a path of an old version', ask('GET', '/crm/v3/objects/companies'), /no such operation/],
    ['a method that does not exist', ask('PUT', `${objects}/companies`), /no such operation/],
    ['no token', ask('GET', `${objects}/companies`, undefined, { authorization: '' }), /no bearer token/],
  ])('%s', (_, request, problem) => {
    const problems = judge.judgeRequest(request).flatMap((violation) => violation.problems);
    expect(problems.join('\n')).toMatch(problem);
  });

  test('a body that is no JSON', () => {
    expect(judge.judgeRequest({ ...update, body: '{"inputs":' })[0]?.problems).toContain(
      'the body is no JSON',
    );
  });

  test.each<[string, SentRequest, number, unknown, RegExp]>([
    ['a success that the contract does not have', list, 201, { results: [] }, /declares 200/],
    [
      'a record whose id is a number',
      list,
      200,
      { results: [{ ...record, id: 1 }] },
      /results\/0\/id must be string/,
    ],
    [
      'a value that is a number',
      list,
      200,
      { results: [{ ...record, properties: { a: 1 } }] },
      /must be string/,
    ],
    ['a record without dates', list, 200, { results: [{ id: '1', properties: {} }] }, /createdAt/],
    ['a date of another form', list, 200, { results: [{ ...record, createdAt: 'today' }] }, /date-time/],
    ['a refusal without a word', list, 400, { status: 'error' }, /message/],
    [
      'details without a time zone',
      ask('GET', '/account-info/2026-09/details'),
      200,
      { portalId: 1 },
      /timeZone/,
    ],
  ])('%s', (_, request, status, body, problem) => {
    const problems = judge.judgeAnswer(request, status, JSON.stringify(body)).flatMap((one) => one.problems);
    expect(problems.join('\n')).toMatch(problem);
  });
});
