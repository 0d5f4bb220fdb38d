import type { HubSpot } from '../hubspot/hubspot.ts';
import type { Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { RecordType } from '../model/record.ts';
import type { SyncMode } from '../model/run.ts';
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
  readonly mode: SyncMode;
  /** When this sync began: changes of a later time are the next one's. */
  readonly startedAt: Instant;
  /** When this sync began, or the earlier instant to be judged: nothing later than this is claimed to be known. */
  readonly now: Instant;
  /** Up to when earlier syncs have read every change of a type; a type that was never read completely is absent. */
  readonly watermarks: ReadonlyMap<RecordType, Instant>;
  /** A full pass over a picture that should be complete: what it has to correct is counted. */
  readonly audit: boolean;
  /** A person has said that many partners, or many of their records, went on purpose. */
  readonly acceptFewerPartners: boolean;
  /** Aborts between two pages; the page in flight is finished and saved. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SyncProgress) => void;
};

/**
 * How far a window of changes reaches back behind what was read already. HubSpot's index shows changes late and out of
 * order, and our clock is not HubSpot's (reliability.md 2.5: an hour for nightly reading).
 */
export const overlapMs = 3_600_000;

/**
 * For counting differences: null where none are counted. What the next nightly sync would have looked at again is none,
 * and neither is a company on a list, which its membership does not modify.
 */
export function knownUpTo(context: SyncContext, type: RecordType): Instant | null {
  const watermark = context.watermarks.get(type);
  if (!context.audit || watermark === undefined) return null;
  if (type === 'company' && context.settings.partnerDefinition.by === 'list') return null;
  return watermark - overlapMs;
}
