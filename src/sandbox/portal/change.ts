/** What happened in the account, for whoever must know: webhooks, the state file, the search index. */
import type { Instant } from '../../model/instant.ts';
import type { SeedAssociation, SeedRecord, SeedType } from '../seed.ts';

/** Who did it: an app through the API, or a person in HubSpot. */
export type ChangeSource = 'INTEGRATION' | 'CRM_UI';

export type Change = { readonly at: Instant; readonly source: ChangeSource } & (
  | { readonly kind: 'creation'; readonly record: SeedRecord }
  /** `changed` holds what really changed: a write of equal values has none. */
  | {
      readonly kind: 'update';
      readonly type: SeedType;
      readonly id: string;
      readonly written: Readonly<Record<string, string>>;
      readonly changed: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'deletion' | 'restore' | 'erasure'; readonly type: SeedType; readonly id: string }
  | {
      readonly kind: 'merge';
      readonly survivor: SeedRecord;
      readonly primaryId: string;
      readonly mergedId: string;
      readonly propertiesMoved: number;
    }
  | {
      readonly kind: 'association';
      readonly association: SeedAssociation;
      readonly removed: boolean;
    }
);

export type ChangeListener = (change: Change) => void;
