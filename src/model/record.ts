import type { Instant } from './instant.ts';
import type { Money } from './money.ts';

/** What hangs on a partner company in HubSpot and tells us of activity. */
export const engagementTypes = ['call', 'email', 'meeting', 'note', 'task', 'communication'] as const;
export type EngagementType = (typeof engagementTypes)[number];
export const linkedTypes = ['deal', ...engagementTypes] as const;
export type LinkedType = (typeof linkedTypes)[number];
export type RecordType = 'company' | LinkedType;

/** A HubSpot company as we read it: our words for what every portal has, the portal's own fields by name. */
export type Company = {
  /** The id of the surviving record: HubSpot answers a merged id with its survivor. */
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly ownerId: string | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly archived: boolean;
  /** Ids of records that were merged into this one, at any time. */
  readonly mergedIds: readonly string[];
  /** Every property that was asked for, by the portal's name; null when empty. */
  readonly properties: Readonly<Record<string, string | null>>;
};

export type Deal = {
  readonly type: 'deal';
  readonly id: string;
  readonly name: string | null;
  readonly pipelineId: string | null;
  readonly stageId: string | null;
  readonly amount: Money | null;
  readonly createdAt: Instant;
  readonly closedAt: Instant | null;
  readonly won: boolean;
  readonly closed: boolean;
  readonly ownerId: string | null;
  readonly updatedAt: Instant;
};

export type Engagement = {
  readonly type: EngagementType;
  readonly id: string;
  /** When it happens or happened; null where the record does not say, and then it is no activity. */
  readonly occurredAt: Instant | null;
  /** Who spoke: the partner (`inbound`) or we (`outbound`); null when the record does not say. */
  readonly direction: 'inbound' | 'outbound' | null;
  /** What became of it, in one word for all types; null when the record does not say. */
  readonly outcome: 'done' | 'scheduled' | 'rescheduled' | 'cancelled' | 'no_show' | 'failed' | null;
  readonly ownerId: string | null;
  readonly updatedAt: Instant;
};

/** A record that hangs on a partner. */
export type LinkedRecord = Deal | Engagement;
