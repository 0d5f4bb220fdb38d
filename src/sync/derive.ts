/**
 * From HubSpot's records to activities: which records speak of the partner, which of us, and which of nothing.
 * Pure, and the only place that decides it (domain.md section 7, "Engagement semantics").
 */
import type { Activity, HubSpotSource, Source } from '../model/activity.ts';
import { startOfDay, type Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Company, Deal, Engagement, LinkedRecord, LinkedType } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';

type Mapping = Settings['mapping'];

export const sourceOf: Readonly<Record<LinkedType, HubSpotSource>> = {
  deal: 'hubspot.deals',
  call: 'hubspot.calls',
  email: 'hubspot.emails',
  meeting: 'hubspot.meetings',
  note: 'hubspot.notes',
  task: 'hubspot.tasks',
  communication: 'hubspot.communications',
};

/** The kinds that a linked type can tell us about under a mapping. */
export function kindsOf(type: LinkedType, mapping: Mapping): readonly Kind[] {
  switch (type) {
    case 'deal':
      return [...new Set(mapping.deals.flatMap((line) => [line.created, line.won]))].filter(
        (kind) => kind !== null,
      );
    case 'call':
      return ['call_inbound', 'call_outbound'];
    case 'email':
      return ['email_inbound', 'email_outbound'];
    case 'meeting':
      return ['meeting_held'];
    case 'task':
      return ['task_done'];
    case 'note':
    case 'communication':
      return ['note_logged'];
  }
}

/** A record that several partners share is an activity of each of them. */
export function activitiesOf(
  record: LinkedRecord,
  partnerIds: readonly string[],
  mapping: Mapping,
): Activity[] {
  return record.type === 'deal'
    ? dealActivities(record, partnerIds, mapping)
    : engagementActivities(record, partnerIds);
}

function dealActivities(deal: Deal, partnerIds: readonly string[], mapping: Mapping): Activity[] {
  const line =
    mapping.deals.find(
      (candidate) => deal.pipelineId !== null && candidate.pipelines?.includes(deal.pipelineId),
    ) ?? mapping.deals.find((candidate) => candidate.pipelines === null);
  if (line === undefined) return [];

  const moments: { kind: Kind; occurredAt: Instant; withAmount: boolean }[] = [];
  if (line.created !== null) {
    moments.push({ kind: line.created, occurredAt: deal.createdAt, withAmount: false });
  }
  if (line.won !== null && deal.won && deal.closedAt !== null) {
    moments.push({ kind: line.won, occurredAt: deal.closedAt, withAmount: true });
  }
  return partnerIds.flatMap((partnerId) =>
    moments.map(({ kind, occurredAt, withAmount }) => ({
      partnerId,
      kind,
      occurredAt,
      quantity: 1,
      // The amount belongs to the win alone; on the registration too it would count twice.
      amount: withAmount ? deal.amount : null,
      source: sourceOf.deal,
      sourceId: deal.id,
    })),
  );
}

/**
 * What an engagement says: null when it says nothing (yet). Whoever spoke decides: inbound mail and calls are the
 * partner's, whatever became of them; outbound ones are ours and need to have gone through.
 *
 * A meeting counts from its time on unless somebody said it did not take place. HubSpot never changes "scheduled" by
 * itself, so demanding "completed" would make partners inactive only because a meeting was not tidied up (I4).
 * A communication (WhatsApp, SMS, LinkedIn) has no direction: it is something that we logged.
 */
function kindOfEngagement(engagement: Engagement): Kind | null {
  const { type, direction, outcome } = engagement;
  switch (type) {
    case 'meeting':
      return outcome === 'cancelled' ||
        outcome === 'no_show' ||
        outcome === 'rescheduled' ||
        outcome === 'failed'
        ? null
        : 'meeting_held';
    case 'call':
      if (direction === 'inbound') return 'call_inbound';
      return direction === 'outbound' && wentThrough(outcome) ? 'call_outbound' : null;
    case 'email':
      if (direction === 'inbound') return 'email_inbound';
      return direction === 'outbound' && wentThrough(outcome) ? 'email_outbound' : null;
    case 'task':
      return outcome === 'done' ? 'task_done' : null;
    case 'note':
    case 'communication':
      return 'note_logged';
  }
}

function wentThrough(outcome: Engagement['outcome']): boolean {
  return outcome === 'done' || outcome === null;
}

function engagementActivities(engagement: Engagement, partnerIds: readonly string[]): Activity[] {
  const kind = kindOfEngagement(engagement);
  const { occurredAt } = engagement;
  if (kind === null || occurredAt === null) return [];
  return partnerIds.map((partnerId) => ({
    partnerId,
    kind,
    occurredAt,
    quantity: 1,
    amount: null,
    source: sourceOf[engagement.type],
    sourceId: engagement.id,
  }));
}

/**
 * Dates that other systems keep on the company ("last portal login"). Each new date is one activity; earlier ones stay
 * in our history although HubSpot only shows the latest. A plain date begins with the portal's day.
 */
export function companyActivities(company: Company, mapping: Mapping, timeZone: string): Activity[] {
  return mapping.activityDates.flatMap(({ property, kind }) => {
    const value = company.properties[property] ?? null;
    const occurredAt = parseDateProperty(value, timeZone);
    if (occurredAt === null) return [];
    return [
      {
        partnerId: company.id,
        kind,
        occurredAt,
        quantity: 1,
        amount: null,
        source: 'hubspot.company_properties' as const,
        // The text as it stands: neither a merge nor another time zone of the portal makes it a second activity.
        sourceId: `${property}:${value}`,
      },
    ];
  });
}

/** HubSpot answers dates as `YYYY-MM-DD` and moments as ISO 8601 or milliseconds (hubspot-api.md section 6). */
export function parseDateProperty(value: string | null, timeZone: string): Instant | null {
  if (value === null || value === '') return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return startOfDay(value, timeZone);
  const instant = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(instant) ? null : instant;
}

/** Every source that HubSpot feeds under a mapping, with the kinds it can tell about. */
export function hubspotSourceKinds(mapping: Mapping): { source: Source; kinds: readonly Kind[] }[] {
  return [
    ...Object.entries(sourceOf).map(([type, source]) => ({
      source,
      kinds: kindsOf(type as LinkedType, mapping),
    })),
    {
      source: 'hubspot.company_properties',
      kinds: [...new Set(mapping.activityDates.map(({ kind }) => kind))],
    },
  ];
}
