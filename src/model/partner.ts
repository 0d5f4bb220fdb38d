import type { Day, Instant } from './instant.ts';

/** A HubSpot company that meets the portal's partner definition. `id` is the HubSpot company id. */
export type Partner = {
  readonly id: string;
  /** Companies that were merged into it: what was said of them, it inherits. */
  readonly mergedIds: readonly string[];
  readonly name: string | null;
  readonly domain: string | null;
  readonly ownerId: string | null;
  readonly partnerType: string | null;
  readonly tier: string | null;
  readonly region: string | null;
  /** The id by which other systems know this partner. */
  readonly externalId: string | null;
  /** What it earns by an agreement of its own, in the portal's words. */
  readonly individualRate: string | null;
  /** When the partnership began; null where the portal does not say. */
  readonly joinedAt: Instant | null;
  /** Verdicts are paused until this day (exclusive), by a person's decision; from `rekindle_snoozed_until`. */
  readonly snoozedUntil: Day | null;
  /** Why a person keeps it out of judgement; absent for everybody else. Ours alone: HubSpot does not know it. */
  readonly excludedBecause?: string;
};

/** What a judgement depends on; the rest is for people. */
export type JudgedPartner = Pick<
  Partner,
  'id' | 'mergedIds' | 'partnerType' | 'tier' | 'region' | 'joinedAt' | 'snoozedUntil' | 'excludedBecause'
>;

export type Owner = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly archived: boolean;
};

/** The HubSpot account. */
export type Portal = {
  readonly id: string;
  readonly timeZone: string;
  readonly currency: string;
};
