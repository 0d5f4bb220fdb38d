/** Keeps a batch that a program sent: each row that can be used, or nothing where the batch as a whole has to wait. */
import { quote } from '../intake/cells.ts';
import type { Batch, BatchProblem } from '../intake/rest.ts';
import type { Activity, Source, SourceState } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import { upsertActivities } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import {
  addMissingRows,
  beginBatch,
  dropAllMissingRows,
  dropMissingRows,
  missingSince,
  receivedBefore,
  rememberReceived,
  wasKeptWaiting,
  type BatchName,
} from '../store/received.ts';
import { readSourceStates } from '../store/sources.ts';
import type { Db } from '../store/tables.ts';
import { declareSource, holdResolved } from './intake.ts';

/** What became of a batch; accepted, duplicates and problems add up to its rows. */
export type Receipt = {
  /** New rows, and those that correct what was known. */
  readonly accepted: number;
  /** Rows that were there already. */
  readonly duplicates: number;
  /** One of each row that could not be used. */
  readonly problems: readonly BatchProblem[];
  /** Null before the source's first row. */
  readonly source: Pick<SourceState, 'complete' | 'completeUpTo'> | null;
  /** Since when rows of the source are missing that could not be used, or that are still to come; null when none is. */
  readonly missingSince: Instant | null;
};

export type ReceiveOutcome =
  | { readonly state: 'received'; readonly receipt: Receipt }
  /** Another batch came through under this name; nothing of this one was kept. */
  | { readonly state: 'other_batch' }
  /** A run, or another batch, held for too long what this one needs; nothing of it was kept. */
  | { readonly state: 'busy' };

/** Longer than a run holds a partner at once, shorter than senders wait for an answer. */
const patienceMs = 10_000;

/** All of it in one transaction: what is answered is on the disk, and what is not answered may be sent again. */
export async function receiveBatch(
  store: Store,
  batch: Batch,
  { name, now, waitMs = patienceMs }: { name: BatchName | null; now: Instant; waitMs?: number },
): Promise<ReceiveOutcome> {
  try {
    return await store.db.transaction().execute(async (transaction) => {
      await beginBatch(transaction, batch.source, waitMs);
      const before =
        name === null ? null : await receivedBefore(transaction, batch.source, name.requestKey, now);
      if (before !== null && before !== name?.fingerprint) return { state: 'other_batch' };
      const receipt =
        before === null ? await keep(transaction, batch, { name, now }) : await repeated(transaction, batch);
      return { state: 'received', receipt };
    });
  } catch (error) {
    if (wasKeptWaiting(error)) return { state: 'busy' };
    throw error;
  }
}

/** Nothing is written: rows that were corrected since would fall back to what this batch says of them (I8). */
async function repeated(db: Db, batch: Batch): Promise<Receipt> {
  return { accepted: 0, duplicates: batch.rows.length, problems: [], ...(await standingOf(db, batch)) };
}

async function keep(
  db: Db,
  batch: Batch,
  { name, now }: { name: BatchName | null; now: Instant },
): Promise<Receipt> {
  const usable = batch.rows.filter((row) => 'activity' in row);
  const { known, unknownPartners } = await holdResolved(
    db,
    usable.map(({ activity }) => activity),
  );
  const nobody = new Set(unknownPartners);
  const problems = batch.rows.flatMap((row): Unusable[] => {
    if ('problem' in row) return [row];
    const { activity, index } = row;
    return nobody.has(activity.partnerId) ? [{ index, ...belongsToNobody(activity) }] : [];
  });
  await accountFor(db, batch, { known, problems, now });
  // Before the rows: whoever marks every partner takes them in order, and may hold none of them by then.
  await declare(db, batch, { known, now });
  const { inserted, changed, unchanged } = await upsertActivities(db, known);
  if (name !== null && problems.length === 0) await rememberReceived(db, batch.source, name, now);
  return {
    accepted: inserted + changed,
    duplicates: unchanged,
    problems: problems.map(({ index, field, problem }) => ({ index, field, problem })),
    ...(await standingOf(db, batch)),
  };
}

type Unusable = Extract<Batch['rows'][number], { problem: string }>;
type Kept = { readonly known: readonly Activity[]; readonly now: Instant };

function belongsToNobody({ partnerId, sourceId }: Activity): Omit<Unusable, 'index'> {
  return {
    field: 'partner_id',
    problem:
      `partner_id ${quote(partnerId)} belongs to no known partner. Check it, map the external id in the settings, ` +
      'or send the row again after the next sync.',
    externalId: sourceId,
  };
}

/** Before every instant. */
const nothing: Instant = Number.NEGATIVE_INFINITY;

/** Which rows of the source are missing from now on. */
async function accountFor(
  db: Db,
  { source, completeUpTo }: Batch,
  { known, problems, now }: Kept & { readonly problems: readonly Unusable[] },
): Promise<void> {
  const state = await stateOf(db, source);
  // What was known already is said again by a late repetition, too: that says nothing about rows that were rejected since.
  const saysMore = (completeUpTo ?? nothing) > (state?.completeUpTo ?? nothing);
  if (saysMore) await dropAllMissingRows(db, source);
  else {
    await dropMissingRows(
      db,
      source,
      known.map(({ sourceId }) => sourceId),
    );
  }
  const missing = problems.map(({ externalId }) => externalId);
  await addMissingRows(db, source, completeUpTo === null ? [...missing, null] : missing, now);
}

/** A source that has never told anything usable does not exist yet: no verdict waits for it. */
async function declare(db: Db, batch: Batch, { known, now }: Kept): Promise<void> {
  const { source, missingSince: since } = await standingOf(db, batch);
  if (known.length === 0 && source === null) return;
  const told = known.map(({ occurredAt }) => Math.min(occurredAt, now));
  const upTo = Math.max(batch.completeUpTo ?? nothing, ...told);
  await declareSource(db, {
    source: batch.source,
    complete: since === null,
    // What is known of an incomplete source is what was known before.
    completeUpTo: since === null && Number.isFinite(upTo) ? upTo : null,
    told: [...new Set(known.map(({ kind }) => kind))],
  });
}

async function standingOf(db: Db, batch: Batch): Promise<Pick<Receipt, 'source' | 'missingSince'>> {
  return { source: await stateOf(db, batch.source), missingSince: await missingSince(db, batch.source) };
}

async function stateOf(db: Db, name: Source): Promise<Receipt['source']> {
  const state = (await readSourceStates(db)).find(({ source }) => source === name);
  return state === undefined ? null : { complete: state.complete, completeUpTo: state.completeUpTo };
}
