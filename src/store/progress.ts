/** Where a sync stands, saved in the transaction of the page it speaks of: a crash resumes, and repeats no page. */
import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { SyncMode } from '../model/run.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export type Progress = {
  /** Where the next page begins; null before the first and after the last. */
  readonly cursor: string | null;
  readonly done: boolean;
  readonly counts: Record<string, number>;
};

export type Sync = {
  readonly syncId: string;
  readonly mode: SyncMode;
  readonly startedAt: Instant;
  readonly settingsVersion: number;
  /** What a full pass had to correct; null where nothing was checked. */
  readonly differences: number | null;
};

export async function startSync(
  db: Db,
  sync: { syncId: string; mode: SyncMode; settingsVersion: number; now: Instant },
): Promise<void> {
  await db
    .insertInto('sync')
    .values({
      id: sync.syncId,
      mode: sync.mode,
      settings_version: sync.settingsVersion,
      started_at: timestamp(sync.now),
      finished_at: null,
    })
    .execute();
}

export async function finishSync(
  db: Db,
  syncId: string,
  end: { now: Instant; differences: number | null },
): Promise<void> {
  await db
    .updateTable('sync')
    .set({ finished_at: timestamp(end.now), differences: end.differences })
    .where('id', '=', syncId)
    .execute();
}

/** A sync that can never be finished: its pages do not fit together any more. What it has read so far stays. */
export async function abandonSync(db: Db, syncId: string): Promise<void> {
  await db.deleteFrom('sync').where('id', '=', syncId).execute();
}

/** The latest sync, if it was not finished. A second pass is none of its own: it only looks after another. */
export async function unfinishedSync(db: Db): Promise<Sync | null> {
  const latest = await syncs(db).where('mode', '<>', 'second_pass').executeTakeFirst();
  return latest === undefined || latest.finished_at !== null ? null : syncOf(latest);
}

/** The latest finished sync, of any mode or of one. */
export async function latestSync(db: Db, mode?: SyncMode): Promise<Sync | null> {
  let query = syncs(db).where('finished_at', 'is not', null);
  if (mode !== undefined) query = query.where('mode', '=', mode);
  const row = await query.executeTakeFirst();
  return row === undefined ? null : syncOf(row);
}

function syncs(db: Db) {
  return db.selectFrom('sync').selectAll().orderBy('started_at', 'desc').limit(1);
}

function syncOf(row: Selectable<Tables['sync']>): Sync {
  return {
    syncId: row.id,
    mode: row.mode,
    startedAt: instantOf(row.started_at),
    settingsVersion: row.settings_version,
    differences: row.differences,
  };
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

/** The sum of one count over all steps of a sync. */
export async function sumCounts(db: Db, syncId: string, count: string): Promise<number> {
  const { rows } = await sql<{ sum: number }>`
    select coalesce(sum((counts ->> ${count})::bigint), 0)::bigint as sum
      from sync_progress where sync_id = ${syncId}`.execute(db);
  return rows[0]?.sum ?? 0;
}
