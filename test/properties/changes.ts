/** What people do in HubSpot, carried out on the records that there are at that moment. */
import { millisecondsPerDay, toIso, type Instant } from '../../src/model/instant.ts';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import type { SeedRecord, SeedType } from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { UsageError } from '../../src/model/errors.ts';
import { tinyCompanies } from '../world/tiny-portal.ts';
import type { Change, ModelType } from './steps.ts';

/** Stays a partner for ever: without any, runs are refused, which other tests are about. */
const anchor = tinyCompanies.dormant;

/** HubSpot restores nothing that was deleted longer ago (hubspot-api.md 3). */
const restorableMs = 90 * millisecondsPerDay;

/** @returns what was done, for people; null when HubSpot would not let anybody do it */
export function carryOut(sandbox: Sandbox, change: Change): string | null {
  // Nothing happens twice in one millisecond, or no version could be told from another.
  sandbox.mutate({ do: 'advanceClock', durationMs: 1000 });
  const mutation = mutationOf(sandbox, change);
  if (mutation === null) return null;
  try {
    const { record } = sandbox.mutate(mutation);
    return `${JSON.stringify(mutation)}${mutation.do === 'merge' ? ` -> ${record?.id}` : ''}`;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function mutationOf(sandbox: Sandbox, change: Change): Mutation | null {
  const now = sandbox.now();
  switch (change.do) {
    case 'create': {
      const companies = living(sandbox, 'company');
      return {
        do: 'create',
        type: change.type,
        properties: valuesOf(change.type, change.variant, now),
        createdAt: now - change.variant * 10 * millisecondsPerDay,
        associations: [...new Set(change.companies.map((which) => chosen(companies, which)))]
          .filter((id) => id !== null)
          .map((toId) => ({ toType: 'company', toId })),
      };
    }
    case 'found':
      return {
        do: 'create',
        type: 'company',
        properties: {
          name: 'Newcomer',
          domain: 'new.example',
          type: change.partner ? 'PARTNER' : 'PROSPECT',
        },
      };
    case 'edit': {
      const id = chosen(living(sandbox, change.type), change.which);
      if (id === null) return null;
      const properties = valuesOf(change.type, change.variant, now);
      return { do: 'edit', type: change.type, id, properties };
    }
    case 'mark': {
      const id = chosen(besidesAnchor(living(sandbox, 'company')), change.which);
      const properties = { type: change.partner ? 'PARTNER' : 'PROSPECT' };
      return id === null ? null : { do: 'edit', type: 'company', id, properties };
    }
    case 'delete':
    case 'erase': {
      const id = chosen(besidesAnchor(living(sandbox, change.type)), change.which);
      return id === null ? null : { do: change.do, type: change.type, id };
    }
    case 'restore': {
      const id = chosen(restorable(sandbox, change.type), change.which);
      return id === null ? null : { do: 'restore', type: change.type, id };
    }
    case 'associate':
    case 'dissociate':
      return linkChange(sandbox, change);
    case 'merge': {
      const records = besidesAnchor(living(sandbox, change.type));
      const [primaryId, mergedId] = [chosen(records, change.primary), chosen(records, change.other)];
      if (primaryId === null || mergedId === null || primaryId === mergedId) return null;
      return { do: 'merge', type: change.type, primaryId, mergedId };
    }
  }
}

function linkChange(
  sandbox: Sandbox,
  { do: what, type, company, which }: Extract<Change, { do: 'associate' | 'dissociate' }>,
): Mutation | null {
  if (what === 'associate') {
    const fromId = chosen(living(sandbox, 'company'), company);
    const toId = chosen(living(sandbox, type), which);
    if (fromId === null || toId === null) return null;
    return { do: what, fromType: 'company', fromId, toType: type, toId };
  }
  const { associations } = sandbox.truth(type);
  const links = associations.filter(({ fromType, toType }) => fromType === 'company' || toType === 'company');
  const link = links[which % Math.max(1, links.length)];
  return link === undefined ? null : { do: what, ...link };
}

function valuesOf(type: 'company' | ModelType, variant: number, now: Instant): Record<string, string> {
  const at = toIso(now + (5 - variant * 25) * millisecondsPerDay);
  const one = (...values: readonly string[]): string => values[variant % values.length] ?? '';
  switch (type) {
    case 'company':
      return {
        name: `Name ${variant}`,
        partner_tier: one('gold', 'silver', ''),
        rekindle_snoozed_until: one('', '', toIso(now + 10 * millisecondsPerDay).slice(0, 10), ''),
      };
    case 'deal':
      return {
        dealname: `Deal ${variant}`,
        pipeline: 'default',
        dealstage: one('closedwon', 'appointmentscheduled', 'closedlost'),
        amount: String(variant * 100),
        closedate: at,
      };
    case 'call':
      return { hs_timestamp: at, hs_call_direction: one('INBOUND', 'OUTBOUND'), hs_call_status: 'COMPLETED' };
    case 'meeting':
      return {
        hs_timestamp: at,
        hs_meeting_start_time: at,
        hs_meeting_outcome: one('COMPLETED', 'SCHEDULED', 'CANCELED'),
      };
  }
}

function chosen(ids: readonly string[], which: number): string | null {
  return ids[which % Math.max(1, ids.length)] ?? null;
}

function living(sandbox: Sandbox, type: SeedType): string[] {
  return idsOf(sandbox, type, ({ archivedAt }) => archivedAt === null);
}

function restorable(sandbox: Sandbox, type: SeedType): string[] {
  return idsOf(
    sandbox,
    type,
    ({ archivedAt }) => archivedAt !== null && sandbox.now() - archivedAt < restorableMs,
  );
}

function idsOf(sandbox: Sandbox, type: SeedType, wanted: (record: SeedRecord) => boolean): string[] {
  return sandbox
    .truth(type)
    .records.filter(wanted)
    .map(({ id }) => id)
    .sort();
}

function besidesAnchor(ids: readonly string[]): string[] {
  return ids.filter((id) => id !== anchor);
}
