/** What makes one sample programme different from another. One file per programme fills this in. */
import type { Activity } from '../../model/activity.ts';
import type { Day, Instant } from '../../model/instant.ts';
import type { Settings } from '../../model/settings.ts';
import type { Voice } from '../../model/voice.ts';
import type { SeedPipeline, SeedProperty } from '../seed.ts';
import type { Counterpart } from './engagements.ts';
import type { PortalBuilder } from './portal-builder.ts';
import type { Random } from './random.ts';
import type { Life, Story, Stream } from './stories.ts';

export type Option = { readonly label: string; readonly value: string };

/** Events a year at level 1: each partner draws its own from a gamma distribution of this mean and shape. */
export type Rate = { readonly mean: number; readonly shape: number; readonly atLeast: number };

export type PartnerProfile = {
  readonly companyId: string;
  readonly story: Story;
  readonly joinedAt: Instant;
  readonly life: Life;
  readonly ownerId: string | null;
  readonly contactIds: readonly string[];
  readonly externalId: string;
  /** This partner's own chance. */
  readonly random: Random;
};

/** Everything a programme's partner may do things with. */
export type Scene = {
  readonly builder: PortalBuilder;
  readonly currency: string;
  /** Living non-partner companies: end customers of partner deals. */
  readonly customers: readonly string[];
  /** Partners that sell, for deals made together. */
  readonly sellers: readonly PartnerProfile[];
  readonly otherSystems: Activity[];
};

/** A date that another system keeps on the company, and how often a partner in full swing renews it. */
type DateProperty = {
  readonly property: string;
  readonly meanGapDays: number;
  /** The share of partners that ever have one. */
  readonly share: number;
};

export type Programme = {
  readonly account: { readonly portalId: string; readonly timeZone: string; readonly currency: string };
  readonly trades: readonly string[];
  readonly tiers: readonly Option[];
  readonly partnerTypes: readonly Option[];
  readonly regions: readonly Option[];
  readonly externalIdPrefix: string;
  readonly properties: readonly SeedProperty[];
  readonly pipelines: readonly SeedPipeline[];
  readonly settings: Settings;
  /** What it says of itself to its partners on that day. */
  readonly voice: (today: Day) => Voice;
  readonly shares: Readonly<Record<Story, number>>;
  readonly historyDays: number;
  readonly stoppedDaysAgo: readonly [number, number];
  /** The streams that one broken source falls silent in. */
  readonly brokenStreams: readonly Stream[];
  readonly rates: Readonly<Record<Stream | 'outreach', Rate>>;
  readonly dateProperties: readonly DateProperty[];
  /** Turns the partner's productive events into what this programme records of them. */
  produce(scene: Scene, partner: PartnerProfile, times: readonly Instant[]): void;
  /** Turns what the partner uses into records; null where dates on the company tell it all. */
  use: ((scene: Scene, partner: PartnerProfile, times: readonly Instant[]) => void) | null;
};

export function counterpart(partner: PartnerProfile): Counterpart {
  const { companyId, ownerId, contactIds, random } = partner;
  return { companyId, ownerId, contactId: contactIds.length === 0 ? null : random.pick(contactIds) };
}
