/** Smallest complete values; a test names only what it is about. */
import type { Activity, Timeline, TimelineEntry } from '../../src/model/activity.ts';
import type { Deal, Engagement } from '../../src/model/record.ts';
import type { Reason, Verdict } from '../../src/model/verdict.ts';
import type { SyncedPartner } from '../../src/store/partners.ts';
import type { Db } from '../../src/store/tables.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { settleTouches } from '../../src/store/touch.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';

export const noon = Date.parse('2026-03-01T12:00:00Z');
export const minute = 60_000;

export function partner(id: string, changes: Partial<SyncedPartner> = {}): SyncedPartner {
  return {
    id,
    name: `Partner ${id}`,
    domain: null,
    ownerId: null,
    partnerType: 'reseller',
    tier: 'gold',
    region: null,
    externalId: null,
    individualRate: null,
    joinedAt: Date.parse('2024-01-01T00:00:00Z'),
    snoozedUntil: null,
    updatedAt: noon,
    mergedIds: [],
    published: { rekindle_status: null },
    ...changes,
  };
}

export function deal(id: string, changes: Partial<Deal> = {}): Deal {
  return {
    type: 'deal',
    id,
    name: `Deal ${id}`,
    pipelineId: 'default',
    stageId: 'closedwon',
    amount: { amount: '1234.50', currency: 'EUR' },
    createdAt: noon - 5 * minute,
    closedAt: null,
    won: false,
    closed: false,
    ownerId: null,
    updatedAt: noon,
    ...changes,
  };
}

export function engagement(id: string, changes: Partial<Engagement> = {}): Engagement {
  return {
    type: 'meeting',
    id,
    occurredAt: noon,
    direction: null,
    outcome: 'done',
    ownerId: null,
    updatedAt: noon,
    ...changes,
  };
}

export function activity(partnerId: string, sourceId: string, changes: Partial<Activity> = {}): Activity {
  return {
    partnerId,
    kind: 'deal_registered',
    occurredAt: noon,
    quantity: 1,
    amount: null,
    source: 'hubspot.deals',
    sourceId,
    ...changes,
  };
}

export function reason(code: Reason['code']): Reason {
  return {
    code,
    ruleId: 'sales_180',
    behaviour: 'sales',
    degree: 'stopped',
    severity: 'inactive',
    observed: 0,
    expected: 1,
    windowDays: 180,
    since: '2026-01-05',
    lastActivityDay: '2025-07-09',
    sources: ['hubspot.deals'],
    asOf: noon,
    sentence: 'No deal since 9 Jul 2025.',
    counterfactual: 'One deal clears this.',
  };
}

export function verdict(partnerId: string, changes: Partial<Verdict> = {}): Verdict {
  return {
    partnerId,
    status: 'active',
    previousStatus: null,
    statusChangedAt: noon,
    health: 80,
    contributions: [{ label: 'Sales', points: 80 }],
    reasons: [],
    unknowns: [],
    lastActivityAt: noon - 10 * minute,
    lastActivityKind: 'deal_won',
    cadence: null,
    segment: null,
    inactiveSince: null,
    expectedInactiveDay: '2026-08-28',
    episode: 0,
    stale: false,
    nextChangeAt: null,
    settingsVersion: 1,
    assessedAt: noon,
    ...changes,
  };
}

/** As a run does it: what was read of these partners is settled when their verdicts are saved. */
export async function judgedAs(db: Db, ...verdicts: readonly Verdict[]): Promise<void> {
  const ids = new Set(verdicts.map(({ partnerId }) => partnerId));
  const options = { now: noon, settingsVersion: 1, all: true, batchSize: 100 };
  const read = await collect(streamPartnersToAssess(db, options));
  await saveVerdicts(db, 'run', verdicts);
  await settleTouches(
    db,
    read.flatMap(({ touch }) => (touch !== null && ids.has(touch.partnerId) ? touch : [])),
  );
}

/** To keep, as objects of their own. */
export function entriesOf(timeline: Timeline): TimelineEntry[] {
  return Array.from(timeline, (entry) => ({ ...entry }));
}

/** What a stream yields, in one list. */
export async function collect<T>(stream: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of stream) items.push(...batch);
  return items;
}
