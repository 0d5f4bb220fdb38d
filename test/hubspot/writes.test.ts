import { describe, expect, test } from 'vitest';
import { InvalidBatchError, MissingScopeError, RequestRefusedError } from '../../src/hubspot/errors.ts';
import { propertyDefinitions, propertyGroup } from '../../src/hubspot/properties.ts';
import { batch, connect, hubspotApi, paths, record } from './http-mock.ts';

const updatedAt = Date.UTC(2026, 5, 1, 8, 30, 0, 123);
const updates = ['1', '2', '3'].map((id) => ({
  id,
  properties: { rekindle_status: 'inactive', rekindle_health: '' },
}));

describe('an update of companies', () => {
  test('sends text values and names each record, so that errors can be told apart', async () => {
    hubspotApi()
      .post(paths.update, {
        inputs: [
          {
            id: '1',
            objectWriteTraceId: '1',
            properties: { rekindle_status: 'inactive', rekindle_health: '' },
          },
        ],
      })
      .reply(200, batch([record('1')]));
    expect(await connect().hubspot.updateCompanies(updates.slice(0, 1))).toEqual({
      written: [{ id: '1', updatedAt }],
      failed: [],
    });
  });

  test.each([
    ['by trace id', { objectWriteTraceId: '2' }],
    ['by a list of trace ids', { objectWriteTraceId: ['2'] }],
    ['by record id', { ids: ['2'] }],
    ['by record id as a number', { ids: [2] }],
  ])('reports per record what a 207 refuses %s', async (_name, context) => {
    const error = { status: 'error', category: 'VALIDATION_ERROR', message: 'not allowed', context };
    hubspotApi()
      .post(paths.update)
      .reply(207, batch([record('1'), record('3')], [error]));
    expect(await connect().hubspot.updateCompanies(updates)).toEqual({
      written: [
        { id: '1', updatedAt },
        { id: '3', updatedAt },
      ],
      failed: [{ id: '2', category: 'VALIDATION_ERROR', message: 'not allowed' }],
    });
  });

  test('does not call written what HubSpot does not confirm', async () => {
    hubspotApi()
      .post(paths.update)
      .reply(207, batch([record('1')], [{ category: 'INTERNAL_ERROR', message: 'x' }]));
    const { written, failed } = await connect().hubspot.updateCompanies(updates);
    expect(written.map(({ id }) => id)).toEqual(['1']);
    expect(failed).toEqual(
      ['2', '3'].map((id) => ({
        id,
        category: 'NOT_CONFIRMED',
        message: 'HubSpot neither confirmed nor refused this update.',
      })),
    );
  });

  test('of a record that was merged meanwhile is confirmed by its trace id', async () => {
    hubspotApi()
      .post(paths.update)
      .reply(200, batch([{ ...record('105'), objectWriteTraceId: '1' }]));
    expect(await connect().hubspot.updateCompanies(updates.slice(0, 1))).toEqual({
      written: [{ id: '1', updatedAt }],
      failed: [],
    });
  });

  test.each([400, 404, 409])(
    'refused as a whole with %i says so, and that nothing was written',
    async (status) => {
      hubspotApi()
        .post(paths.update)
        .reply(status, { status: 'error', category: 'VALIDATION_ERROR', message: 'PROPERTY_DOESNT_EXIST' });
      const error = await connect()
        .hubspot.updateCompanies(updates)
        .catch((error: unknown) => error);
      expect(error).toBeInstanceOf(InvalidBatchError);
      expect(error).toMatchObject({ category: 'VALIDATION_ERROR', hubspotMessage: 'PROPERTY_DOESNT_EXIST' });
      expect(String(error)).toContain('an update of 3 companies');
    },
  );

  test('without permission is no fault of a record', async () => {
    hubspotApi().post(paths.update).reply(403, { category: 'MISSING_SCOPES', message: 'x' });
    await expect(connect().hubspot.updateCompanies(updates)).rejects.toBeInstanceOf(MissingScopeError);
  });

  test('takes at most a hundred; none needs no request', async () => {
    const { hubspot } = connect();
    const many = Array.from({ length: 101 }, (_update, index) => ({ id: String(index), properties: {} }));
    await expect(hubspot.updateCompanies(many)).rejects.toThrow('At most 100');
    expect(await hubspot.updateCompanies([])).toEqual({ written: [], failed: [] });
  });
});

describe('provisioning', () => {
  test('creates the group', async () => {
    hubspotApi()
      .post(`${paths.properties}/groups`, { name: 'rekindle', label: 'Rekindle', displayOrder: -1 })
      .reply(201, { name: 'rekindle', label: 'Rekindle', displayOrder: 5, archived: false });
    await expect(connect().hubspot.createCompanyPropertyGroup(propertyGroup)).resolves.toBeUndefined();
  });

  test('creates all properties in one request, each complete', async () => {
    hubspotApi()
      .post(`${paths.properties}/batch/create`, (body) => {
        expect(body.inputs).toHaveLength(propertyDefinitions.length);
        expect(body.inputs[0]).toMatchObject({
          name: 'rekindle_status',
          groupName: 'rekindle',
          type: 'enumeration',
          fieldType: 'select',
          formField: false,
        });
        expect(body.inputs[0].options[0]).toEqual({
          label: 'Active',
          value: 'active',
          displayOrder: 0,
          hidden: false,
          description: '',
        });
        return true;
      })
      .reply(201, batch(propertyDefinitions.map(({ name }) => ({ name }))));
    await connect().hubspot.createCompanyProperties(propertyDefinitions);
  });

  test('names what was refused of a batch that was half created', async () => {
    hubspotApi()
      .post(`${paths.properties}/batch/create`)
      .reply(
        207,
        batch(
          [{ name: 'rekindle_status' }],
          [{ category: 'VALIDATION_ERROR', message: 'rekindle_health exists' }],
        ),
      );
    await expect(connect().hubspot.createCompanyProperties(propertyDefinitions.slice(0, 2))).rejects.toThrow(
      /created 1 of 2 properties.*rekindle_health exists/,
    );
  });

  test('an existing property is refused, not overwritten', async () => {
    hubspotApi()
      .post(`${paths.properties}/batch/create`)
      .reply(409, { category: 'OBJECT_ALREADY_EXISTS', message: 'exists' });
    await expect(
      connect().hubspot.createCompanyProperties(propertyDefinitions.slice(0, 1)),
    ).rejects.toBeInstanceOf(RequestRefusedError);
  });

  test('reads what is there and sends its options back as they were', async () => {
    const option = { label: 'Active', value: 'active', displayOrder: 3, hidden: true, description: 'ours' };
    const property = {
      name: 'rekindle_status',
      label: 'Status',
      description: null,
      groupName: 'rekindle',
      type: 'enumeration',
      fieldType: 'radio',
      options: [option],
      hubspotDefined: false,
      modificationMetadata: { readOnlyValue: true, archivable: true },
    };
    hubspotApi()
      .get(paths.properties)
      .reply(200, { results: [property] });
    hubspotApi()
      .get(`${paths.properties}/groups`)
      .reply(200, { results: [{ name: 'rekindle', label: 'Rekindle', displayOrder: 1 }] });
    hubspotApi()
      .patch(`${paths.properties}/rekindle_status`, { options: [option] })
      .reply(200, property);
    const { hubspot } = connect();
    const [existing] = await hubspot.readCompanyProperties();
    expect(existing).toEqual({
      name: 'rekindle_status',
      label: 'Status',
      description: '',
      groupName: 'rekindle',
      type: 'enumeration',
      fieldType: 'radio',
      options: [option],
      hubspotDefined: false,
      archived: false,
      readOnlyValue: true,
    });
    expect(await hubspot.readCompanyPropertyGroups()).toEqual([{ name: 'rekindle', label: 'Rekindle' }]);
    await hubspot.updateCompanyPropertyOptions('rekindle_status', existing?.options ?? []);
  });
});

describe('what a person finds on the company', () => {
  test('a task is due, has an owner and belongs to the company', async () => {
    hubspotApi()
      .post(paths.tasks, {
        properties: {
          hs_timestamp: '2026-06-20T09:00:00.000Z',
          hs_task_subject: 'Call',
          hs_task_body: '<p>Ask why</p>',
          hs_task_status: 'NOT_STARTED',
          hs_task_type: 'TODO',
          hs_task_priority: 'HIGH',
          hubspot_owner_id: '5',
        },
        associations: [
          { to: { id: '101' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 192 }] },
        ],
      })
      .reply(201, record(77));
    const task = {
      companyId: '101',
      subject: 'Call',
      body: 'Ask why',
      dueAt: Date.UTC(2026, 5, 20, 9),
      ownerId: '5',
      priority: 'HIGH',
    } as const;
    expect(await connect().hubspot.createTask(task)).toEqual({ id: '77' });
  });

  test('a note without an owner names none', async () => {
    hubspotApi()
      .post('/crm/objects/2026-09/notes', {
        properties: {
          hs_timestamp: '2026-06-20T09:00:00.000Z',
          hs_note_body: '<p>Went &lt;quiet&gt; &amp;<br>left</p><p>Ask</p>',
        },
        associations: [
          { to: { id: '101' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 190 }] },
        ],
      })
      .reply(201, record('78'));
    const note = {
      companyId: '101',
      body: 'Went <quiet> &\nleft\n\nAsk',
      at: Date.UTC(2026, 5, 20, 9),
      ownerId: null,
    };
    expect(await connect().hubspot.createNote(note)).toEqual({ id: '78' });
  });
});
