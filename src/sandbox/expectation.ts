/**
 * What a right picture of the account says about its partners, in the house's words, worked out from the account's own
 * records: no answer of the API and nothing of the client has a part in it.
 */
import type { Activity } from '../model/activity.ts';
import { startOfDay, type Instant } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import type { Deal, Engagement, EngagementType, LinkedRecord, LinkedType } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import type { PortalSeed, SeedRecord } from './seed.ts';
import type { Sandbox } from './server.ts';

export type ExpectedPartner = {
  readonly partner: Partner & { readonly updatedAt: Instant; readonly mergedIds: readonly string[] };
  /** Rekindle's own properties by HubSpot's name; only those that have a value. */
  readonly published: Readonly<Record<string, string>>;
  /** What the dates on the company tell. */
  readonly activities: readonly Activity[];
};

export type ExpectedRecord = {
  readonly record: LinkedRecord;
  /** Ascending as texts. */
  readonly partnerIds: readonly string[];
};

type ByProperty = Extract<Settings['partnerDefinition'], { by: 'property' }>;

export function expectPartners(sandbox: Sandbox): ExpectedPartner[] {
  const { seed } = sandbox;
  return partnerRecords(sandbox).map((record) => expectedPartner(record, seed));
}

/** Living records of a type that hang on living partners. */
export function expectRecords(sandbox: Sandbox, type: LinkedType): ExpectedRecord[] {
  const partnerIds = new Set(partnerRecords(sandbox).map(({ id }) => id));
  const { records, associations } = sandbox.truth(type);
  const partnersOf = new Map<string, string[]>();
  for (const { fromType, fromId, toType, toId } of associations) {
    // Every association is told once, from the type that comes first in the alphabet.
    const [companyId, recordId] = fromType === 'company' ? [fromId, toId] : [toId, fromId];
    if ((fromType !== 'company' && toType !== 'company') || !partnerIds.has(companyId)) continue;
    partnersOf.set(recordId, [...(partnersOf.get(recordId) ?? []), companyId]);
  }
  return records.flatMap((record) => {
    const partners = partnersOf.get(record.id);
    if (partners === undefined || record.archivedAt !== null) return [];
    return [{ record: expectedRecord(type, record, sandbox.seed), partnerIds: partners.sort() }];
  });
}

function partnerRecords(sandbox: Sandbox): SeedRecord[] {
  const definition = byProperty(sandbox.seed);
  const values = new Set(definition.values);
  return sandbox
    .truth('company')
    .records.filter(
      ({ archivedAt, properties }) =>
        archivedAt === null && values.has(properties[definition.property] ?? ''),
    );
}

function byProperty({ settings }: PortalSeed): ByProperty {
  if (settings.partnerDefinition.by === 'property') return settings.partnerDefinition;
  throw new Error('Expectations are worked out for partners that a property defines.');
}

function expectedPartner(record: SeedRecord, { settings, timeZone }: PortalSeed): ExpectedPartner {
  const { mapping } = settings;
  const read = (name: string | null): string | null =>
    name === null ? null : record.properties[name] || null;
  const joined = read(mapping.joinedAtProperty);
  return {
    partner: {
      id: record.id,
      name: read('name'),
      domain: read('domain'),
      ownerId: read('hubspot_owner_id'),
      partnerType: read(mapping.partnerTypeProperty),
      tier: read(mapping.tierProperty),
      region: read(mapping.regionProperty),
      externalId: read(mapping.externalIdProperty),
      individualRate: read(mapping.individualRateProperty),
      joinedAt: joined === null ? record.createdAt : startOfDay(joined, timeZone),
      snoozedUntil: read('rekindle_snoozed_until'),
      updatedAt: record.updatedAt,
      mergedIds: record.mergedIds,
    },
    published: Object.fromEntries(
      Object.entries(record.properties).filter(([name]) => name.startsWith('rekindle_')),
    ),
    activities: mapping.activityDates.flatMap(({ property, kind }) => {
      const day = read(property);
      if (day === null) return [];
      return [
        {
          partnerId: record.id,
          kind,
          occurredAt: startOfDay(day, timeZone),
          quantity: 1,
          amount: null,
          source: 'hubspot.company_properties' as const,
          sourceId: `${property}:${day}`,
        },
      ];
    }),
  };
}

function expectedRecord(type: LinkedType, record: SeedRecord, seed: PortalSeed): LinkedRecord {
  return type === 'deal' ? expectedDeal(record, seed) : expectedEngagement(type, record);
}

function expectedDeal({ id, properties, createdAt, updatedAt }: SeedRecord, seed: PortalSeed): Deal {
  const stage = seed.pipelines
    .flatMap(({ stages }) => stages)
    .find((candidate) => candidate.id === properties['dealstage']);
  const { amount } = properties;
  return {
    type: 'deal',
    id,
    name: properties['dealname'] ?? null,
    pipelineId: properties['pipeline'] ?? null,
    stageId: properties['dealstage'] ?? null,
    amount:
      amount === undefined
        ? null
        : { amount: shortest(amount), currency: properties['deal_currency_code'] ?? seed.currency },
    createdAt: instantOf(properties['createdate']) ?? createdAt,
    closedAt: instantOf(properties['closedate']),
    won: stage?.isClosed === true && Number(stage.probability) === 1,
    closed: stage?.isClosed === true,
    ownerId: properties['hubspot_owner_id'] ?? null,
    updatedAt,
  };
}

/** `10.50` is `10.5`: the same amount. */
function shortest(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount;
}

/** A moment is stored as ISO 8601. */
function instantOf(text: string | undefined): Instant | null {
  return text === undefined ? null : Date.parse(text);
}

type Told = Pick<Engagement, 'direction' | 'outcome'> & { readonly at?: string | undefined };

function expectedEngagement(type: EngagementType, record: SeedRecord): Engagement {
  const { id, properties, updatedAt } = record;
  const { at, direction, outcome } = told(type, properties);
  return {
    type,
    id,
    occurredAt: instantOf(at ?? properties['hs_timestamp']),
    direction,
    outcome,
    ownerId: properties['hubspot_owner_id'] ?? null,
    updatedAt,
  };
}

/** Of the values that the reference portal has (hubspot-api.md 6.1). */
function told(type: EngagementType, properties: SeedRecord['properties']): Told {
  switch (type) {
    case 'call':
      return {
        direction: properties['hs_call_direction'] === 'INBOUND' ? 'inbound' : 'outbound',
        outcome: properties['hs_call_status'] === 'COMPLETED' ? 'done' : 'failed',
      };
    case 'email':
      return {
        direction: properties['hs_email_direction'] === 'INCOMING_EMAIL' ? 'inbound' : 'outbound',
        outcome: properties['hs_email_status'] === 'SENT' ? 'done' : 'failed',
      };
    case 'meeting': {
      const outcomes = { COMPLETED: 'done', SCHEDULED: 'scheduled', CANCELED: 'cancelled' } as const;
      const outcome = outcomes[properties['hs_meeting_outcome'] as keyof typeof outcomes];
      return { at: properties['hs_meeting_start_time'], direction: null, outcome };
    }
    case 'task':
      return {
        direction: 'outbound',
        outcome: properties['hs_task_status'] === 'COMPLETED' ? 'done' : 'scheduled',
      };
    case 'note':
      return { direction: 'outbound', outcome: 'done' };
    case 'communication':
      return { direction: null, outcome: 'done' };
  }
}
