/**
 * What a sandbox account holds when it starts, as plain data. The programmes (programmes/) make it, the server serves it.
 * Property names and values are HubSpot's: the sandbox plays HubSpot.
 */
import type { Activity } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import type { Settings } from '../model/settings.ts';

export const seedTypes = [
  'company',
  'deal',
  'contact',
  'call',
  'email',
  'meeting',
  'note',
  'task',
  'communication',
] as const;
export type SeedType = (typeof seedTypes)[number];

export type SeedRecord = {
  readonly type: SeedType;
  readonly id: string;
  /** HubSpot's stored strings. The server adds `hs_object_id`, `createdate` and the modified date by itself. */
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Null for a living record. */
  readonly archivedAt: Instant | null;
  /** Old ids that answer with this record; they become `hs_merged_object_ids`. */
  readonly mergedIds: readonly string[];
};

export type SeedAssociation = {
  readonly fromType: SeedType;
  readonly fromId: string;
  readonly toType: SeedType;
  readonly toId: string;
};

export type SeedProperty = {
  readonly name: string;
  readonly label: string;
  readonly type: 'enumeration' | 'string' | 'number' | 'date' | 'datetime' | 'bool';
  readonly fieldType: 'select' | 'checkbox' | 'text' | 'textarea' | 'number' | 'date' | 'booleancheckbox';
  readonly groupName: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
};

export type SeedOwner = {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly archived: boolean;
  readonly superAdmin: boolean;
};

export type SeedPipeline = {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly {
    readonly id: string;
    readonly label: string;
    readonly isClosed: boolean;
    readonly probability: string;
  }[];
};

/** What the generator knows about a partner and a judge may only infer. */
export type PartnerTruth = {
  readonly companyId: string;
  /** How this partner was made, e.g. `sells`, `stopped`, `declining`, `never_activated`, `tracking_break`. */
  readonly story: string;
  /** Instant of the latest activity that counts as the partner's own; null when there is none. */
  readonly lastPartnerActivityAt: Instant | null;
};

export type PortalSeed = {
  readonly portalId: string;
  readonly appId: string;
  readonly accessToken: string;
  readonly clientSecret: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly tier: 'starter' | 'professional' | 'enterprise';
  readonly owners: readonly SeedOwner[];
  readonly pipelines: readonly SeedPipeline[];
  /** Company properties of the customer's own (tier, region, last portal login ...). */
  readonly companyProperties: readonly SeedProperty[];
  readonly records: readonly SeedRecord[];
  readonly associations: readonly SeedAssociation[];
  /** What another system (an affiliate network, a partner portal) would send: to be imported, not served. */
  readonly otherSystems: readonly Activity[];
  /** The settings this programme's administrator would have saved. */
  readonly settings: Settings;
  readonly truth: readonly PartnerTruth[];
};
