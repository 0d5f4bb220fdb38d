/**
 * A small account made by hand, for tests of every room: nine living companies, each with a story that can be told in a
 * sentence. Ids of companies are listed in `tinyCompanies`, so that a test names what it means.
 */
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay, toIso } from '../../src/model/instant.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import type {
  PartnerTruth,
  PortalSeed,
  SeedAssociation,
  SeedProperty,
  SeedRecord,
  SeedType,
} from '../../src/sandbox/seed.ts';

/** 2026-06-15, noon UTC: "today" of the account. */
export const tinyNow: Instant = Date.UTC(2026, 5, 15, 12);

export const tinyCompanies = {
  /** Partner: sells, met, writes. */
  active: '101',
  /** Partner: sold until 300 days ago; only we have called and written since. */
  silent: '102',
  /** Partner: never did anything. */
  neverActivated: '103',
  /** Partner: shares deal 203 with `active`; a booked, a cancelled and a missed meeting are all it has of late. */
  sharing: '104',
  /** Partner: the survivor of 95 and 96, merged long ago. */
  merged: '105',
  /** Partner: snoozed by a person; last deal 200 days ago. */
  dormant: '106',
  /** No partners. */
  customer: '110',
  prospect: '111',
  unmarked: '112',
  /** A partner that was deleted. */
  archived: '120',
} as const;

export const tinyPartnerIds: readonly string[] = [
  tinyCompanies.active,
  tinyCompanies.silent,
  tinyCompanies.neverActivated,
  tinyCompanies.sharing,
  tinyCompanies.merged,
  tinyCompanies.dormant,
];

const companyProperties: readonly SeedProperty[] = [
  choice('partner_type', 'Partner type', ['reseller', 'referral', 'technology']),
  choice('partner_tier', 'Partner tier', ['gold', 'silver', 'registered']),
  choice('partner_region', 'Partner region', ['emea', 'amer', 'apac']),
  { ...text('partner_external_id', 'Partner id in the portal') },
  { ...text('partner_since', 'Partner since'), type: 'date', fieldType: 'date' },
  { ...text('partner_rate', 'Individual rate') },
  { ...text('last_portal_login', 'Last portal login'), type: 'date', fieldType: 'date' },
];

/** The reseller preset with this account's own property names. */
export const tinySettings: Settings = {
  ...presets.reseller,
  partnerDefinition: { by: 'property', property: 'type', values: ['PARTNER'] },
  mapping: {
    ...presets.reseller.mapping,
    partnerTypeProperty: 'partner_type',
    tierProperty: 'partner_tier',
    regionProperty: 'partner_region',
    externalIdProperty: 'partner_external_id',
    joinedAtProperty: 'partner_since',
    individualRateProperty: 'partner_rate',
    activityDates: [{ property: 'last_portal_login', kind: 'portal_login' }],
  },
};

/** Every call makes a fresh one; `changes` replaces whole fields. */
export function createTinyPortal(changes: Partial<PortalSeed> = {}): PortalSeed {
  return {
    portalId: '7654321',
    appId: '1234567',
    accessToken: 'pat-na1-00000000-0000-4000-8000-000000000001',
    clientSecret: 'tiny-portal-client-secret',
    timeZone: 'America/New_York',
    currency: 'USD',
    tier: 'professional',
    owners: [
      owner('501', '9501', 'ada@example.com', 'Ada', 'Okafor', { superAdmin: true }),
      owner('502', '9502', 'ben@example.com', 'Ben', 'Ruiz', {}),
      owner('503', '9503', 'cho@example.com', 'Cho', 'Lund', { archived: true }),
    ],
    pipelines: [
      {
        id: 'default',
        label: 'Sales pipeline',
        stages: [
          { id: 'appointmentscheduled', label: 'Appointment scheduled', isClosed: false, probability: '0.2' },
          { id: 'closedwon', label: 'Closed won', isClosed: true, probability: '1.0' },
          { id: 'closedlost', label: 'Closed lost', isClosed: true, probability: '0.0' },
        ],
      },
    ],
    companyProperties,
    records: [...companies(), ...deals(), ...engagements(), contact()],
    associations: associations(),
    otherSystems: [],
    settings: tinySettings,
    truth: truth(),
    ...changes,
  };
}

function companies(): SeedRecord[] {
  const { active, silent, neverActivated, sharing, merged, dormant } = tinyCompanies;
  return [
    partner(active, 'Alder Networks', {
      hubspot_owner_id: '501',
      partner_tier: 'gold',
      partner_region: 'emea',
    }),
    partner(silent, 'Birch Systems', {
      hubspot_owner_id: '501',
      partner_tier: 'silver',
      partner_region: 'emea',
    }),
    partner(neverActivated, 'Cedar Consulting', { hubspot_owner_id: '502', partner_region: 'amer' }),
    partner(sharing, 'Date Palm Data', {
      hubspot_owner_id: '502',
      partner_tier: 'gold',
      partner_region: 'apac',
    }),
    {
      ...partner(merged, 'Elm & Elm', { hubspot_owner_id: '503', partner_tier: 'silver' }),
      mergedIds: ['95', '96'],
    },
    partner(dormant, 'Fir Integrators', { partner_tier: 'registered', partner_region: 'amer' }),
    company(tinyCompanies.customer, { name: 'Grove Foods', type: 'PROSPECT', lifecyclestage: 'customer' }),
    company(tinyCompanies.prospect, { name: 'Hazel Health', type: 'PROSPECT' }),
    company(tinyCompanies.unmarked, { name: 'Ivy Insurance' }),
    { ...partner(tinyCompanies.archived, 'Juniper Jobs', {}), archivedAt: daysAgo(30) },
  ];
}

function deals(): SeedRecord[] {
  return [
    deal('201', { dealname: 'Alder renewal', amount: '12000.50', dealstage: 'closedwon' }, 40, 10),
    deal('202', { dealname: 'Alder rollout', amount: '900', dealstage: 'appointmentscheduled' }, 5, null),
    deal('203', { dealname: 'Shared campus', amount: '40000', dealstage: 'closedwon' }, 90, 60),
    deal('204', { dealname: 'Birch last sale', amount: '7000', dealstage: 'closedwon' }, 330, 300),
    deal('205', { dealname: 'Elm upgrade', amount: '1500', dealstage: 'closedlost' }, 50, 20),
    deal('206', { dealname: 'Fir starter', amount: '300', dealstage: 'closedwon' }, 210, 200),
    deal('207', { dealname: 'Grove direct', amount: '99', dealstage: 'closedwon' }, 30, 3),
  ];
}

function engagements(): SeedRecord[] {
  return [
    engagement('call', '301', 3, { hs_call_direction: 'INBOUND', hs_call_status: 'COMPLETED' }),
    engagement('call', '302', 8, { hs_call_direction: 'OUTBOUND', hs_call_status: 'COMPLETED' }),
    engagement('call', '303', 12, { hs_call_direction: 'OUTBOUND', hs_call_status: 'NO_ANSWER' }),
    engagement('email', '311', 2, { hs_email_direction: 'INCOMING_EMAIL', hs_email_status: 'SENT' }),
    engagement('email', '312', 6, { hs_email_direction: 'EMAIL', hs_email_status: 'SENT' }),
    engagement('email', '313', 4, { hs_email_direction: 'EMAIL', hs_email_status: 'BOUNCED' }),
    meeting('321', 14, 'COMPLETED'),
    meeting('322', -10, 'SCHEDULED'),
    meeting('323', 5, 'CANCELED'),
    meeting('324', 7, 'NO_SHOW'),
    engagement('note', '331', 9, { hs_note_body: 'Left a message.' }),
    engagement('task', '341', 1, {
      hs_task_subject: 'Call Birch',
      hs_task_status: 'NOT_STARTED',
      hs_task_priority: 'HIGH',
      hs_task_type: 'CALL',
    }),
    engagement('communication', '351', 11, {
      hs_communication_channel_type: 'LINKEDIN_MESSAGE',
      hs_communication_logged_from: 'CRM',
    }),
  ];
}

function associations(): SeedAssociation[] {
  const { active, silent, sharing, merged, dormant, customer } = tinyCompanies;
  return [
    ...of(active, { deal: ['201', '202', '203'], call: ['301'], email: ['311', '312'], meeting: ['321'] }),
    ...of(active, { contact: ['401'] }),
    ...of(silent, { deal: ['204'], call: ['302', '303'], email: ['313'], note: ['331'], task: ['341'] }),
    ...of(sharing, { deal: ['203'], meeting: ['322', '323', '324'], communication: ['351'] }),
    ...of(merged, { deal: ['205'] }),
    ...of(dormant, { deal: ['206'] }),
    ...of(customer, { deal: ['207'] }),
  ];
}

/** A company's associations by type. */
function of(companyId: string, links: Partial<Record<SeedType, readonly string[]>>): SeedAssociation[] {
  return Object.entries(links).flatMap(([type, ids]) =>
    ids.map((id) => ({ fromType: 'company', fromId: companyId, toType: type as SeedType, toId: id })),
  );
}

function truth(): PartnerTruth[] {
  const { active, silent, neverActivated, sharing, merged, dormant } = tinyCompanies;
  const lines: readonly [string, string, Instant | null][] = [
    [active, 'sells', daysAgo(2)],
    [silent, 'stopped', daysAgo(300)],
    [neverActivated, 'never_activated', null],
    [sharing, 'shares', daysAgo(60)],
    [merged, 'merged', daysAgo(50)],
    [dormant, 'dormant', daysAgo(200)],
  ];
  return lines.map(([companyId, story, lastPartnerActivityAt]) => ({
    companyId,
    story,
    lastPartnerActivityAt,
  }));
}

function daysAgo(days: number): Instant {
  return tinyNow - days * millisecondsPerDay;
}

function partner(id: string, name: string, properties: Readonly<Record<string, string>>): SeedRecord {
  const domain = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.example`;
  const common = { name, domain, type: 'PARTNER', partner_type: 'reseller', partner_since: '2023-01-10' };
  return company(id, {
    ...common,
    partner_external_id: `P-${id}`,
    partner_rate: `${id.length} %`,
    ...properties,
  });
}

function company(id: string, properties: Readonly<Record<string, string>>): SeedRecord {
  return record('company', id, properties, daysAgo(900), daysAgo(30));
}

function deal(
  id: string,
  properties: Readonly<Record<string, string>>,
  createdDaysAgo: number,
  closedDaysAgo: number | null,
): SeedRecord {
  const closedate = closedDaysAgo === null ? {} : { closedate: toIso(daysAgo(closedDaysAgo)) };
  return record(
    'deal',
    id,
    { pipeline: 'default', deal_currency_code: 'USD', ...properties, ...closedate },
    daysAgo(createdDaysAgo),
    daysAgo(closedDaysAgo ?? createdDaysAgo),
  );
}

function engagement(
  type: SeedType,
  id: string,
  happenedDaysAgo: number,
  properties: Readonly<Record<string, string>>,
): SeedRecord {
  const writtenAt = daysAgo(Math.max(happenedDaysAgo, 1));
  return record(
    type,
    id,
    { hs_timestamp: toIso(daysAgo(happenedDaysAgo)), hubspot_owner_id: '501', ...properties },
    writtenAt,
    writtenAt,
  );
}

function meeting(id: string, happenedDaysAgo: number, outcome: string): SeedRecord {
  const start = toIso(daysAgo(happenedDaysAgo));
  return engagement('meeting', id, happenedDaysAgo, {
    hs_meeting_outcome: outcome,
    hs_meeting_start_time: start,
  });
}

function contact(): SeedRecord {
  const properties = { email: 'dana@alder-networks.example', firstname: 'Dana', lastname: 'Field' };
  return record('contact', '401', properties, daysAgo(800), daysAgo(100));
}

function record(
  type: SeedType,
  id: string,
  properties: Readonly<Record<string, string>>,
  createdAt: Instant,
  updatedAt: Instant,
): SeedRecord {
  return { type, id, properties, createdAt, updatedAt, archivedAt: null, mergedIds: [] };
}

function owner(
  id: string,
  userId: string,
  email: string,
  firstName: string,
  lastName: string,
  marks: { archived?: boolean; superAdmin?: boolean },
): PortalSeed['owners'][number] {
  return { id, userId, email, firstName, lastName, archived: false, superAdmin: false, ...marks };
}

function choice(name: string, label: string, values: readonly string[]): SeedProperty {
  const options = values.map((value) => ({ label: value, value }));
  return { ...text(name, label), type: 'enumeration', fieldType: 'select', options };
}

function text(name: string, label: string): SeedProperty {
  return { name, label, type: 'string', fieldType: 'text', groupName: 'partner_programme', options: [] };
}
