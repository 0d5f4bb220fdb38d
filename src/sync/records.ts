/** Step 3: read the linked records, 100 a request, and turn them into activities in the same transaction. */
import { MissingScopeError } from '../hubspot/errors.ts';
import type { BatchRead } from '../hubspot/hubspot.ts';
import type { LinkedRecord, LinkedType } from '../model/record.ts';
import { replaceActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import { partnersOf, recordIdsToRead } from '../store/links.ts';
import { readProgress, saveProgress } from '../store/progress.ts';
import { dropRecords, saveRecords } from '../store/records.ts';
import type { SyncContext } from './context.ts';
import { activitiesOf, sourceOf } from './derive.ts';

/** hubspot-api.md 2.2: at most 100 ids in one batch read of objects. */
const recordsPerRequest = 100;

/** Reads every linked record of one type. @returns how many there are */
export async function readRecords(context: SyncContext, type: LinkedType): Promise<number> {
  const { store, syncId } = context;
  const step = `records:${type}`;
  const progress = await readProgress(store.db, syncId, step);
  let cursor = progress?.cursor ?? null;
  let read = progress?.counts['records'] ?? 0;
  let done = progress?.done ?? false;

  while (!done) {
    context.signal.throwIfAborted();
    const ids = await recordIdsToRead(store.db, syncId, type, cursor, recordsPerRequest);
    const page = ids.length === 0 ? { found: 0, save: nothing } : await readPage(context, type, ids);
    cursor = ids.at(-1) ?? cursor;
    read += page.found;
    done = ids.length < recordsPerRequest;
    const finished = done;
    await fenced(store.db, context.lease, async (transaction) => {
      await page.save(transaction);
      await saveProgress(transaction, syncId, step, { cursor, done: finished, counts: { records: read } });
    });
    context.onProgress({ step, done: read, total: null });
  }
  return read;
}

type Transaction = Parameters<typeof dropRecords>[0];
type RecordPage = { found: number; save: (transaction: Transaction) => Promise<void> };

const nothing = async (): Promise<void> => {};

async function readPage(context: SyncContext, type: LinkedType, ids: readonly string[]): Promise<RecordPage> {
  const { found, missing } = await context.hubspot.readRecords(type, ids);
  return {
    found: found.length,
    save: (transaction) => saveRead(transaction, context, type, { found, missing }),
  };
}

/** Saves records and replaces what they said before. Records that HubSpot does not know any more say nothing. */
async function saveRead(
  transaction: Transaction,
  context: SyncContext,
  type: LinkedType,
  { found, missing }: BatchRead<LinkedRecord>,
): Promise<void> {
  const current = new Set(await saveRecords(transaction, context.syncId, found));
  const records = found.filter(({ id }) => current.has(id));
  const ids = records.map(({ id }) => id);
  const partners = await partnersOf(transaction, type, ids);
  await dropRecords(transaction, type, missing);
  await replaceActivities(
    transaction,
    sourceOf[type],
    [...ids, ...missing],
    records.flatMap((record) =>
      activitiesOf(record, partners.get(record.id) ?? [], context.settings.mapping),
    ),
  );
}

/** Whether a failed read means "this app may not see this type": then the type is unknown, and the rest goes on. */
export function isMissingScope(error: unknown): error is MissingScopeError {
  return error instanceof MissingScopeError;
}
