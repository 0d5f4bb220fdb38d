/**
 * Step 1 of a run: HubSpot's truth about our partners, brought into the store.
 *
 * Plan B of reliability.md 2.1: fan out from the partners instead of listing the CRM. Whatever it could not read
 * completely is recorded as incomplete, and nobody is called inactive because of it (I4).
 */
import type { Source } from '../model/activity.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import { linkedTypes, type LinkedType } from '../model/record.ts';
import { behaviours, type Settings } from '../model/settings.ts';
import { removeUnlinkedActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import { saveOwners } from '../store/owners.ts';
import { leavePartnersNotSeen, markAllDirty, partnersNotSeen } from '../store/partners.ts';
import { finishSync, startSync, unfinishedSync } from '../store/progress.ts';
import { forgetPublished } from '../store/publishing.ts';
import { saveSourceState } from '../store/sources.ts';
import { readLinks } from './associations.ts';
import type { SyncContext } from './context.ts';
import { hubspotSourceKinds, kindsOf, sourceOf } from './derive.ts';
import { discoverPartners } from './discover.ts';
import { isMissingScope, readRecords } from './records.ts';

export type SyncResult = {
  readonly partners: number;
  readonly deals: number;
  readonly engagements: number;
  /** One sentence per source that could not be read. */
  readonly warnings: readonly string[];
};

/** A crashed sync older than this is not resumed: its first pages have aged too much. */
const resumableForMs = millisecondsPerDay;

/**
 * The id under which this sync records its progress, and when it began: those of an unfinished one when it can be resumed.
 * Resuming needs the same settings version, because the settings say what is read.
 */
export async function openSync(
  store: SyncContext['store'],
  options: { newId: string; settingsVersion: number; now: Instant },
): Promise<{ syncId: string; startedAt: Instant }> {
  const { settingsVersion, now } = options;
  const unfinished = await unfinishedSync(store.db, { settingsVersion, notOlderThan: now - resumableForMs });
  if (unfinished !== null) return unfinished;
  await startSync(store.db, { syncId: options.newId, settingsVersion, now });
  return { syncId: options.newId, startedAt: now };
}

/** Reads everything about our partners. Throws when the picture cannot be trusted; then nothing may be judged on it. */
export async function syncHubSpot(context: SyncContext): Promise<SyncResult> {
  const owners = await context.hubspot.readOwners();
  await fenced(context.store.db, context.lease, (transaction) => saveOwners(transaction, owners));
  const partners = await discoverPartners(context);
  const results = await readAllTypes(context, partners);
  await finish(context, results);
  const counted = (wanted: (type: LinkedType) => boolean): number =>
    results.filter(({ type }) => wanted(type)).reduce((sum, { records }) => sum + records, 0);
  return {
    partners,
    deals: counted((type) => type === 'deal'),
    engagements: counted((type) => type !== 'deal'),
    warnings: results.flatMap(({ warning }) => (warning === null ? [] : [warning])),
  };
}

type TypeResult = { type: LinkedType; records: number; warning: string | null };

/** All types side by side: seven requests in flight hide the latency, the governor keeps the limits. */
async function readAllTypes(context: SyncContext, partners: number): Promise<TypeResult[]> {
  const oneFailed = new AbortController();
  const signal = AbortSignal.any([context.signal, oneFailed.signal]);
  const results = await Promise.allSettled(
    linkedTypes.map((type) =>
      readType({ ...context, signal }, type, partners).catch((error: unknown) => {
        oneFailed.abort(error);
        throw error;
      }),
    ),
  );
  // The first failure is the cause; the others were stopped because of it.
  oneFailed.signal.throwIfAborted();
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function readType(context: SyncContext, type: LinkedType, partners: number): Promise<TypeResult> {
  try {
    await readLinks(context, type, partners);
    return { type, records: await readRecords(context, type), warning: null };
  } catch (error) {
    if (!isMissingScope(error) || isNeeded(type, context.settings)) throw error;
    return { type, records: 0, warning: error.message };
  }
}

/** A type is needed when a rule asks for something that only it can tell; without it the rule would be blind. */
function isNeeded(type: LinkedType, settings: Settings): boolean {
  const kinds = new Set<string>(kindsOf(type, settings.mapping));
  return settings.rules.some((rule) => behaviours[rule.behaviour].some((kind) => kinds.has(kind)));
}

/** After a complete discovery: who left, what is linked no longer, and what each source can now be trusted for. */
async function finish(context: SyncContext, results: readonly TypeResult[]): Promise<void> {
  const { store, syncId, now, settings } = context;
  const incomplete = new Set<Source>(
    results.filter(({ warning }) => warning !== null).map(({ type }) => sourceOf[type]),
  );
  const gone = await withoutCompany(context, await partnersNotSeen(store.db, syncId));
  await fenced(store.db, context.lease, async (transaction) => {
    await leavePartnersNotSeen(transaction, syncId);
    await forgetPublished(transaction, gone);
    for (const { type, warning } of results) {
      if (warning === null) await removeUnlinkedActivities(transaction, type, sourceOf[type]);
    }
    let changed = false;
    for (const { source, kinds } of hubspotSourceKinds(settings.mapping)) {
      const complete = !incomplete.has(source);
      const saved = await saveSourceState(
        transaction,
        { source, complete, completeUpTo: complete ? now : null, kinds },
        syncId,
      );
      changed ||= saved.changed;
    }
    if (changed) await markAllDirty(transaction);
    await finishSync(transaction, syncId, now);
  });
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

/** hubspot-api.md 2.2: at most 100 ids in one batch read of objects. */
const companiesPerRequest = 100;
