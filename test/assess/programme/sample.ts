/** What a sample account's partners did, as days by stream, without an account or a database in between. */
import { calendarOf } from '../../../src/model/calendar.ts';
import { isPartnerKind, type Kind } from '../../../src/model/kind.ts';
import type { Source, SourceState } from '../../../src/model/activity.ts';
import { millisecondsPerDay, type Instant } from '../../../src/model/instant.ts';
import type { PartnerDays, WatchedStream } from '../../../src/model/programme.ts';
import { dealKinds } from '../../../src/sandbox/programmes/portal-builder.ts';
import { createProgramme, type ProgrammeName } from '../../../src/sandbox/programmes/programmes.ts';
import { partnerProperties } from '../../../src/sandbox/programmes/properties.ts';
import type { PortalSeed, SeedRecord } from '../../../src/sandbox/seed.ts';
import { streamKey, streamsOf } from '../../../src/assess/programme/tally.ts';

export type Sample = {
  readonly sources: readonly SourceState[];
  readonly streams: readonly WatchedStream[];
  readonly partners: readonly PartnerDays[];
  /** Whom the tracking break took. */
  readonly broken: readonly string[];
};

/** @param disturbed false leaves out the partners that the tracking break took */
export function sampleOf(
  programme: ProgrammeName,
  options: { partners: number; seed: number; now: Instant; disturbed?: boolean },
): Sample {
  const seed = createProgramme({ programme, otherCompanies: 5, ...options });
  const broken = seed.truth
    .filter(({ story }) => story === 'tracking_break')
    .map(({ companyId }) => companyId);
  const events = [...eventsOf(seed, options.now)];
  const kindsBySource = new Map<Source, Set<Kind>>();
  for (const { source, kind } of events) {
    kindsBySource.set(source, (kindsBySource.get(source) ?? new Set()).add(kind));
  }
  const sources = [...kindsBySource].map(([source, kinds]) => ({
    source,
    kinds: [...kinds],
    complete: true,
    completeUpTo: options.now,
  }));
  const streams = streamsOf(sources, calendarOf('UTC'));
  return {
    sources,
    streams,
    partners: partnersOf(seed, streams, events, (options.disturbed ?? true) ? [] : broken),
    broken,
  };
}

type Event = {
  readonly partnerId: string;
  readonly source: Source;
  readonly kind: Kind;
  readonly at: Instant;
};

function partnersOf(
  seed: PortalSeed,
  streams: readonly WatchedStream[],
  events: readonly Event[],
  without: readonly string[],
): PartnerDays[] {
  const indexes = new Map(streams.map(({ source, kind }, index) => [streamKey(source, kind), index]));
  const byPartner = new Map<string, number[][]>();
  for (const { partnerId, source, kind, at } of events) {
    const index = isPartnerKind(kind) ? indexes.get(streamKey(source, kind)) : undefined;
    if (index === undefined) continue;
    const days = byPartner.get(partnerId) ?? streams.map(() => []);
    byPartner.set(partnerId, days);
    days[index]?.push(Math.floor(at / millisecondsPerDay));
  }
  for (const days of byPartner.values()) for (const own of days) own.sort((a, b) => a - b);
  const left = new Set(without);
  return seed.records
    .filter(
      ({ type, properties, archivedAt }) =>
        type === 'company' && properties['type'] === 'PARTNER' && archivedAt === null,
    )
    .filter(({ id }) => !left.has(id))
    .map(({ id, properties }) => ({
      id,
      partnerType: properties[partnerProperties.partnerType] ?? null,
      region: properties[partnerProperties.region] ?? null,
      days: byPartner.get(id) ?? [],
    }));
}

function* eventsOf(seed: PortalSeed, now: Instant): Iterable<Event> {
  for (const event of allEventsOf(seed)) if (event.at <= now) yield event;
}

function* allEventsOf(seed: PortalSeed): Iterable<Event> {
  for (const { partnerId, source, kind, occurredAt } of seed.otherSystems)
    yield { partnerId, source, kind, at: occurredAt };
  const records = new Map(seed.records.map((record) => [`${record.type} ${record.id}`, record]));
  const { activityDates } = seed.settings.mapping;
  for (const { type, id, properties } of seed.records) {
    if (type !== 'company') continue;
    for (const { property, kind } of activityDates) {
      const day = properties[property];
      if (day !== undefined)
        yield { partnerId: id, source: 'hubspot.company_properties', kind, at: Date.parse(day) };
    }
  }
  for (const { fromType, fromId, toType, toId } of seed.associations) {
    const record = records.get(`${fromType} ${fromId}`);
    if (toType !== 'company' || record === undefined || record.archivedAt !== null) continue;
    for (const { source, kind, at } of momentsOf(record, seed)) yield { partnerId: toId, source, kind, at };
  }
}

function momentsOf(
  { type, properties, createdAt }: SeedRecord,
  seed: PortalSeed,
): Omit<Event, 'partnerId'>[] {
  const at = Date.parse(properties['hs_timestamp'] ?? '');
  switch (type) {
    case 'deal': {
      const { created, won } = dealKinds(seed.settings.mapping, properties['pipeline'] ?? '');
      const closedAt = Date.parse(properties['closedate'] ?? '');
      return [
        ...(created === null ? [] : [{ source: 'hubspot.deals' as const, kind: created, at: createdAt }]),
        ...(won === null || properties['hs_is_closed_won'] !== 'true'
          ? []
          : [{ source: 'hubspot.deals' as const, kind: won, at: closedAt }]),
      ];
    }
    case 'email':
      return properties['hs_email_direction'] === 'INCOMING_EMAIL'
        ? [{ source: 'hubspot.emails', kind: 'email_inbound', at }]
        : [];
    case 'call':
      return properties['hs_call_direction'] === 'INBOUND'
        ? [{ source: 'hubspot.calls', kind: 'call_inbound', at }]
        : [];
    case 'meeting':
      return /^(?:CANCELED|NO_SHOW|RESCHEDULED)$/.test(properties['hs_meeting_outcome'] ?? '')
        ? []
        : [{ source: 'hubspot.meetings', kind: 'meeting_held', at }];
    default:
      return [];
  }
}
