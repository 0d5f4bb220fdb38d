/** Step 3: read linked records by their ids, and turn them into activities in the same transaction. */
import type { BatchRead } from '../hubspot/hubspot.ts';
import { RequestRefusedError } from '../hubspot/errors.ts';
import type { LinkedRecord, LinkedType } from '../model/record.ts';
import { replaceActivities } from '../store/activities.ts';
import { markFollowed, partnersOf, recordIdsToRead, type Wanted } from '../store/links.ts';
import { fenced } from '../store/lease.ts';
import { dropRecords, readStored, saveRecords } from '../store/records.ts';
import type { Db } from '../store/tables.ts';
import type { Arrivals } from './arrivals.ts';
import { knownUpTo, type SyncContext } from './context.ts';
import { activitiesOf, sourceOf } from './derive.ts';
import type { RecordLane } from './plan.ts';
import { runStep, type Counts } from './step.ts';

/** hubspot-api.md 2.2: at most 100 ids in one batch read of objects. */
const recordsPerRequest = 100;

/** Batch reads in flight for one type, and saved together: a type with most of the records must not wait for answers. */
const requestsAtOnce = 4;

/**
 * Reads linked records of one type: all of them, or those that were not read before.
 * @param laneNow asked before each page
 */
export async function readRecords(
  context: SyncContext,
  type: LinkedType,
  wanted: Wanted,
  laneNow: () => RecordLane,
): Promise<void> {
  const { store, syncId } = context;
  let searchRefused = false;
  await runStep(context, `records:${type}`, { counted: 'records', total: null }, async (cursor) => {
    const searching = !searchRefused && laneNow() === 'search';
    const limit = (searching ? 2 : requestsAtOnce) * recordsPerRequest;
    const ids = await recordIdsToRead(store.db, syncId, type, { wanted, after: cursor, limit });
    const search = searching ? await readBySearch(context, type, ids) : null;
    searchRefused ||= searching && search === null;
    const { asked, read } = search ?? { asked: ids, read: await readByIds(context, type, ids) };
    return {
      next: asked.length === ids.length && ids.length < limit ? null : (asked.at(-1) ?? null),
      save: (transaction) => saveRead(transaction, context, type, read),
    };
  });
}

/**
 * Reads full pages of linked records that nobody has read, until all partners are found; `readRecords` reads the rest.
 * A record that hangs on a partner found later, too, is read again for that one.
 */
export async function readRecordsAhead(
  context: SyncContext,
  type: LinkedType,
  arrivals: Arrivals,
): Promise<void> {
  const { store, lease, syncId, signal } = context;
  let after = '';
  while (!arrivals.done) {
    signal.throwIfAborted();
    const further = arrivals.next();
    const page = { wanted: 'unread', after, limit: recordsPerRequest } as const;
    const ids = await recordIdsToRead(store.db, syncId, type, page);
    if (ids.length < recordsPerRequest) {
      await further;
      // The links of the partners that came may be to records of any id.
      after = '';
      continue;
    }
    const read = await readByIds(context, type, ids);
    await fenced(store.db, lease, (transaction) => saveRead(transaction, context, type, read));
    // Not asked for twice in a row, should HubSpot not know them.
    after = ids.at(-1) ?? '';
  }
}

async function readByIds(
  context: SyncContext,
  type: LinkedType,
  ids: readonly string[],
): Promise<BatchRead<LinkedRecord>> {
  const batches = Array.from({ length: Math.ceil(ids.length / recordsPerRequest) }, (_batch, index) =>
    ids.slice(index * recordsPerRequest, (index + 1) * recordsPerRequest),
  );
  const answers = await Promise.all(batches.map((batch) => context.hubspot.readRecords(type, batch)));
  return {
    found: answers.flatMap(({ found }) => found),
    missing: answers.flatMap(({ missing }) => missing),
  };
}

/**
 * What the index does not show is asked for by its id: it may be too new for the index, or gone.
 * @returns null where HubSpot refuses the search: that its filter takes lists of ids is not proven (docs/unproven.md)
 */
async function readBySearch(
  context: SyncContext,
  type: LinkedType,
  ids: readonly string[],
): Promise<{ asked: readonly string[]; read: BatchRead<LinkedRecord> } | null> {
  try {
    const { asked, found, missing } = await context.hubspot.readBySearch(type, ids);
    const rest = await readByIds(context, type, missing);
    return { asked, read: { found: [...found, ...rest.found], missing: rest.missing } };
  } catch (error) {
    if (error instanceof RequestRefusedError) return null;
    throw error;
  }
}

/**
 * Saves records and replaces what they said before. Where a newer version is known than the one that HubSpot's index
 * shows, that one speaks: of a partner that the record hangs on since, too. What records said that HubSpot does not know
 * any more is removed at the end, when it is clear that they are not too many to be believed.
 */
export async function saveRead(
  transaction: Db,
  context: SyncContext,
  type: LinkedType,
  { found, missing }: BatchRead<LinkedRecord>,
): Promise<Counts> {
  const saved = await saveRecords(transaction, context.syncId, found, knownUpTo(context, type));
  const current = new Set(saved.current);
  const ids = found.map(({ id }) => id);
  const records = [
    ...found.filter(({ id }) => current.has(id)),
    ...(await readStored(
      transaction,
      type,
      ids.filter((id) => !current.has(id)),
    )),
  ];
  const partners = await partnersOf(transaction, type, ids);
  await dropRecords(transaction, type, missing);
  await replaceActivities(
    transaction,
    sourceOf[type],
    ids,
    records.flatMap((record) =>
      activitiesOf(record, partners.get(record.id) ?? [], context.settings.mapping),
    ),
  );
  const links = [...partners].flatMap(([recordId, of]) => of.map((partnerId) => ({ partnerId, recordId })));
  await markFollowed(transaction, type, links);
  return { records: found.length, differences: saved.differences };
}
