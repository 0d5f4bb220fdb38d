/** Reads a sample account as a stranger would, from its records alone, to compare with what its maker says is true. */
import { startOfDay, type Instant } from '../../../src/model/instant.ts';
import type { PortalSeed, SeedRecord } from '../../../src/sandbox/seed.ts';

const fellThrough = new Set(['CANCELED', 'NO_SHOW', 'RESCHEDULED']);
const partnerKinds = new Set([
  'click',
  'sale',
  'order',
  'portal_login',
  'training_completed',
  'campaign_run',
]);

/** The latest own activity of each living company that has one, at `now`. */
export function judgeLastActivity(seed: PortalSeed, now: Instant): Map<string, Instant> {
  const latest = new Map<string, Instant>();
  const see = (companyId: string, at: Instant) => {
    if (at <= now) latest.set(companyId, Math.max(latest.get(companyId) ?? at, at));
  };
  const byKey = new Map(seed.records.map((record) => [`${record.type}/${record.id}`, record]));
  for (const { fromType, fromId, toType, toId } of seed.associations) {
    const record = byKey.get(`${fromType}/${fromId}`);
    if (toType !== 'company' || record === undefined || record.archivedAt !== null) continue;
    for (const at of momentsOf(record, seed)) see(toId, at);
  }
  for (const record of seed.records.filter(({ type }) => type === 'company')) {
    for (const { property } of seed.settings.mapping.activityDates) {
      const day = record.properties[property];
      if (day !== undefined) see(record.id, startOfDay(day, seed.timeZone));
    }
  }
  for (const { partnerId, kind, occurredAt } of seed.otherSystems) {
    if (partnerKinds.has(kind)) see(partnerId, occurredAt);
  }
  return latest;
}

function momentsOf({ type, properties, createdAt }: SeedRecord, seed: PortalSeed): Instant[] {
  const at = Date.parse(properties['hs_timestamp'] ?? '');
  switch (type) {
    case 'email':
      return properties['hs_email_direction'] === 'INCOMING_EMAIL' ? [at] : [];
    case 'call':
      return properties['hs_call_direction'] === 'INBOUND' ? [at] : [];
    case 'meeting':
      return fellThrough.has(properties['hs_meeting_outcome'] ?? '') ? [] : [at];
    case 'deal': {
      const lines = seed.settings.mapping.deals;
      const line =
        lines.find(({ pipelines }) => pipelines?.includes(properties['pipeline'] ?? '')) ??
        lines.find(({ pipelines }) => pipelines === null);
      if (line === undefined) return [];
      const created = line.created === null ? [] : [createdAt];
      const counts = line.won !== null && properties['hs_is_closed_won'] === 'true';
      const won = counts ? [Date.parse(properties['closedate'] ?? '')] : [];
      return [...created, ...won];
    }
    default:
      return [];
  }
}
