/** The last step: who left, what is linked no longer, and what each source can now be trusted for. */
import { RefusedError } from '../model/errors.ts';
import { meetsDefinition } from '../hubspot/partners.ts';
import { linkedTypes, type Company, type LinkedType } from '../model/record.ts';
import { removeUnlinkedActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import { countLinkedRecords } from '../store/links.ts';
import { formerIds, leavePartners, markAllDirty, partnersNotSeen, seenAmong } from '../store/partners.ts';
import { abandonSync, finishSync, sumCounts } from '../store/progress.ts';
import { forgetPublished } from '../store/publishing.ts';
import { dropUnlinkedRecords } from '../store/records.ts';
import { recordsBySource, saveRecordCount, saveSourceState } from '../store/sources.ts';
import type { Db } from '../store/tables.ts';
import { saveWatermark } from '../store/watermarks.ts';
import type { SyncContext } from './context.ts';
import { hubspotSourceKinds, sourceOf } from './derive.ts';
import { collapseMinimum, companiesPerRequest, restorableMs, saveFormer } from './discover.ts';
import { partnerProperties, showsVerdict } from './partner.ts';
import type { TypeResult } from './sync.ts';

/** @returns what the sync found: linked records by type, and what it had to correct as an audit */
export async function finish(
  context: SyncContext,
  results: readonly TypeResult[],
): Promise<{ records: ReadonlyMap<LinkedType, number>; differences: number | null }> {
  const { store, syncId, startedAt, audit, mode } = context;
  const records = await countRecords(context);
  if (mode !== 'second_pass') await refuseCollapse(context, results, records);
  const { left, gone, showing } = await leavers(context);
  const differences = audit ? await sumCounts(store.db, syncId, 'differences') : null;
  await fenced(store.db, context.lease, async (transaction) => {
    if (mode !== 'second_pass') {
      await leavePartners(transaction, [...left, ...gone], startedAt);
      await forgetPublished(transaction, gone);
      await saveFormer(transaction, context, showing);
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
    await fenced(context.store.db, context.lease, (transaction) => abandonSync(transaction, context.syncId));
    throw new RefusedError(
      `HubSpot reports only ${found} of ${known} known ${type}s of your partners. Nothing was judged or written. Check ` +
        `the app's permission to read ${type}s and whether somebody deleted or moved them. If that is right, run ` +
        '`rekindle run --accept-fewer-partners`.',
    );
  }
}

/**
 * Companies that are no partners any more: `left` ones live on, `gone` ones were deleted or merged away. `showing`: what
 * answers for one of them, now or since it left, and shows a verdict of ours.
 */
type Leavers = {
  readonly left: readonly string[];
  readonly gone: readonly string[];
  readonly showing: readonly Company[];
};

/**
 * Whom this sync did not see, once HubSpot has confirmed by the id that it is no partner: the index may not show yet that
 * it is one, and it then stays as it was known. A nightly sync by a property has asked for each of them already, and
 * knows which are gone.
 */
async function leavers(context: SyncContext): Promise<Leavers> {
  const { hubspot, store, syncId, settings, mode, startedAt } = context;
  if (mode === 'second_pass') return { left: [], gone: [], showing: [] };
  const unseen = await partnersNotSeen(store.db, syncId);
  const definition = settings.partnerDefinition;
  if (mode === 'nightly' && definition.by === 'property') return { left: unseen, gone: [], showing: [] };
  const asked = [...unseen, ...(await formerIds(store.db, startedAt - restorableMs))];
  const [left, gone, showing]: [string[], string[], Company[]] = [[], [], []];
  for (let start = 0; start < asked.length; start += companiesPerRequest) {
    context.signal.throwIfAborted();
    const ids = asked.slice(start, start + companiesPerRequest);
    const { found } = await hubspot.readCompanies(ids, partnerProperties(settings));
    const living = new Map(found.filter(({ archived }) => !archived).map((company) => [company.id, company]));
    const seen = await seenAmong(store.db, syncId, [...living.keys()]);
    const others = [...living.values()].filter(
      (company) =>
        !seen.has(company.id) && (definition.by === 'list' || !meetsDefinition(company, definition)),
    );
    const otherIds = new Set(others.map(({ id }) => id));
    left.push(...ids.filter((id) => otherIds.has(id)));
    gone.push(...ids.filter((id) => !living.has(id)));
    showing.push(...others.filter(showsVerdict));
  }
  return { left, gone, showing };
}
