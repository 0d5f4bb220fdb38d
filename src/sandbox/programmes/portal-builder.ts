/** Collects what an account holds, numbers it as HubSpot does, and keeps the truth about each partner on the way. */
import type { Instant } from '../../model/instant.ts';
import { isPartnerKind, type Kind } from '../../model/kind.ts';
import type { Settings } from '../../model/settings.ts';
import type { PartnerTruth, SeedAssociation, SeedRecord, SeedType } from '../seed.ts';

type NewRecord = {
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  readonly updatedAt?: Instant;
  readonly archivedAt?: Instant;
  readonly mergedIds?: readonly string[];
};

export type PortalBuilder = {
  readonly now: Instant;
  readonly mapping: Settings['mapping'];
  readonly records: SeedRecord[];
  readonly associations: SeedAssociation[];
  /** A fresh id of a type: also for records that will not exist (merged ones). */
  takeId(type: SeedType): string;
  add(type: SeedType, record: NewRecord): string;
  link(fromType: SeedType, fromId: string, toType: SeedType, toId: string): void;
  startTruth(companyId: string, story: string): void;
  /** An activity of a company; kept in the truth when the company is a partner and the activity is the partner's own. */
  witness(companyId: string, kind: Kind | null, at: Instant): void;
  truth(): PartnerTruth[];
};

export function createPortalBuilder(now: Instant, mapping: Settings['mapping']): PortalBuilder {
  const records: SeedRecord[] = [];
  const associations: SeedAssociation[] = [];
  const counts = new Map<SeedType, number>();
  const truths = new Map<string, { story: string; lastPartnerActivityAt: Instant | null }>();
  const takeId = (type: SeedType): string => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return recordId(count);
  };
  return {
    now,
    mapping,
    records,
    associations,
    takeId,
    add(type, { properties, createdAt, updatedAt = createdAt, archivedAt, mergedIds = [] }) {
      const id = takeId(type);
      records.push({ type, id, properties, createdAt, updatedAt, archivedAt: archivedAt ?? null, mergedIds });
      return id;
    },
    link(fromType, fromId, toType, toId) {
      associations.push({ fromType, fromId, toType, toId });
    },
    startTruth(companyId, story) {
      truths.set(companyId, { story, lastPartnerActivityAt: null });
    },
    witness(companyId, kind, at) {
      const truth = truths.get(companyId);
      if (truth === undefined || kind === null || !isPartnerKind(kind) || at > now) return;
      truth.lastPartnerActivityAt = Math.max(truth.lastPartnerActivityAt ?? at, at);
    },
    truth: () => [...truths].map(([companyId, truth]) => ({ companyId, ...truth })),
  };
}

/**
 * Ids are unique only within a type (hubspot-api.md 6.1), so company 3 and deal 3 share theirs; and they differ in
 * length, so that whoever compares them as text goes wrong here and not at a customer's (reliability.md 3).
 */
function recordId(count: number): string {
  return String((count % 5 === 0 ? 901_000_000 : 15_300_000_000) + count * 17);
}

/** What creating and winning a deal of a pipeline is under the mapping: a named pipeline first, else the line for all. */
export function dealKinds(
  mapping: Settings['mapping'],
  pipelineId: string,
): { readonly created: Kind | null; readonly won: Kind | null } {
  return (
    mapping.deals.find(({ pipelines }) => pipelines?.includes(pipelineId)) ??
    mapping.deals.find(({ pipelines }) => pipelines === null) ?? { created: null, won: null }
  );
}
