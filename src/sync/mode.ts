/** Whether a sync reads everything or what changed, and whether it goes on with an unfinished one. */
import { isDeepStrictEqual } from 'node:util';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { RecordType } from '../model/record.ts';
import type { SyncMode } from '../model/run.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { latestSync, startSync, unfinishedSync, type Sync } from '../store/progress.ts';
import { readSettings } from '../store/settings.ts';
import { readWatermarks } from '../store/watermarks.ts';

/** How a sync begins, or goes on. */
export type OpenedSync = {
  readonly syncId: string;
  /** It goes on with what was read before. */
  readonly resumed: boolean;
  readonly mode: SyncMode;
  readonly startedAt: Instant;
  readonly watermarks: ReadonlyMap<RecordType, Instant>;
  /** A full pass over a picture that should be complete: what it has to correct is counted. */
  readonly audit: boolean;
};

/** Somewhat less than a week, so that the audit keeps to the same night although no two nights start alike. */
const auditEveryMs = 6.5 * millisecondsPerDay;

/**
 * Only a full sync is gone on with: it may have to wait for several days' quota. What it read first has aged by then, so
 * a nightly one follows it. Shorter ones begin anew, which costs little and knows the present.
 */
const resumableForMs = 14 * millisecondsPerDay;

/**
 * Resumes an unfinished sync, or begins one. Resuming needs settings that read the same, and it keeps the mode unless
 * another one is asked for.
 * @param wanted null for whatever is due
 */
export async function openSync(
  store: Store,
  options: { newId: string; settings: SettingsVersion; now: Instant; wanted: SyncMode | null },
): Promise<OpenedSync> {
  const { settings, now, wanted } = options;
  const history = await readHistory(store, settings.settings);
  const { watermarks } = history;
  const isAudit = (mode: SyncMode): boolean =>
    mode === 'full' && history.readsAlike && watermarks.has('company');
  const resumed = await resumable(store, settings.settings, now, wanted);
  if (resumed !== null) return { ...resumed, resumed: true, watermarks, audit: isAudit(resumed.mode) };
  const mode = dueMode(wanted, history, now);
  await startSync(store.db, { syncId: options.newId, mode, settingsVersion: settings.version, now });
  return {
    syncId: options.newId,
    resumed: false,
    mode,
    startedAt: now,
    watermarks,
    audit: isAudit(mode),
  };
}

/** What was read before, and how. */
export type SyncHistory = {
  /** Whatever was read last was read as these settings read. */
  readonly readsAlike: boolean;
  readonly latestFullAt: Instant | null;
  readonly watermarks: ReadonlyMap<RecordType, Instant>;
};

export async function readHistory({ db }: Store, settings: Settings): Promise<SyncHistory> {
  const latest = await latestSync(db);
  // One that was interrupted has left what it read, too.
  const before = [latest, await unfinishedSync(db)].filter((sync) => sync !== null);
  const alike = await Promise.all(
    before.map(async ({ settingsVersion }) => {
      const version = await readSettings(db, settingsVersion);
      return version !== null && sameReading(version.settings, settings);
    }),
  );
  return {
    readsAlike: latest !== null && alike.every(Boolean),
    latestFullAt: (await latestSync(db, 'full'))?.startedAt ?? null,
    watermarks: await readWatermarks(db),
  };
}

async function resumable(
  { db }: Store,
  settings: Settings,
  now: Instant,
  wanted: SyncMode | null,
): Promise<Sync | null> {
  const unfinished = await unfinishedSync(db);
  if (unfinished?.mode !== 'full') return null;
  const begun = await readSettings(db, unfinished.settingsVersion);
  const fits =
    (wanted === null || wanted === 'full') &&
    begun !== null &&
    sameReading(begun.settings, settings) &&
    now - unfinished.startedAt < resumableForMs;
  return fits ? unfinished : null;
}

/** The mode of a sync that begins now. Only a full one can begin where there is nothing to add to. */
export function dueMode(wanted: SyncMode | null, history: SyncHistory, now: Instant): SyncMode {
  const { readsAlike, latestFullAt, watermarks } = history;
  if (latestFullAt === null || !readsAlike || !watermarks.has('company')) return 'full';
  if (wanted !== null) return wanted;
  return now - latestFullAt >= auditEveryMs ? 'full' : 'nightly';
}

/** Whether two settings read the same from HubSpot and understand it alike; thresholds do not matter for that. */
function sameReading(left: Settings, right: Settings): boolean {
  return (
    isDeepStrictEqual(left.partnerDefinition, right.partnerDefinition) &&
    isDeepStrictEqual(left.mapping, right.mapping)
  );
}
