/** Whether a sync reads everything or what changed. The decision is pure; its facts come from the store. */
import { isDeepStrictEqual } from 'node:util';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { RecordType } from '../model/record.ts';
import type { SyncMode } from '../model/run.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { latestSync, startSync, unfinishedSync } from '../store/progress.ts';
import { readSettings } from '../store/settings.ts';
import { readWatermarks } from '../store/watermarks.ts';

/** How a sync begins, or goes on. */
export type OpenedSync = {
  readonly syncId: string;
  readonly mode: SyncMode;
  readonly startedAt: Instant;
  readonly watermarks: ReadonlyMap<RecordType, Instant>;
  /** A full pass over a picture that should be complete: what it has to correct is counted. */
  readonly audit: boolean;
};

/** Somewhat less than a week, so that the audit keeps to the same night although no two nights start alike. */
const auditEveryMs = 6.5 * millisecondsPerDay;

/**
 * An unfinished sync of before is not gone on with: its first pages have aged too much. A full one may have to wait for
 * several days' quota, and the nightly sync after it reads what changed since it began.
 */
const resumableForMs: Readonly<Record<SyncMode, number>> = {
  full: 14 * millisecondsPerDay,
  nightly: millisecondsPerDay / 2,
  second_pass: millisecondsPerDay / 24,
};

/**
 * Resumes an unfinished sync, or begins one. Resuming needs settings that read the same, and it keeps the mode unless a
 * full reading is asked for.
 * @param wanted null for whatever is due
 */
export async function openSync(
  store: Store,
  options: { newId: string; settings: SettingsVersion; now: Instant; wanted: SyncMode | null },
): Promise<OpenedSync> {
  const { settings, now, wanted } = options;
  const { db } = store;
  const watermarks = await readWatermarks(db);
  const [latest, latestFull] = [await latestSync(db), await latestSync(db, 'full')];
  const before = latest === null ? null : await readSettings(db, latest.settingsVersion);
  const readsAlike = before !== null && sameReading(before.settings, settings.settings);
  const isAudit = (mode: SyncMode): boolean => mode === 'full' && readsAlike && watermarks.has('company');

  const unfinished = await unfinishedSync(db);
  if (unfinished !== null) {
    const begun = await readSettings(db, unfinished.settingsVersion);
    const fits =
      (wanted === null || wanted === unfinished.mode) &&
      begun !== null &&
      sameReading(begun.settings, settings.settings) &&
      now - unfinished.startedAt < resumableForMs[unfinished.mode];
    if (fits) return { ...unfinished, watermarks, audit: isAudit(unfinished.mode) };
  }
  const mode =
    wanted === 'full'
      ? 'full'
      : dueMode(wanted, { now, readsAlike, latestFullAt: latestFull?.startedAt ?? null, watermarks });
  await startSync(db, { syncId: options.newId, mode, settingsVersion: settings.version, now });
  return { syncId: options.newId, mode, startedAt: now, watermarks, audit: isAudit(mode) };
}

/** The mode that a sync of now would have; `wanted` is only kept where there is something to add to. */
export function dueMode(
  wanted: SyncMode | null,
  facts: {
    now: Instant;
    readsAlike: boolean;
    latestFullAt: Instant | null;
    watermarks: ReadonlyMap<RecordType, Instant>;
  },
): SyncMode {
  const { now, readsAlike, latestFullAt, watermarks } = facts;
  if (latestFullAt === null || !readsAlike || !watermarks.has('company')) return 'full';
  if (wanted !== null) return wanted;
  return now - latestFullAt >= auditEveryMs ? 'full' : 'nightly';
}

/** Whether two settings read the same from HubSpot and understand it alike; thresholds do not matter for that. */
export function sameReading(left: Settings, right: Settings): boolean {
  return (
    isDeepStrictEqual(left.partnerDefinition, right.partnerDefinition) &&
    isDeepStrictEqual(left.mapping, right.mapping)
  );
}
