import type { HubSpot } from '../hubspot/hubspot.ts';
import type { Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import type { Lease } from '../store/lease.ts';

/** Where a sync stands, for whoever shows it; `total` is null while it is not known. */
type SyncProgress = {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
};

/** What every step of one sync shares. */
export type SyncContext = {
  readonly hubspot: HubSpot;
  readonly store: Store;
  readonly lease: Lease;
  readonly portal: Portal;
  readonly settings: Settings;
  readonly syncId: string;
  /** When this sync began, or the earlier instant to be judged: nothing later than this is claimed to be known. */
  readonly now: Instant;
  /** A person has said that many partners left on purpose. */
  readonly acceptFewerPartners: boolean;
  /** Aborts between two pages; the page in flight is finished and saved. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SyncProgress) => void;
};
