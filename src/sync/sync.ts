/**
 * Step 1 of a run: HubSpot's truth about our partners, brought into the store.
 *
 * It fans out from the partners instead of listing the CRM (reliability.md 2.1, plan B). A full sync reads every linked
 * record; a nightly one reads all links, what was modified, and what is linked anew (2.2, I2c + I1). Whatever it could
 * not read completely is recorded as incomplete, and nobody is called inactive because of it (I4).
 */
import { MissingScopeError } from '../hubspot/errors.ts';
import { linkedTypes, type LinkedType } from '../model/record.ts';
import { behaviours, type Settings } from '../model/settings.ts';
import { fenced } from '../store/lease.ts';
import { countLinkedRecords, type Wanted } from '../store/links.ts';
import { saveOwners } from '../store/owners.ts';
import { countKnown, countPartners } from '../store/partners.ts';
import { Arrivals, noneToCome } from './arrivals.ts';
import { readLinks } from './associations.ts';
import { readChanges } from './changes.ts';
import type { SyncContext } from './context.ts';
import { kindsOf } from './derive.ts';
import { discoverPartners, expectedPartners } from './discover.ts';
import { finish } from './finish.ts';
import { readListing } from './listing.ts';
import { chooseApproaches } from './measure.ts';
import { assignLanes, type Approach, type RecordLane } from './plan.ts';
import { readRecords, readRecordsAhead } from './records.ts';

export type SyncResult = {
  readonly partners: number;
  readonly deals: number;
  readonly engagements: number;
  /** What an audit had to correct; null where nothing was checked. */
  readonly differences: number | null;
  /** One sentence per source that could not be read. */
  readonly warnings: readonly string[];
};

export type TypeResult = {
  readonly type: LinkedType;
  /** Everything of the type up to the start of this sync is known now. */
  readonly complete: boolean;
  /** Why the app may not see this type; null where it may. */
  readonly warning: string | null;
};

/** Reads what its mode asks for. Throws when the picture cannot be trusted; then nothing may be judged on it. */
export async function syncHubSpot(context: SyncContext): Promise<SyncResult> {
  const { hubspot, store } = context;
  const owners = await hubspot.readOwners(context.mode === 'full' ? 'all' : 'active');
  await fenced(store.db, context.lease, (transaction) => saveOwners(transaction, owners));
  const { partners, ...found } = await findPartnersAndLinks(context);
  const results = await readHistory(context, found);
  const { differences, records } = await finish(context, results);
  const counted = (wanted: (type: LinkedType) => boolean): number =>
    [...records].filter(([type]) => wanted(type)).reduce((sum, [, count]) => sum + count, 0);
  return {
    partners,
    deals: counted((type) => type === 'deal'),
    engagements: counted((type) => type !== 'deal'),
    differences,
    warnings: results.flatMap(({ warning }) => (warning === null ? [] : [warning])),
  };
}

type Approaches = ReadonlyMap<LinkedType, Approach>;
type Links = { readonly approaches: Approaches; readonly refusedLinks: ReadonlyMap<LinkedType, string> };
/** `fullWanted`: which linked records a full sync has still to read. */
type Found = Links & { readonly fullWanted: Wanted };

/**
 * Where nobody is known yet, partners are found in the order of their ids, and what hangs on the first ones is read while
 * the others are being found: that waits for the narrow search lane, and the burst lane would be idle.
 */
async function findPartnersAndLinks(context: SyncContext): Promise<Found & { partners: number }> {
  const isFirst = (await countKnown(context.store.db)) === 0;
  if (!isFirst || context.settings.partnerDefinition.by === 'list') {
    const partners = await discoverPartners(context);
    return { partners, fullWanted: 'all', ...(await readLinksOf(context, partners, noneToCome())) };
  }
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const arrivals = new Arrivals();
  const onProgress: SyncContext['onProgress'] = (progress) => {
    arrivals.announce();
    context.onProgress(progress);
  };
  const stopOthers = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const within = { ...context, signal };
  const [discovery, links] = await Promise.allSettled([
    discoverPartners({ ...within, onProgress })
      .catch(stopOthers)
      .finally(() => arrivals.finish()),
    readLinksAsTheyCome(within, arrivals).catch(stopOthers),
    forEachType(within, linkedTypes, (ofType, type) => readRecordsAhead(ofType, type, arrivals)).catch(
      stopOthers,
    ),
  ]);
  // The first failure is the cause; the other was stopped because of it.
  failed.signal.throwIfAborted();
  if (discovery.status === 'rejected') throw discovery.reason;
  if (links.status === 'rejected') throw links.reason;
  return { partners: discovery.value, fullWanted: 'unread', ...links.value };
}

async function readLinksAsTheyCome(context: SyncContext, arrivals: Arrivals): Promise<Links> {
  let expected: number | null = null;
  while (expected === null && !arrivals.done) {
    const further = arrivals.next();
    expected = await expectedPartners(context);
    if (expected === null) await further;
  }
  context.signal.throwIfAborted();
  return readLinksOf(context, expected ?? (await countPartners(context.store.db)), arrivals);
}

async function readLinksOf(context: SyncContext, partners: number, arrivals: Arrivals): Promise<Links> {
  const approaches = await chooseApproaches(context, partners);
  return { approaches, refusedLinks: await readWhatHangsOnPartners(context, approaches, partners, arrivals) };
}

/** @returns the types that the app may not see, and why */
async function readWhatHangsOnPartners(
  context: SyncContext,
  approaches: Approaches,
  partners: number,
  arrivals: Arrivals,
): Promise<ReadonlyMap<LinkedType, string>> {
  if (context.mode === 'second_pass') return new Map();
  const warnings = await forEachType(context, linkedTypes, (within, type) =>
    refusalOf(within, type, async () => {
      if (approaches.get(type) === 'list') await readListing(within, type, arrivals);
      else await readLinks(within, type, partners, arrivals);
    }),
  );
  return new Map([...warnings].flatMap(([type, warning]) => (warning === null ? [] : [[type, warning]])));
}

/** @returns why the app may not see a type that no rule needs; null where the work was done */
async function refusalOf(
  { settings }: SyncContext,
  type: LinkedType,
  work: () => Promise<void>,
): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof MissingScopeError) || isNeeded(type, settings)) throw error;
    return error.message;
  }
}

async function readHistory(
  context: SyncContext,
  { approaches, refusedLinks, fullWanted }: Found,
): Promise<readonly TypeResult[]> {
  const fannedOut = linkedTypes.filter((type) => approaches.get(type) !== 'list' && !refusedLinks.has(type));
  const lanes = context.mode === 'full' ? await lanesOf(context, fannedOut) : null;
  // A type in the search lane moves over when the others are done: the burst lane is the faster one.
  const onBurst = new Set(fannedOut.filter((type) => lanes?.get(type) !== 'search'));
  const results = await forEachType(context, fannedOut, async (within, type): Promise<TypeResult> => {
    let complete = false;
    const warning = await refusalOf(within, type, async () => {
      complete = await readTypeHistory(within, type, fullWanted, () =>
        onBurst.has(type) || onBurst.size === 0 ? 'burst' : 'search',
      );
    });
    onBurst.delete(type);
    return { type, complete, warning };
  });
  return linkedTypes.map((type) => {
    const warning = refusedLinks.get(type) ?? null;
    return results.get(type) ?? { type, complete: warning === null, warning };
  });
}

/** @returns whether everything up to the start of this sync is known now */
async function readTypeHistory(
  context: SyncContext,
  type: LinkedType,
  fullWanted: Wanted,
  laneNow: () => RecordLane,
): Promise<boolean> {
  if (context.mode === 'full') {
    await readRecords(context, type, fullWanted, laneNow);
    return true;
  }
  const changesSuffice = await readChanges(context, type);
  // A second pass has read no links, so it cannot read everything linked; the next nightly sync does.
  if (context.mode === 'second_pass') return changesSuffice;
  await readRecords(context, type, changesSuffice ? 'unread' : 'all', laneNow);
  return true;
}

async function lanesOf(
  context: SyncContext,
  types: readonly LinkedType[],
): Promise<ReadonlyMap<LinkedType, RecordLane>> {
  const { requests } = context.hubspot.counts();
  const linked = new Map<LinkedType, number>();
  for (const type of types) linked.set(type, await countLinkedRecords(context.store.db, type));
  return assignLanes(linked, { total: requests.total, search: 0 });
}

/** All types side by side: requests of seven types in flight hide the latency, the governor keeps the limits. */
async function forEachType<T>(
  context: SyncContext,
  types: readonly LinkedType[],
  work: (within: SyncContext, type: LinkedType) => Promise<T>,
): Promise<ReadonlyMap<LinkedType, T>> {
  const oneFailed = new AbortController();
  const within = { ...context, signal: AbortSignal.any([context.signal, oneFailed.signal]) };
  const results = await Promise.allSettled(
    types.map(async (type) => {
      try {
        return [type, await work(within, type)] as const;
      } catch (error) {
        oneFailed.abort(error);
        throw error;
      }
    }),
  );
  // The first failure is the cause; the others were stopped because of it.
  oneFailed.signal.throwIfAborted();
  return new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
}

/** A type is needed when a rule asks for something that only it can tell; without it the rule would be blind. */
function isNeeded(type: LinkedType, settings: Settings): boolean {
  const kinds = new Set<string>(kindsOf(type, settings.mapping));
  return settings.rules.some((rule) => behaviours[rule.behaviour].some((kind) => kinds.has(kind)));
}
