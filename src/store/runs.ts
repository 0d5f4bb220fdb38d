/** The ledger: one row per run, whatever became of it (I11). */
import type { Selectable } from 'kysely';
import { UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { RunOutcome, RunSummary } from '../model/run.ts';
import { sql } from 'kysely';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf, nullableTimestamp, timestamp } from './types.ts';

export type RunRecord = {
  readonly runId: string;
  readonly kind: string;
  readonly trigger: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  /** The instant that was judged: the start, unless somebody asked for another. */
  readonly asOf: Instant;
  readonly settingsVersion: number;
  readonly fence: number;
  /** Null while the run goes on. */
  readonly outcome: RunOutcome | null;
  /** Counts by step, as far as the run has come. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly summary: RunSummary | null;
  readonly error: string | null;
  readonly nextAction: string | null;
  /** How many partners would have changed status when the brake stopped the run; null when it did not. */
  readonly brakeMoves: number | null;
  /** When a run that ran out of the day's requests goes on; null for all others. */
  readonly resumeAt: Instant | null;
};

export async function startRun(
  db: Db,
  run: {
    runId: string;
    kind: string;
    trigger: string;
    now: Instant;
    asOf: Instant;
    settingsVersion: number;
    fence: number;
  },
): Promise<void> {
  await db
    .insertInto('run')
    .values({
      id: run.runId,
      kind: run.kind,
      trigger: run.trigger,
      started_at: timestamp(run.now),
      as_of: timestamp(run.asOf),
      settings_version: run.settingsVersion,
      fence: run.fence,
    })
    .execute();
}

/** Adds or replaces the counts of one step of a run that goes on. */
export async function saveRunStep(
  db: Db,
  runId: string,
  step: string,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await sql`
    update run set steps = steps || jsonb_build_object(${step}::text, ${JSON.stringify(counts)}::jsonb)
     where id = ${runId}`.execute(db);
}

/** Ends a run, once: a run that was declared abandoned stays so. */
export async function finishRun(
  db: Db,
  runId: string,
  end: {
    outcome: RunOutcome;
    now: Instant;
    summary: RunSummary | null;
    error: string | null;
    nextAction: string | null;
    brakeMoves?: number | null;
    resumeAt?: Instant | null;
  },
): Promise<void> {
  await db
    .updateTable('run')
    .set({
      outcome: end.outcome,
      finished_at: timestamp(end.now),
      summary: end.summary === null ? null : JSON.stringify(end.summary),
      error: end.error,
      next_action: end.nextAction,
      brake_moves: end.brakeMoves ?? null,
      resume_at: nullableTimestamp(end.resumeAt ?? null),
    })
    .where('id', '=', runId)
    .where('outcome', 'is', null)
    .execute();
}

/**
 * Ends the runs whose process died: those made under an earlier holder of the lease and never finished.
 * @returns how many
 */
export async function markAbandonedRuns(db: Db, currentFence: number, now: Instant): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('run')
    .set({
      outcome: 'aborted',
      finished_at: timestamp(now),
      error: 'The process ended before the run did.',
      next_action: 'The next run goes on where this one stopped.',
    })
    .where('outcome', 'is', null)
    .where('fence', '<', currentFence)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Newest first. `withoutRefreshes`: leaves out the many short ones after webhooks. */
export async function listRuns(
  db: Db,
  limit: number,
  options: { withoutRefreshes?: boolean } = {},
): Promise<readonly RunRecord[]> {
  const rows = await runs(db)
    .$if(options.withoutRefreshes === true, (query) => query.where('kind', '<>', 'refresh'))
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}

/**
 * By its id or the first characters of it.
 * @throws UsageError when several runs begin so
 */
export async function readRun(db: Db, idOrPrefix: string): Promise<RunRecord | null> {
  const rows = await runs(db)
    .where(sql<boolean>`starts_with(id, ${idOrPrefix})`)
    .limit(2)
    .execute();
  const exact = rows.find(({ id }) => id === idOrPrefix);
  const found = exact ?? rows[0];
  if (found === undefined || idOrPrefix === '') return null;
  if (exact === undefined && rows.length > 1) {
    throw new UsageError(`Several runs begin with "${idOrPrefix}". Give more characters of the id.`);
  }
  return recordOf(found);
}

/**
 * The run that was started last. `committedOnly`: the last that has ended and was no dry run. Refreshes after webhooks, which look at a few partners, count only among the last.
 */
export async function latestRun(
  db: Db,
  options: { committedOnly?: true; kind?: string } = {},
): Promise<RunRecord | null> {
  let query = runs(db).limit(1);
  if (options.committedOnly) {
    query = query.where('outcome', 'is not', null).where('kind', 'not like', '%--dry-run');
  }
  if (options.committedOnly !== true && options.kind === undefined)
    query = query.where('kind', '<>', 'refresh');
  if (options.kind !== undefined) query = query.where('kind', '=', options.kind);
  const row = await query.executeTakeFirst();
  return row === undefined ? null : recordOf(row);
}

/** Two runs may start in one millisecond; the fence tells which came later. */
function runs(db: Db) {
  return db.selectFrom('run').selectAll().orderBy('started_at', 'desc').orderBy('fence', 'desc');
}

function recordOf(row: Selectable<Tables['run']>): RunRecord {
  return {
    runId: row.id,
    kind: row.kind,
    trigger: row.trigger,
    startedAt: instantOf(row.started_at),
    finishedAt: nullableInstantOf(row.finished_at),
    asOf: instantOf(row.as_of),
    settingsVersion: row.settings_version,
    fence: row.fence,
    outcome: row.outcome,
    steps: row.steps,
    summary: row.summary,
    error: row.error,
    nextAction: row.next_action,
    brakeMoves: row.brake_moves,
    resumeAt: nullableInstantOf(row.resume_at),
  };
}
