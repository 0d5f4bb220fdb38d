/** Where a sync stands, saved in the transaction of the page it speaks of: a crash resumes, and repeats no page. */
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export type Progress = {
  /** Where the next page begins; null before the first and after the last. */
  readonly cursor: string | null;
  readonly done: boolean;
  readonly counts: Record<string, number>;
};

export async function startSync(
  db: Db,
  sync: { syncId: string; settingsVersion: number; now: Instant },
): Promise<void> {
  await db
    .insertInto('sync')
    .values({
      id: sync.syncId,
      settings_version: sync.settingsVersion,
      started_at: timestamp(sync.now),
      finished_at: null,
    })
    .execute();
}

export async function finishSync(db: Db, syncId: string, now: Instant): Promise<void> {
  await db
    .updateTable('sync')
    .set({ finished_at: timestamp(now) })
    .where('id', '=', syncId)
    .execute();
}

/** The latest sync, if it was not finished, read under the same settings and is not too old to go on with. */
export async function unfinishedSync(
  db: Db,
  wanted: { settingsVersion: number; notOlderThan: Instant },
): Promise<{ syncId: string; startedAt: Instant } | null> {
  const latest = await db
    .selectFrom('sync')
    .select(['id', 'settings_version', 'started_at', 'finished_at'])
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (latest === undefined || latest.finished_at !== null) return null;
  if (latest.settings_version !== wanted.settingsVersion) return null;
  const startedAt = instantOf(latest.started_at);
  return startedAt < wanted.notOlderThan ? null : { syncId: latest.id, startedAt };
}

export async function readProgress(db: Db, syncId: string, step: string): Promise<Progress | null> {
  const row = await db
    .selectFrom('sync_progress')
    .select(['cursor', 'done', 'counts'])
    .where('sync_id', '=', syncId)
    .where('step', '=', step)
    .executeTakeFirst();
  return row ?? null;
}

export async function saveProgress(db: Db, syncId: string, step: string, progress: Progress): Promise<void> {
  const { cursor, done } = progress;
  const values = { cursor, done, counts: JSON.stringify(progress.counts) };
  await db
    .insertInto('sync_progress')
    .values({ sync_id: syncId, step, ...values })
    .onConflict((conflict) => conflict.columns(['sync_id', 'step']).doUpdateSet(values))
    .execute();
}
