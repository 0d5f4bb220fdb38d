/** Our client and our sandbox agree with HubSpot's published contract, not only with each other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import { InvalidBatchError } from '../../src/hubspot/errors.ts';
import type { HubSpotConnection } from '../../src/hubspot/hubspot.ts';
import { propertyDefinitions, propertyGroup, propertyName } from '../../src/hubspot/properties.ts';
import { engagementTypes, linkedTypes } from '../../src/model/record.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { openOutsideJudge, type OutsideJudge } from './outside-judge.ts';
import { startJudge, type RunningJudge } from './proxy.ts';

const now = Date.UTC(2026, 5, 15, 12);
const seed = createProgramme({ programme: 'reseller', partners: 12, seed: 5, now });
const idsOf = (type: string): string[] =>
  seed.records
    .filter((record) => record.type === type && record.archivedAt === null)
    .map(({ id }) => id)
    .slice(0, 100);

let sandbox: Sandbox;
let outside: OutsideJudge | null;
let judge: RunningJudge;
let hubspot: HubSpotConnection;
const called = new Set<string>();

beforeAll(async () => {
  sandbox = await startSandbox({ seed, limits: 'off', clock: () => now, associationPageSize: 2 });
  outside = await openOutsideJudge(sandbox.url);
  judge = await startJudge({ upstream: outside?.url ?? sandbox.url });
  const connection = connectHubSpot({ accessToken: seed.accessToken, apiUrl: judge.url });
  hubspot = new Proxy(connection, {
    get(target, name: keyof HubSpotConnection) {
      called.add(name);
      return target[name];
    },
  });
});

afterAll(async () => {
  await hubspot.close();
  await judge.close();
  await outside?.close();
  await sandbox.close();
});

describe('every call of the client, and every answer of the sandbox, keeps the contract', () => {
  test('the account, its people and its pipelines', async () => {
    expect(await hubspot.waitedFor.readPortal()).toEqual(await hubspot.readPortal());
    await hubspot.readDailyUsage();
    await hubspot.readOwners('all');
    await hubspot.readDealPipelines();
    const userId = seed.owners[0]?.userId ?? '';
    expect((await hubspot.readUser(userId))?.id).toBe(userId);
    expect(await hubspot.readUser('999999999')).toBeNull();
    expect(judge.violations()).toEqual([]);
  });

  test('partners by property and by list', async () => {
    const byProperty = await hubspot.findPartners(seed.settings.partnerDefinition, ['name'], null);
    const byList = await hubspot.findPartners({ by: 'list', listId: '1' }, ['name'], null);
    expect(byList.items).toHaveLength(byProperty.items.length);
    expect(await hubspot.countListMembers('1')).toBeGreaterThan(0);
    expect(judge.violations()).toEqual([]);
  });

  test('records of every type, and ids that do not exist', async () => {
    const companies = await hubspot.readCompanies([...idsOf('company').slice(0, 20), '999999999'], ['name']);
    expect(companies.missing).toEqual(['999999999']);
    await hubspot.readRecords('deal', idsOf('deal'));
    for (const type of engagementTypes)
      await hubspot.readRecords(type, [...idsOf(type), '999999999'].slice(-20));
    expect(judge.violations()).toEqual([]);
  });

  test('what changed, what there is, and records that a search names', async () => {
    const { partnerDefinition } = seed.settings;
    if (partnerDefinition.by !== 'property')
      throw new Error('The sample programme defines partners by a property.');
    await hubspot.findNewPartners(partnerDefinition, ['name'], 'unpublished', null);
    await hubspot.findNewPartners(partnerDefinition, ['name'], { since: 1 }, null);
    expect(await hubspot.countPartners(partnerDefinition)).toBeGreaterThan(0);
    for (const type of linkedTypes) {
      const ids = idsOf(type).slice(0, 20);
      expect(await hubspot.countRecords(type)).toBeGreaterThanOrEqual(ids.length);
      expect((await hubspot.readBySearch(type, ids)).asked).toEqual(ids);
      await hubspot.findChanged(type, { from: 1, to: Date.now() }, null);
      await hubspot.listRecords(type, null);
      if (ids.length > 0)
        await hubspot.readLinkedCompanies(
          type,
          ids.map((id) => ({ id, after: null })),
        );
    }
    expect(judge.violations()).toEqual([]);
  });

  test('links of every type, page by page', async () => {
    for (const type of linkedTypes) {
      let inputs = idsOf('company').map((id) => ({ id, after: null as string | null }));
      while (inputs.length > 0) inputs = [...(await hubspot.readAssociations(type, inputs)).next];
    }
    expect(judge.violations()).toEqual([]);
  });

  test('our properties, made and changed', async () => {
    const existing = new Set((await hubspot.readCompanyProperties()).map(({ name }) => name));
    const groups = await hubspot.readCompanyPropertyGroups();
    if (!groups.some(({ name }) => name === propertyGroup.name)) {
      await hubspot.createCompanyPropertyGroup(propertyGroup);
    }
    await hubspot.createCompanyProperties(propertyDefinitions.filter(({ name }) => !existing.has(name)));
    const status = propertyDefinitions.find(({ name }) => name === propertyName('status'));
    await hubspot.updateCompanyPropertyOptions(propertyName('status'), status?.options ?? []);
    expect(judge.violations()).toEqual([]);
  });

  test('values, written in whole and refused in part', async () => {
    const [first = '', second = ''] = idsOf('company');
    const good = {
      id: first,
      properties: { [propertyName('status')]: 'active', [propertyName('health')]: '80' },
    };
    const bad = { id: second, properties: { [propertyName('status')]: 'nonsense' } };
    expect((await hubspot.updateCompanies([good])).written).toHaveLength(1);
    expect((await hubspot.updateCompanies([good, bad])).failed).toMatchObject([{ id: second }]);
    sandbox.addFault('batch-errors:whole-batch');
    await expect(hubspot.updateCompanies([good, bad])).rejects.toThrow(InvalidBatchError);
    sandbox.clearFaults();
    expect(judge.violations()).toEqual([]);
  });

  test('tasks and notes', async () => {
    const [companyId = ''] = idsOf('company');
    const [owner] = await hubspot.readOwners('all');
    const common = { companyId, body: 'Ask how the quarter went.', ownerId: owner?.id ?? null };
    await hubspot.createTask({ ...common, subject: 'Call', dueAt: now, priority: 'HIGH' });
    await hubspot.createNote({ ...common, at: now, ownerId: null });
    expect(judge.violations()).toEqual([]);
  });

  test('our properties, taken away again', async () => {
    const names: string[] = [propertyName('status'), propertyName('health')];
    await hubspot.archiveCompanyProperties(names);
    const left = (await hubspot.readCompanyProperties()).map(({ name }) => name);
    expect(left.filter((name) => names.includes(name))).toEqual([]);
    expect(judge.violations()).toEqual([]);
  });

  test('nothing of the client was left out, and all of it went through the judge', async () => {
    const { requests } = hubspot.counts();
    expect(hubspot.answeredAt()).not.toBeNull();
    const judged = Object.values(judge.operations()).reduce((sum, count) => sum + count, 0);
    expect(judged).toBe(requests.total);
    await hubspot.close();
    const methods = Object.keys(connectHubSpot({ accessToken: 'x', apiUrl: judge.url }));
    expect([...called].sort()).toEqual(methods.sort());
  });
});

describe('what else the sandbox answers keeps the contract', () => {
  const objects = '/crm/objects/2026-09';
  const [company = '', other = ''] = idsOf('company').slice(-2);
  const [contact = ''] = idsOf('contact');

  test.each<[string, string, unknown?]>([
    ['GET', `${objects}/companies?limit=3&properties=name&archived=false`],
    ['GET', `${objects}/companies?archived=true`],
    ['GET', `${objects}/companies/${company}?properties=name&associations=contacts`],
    ['GET', `${objects}/companies/999999999`],
    ['POST', `${objects}/contacts/search`, { limit: 1, properties: ['email'] }],
    ['POST', `${objects}/companies`, { properties: { name: 'Made by hand' }, associations: [] }],
    [
      'POST',
      `${objects}/companies/batch/create`,
      { inputs: [{ properties: { name: 'One' }, associations: [] }] },
    ],
    ['PATCH', `${objects}/companies/${company}`, { properties: { name: 'Renamed' } }],
    ['PATCH', `${objects}/companies/${company}`, { properties: { no_such_property: 'x' } }],
    ['GET', `${objects}/companies/${company}/associations/contacts?limit=1`],
    ['PUT', `${objects}/companies/${company}/associations/default/contacts/${contact}`],
    ['GET', '/crm/associations/2026-09/companies/deals/labels'],
    ['GET', '/crm/properties/2026-09/companies/name'],
    ['POST', '/crm/properties/2026-09/companies/batch/read', { archived: false, inputs: [{ name: 'name' }] }],
    ['GET', '/crm/properties/2026-09/companies/groups'],
    ['GET', '/crm/pipelines/2026-09/deals'],
    ['GET', `/crm/owners/2026-09/${seed.owners[0]?.id}`],
    ['GET', `/settings/users/2026-03/${seed.owners[0]?.userId}`],
    ['GET', '/crm/lists/2026-09/1'],
    ['GET', '/crm/lists/2026-09/1/memberships?limit=2'],
    ['DELETE', `${objects}/companies/${other}`],
    ['POST', `${objects}/companies/batch/archive`, { inputs: [{ id: company }] }],
  ])('%s %s', async (method, path, body) => {
    const before = judge.violations().length;
    const answer = await fetch(judge.url + path, {
      method,
      headers: { authorization: `Bearer ${seed.accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(judge.violations().slice(before)).toEqual([]);
    expect(answer.status).toBeLessThan(500);
  });

  test.each([
    'rate-limit:SECONDLY,n=1',
    'rate-limit:DAILY,n=1',
    'status:477,n=1',
    'status:502,n=1',
    'unauthorized:n=1',
    'forbidden:n=1',
  ])('a failure like %s', async (fault) => {
    sandbox.addFault(fault);
    const before = judge.violations().length;
    const answer = await fetch(`${judge.url}/crm/owners/2026-09`, {
      headers: { authorization: `Bearer ${seed.accessToken}` },
    });
    sandbox.clearFaults();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(judge.violations().slice(before)).toEqual([]);
  });
});

test('a judge that we did not write, where there is one, saw the same traffic and agrees', (context) => {
  if (outside === null)
    return context.skip('There is no ../shared/tools/hubspot-judge beside this repository.');
  expect(outside.judged()).toBeGreaterThan(50);
  expect(outside.violations()).toEqual([]);
});
