import { describe, expect, test } from 'vitest';
import { HubSpotShapeError, UnavailableError } from '../../src/hubspot/errors.ts';
import type { EngagementType } from '../../src/model/record.ts';
import { batch, connect, hubspotApi, paths, portalAnswer, record } from './http-mock.ts';

const notFound = {
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  message: 'Could not get some',
  context: { ids: ['9'] },
};

describe('companies', () => {
  test('are asked for once each, and those that are gone are missing', async () => {
    hubspotApi()
      .post(paths.companies, (body) => {
        expect(body.inputs).toEqual([{ id: '7' }, { id: '9' }]);
        return true;
      })
      .reply(207, batch([record('7', { tier: 'gold' })], [notFound]));
    const { found, missing } = await connect().hubspot.readCompanies(['7', '9', '7'], ['tier']);
    expect(found).toMatchObject([{ id: '7', properties: { tier: 'gold' } }]);
    expect(missing).toEqual(['9']);
  });

  test('that were merged answer with the survivor, once, and are not missing', async () => {
    const survivor = record('105', { hs_merged_object_ids: '95;96' });
    hubspotApi()
      .post(paths.companies)
      .reply(200, batch([survivor, survivor]));
    const { found, missing } = await connect().hubspot.readCompanies(['95', '96', '97'], []);
    expect(found.map(({ id, mergedIds }) => [id, mergedIds])).toEqual([['105', ['95', '96']]]);
    expect(missing).toEqual(['97']);
  });

  test('that could not be read for any other reason are no missing ones', async () => {
    hubspotApi()
      .post(paths.companies)
      .times(3)
      .reply(207, batch([record('7')], [{ ...notFound, category: 'INTERNAL_ERROR', message: 'try later' }]));
    const error = await connect()
      .hubspot.readCompanies(['7', '9'], [])
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(String(error)).toContain('could not read 1 of the records asked for (INTERNAL_ERROR: try later)');
  });

  test('without ids need no request; with too many there is none', async () => {
    const { hubspot } = connect();
    expect(await hubspot.readCompanies([], [])).toEqual({ found: [], missing: [] });
    const ids = Array.from({ length: 101 }, (_id, index) => String(index));
    await expect(hubspot.readCompanies(ids, [])).rejects.toThrow('At most 100 records');
  });

  test.each([
    ['no results', {}, 'status'],
    ['a batch that is not complete', { ...batch([]), status: 'PROCESSING' }, 'status'],
    ['a list instead of a batch', [null], 'body'],
    ['a record without an id', batch([{ ...record('7'), id: undefined }]), 'results.0.id'],
    ['an id that is none', batch([record('abc')]), 'results.0.id'],
    [
      'a number as a property',
      batch([record('7', { name: 3 as unknown as string })]),
      'results.0.properties.name',
    ],
    [
      'a time in nobody knows which zone',
      batch([{ ...record('7'), updatedAt: '2026-06-01T08:30:00' }]),
      'results.0.updatedAt',
    ],
    ['an unreadable date', batch([{ ...record('7'), updatedAt: 'yesterday' }]), 'results.0.updatedAt'],
    ['fewer errors than it counts', { ...batch([]), numErrors: 1 }, 'errors'],
  ])('with %s are refused, naming route and field', async (_name, body, field) => {
    hubspotApi().post(paths.companies).reply(200, body);
    const error = await connect()
      .hubspot.readCompanies(['7'], [])
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HubSpotShapeError);
    expect(String(error)).toContain(`POST ${paths.companies} has an unexpected form at "${field}"`);
  });

  test('with fields that we do not know are fine', async () => {
    hubspotApi()
      .post(paths.companies)
      .reply(200, { ...batch([{ ...record('7'), url: 'x', warnings: [] }]), links: {}, requestedAt: 'x' });
    expect((await connect().hubspot.readCompanies(['7'], [])).found).toHaveLength(1);
  });
});

async function readDeal(properties: Record<string, string | null>) {
  hubspotApi().get(paths.details).reply(200, portalAnswer);
  hubspotApi()
    .post(paths.deals)
    .reply(200, batch([record('1', properties)]));
  return (await connect().hubspot.readRecords('deal', ['1'])).found.find((record) => record.type === 'deal');
}

describe('deals', () => {
  test('come in our words', async () => {
    const deal = await readDeal({
      dealname: 'Licences',
      pipeline: 'default',
      dealstage: 'closedwon',
      amount: '1234.50',
      deal_currency_code: 'EUR',
      createdate: '2025-01-02T03:04:05Z',
      closedate: '2025-03-01T00:00:00Z',
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      hubspot_owner_id: '5',
    });
    expect(deal).toEqual({
      type: 'deal',
      id: '1',
      name: 'Licences',
      pipelineId: 'default',
      stageId: 'closedwon',
      amount: { amount: '1234.5', currency: 'EUR' },
      createdAt: Date.UTC(2025, 0, 2, 3, 4, 5),
      closedAt: Date.UTC(2025, 2, 1),
      won: true,
      closed: true,
      ownerId: '5',
      updatedAt: Date.UTC(2026, 5, 1, 8, 30, 0, 123),
    });
  });

  test.each([
    ['1.0E7', '10000000'],
    ['0.10', '0.1'],
    ['-5', '-5'],
    ['123456789012345678.91', '123456789012345678.91'],
  ])('an amount of %s is %s exactly, in the currency of the account', async (amount, exact) => {
    expect((await readDeal({ amount }))?.amount).toEqual({ amount: exact, currency: 'USD' });
  });

  test.each([[null], ['']])('an amount of %j is none, not zero', async (amount) => {
    expect((await readDeal({ amount }))?.amount).toBeNull();
  });

  test('without dates of their own began when HubSpot made them, and are open', async () => {
    expect(await readDeal({ closedate: '' })).toMatchObject({
      createdAt: Date.UTC(2024, 2, 1, 10),
      closedAt: null,
      won: false,
      closed: false,
    });
  });

  test('a moment in milliseconds is read like one in ISO 8601', async () => {
    expect(await readDeal({ closedate: '1740787200000' })).toMatchObject({ closedAt: 1740787200000 });
  });

  test('with an amount that is none are refused', async () => {
    await expect(readDeal({ amount: 'a lot' })).rejects.toThrow(
      '"results.0.properties.amount": expected an amount',
    );
  });

  test('the account is asked for its currency once', async () => {
    hubspotApi().get(paths.details).reply(200, portalAnswer);
    hubspotApi()
      .post(paths.deals)
      .times(2)
      .reply(200, batch([record('1')]));
    const { hubspot } = connect();
    await hubspot.readRecords('deal', ['1']);
    await hubspot.readRecords('deal', ['1']);
    expect(hubspot.counts().requests.total).toBe(3);
  });
});

describe('engagements', () => {
  const at = '2026-05-01T09:00:00Z';
  const instant = Date.UTC(2026, 4, 1, 9);
  const cases: readonly (readonly [EngagementType, Record<string, string | null>, object])[] = [
    [
      'call',
      { hs_call_direction: 'INBOUND', hs_call_status: 'COMPLETED' },
      { direction: 'inbound', outcome: 'done' },
    ],
    [
      'call',
      { hs_call_direction: 'OUTBOUND', hs_call_status: 'MISSED' },
      { direction: 'outbound', outcome: 'failed' },
    ],
    ['call', { hs_call_direction: 'OUTBOUND', hs_call_status: 'NO_ANSWER' }, { outcome: 'failed' }],
    ['call', { hs_call_direction: 'OUTBOUND', hs_call_status: 'BUSY' }, { outcome: 'failed' }],
    ['call', { hs_call_direction: 'OUTBOUND', hs_call_status: 'FAILED' }, { outcome: 'failed' }],
    ['call', { hs_call_direction: 'OUTBOUND', hs_call_status: 'CANCELED' }, { outcome: 'failed' }],
    ['call', { hs_call_direction: 'OUTBOUND', hs_call_status: 'QUEUED' }, { outcome: 'scheduled' }],
    [
      'call',
      { hs_call_direction: null, hs_call_status: 'SOMETHING_NEW' },
      { direction: null, outcome: null },
    ],
    [
      'email',
      { hs_email_direction: 'INCOMING_EMAIL', hs_email_status: null },
      { direction: 'inbound', outcome: null },
    ],
    [
      'email',
      { hs_email_direction: 'EMAIL', hs_email_status: 'SENT' },
      { direction: 'outbound', outcome: 'done' },
    ],
    ['email', { hs_email_direction: 'FORWARDED_EMAIL', hs_email_status: 'SENT' }, { direction: 'outbound' }],
    ['email', { hs_email_direction: 'EMAIL', hs_email_status: 'BOUNCED' }, { outcome: 'failed' }],
    ['email', { hs_email_direction: 'EMAIL', hs_email_status: 'FAILED' }, { outcome: 'failed' }],
    ['email', { hs_email_direction: 'EMAIL', hs_email_status: 'SCHEDULED' }, { outcome: 'scheduled' }],
    ['email', { hs_email_direction: 'EMAIL', hs_email_status: 'SENDING' }, { outcome: 'scheduled' }],
    ['meeting', { hs_meeting_outcome: 'COMPLETED' }, { direction: null, outcome: 'done' }],
    ['meeting', { hs_meeting_outcome: 'SCHEDULED' }, { outcome: 'scheduled' }],
    ['meeting', { hs_meeting_outcome: 'RESCHEDULED' }, { outcome: 'rescheduled' }],
    ['meeting', { hs_meeting_outcome: 'NO_SHOW' }, { outcome: 'no_show' }],
    ['meeting', { hs_meeting_outcome: 'CANCELED' }, { outcome: 'cancelled' }],
    ['meeting', { hs_meeting_outcome: "the portal's own" }, { outcome: null }],
    ['meeting', { hs_meeting_start_time: '2026-05-02T09:00:00Z' }, { occurredAt: instant + 86_400_000 }],
    ['note', {}, { direction: 'outbound', outcome: 'done' }],
    [
      'task',
      { hs_task_status: 'NOT_STARTED' },
      { direction: 'outbound', outcome: 'scheduled', occurredAt: instant },
    ],
    ['task', { hs_task_status: 'COMPLETED' }, { outcome: 'done', occurredAt: instant }],
    [
      'task',
      { hs_task_status: 'COMPLETED', hs_task_completion_date: '2026-05-03T09:00:00Z' },
      { outcome: 'done', occurredAt: instant + 2 * 86_400_000 },
    ],
    ['communication', {}, { direction: null, outcome: 'done', occurredAt: instant }],
    ['note', { hs_timestamp: null }, { occurredAt: null }],
  ];
  test.each(cases)('%s %j', async (type, properties, expected) => {
    hubspotApi()
      .post(`/crm/objects/2026-09/${type}s/batch/read`)
      .reply(200, batch([record('1', { hs_timestamp: at, hubspot_owner_id: '5', ...properties })]));
    const { found, missing } = await connect().hubspot.readRecords(type, ['1', '2']);
    expect(found).toMatchObject([{ type, id: '1', ownerId: '5', ...expected }]);
    expect(missing).toEqual(['2']);
  });

  test.each(['call', 'email', 'meeting', 'note', 'task', 'communication'] as const)(
    "of type %s are read without anybody's words or addresses",
    async (type) => {
      hubspotApi()
        .post(`/crm/objects/2026-09/${type}s/batch/read`, (body) => {
          expect(body.properties.length).toBeLessThanOrEqual(5);
          expect(body.properties.join()).not.toMatch(
            /body|subject|title|text|html|recipient|_to|_from|_cc|header|attendee|recording/,
          );
          return true;
        })
        .reply(200, batch([]));
      await connect().hubspot.readRecords(type, ['1']);
    },
  );
});

function link(toObjectId: unknown): object {
  return { toObjectId, associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 342, label: null }] };
}

describe('associations', () => {
  test('come with text ids, without repeats, and with the cursors of those that have more', async () => {
    hubspotApi()
      .post(paths.links, { inputs: [{ id: '1' }, { id: '2', after: '500' }, { id: '3' }] })
      .reply(
        207,
        batch(
          [
            { from: { id: '1' }, to: [link('10'), link(11), link('10')], paging: { next: { after: 12 } } },
            { from: { id: '2' }, to: [] },
          ],
          [
            {
              status: 'error',
              category: 'OBJECT_NOT_FOUND',
              subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
              message: 'none',
            },
          ],
        ),
      );
    const inputs = [
      { id: '1', after: null },
      { id: '2', after: '500' },
      { id: '3', after: null },
    ];
    expect(await connect().hubspot.readAssociations('deal', inputs)).toEqual({
      links: [
        { from: '1', to: ['10', '11'] },
        { from: '2', to: [] },
      ],
      next: [{ id: '1', after: '12' }],
    });
  });

  test('a repeated cursor is an error, not a loop', async () => {
    hubspotApi()
      .post(paths.links)
      .reply(200, batch([{ from: { id: '1' }, to: [], paging: { next: { after: '500' } } }]));
    await expect(connect().hubspot.readAssociations('deal', [{ id: '1', after: '500' }])).rejects.toThrow(
      'repeats a page of links from companies 1',
    );
  });

  test('an error that says more than "none" is not taken for "none"', async () => {
    hubspotApi()
      .post(paths.links)
      .reply(207, batch([], [{ category: 'INTERNAL_ERROR', message: 'try later' }]));
    await expect(
      connect().hubspot.readAssociations('deal', [{ id: '1', after: null }]),
    ).rejects.toBeInstanceOf(UnavailableError);
  });

  test('ids beyond 2^53 keep every digit', async () => {
    hubspotApi()
      .post(paths.links)
      .reply(
        200,
        JSON.stringify(batch([{ from: { id: '1' }, to: [link(0)] }])).replace(
          '"toObjectId":0',
          '"toObjectId":9007199254740993',
        ),
        {
          'content-type': 'application/json',
        },
      );
    const { links } = await connect().hubspot.readAssociations('deal', [{ id: '1', after: null }]);
    expect(links).toEqual([{ from: '1', to: ['9007199254740993'] }]);
  });

  test('an answer that is too large is asked for in halves', async () => {
    const huge = Buffer.alloc(64 * 1024 * 1024 + 1, 0x20);
    const inputs = ['1', '2', '3'].map((id) => ({ id, after: null }));
    hubspotApi().post(paths.links).reply(200, huge, { 'content-type': 'application/json' });
    hubspotApi()
      .post(paths.links, { inputs: [{ id: '1' }, { id: '2' }] })
      .reply(200, batch([{ from: { id: '1' }, to: [link('10')] }]));
    expect(await connect().hubspot.readAssociations('deal', inputs)).toEqual({
      links: [{ from: '1', to: ['10'] }],
      next: [{ id: '3', after: null }],
    });
  });

  test('more than a thousand companies are refused', async () => {
    const inputs = Array.from({ length: 1001 }, (_input, index) => ({ id: String(index), after: null }));
    await expect(connect().hubspot.readAssociations('deal', inputs)).rejects.toThrow('At most 1000');
  });
});
