/** An account with more rows than fit on a page: partner companies, and calls that all hang on one of them. */
import type { PortalSeed, SeedRecord } from '../../src/sandbox/seed.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

/** Ids of all lengths in one order, as accounts of many years have them. */
export function crowdedId(index: number): string {
  return index % 2 === 0 ? String(7000 + index) : String(719_869_640_000 + index);
}

/** @param modifiedAt when the call with this index was last modified */
export function createCrowd(
  sizes: { readonly partners?: number; readonly calls?: number },
  modifiedAt: (index: number) => number = () => tinyNow,
): PortalSeed {
  const seed = createTinyPortal();
  const partners = Array.from({ length: sizes.partners ?? 0 }, (_, index) =>
    record('company', crowdedId(index), { name: `Partner ${index}`, type: 'PARTNER' }, tinyNow - 86_400_000),
  );
  const calls = Array.from({ length: sizes.calls ?? 0 }, (_, index) =>
    record('call', crowdedId(index), { hs_timestamp: '2026-06-01T10:00:00Z' }, modifiedAt(index)),
  );
  const associations = calls.map(({ id }) => ({
    fromType: 'company' as const,
    fromId: tinyCompanies.active,
    toType: 'call' as const,
    toId: id,
  }));
  return {
    ...seed,
    records: [...seed.records.filter(({ type }) => type !== 'call'), ...partners, ...calls],
    associations: [...seed.associations.filter(({ toType }) => toType !== 'call'), ...associations],
  };
}

function record(
  type: 'company' | 'call',
  id: string,
  properties: Readonly<Record<string, string>>,
  updatedAt: number,
): SeedRecord {
  const createdAt = updatedAt - 86_400_000;
  return { type, id, properties, createdAt, updatedAt, archivedAt: null, mergedIds: [] };
}
