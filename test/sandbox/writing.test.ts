import { describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { idsOf, openWorld } from './harness.ts';

const companies = '/crm/objects/2026-09/companies';

describe('an update', () => {
  test('writes, moves the modified date, and answers with the record', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('PATCH', `${companies}/101`, { properties: { city: 'Lisbon' } });
    expect(status).toBe(200);
    expect(body.properties).toMatchObject({
      city: 'Lisbon',
      hs_lastmodifieddate: '2026-06-15T12:00:00.000Z',
    });
    const read = await ask('GET', `${companies}/101?properties=city`);
    expect(read.body.properties['city']).toBe('Lisbon');
  });

  test('of equal values moves the modified date all the same', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('PATCH', `${companies}/101`, { properties: { name: 'Alder Networks' } });
    expect(body.properties['hs_lastmodifieddate']).toBe('2026-06-15T12:00:00.000Z');
  });

  test('clears a value with the empty text', async () => {
    const { ask } = await openWorld();
    await ask('PATCH', `${companies}/101`, { properties: { partner_tier: '' } });
    const { body } = await ask('GET', `${companies}/101?properties=partner_tier`);
    expect(body.properties['partner_tier']).toBeNull();
  });

  test('of a merged id reaches the survivor', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('PATCH', `${companies}/95`, { properties: { city: 'Oslo' } });
    expect(body.id).toBe(tinyCompanies.merged);
  });

  test('of an unknown or archived record is a 404', async () => {
    const { ask } = await openWorld();
    for (const id of ['999', tinyCompanies.archived]) {
      expect((await ask('PATCH', `${companies}/${id}`, { properties: { city: 'Oslo' } })).status).toBe(404);
    }
  });
});

describe('a value that does not fit its property is refused, and the error says which and why', () => {
  test.each([
    ['an unknown property', { no_such_property: 'x' }, 'PROPERTY_DOESNT_EXIST'],
    ['a read-only property', { hs_object_id: '1' }, 'READ_ONLY_VALUE'],
    ['an option that does not exist', { type: 'partner' }, 'INVALID_OPTION'],
    ['a number that is none', { numberofemployees: 'many' }, 'INVALID_INTEGER'],
    ['a date with a time of day', { partner_since: '1700000000000' }, 'INVALID_DATE'],
    ['a day that does not exist', { partner_since: '2026-02-30' }, 'INVALID_DATE'],
    ['an owner who does not exist', { hubspot_owner_id: '9501' }, 'INVALID_OWNER_ID'],
    ['a text beyond 65,536 characters', { description: 'x'.repeat(65_537) }, 'VALUE_TOO_LONG'],
  ])('%s', async (_, properties, code) => {
    const { ask, sandbox } = await openWorld();
    const before = sandbox.record('company', '101');
    const { status, body } = await ask('PATCH', `${companies}/101`, { properties });
    expect(status).toBe(400);
    expect(body).toMatchObject({ category: 'VALIDATION_ERROR', errors: [{ code }] });
    expect(body.message).toContain('Property values were not valid: [{"isValid":false');
    expect(sandbox.record('company', '101')).toBe(before);
  });

  test('a boolean that is neither true nor false', async () => {
    const { ask } = await openWorld();
    await ask('POST', '/crm/properties/2026-09/companies', {
      name: 'certified',
      label: 'Certified',
      type: 'bool',
      fieldType: 'booleancheckbox',
      groupName: 'companyinformation',
    });
    expect((await ask('PATCH', `${companies}/101`, { properties: { certified: 'yes' } })).status).toBe(400);
    expect((await ask('PATCH', `${companies}/101`, { properties: { certified: 'true' } })).status).toBe(200);
  });

  test('the stage of a deal must be one of the pipelines', async () => {
    const { ask } = await openWorld();
    const { status } = await ask('PATCH', '/crm/objects/2026-09/deals/202', {
      properties: { dealstage: 'won' },
    });
    expect(status).toBe(400);
  });
});

describe('values are stored as HubSpot stores them', () => {
  test.each([
    ['a date in milliseconds', 'partner_since', String(Date.UTC(2026, 0, 31)), '2026-01-31'],
    ['a date as text', 'partner_since', '2026-01-31', '2026-01-31'],
    ['a number with blanks', 'numberofemployees', ' 12 ', '12'],
  ])('%s', async (_, name, given, stored) => {
    const { ask } = await openWorld();
    const { body } = await ask('PATCH', `${companies}/101`, { properties: { [name]: given } });
    expect(body.properties[name]).toBe(stored);
  });

  test('a moment in milliseconds becomes ISO 8601', async () => {
    const { ask } = await openWorld();
    const properties = { closedate: String(tinyNow) };
    const { body } = await ask('PATCH', '/crm/objects/2026-09/deals/202', { properties });
    expect(body.properties['closedate']).toBe('2026-06-15T12:00:00.000Z');
  });

  test('a leading semicolon adds to the checked boxes', async () => {
    const seed = createTinyPortal();
    const [property] = seed.companyProperties;
    if (property === undefined) throw new Error('The tiny portal has no properties of its own.');
    const boxes = {
      ...property,
      name: 'focus',
      fieldType: 'checkbox' as const,
      options: ['cloud', 'data', 'voice'].map((value) => ({ label: value, value })),
    };
    const { ask } = await openWorld({
      seed: { ...seed, companyProperties: [boxes, ...seed.companyProperties] },
    });
    await ask('PATCH', `${companies}/101`, { properties: { focus: 'cloud' } });
    const { body } = await ask('PATCH', `${companies}/101`, { properties: { focus: ';data' } });
    expect(body.properties['focus']).toBe('cloud;data');
    expect((await ask('PATCH', `${companies}/101`, { properties: { focus: 'cloud;radio' } })).status).toBe(
      400,
    );
  });
});

describe("the customer's validation rules", () => {
  test('refuse writes of other properties too, and can be read', async () => {
    const { ask, sandbox } = await openWorld();
    sandbox.mutate({
      do: 'setRules',
      type: 'company',
      rules: [
        { propertyName: 'city', ruleType: 'REQUIRED' },
        { propertyName: 'name', ruleType: 'MAX_LENGTH', length: 20 },
      ],
    });
    const refused = await ask('PATCH', `${companies}/101`, { properties: { partner_tier: 'silver' } });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      { code: 'REQUIRED_FIELD', context: { propertyName: ['city'] } },
    ]);
    const accepted = await ask('PATCH', `${companies}/101`, {
      properties: { city: 'Lima', partner_tier: 'silver' },
    });
    expect(accepted.status).toBe(200);
    const { body } = await ask('GET', '/crm/property-validations/2026-09/0-2');
    expect(body.results).toMatchObject([
      { propertyName: 'city', propertyValidationRules: [{ ruleType: 'REQUIRED' }] },
      { propertyName: 'name', propertyValidationRules: [{ ruleType: 'MAX_LENGTH', ruleArguments: ['20'] }] },
    ]);
  });

  test('are an empty list where there are none', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', '/crm/property-validations/2026-09/companies')).body.results).toEqual([]);
  });
});

describe('a batch update', () => {
  const path = `${companies}/batch/update`;
  const good = { id: '101', properties: { city: 'Rome' } };
  const bad = { id: '102', properties: { type: 'FRIEND' } };

  test('writes up to 100 records', async () => {
    const { ask, sandbox } = await openWorld();
    const { status, body } = await ask('POST', path, {
      inputs: [good, { id: '103', properties: { city: 'Bern' } }],
    });
    expect(status).toBe(200);
    expect(idsOf(body)).toEqual(['101', '103']);
    expect(sandbox.record('company', '103')?.properties['city']).toBe('Bern');
    const inputs = Array.from({ length: 101 }, (_, index) => ({ id: String(5000 + index), properties: {} }));
    expect((await ask('POST', path, { inputs })).status).toBe(400);
  });

  test('with one invalid value and no trace ids is refused as a whole and writes nothing', async () => {
    const { ask, sandbox } = await openWorld();
    const { status, body } = await ask('POST', path, { inputs: [good, bad] });
    expect(status).toBe(400);
    expect(body).toMatchObject({ category: 'VALIDATION_ERROR' });
    expect(sandbox.record('company', '101')?.properties['city']).toBeUndefined();
  });

  test('with a trace id of its own on every input reports the invalid record and writes the rest', async () => {
    const { ask, sandbox } = await openWorld();
    const inputs = [
      { ...good, objectWriteTraceId: 'first' },
      { ...bad, objectWriteTraceId: 'second' },
    ];
    const { status, body } = await ask('POST', path, { inputs });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([{ id: '101', objectWriteTraceId: 'first' }]);
    expect(body.errors).toMatchObject([
      { category: 'VALIDATION_ERROR', context: { ids: ['102'], objectWriteTraceId: ['second'] } },
    ]);
    expect(sandbox.record('company', '101')?.properties['city']).toBe('Rome');
  });

  test('with trace ids that repeat is refused as a whole', async () => {
    const { ask } = await openWorld();
    const inputs = [good, bad].map((input) => ({ ...input, objectWriteTraceId: 'same' }));
    expect((await ask('POST', path, { inputs })).status).toBe(400);
  });

  test.each([
    ['whole-batch', 400],
    ['per-record', 207],
  ])('in the mode %s answers %i with and without trace ids', async (mode, expected) => {
    const { ask } = await openWorld({ faults: [`batch-errors:${mode}`] });
    expect((await ask('POST', path, { inputs: [good, bad] })).status).toBe(expected);
    const traced = [good, bad].map((input) => ({ ...input, objectWriteTraceId: input.id }));
    expect((await ask('POST', path, { inputs: traced })).status).toBe(expected);
  });

  test('does not accept merged ids', async () => {
    const { ask, sandbox } = await openWorld();
    const { status, body } = await ask('POST', path, {
      inputs: [good, { id: '95', properties: { city: 'Rome' } }],
    });
    expect(status).toBe(207);
    expect(idsOf(body)).toEqual(['101']);
    expect(body.errors).toMatchObject([{ category: 'OBJECT_NOT_FOUND', context: { ids: ['95'] } }]);
    expect(sandbox.record('company', '105')?.properties['city']).toBeUndefined();
  });

  test('refuses the whole batch for a repeated id', async () => {
    const { ask } = await openWorld();
    expect((await ask('POST', path, { inputs: [good, good] })).status).toBe(400);
  });
});

describe('a new record', () => {
  test('has an id of its own, its dates, and the associations that were asked for', async () => {
    const { ask, sandbox } = await openWorld();
    const { status, body } = await ask('POST', '/crm/objects/2026-09/tasks', {
      properties: { hs_timestamp: String(tinyNow), hs_task_subject: 'Call', hs_task_status: 'NOT_STARTED' },
      associations: [
        { to: { id: '101' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 192 }] },
      ],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ createdAt: '2026-06-15T12:00:00.000Z', archived: false });
    const linked = await ask('GET', `/crm/objects/2026-09/companies/101/associations/tasks`);
    expect(linked.body.results).toMatchObject([{ toObjectId: body.id }]);
    expect(sandbox.record('task', body.id)?.properties['hs_task_subject']).toBe('Call');
  });

  test('of a task or note needs its time', async () => {
    const { ask } = await openWorld();
    const { status } = await ask('POST', '/crm/objects/2026-09/notes', {
      properties: { hs_note_body: 'Hello' },
    });
    expect(status).toBe(400);
  });

  test('with an association to nobody, or of an unknown type, is not made', async () => {
    const { ask, sandbox } = await openWorld();
    const create = async (id: string, associationTypeId: number) =>
      await ask('POST', '/crm/objects/2026-09/notes', {
        properties: { hs_timestamp: String(tinyNow), hs_note_body: 'Hello' },
        associations: [
          { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] },
        ],
      });
    expect((await create('999', 190)).status).toBe(400);
    expect((await create('101', 4711)).status).toBe(400);
    expect(sandbox.count('note')).toBe(1);
  });

  test('in a batch is refused alone when every input has a trace id', async () => {
    const { ask } = await openWorld();
    const inputs = [
      { properties: { name: 'Kauri' }, objectWriteTraceId: '1' },
      { properties: { name: 'Larch', type: 'FRIEND' }, objectWriteTraceId: '2' },
    ];
    const { status, body } = await ask('POST', `${companies}/batch/create`, { inputs });
    expect(status).toBe(207);
    expect(body.results).toMatchObject([{ objectWriteTraceId: '1', properties: { name: 'Kauri' } }]);
    expect(body.errors).toMatchObject([{ context: { objectWriteTraceId: ['2'] } }]);
  });

  test('in a batch without trace ids comes with all the others or not at all', async () => {
    const { ask, sandbox } = await openWorld();
    const inputs = [{ properties: { name: 'Kauri' } }, { properties: { type: 'FRIEND' } }];
    expect((await ask('POST', `${companies}/batch/create`, { inputs })).status).toBe(400);
    expect(sandbox.count('company')).toBe(9);
    expect((await ask('POST', `${companies}/batch/create`, { inputs: inputs.slice(0, 1) })).status).toBe(201);
  });
});

describe('archiving', () => {
  test('removes from lists, keeps the modified date, and can be repeated', async () => {
    const { ask, sandbox } = await openWorld();
    const before = sandbox.record('company', '101')?.updatedAt;
    expect((await ask('DELETE', `${companies}/101`)).status).toBe(204);
    expect((await ask('DELETE', `${companies}/101`)).status).toBe(204);
    expect(idsOf((await ask('GET', companies)).body)).not.toContain('101');
    expect(sandbox.record('company', '101')).toMatchObject({ archivedAt: tinyNow, updatedAt: before });
  });

  test('works in batches and is undone by a restore', async () => {
    const { ask, sandbox } = await openWorld();
    const inputs = [{ id: '101' }, { id: '102' }];
    expect((await ask('POST', `${companies}/batch/archive`, { inputs })).status).toBe(204);
    sandbox.mutate({ do: 'restore', type: 'company', id: '101' });
    expect(idsOf((await ask('GET', companies)).body).slice(0, 2)).toEqual(['101', '103']);
  });
});

describe('a merge', () => {
  const merge = { primaryObjectId: '102', objectIdToMerge: '101' };

  test('makes a new record to which both old ids resolve, with the values of the primary', async () => {
    const { ask } = await openWorld();
    const { status, body } = await ask('POST', `${companies}/merge`, merge);
    expect(status).toBe(200);
    expect(['101', '102']).not.toContain(body.id);
    expect(body.properties).toMatchObject({ name: 'Birch Systems', partner_tier: 'silver' });
    for (const id of ['101', '102']) {
      const old = await ask('GET', `${companies}/${id}?properties=hs_merged_object_ids`);
      expect(old.body).toMatchObject({ id: body.id, properties: { hs_merged_object_ids: '101;102' } });
    }
  });

  test('moves associations to the new record and leaves the old ids none', async () => {
    const { ask, sandbox } = await openWorld();
    const { body } = await ask('POST', `${companies}/merge`, merge);
    const read = await ask('POST', '/crm/associations/2026-09/companies/deals/batch/read', {
      inputs: [{ id: body.id }, { id: '101' }],
    });
    expect(read.body.results.map((result) => result.to.map((to) => to.toObjectId))).toEqual([
      ['201', '202', '203', '204'],
    ]);
    expect(read.body.errors).toMatchObject([{ context: { fromObjectId: ['101'] } }]);
    expect(sandbox.truth('company').merges).toContainEqual({
      type: 'company',
      id: '101',
      survivorId: body.id,
    });
  });

  test('leaves a deal its primary company, under the new id', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('POST', `${companies}/merge`, merge);
    const deal = await ask('GET', '/crm/objects/2026-09/deals/203/associations/companies');
    expect(deal.body.results).toMatchObject([
      { toObjectId: '104', associationTypes: [{ typeId: 341 }] },
      { toObjectId: body.id, associationTypes: [{ typeId: 5, label: 'Primary' }, { typeId: 341 }] },
    ]);
  });

  test('of a survivor keeps all earlier ids', async () => {
    const { ask } = await openWorld();
    const { body } = await ask('POST', `${companies}/merge`, {
      primaryObjectId: '105',
      objectIdToMerge: '106',
    });
    const { body: old } = await ask('GET', `${companies}/95?properties=hs_merged_object_ids`);
    expect(old).toMatchObject({ id: body.id, properties: { hs_merged_object_ids: '95;96;105;106' } });
  });

  test('with itself or with nobody is refused', async () => {
    const { ask } = await openWorld();
    const itself = { primaryObjectId: '105', objectIdToMerge: '95' };
    expect((await ask('POST', `${companies}/merge`, itself)).status).toBe(400);
    const nobody = { primaryObjectId: '105', objectIdToMerge: '999' };
    expect((await ask('POST', `${companies}/merge`, nobody)).status).toBe(404);
  });
});

test('gdpr-delete leaves no record, no archive, and no association', async () => {
  const { ask, sandbox } = await openWorld();
  expect((await ask('POST', `${companies}/gdpr-delete`, { objectId: '101' })).status).toBe(204);
  expect((await ask('GET', `${companies}/101?archived=true`)).status).toBe(404);
  const { associations, records } = sandbox.truth();
  expect(records.find((record) => record.type === 'company' && record.id === '101')).toBeUndefined();
  expect(associations.filter((one) => one.fromType === 'company' && one.fromId === '101')).toEqual([]);
});

test('the clock of the account can be moved, and writes carry its time', async () => {
  const { ask, sandbox } = await openWorld();
  sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  const { body } = await ask('PATCH', `${companies}/101`, { properties: { city: 'Lima' } });
  expect(body.properties['hs_lastmodifieddate']).toBe('2026-06-16T12:00:00.000Z');
  sandbox.setClock(() => tinyNow + 7 * millisecondsPerDay);
  expect(sandbox.now()).toBe(tinyNow + 7 * millisecondsPerDay);
});
