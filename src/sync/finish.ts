/** The last step: who left, what is linked no longer, and what each source can now be trusted for. */
import { RefusedError } from '../model/errors.ts';
import { linkedTypes, type LinkedType } from '../model/record.ts';
import { removeUnlinkedActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import { countLinkedRecords } from '../store/links.ts';
import { leavePartners, markAllDirty, partnersNotSeen } from '../store/partners.ts';
import { abandonSync, finishSync, sumCounts } from '../store/progress.ts';
import { forgetPublished } from '../store/publishing.ts';
import { dropUnlinkedRecords } from '../store/records.ts';
import { recordsBySource, saveRecordCount, saveSourceState } from '../store/sources.ts';
import type { Db } from '../store/tables.ts';
import { saveWatermark } from '../store/watermarks.ts';
import type { SyncContext } from './context.ts';
import { hubspotSourceKinds, sourceOf } from './derive.ts';
import { collapseMinimum, companiesPerRequest } from './discover.ts';
import type { TypeResult } from './sync.ts';

/** @returns what the sync found: linked records by type, and what it had to correct as an audit */
export async function finish(
  context: SyncContext,
  results: readonly TypeResult[],
): Promise<{ records: ReadonlyMap<LinkedType, number>; differences: number | null }> {
  const { store, syncId, startedAt, audit, mode } = context;
  const records = await countRecords(context);
  if (mode !== 'second_pass') await refuseCollapse(context, results, records);
  const left = mode === 'second_pass' ? [] : await partnersNotSeen(store.db, syncId);
  // A nightly sync has asked for each of them by its id already.
  const gone = mode === 'full' ? await withoutCompany(context, left) : [];
  const differences = audit ? await sumCounts(store.db, syncId, 'differences') : null;
  await fenced(store.db, context.lease, async (transaction) => {
    if (mode !== 'second_pass') {
      await leavePartners(transaction, left, startedAt);
      await forgetPublished(transaction, gone);
      await tidy(transaction, context, results, records);
      await saveWatermark(transaction, 'company', startedAt);
    }
    for (const { type, complete } of results) {
      if (complete) await saveWatermark(transaction, type, startedAt);
    }
    await finishSync(transaction, syncId, { now: startedAt, differences });
  });
  return { records, differences };
}

async function tidy(
  transaction: Db,
  context: SyncContext,
  results: readonly TypeResult[],
  records: ReadonlyMap<LinkedType, number>,
): Promise<void> {
  const incomplete = new Set<string>(
    results.filter(({ warning }) => warning !== null).map(({ type }) => sourceOf[type]),
  );
  for (const { type, warning } of results) {
    if (warning !== null) continue;
    await dropUnlinkedRecords(transaction, type);
    await removeUnlinkedActivities(transaction, type, sourceOf[type]);
  }
  let changed = false;
  for (const { source, kinds } of hubspotSourceKinds(context.settings.mapping)) {
    const complete = !incomplete.has(source);
    const saved = await saveSourceState(
      transaction,
      { source, complete, completeUpTo: complete ? context.now : null, kinds },
      context.syncId,
    );
    changed ||= saved.changed;
  }
  for (const { type, warning } of results) {
    if (warning === null) await saveRecordCount(transaction, sourceOf[type], records.get(type) ?? 0);
  }
  if (changed) await markAllDirty(transaction);
}

async function countRecords(context: SyncContext): Promise<ReadonlyMap<LinkedType, number>> {
  const records = new Map<LinkedType, number>();
  const seenIn = context.mode === 'second_pass' ? null : context.syncId;
  for (const type of linkedTypes) records.set(type, await countLinkedRecords(context.store.db, type, seenIn));
  return records;
}

/**
 * A type that lost more than half of its records since it was last complete is far more often a fault than the truth.
 * The sync is given up, so that the next one reads everything linked again.
 * @throws RefusedError
 */
async function refuseCollapse(
  context: SyncContext,
  results: readonly TypeResult[],
  records: ReadonlyMap<LinkedType, number>,
): Promise<void> {
  if (context.acceptFewerPartners) return;
  const before = await recordsBySource(context.store.db);
  for (const { type, warning } of results) {
    const [known, found] = [before.get(sourceOf[type]) ?? 0, records.get(type) ?? 0];
    if (warning !== null || known < collapseMinimum || found >= known / 2) continue;
    await abandonSync(context.store.db, context.syncId);
    throw new RefusedError(
      `HubSpot reports only ${found} of ${known} known ${type}s of your partners. Nothing was judged or written. Check ` +
        `the app's permission to read ${type}s and whether somebody deleted or moved them. If that is right, run ` +
        '`rekindle run --accept-fewer-partners`.',
    );
  }
}

/** Which of the partners that left were deleted or merged away; the others are only no partners any more. */
async function withoutCompany(context: SyncContext, partnerIds: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (let start = 0; start < partnerIds.length; start += companiesPerRequest) {
    const ids = partnerIds.slice(start, start + companiesPerRequest);
    const { found } = await context.hubspot.readCompanies(ids, []);
    const living = new Set(found.filter(({ archived }) => !archived).map(({ id }) => id));
    gone.push(...ids.filter((id) => !living.has(id)));
  }
  return gone;
}
