import { sql } from 'kysely';
import type { Source, SourceState } from '../model/activity.ts';
import type { Kind } from '../model/kind.ts';
import { atomically } from './rows.ts';
import type { Db } from './tables.ts';
import { nullableInstantOf, nullableTimestamp } from './types.ts';

export async function readSourceStates(db: Db): Promise<readonly SourceState[]> {
  const rows = await db.selectFrom('source_state').selectAll().orderBy('source').execute();
  return rows.map((row) => ({
    source: row.source as Source,
    complete: row.complete,
    completeUpTo: nullableInstantOf(row.complete_up_to),
    kinds: row.kinds,
  }));
}

/**
 * Remembers how far a source is known. `completeUpTo` never moves back, and a source that failed this time keeps the
 * instant up to which it was known before. @returns whether it now answers other questions than before (it is new, its
 * completeness or its kinds changed): then every verdict may change
 */
export async function saveSourceState(
  db: Db,
  state: SourceState,
  syncId: string,
): Promise<{ changed: boolean }> {
  return await atomically(db, async (transaction) => {
    const before = await transaction
      .selectFrom('source_state')
      .select(['complete', 'kinds'])
      .where('source', '=', state.source)
      .forUpdate()
      .executeTakeFirst();
    const { source, complete } = state;
    const kinds = [...state.kinds];
    const complete_up_to = nullableTimestamp(state.completeUpTo);
    await transaction
      .insertInto('source_state')
      .values({ source, complete, complete_up_to, kinds, sync_id: syncId })
      .onConflict((conflict) =>
        conflict.column('source').doUpdateSet({
          complete,
          kinds,
          sync_id: syncId,
          complete_up_to: sql`greatest(source_state.complete_up_to, excluded.complete_up_to)`,
        }),
      )
      .execute();
    return { changed: before?.complete !== complete || !sameKinds(before.kinds, kinds) };
  });
}

/** How many records each source had when it was last complete; a source that never was is absent. */
export async function recordsBySource(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('source_state')
    .select(['source', 'records'])
    .where('records', 'is not', null)
    .execute();
  return new Map(rows.map(({ source, records }) => [source, records ?? 0]));
}

export async function saveRecordCount(db: Db, source: Source, records: number): Promise<void> {
  await db.updateTable('source_state').set({ records }).where('source', '=', source).execute();
}

function sameKinds(before: readonly Kind[], now: readonly Kind[]): boolean {
  return before.length === now.length && before.every((kind) => now.includes(kind));
}

/** The kinds of which a source has told us anything. */
export async function kindsOfSource(db: Db, source: Source): Promise<readonly Kind[]> {
  const rows = await db
    .selectFrom('activity')
    .select('kind')
    .distinct()
    .where('source', '=', source)
    .orderBy('kind')
    .execute();
  return rows.map(({ kind }) => kind);
}
