import { expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { engagementTypes, type Company, type Deal, type Engagement } from '../../src/model/record.ts';
import {
  companyActivities,
  activitiesOf,
  hubspotSourceKinds,
  kindsOf,
  parseDateProperty,
} from '../../src/sync/derive.ts';

const at = Date.parse('2026-05-04T10:00:00Z');
const { mapping } = presets.reseller;

const deal: Deal = {
  type: 'deal',
  id: '9',
  name: 'Deal',
  pipelineId: 'default',
  stageId: 'won',
  amount: { amount: '12.50', currency: 'EUR' },
  createdAt: at,
  closedAt: at + 1000,
  won: true,
  closed: true,
  ownerId: null,
  updatedAt: at,
};

const engagement: Engagement = {
  type: 'call',
  id: '7',
  occurredAt: at,
  direction: null,
  outcome: null,
  ownerId: null,
  updatedAt: at,
};

test('a won deal is registered at its create date and won, with its amount, at its close date', () => {
  expect(
    activitiesOf(deal, ['1'], mapping).map(({ kind, occurredAt, amount }) => [kind, occurredAt, amount]),
  ).toEqual([
    ['deal_registered', at, null],
    ['deal_won', at + 1000, { amount: '12.50', currency: 'EUR' }],
  ]);
});

test('a lost or open deal with a past close date is not won', () => {
  expect(activitiesOf({ ...deal, won: false }, ['1'], mapping).map(({ kind }) => kind)).toEqual([
    'deal_registered',
  ]);
});

test('a deal shared by two partners is an activity of each', () => {
  expect(activitiesOf(deal, ['1', '2'], mapping).map(({ partnerId }) => partnerId)).toEqual([
    '1',
    '1',
    '2',
    '2',
  ]);
});

test('a pipeline that a mapping names follows its own line, every other one the line for the rest', () => {
  const lines = {
    ...mapping,
    deals: [
      { pipelines: null, created: null, won: 'deal_won' as const },
      { pipelines: ['orders'], created: null, won: 'order' as const },
    ],
  };
  expect(activitiesOf({ ...deal, pipelineId: 'orders' }, ['1'], lines).map(({ kind }) => kind)).toEqual([
    'order',
  ]);
  expect(activitiesOf({ ...deal, pipelineId: null }, ['1'], lines).map(({ kind }) => kind)).toEqual([
    'deal_won',
  ]);
  expect(activitiesOf(deal, ['1'], { ...mapping, deals: [] })).toEqual([]);
});

test.each<[Partial<Engagement>, string | null]>([
  [{ type: 'call', direction: 'inbound', outcome: 'done' }, 'call_inbound'],
  [{ type: 'call', direction: 'inbound', outcome: 'failed' }, 'call_inbound'],
  [{ type: 'call', direction: 'outbound', outcome: 'done' }, 'call_outbound'],
  [{ type: 'call', direction: 'outbound', outcome: 'failed' }, null],
  [{ type: 'call', direction: null, outcome: 'done' }, null],
  [{ type: 'email', direction: 'inbound', outcome: null }, 'email_inbound'],
  [{ type: 'email', direction: 'outbound', outcome: 'done' }, 'email_outbound'],
  [{ type: 'email', direction: 'outbound', outcome: 'failed' }, null],
  [{ type: 'email', direction: 'outbound', outcome: 'scheduled' }, null],
  [{ type: 'meeting', outcome: 'done' }, 'meeting_held'],
  [{ type: 'meeting', outcome: null }, 'meeting_held'],
  [{ type: 'meeting', outcome: 'scheduled' }, 'meeting_held'],
  [{ type: 'meeting', outcome: 'rescheduled' }, null],
  [{ type: 'meeting', outcome: 'cancelled' }, null],
  [{ type: 'meeting', outcome: 'no_show' }, null],
  [{ type: 'task', outcome: 'done' }, 'task_done'],
  [{ type: 'task', outcome: 'scheduled' }, null],
  [{ type: 'note' }, 'note_logged'],
  [{ type: 'communication' }, 'note_logged'],
  [{ type: 'note', occurredAt: null }, null],
])('%o says %s', (fields, kind) => {
  const kinds = activitiesOf({ ...engagement, ...fields }, ['1'], mapping).map((activity) => activity.kind);
  expect(kinds).toEqual(kind === null ? [] : [kind]);
});

test('whatever an engagement says, its source declares that it can say it', () => {
  const said = engagementTypes.flatMap((type) =>
    (['inbound', 'outbound', null] as const).flatMap((direction) =>
      activitiesOf({ ...engagement, type, direction, outcome: 'done' }, ['1'], mapping).map(
        ({ kind }) => [type, kind] as const,
      ),
    ),
  );
  expect(new Set(said.map(([type]) => type))).toEqual(new Set(engagementTypes));
  expect(said.filter(([type, kind]) => !kindsOf(type, mapping).includes(kind))).toEqual([]);
});

test('a source is declared for every linked type and for the company itself', () => {
  expect(hubspotSourceKinds(mapping).map(({ source }) => source)).toHaveLength(8);
});

const company: Company = {
  id: '1',
  name: 'Acme',
  domain: null,
  ownerId: null,
  createdAt: at,
  updatedAt: at,
  archived: false,
  mergedIds: [],
  properties: { last_login: '2026-05-04', empty: '' },
};

test("a date on the company is an activity that begins with the portal's day, with a key that outlives a merge", () => {
  const dates = { ...mapping, activityDates: [{ property: 'last_login', kind: 'portal_login' as const }] };
  const [login] = companyActivities(company, dates, 'America/New_York');
  expect(login?.occurredAt).toBe(Date.parse('2026-05-04T04:00:00Z'));
  expect(companyActivities({ ...company, id: '2' }, dates, 'America/New_York')[0]?.sourceId).toBe(
    login?.sourceId,
  );
});

test.each([
  [null, null],
  ['', null],
  ['soon', null],
  ['2026-05-04', Date.parse('2026-05-04T00:00:00Z')],
  ['2026-05-04T10:00:00Z', at],
  [String(at), at],
])('the date property %o reads as %o', (text, instant) => {
  expect(parseDateProperty(text, 'UTC')).toBe(instant);
});
