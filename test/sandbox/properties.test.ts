import { describe, expect, test } from 'vitest';
import { openWorld } from './harness.ts';

const path = '/crm/properties/2026-09/companies';
const status = {
  name: 'rekindle_status',
  label: 'Status',
  type: 'enumeration',
  fieldType: 'select',
  groupName: 'companyinformation',
  options: [
    { label: 'Active', value: 'active', displayOrder: 0, hidden: false },
    { label: 'Inactive', value: 'inactive', displayOrder: 1, hidden: false },
  ],
};

describe('reading definitions', () => {
  test('lists HubSpot’s own and the customer’s, with what may be done to them', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', path);
    const byName = new Map(body.results.map((property) => [property.name, property]));
    expect(byName.get('hs_object_id')).toMatchObject({
      hubspotDefined: true,
      modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: true },
    });
    expect(byName.get('partner_tier')).toMatchObject({
      hubspotDefined: false,
      archived: false,
      modificationMetadata: { archivable: true, readOnlyValue: false },
      options: [{ value: 'gold' }, { value: 'silver' }, { value: 'registered' }],
    });
    expect(byName.get('hubspot_owner_id')).toMatchObject({
      externalOptions: true,
      referencedObjectType: 'OWNER',
    });
  });

  test('one by name, or a 404', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', `${path}/type`)).body).toMatchObject({ name: 'type', type: 'enumeration' });
    expect((await ask('GET', `${path}/nonsense`)).status).toBe(404);
  });

  test('a batch answers 207 for names that do not exist', async () => {
    const { ask } = await openWorld();
    const inputs = [{ name: 'type' }, { name: 'nonsense' }];
    const answer = await ask('POST', `${path}/batch/read`, { inputs, archived: false });
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({
      results: [{ name: 'type' }],
      errors: [{ category: 'OBJECT_NOT_FOUND' }],
    });
  });
});

describe('making definitions', () => {
  test('makes one that records can have at once', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', path, status)).status).toBe(201);
    const company = '/crm/objects/2026-09/companies/101';
    expect((await ask('PATCH', company, { properties: { rekindle_status: 'active' } })).status).toBe(200);
    expect((await ask('PATCH', company, { properties: { rekindle_status: 'asleep' } })).status).toBe(400);
  });

  test('answers 409 for a name that exists', async () => {
    const { ask } = await openWorld();
    await ask('POST', path, status);
    const again = await ask('POST', path, status);
    expect(again).toMatchObject({ status: 409, body: { category: 'OBJECT_ALREADY_EXISTS' } });
  });

  test('a batch makes what is new and reports what exists', async () => {
    const { ask } = await openWorld();
    const health = { ...status, name: 'rekindle_health', type: 'number', fieldType: 'number', options: [] };
    expect((await ask('POST', `${path}/batch/create`, { inputs: [status] })).status).toBe(201);
    const second = await ask('POST', `${path}/batch/create`, { inputs: [status, health] });
    expect(second.status).toBe(207);
    expect(second.body).toMatchObject({
      results: [{ name: 'rekindle_health' }],
      errors: [{ category: 'OBJECT_ALREADY_EXISTS', context: { name: ['rekindle_status'] } }],
    });
  });

  test.each([
    ['a group that does not exist', { groupName: 'nowhere' }],
    ['a field type of another type', { fieldType: 'date' }],
    ['an enumeration without options', { options: [] }],
    ['options that repeat', { options: [status.options[0], status.options[0]] }],
    ['an option without its place and visibility', { options: [{ label: 'A', value: 'a' }] }],
    ['a name in upper case', { name: 'Rekindle' }],
    ['a type that does not exist', { type: 'money' }],
  ])('%s is refused', async (_, change) => {
    const { ask } = await openWorld();
    expect(await ask('POST', path, { ...status, ...change })).toMatchObject({ status: 400 });
  });
});

describe('changing definitions', () => {
  test('a PATCH changes what it names and nothing else', async () => {
    const { ask } = await openWorld();
    await ask('POST', path, { ...status, description: 'Where the partner stands' });
    const options = [
      ...status.options,
      { label: 'Unknown', value: 'unknown', displayOrder: 2, hidden: false },
    ];
    const { body } = await ask('PATCH', `${path}/rekindle_status`, { options });
    expect(body).toMatchObject({ label: 'Status', description: 'Where the partner stands', options });
  });

  test('HubSpot’s own cannot be changed or archived', async () => {
    const { ask } = await openWorld();
    expect((await ask('PATCH', `${path}/name`, { label: 'Title' })).status).toBe(400);
    expect((await ask('DELETE', `${path}/name`)).status).toBe(400);
  });

  test('an archived one is unknown to records, yet can be read from the archive and made again', async () => {
    const { ask } = await openWorld();
    expect((await ask('DELETE', `${path}/partner_tier`)).status).toBe(204);
    const record = await ask('GET', '/crm/objects/2026-09/companies/101?properties=partner_tier');
    expect(record.body.properties).not.toHaveProperty('partner_tier');
    expect((await ask('GET', `${path}/partner_tier`)).status).toBe(404);
    expect((await ask('GET', `${path}/partner_tier?archived=true`)).body).toMatchObject({ archived: true });
    expect((await ask('POST', path, { ...status, name: 'partner_tier' })).status).toBe(201);
  });

  test('a batch archives several', async () => {
    const { ask } = await openWorld();
    const inputs = [{ name: 'partner_tier' }, { name: 'partner_region' }];
    expect((await ask('POST', `${path}/batch/archive`, { inputs })).status).toBe(204);
    const { body } = await ask('GET', `${path}?archived=true`);
    expect(body.results.map((property) => property.name)).toEqual(['partner_tier', 'partner_region']);
  });
});

describe('groups', () => {
  test('can be made once, read, renamed, and archived when empty', async () => {
    const { ask } = await openWorld();
    const group = { name: 'rekindle', label: 'Rekindle', displayOrder: 3 };
    expect(await ask('POST', `${path}/groups`, group)).toMatchObject({
      status: 201,
      body: { ...group, archived: false },
    });
    expect((await ask('POST', `${path}/groups`, group)).status).toBe(409);
    expect((await ask('PATCH', `${path}/groups/rekindle`, { label: 'R' })).body).toMatchObject({
      label: 'R',
    });
    expect((await ask('GET', `${path}/groups/rekindle`)).body).toMatchObject({ label: 'R', displayOrder: 3 });
    await ask('POST', path, { ...status, groupName: 'rekindle' });
    expect((await ask('DELETE', `${path}/groups/rekindle`)).status).toBe(400);
    await ask('DELETE', `${path}/rekindle_status`);
    expect((await ask('DELETE', `${path}/groups/rekindle`)).status).toBe(204);
    expect((await ask('GET', `${path}/groups/rekindle`)).status).toBe(404);
  });

  test('are listed', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('GET', `${path}/groups`);
    expect(body.results.map((group) => group.name)).toEqual(['companyinformation', 'partner_programme']);
  });
});
