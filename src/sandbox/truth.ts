/** The whole account as it is, for whoever judges what somebody else believes of it. */
import type { Instant } from '../model/instant.ts';
import { objectTypes } from './portal/object-types.ts';
import type { Portal } from './portal/portal.ts';
import type { PartnerTruth, SeedAssociation, SeedRecord, SeedType } from './seed.ts';

type Merge = { readonly type: SeedType; readonly id: string; readonly survivorId: string };

export type Truth = {
  readonly now: Instant;
  /** Living and archived ones; see `archivedAt`. */
  readonly records: readonly SeedRecord[];
  readonly associations: readonly SeedAssociation[];
  readonly merges: readonly Merge[];
  /** What the generator knows about its partners; mutations do not change it. */
  readonly partners: readonly PartnerTruth[];
};

/** Of one object type, or of all: 1.3 million records are a lot to ask for at once. */
export function truthOf(portal: Portal, type?: SeedType): Truth {
  const types = objectTypes
    .map((objectType) => objectType.type)
    .filter((one) => type === undefined || one === type);
  const associations: SeedAssociation[] = [];
  for (const association of portal.associations.all()) {
    if (type === undefined || association.fromType === type || association.toType === type) {
      associations.push(association);
    }
  }
  return {
    now: portal.now(),
    records: types.flatMap((one) => [...portal.table(one).all()]),
    associations,
    merges: types.flatMap((one) => [...portal.table(one).merges()].map((merge) => ({ type: one, ...merge }))),
    partners: type === undefined || type === 'company' ? portal.seed.truth : [],
  };
}
