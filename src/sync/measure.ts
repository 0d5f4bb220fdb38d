/** Takes the counts that a plan rests on: from the store what it knows, from HubSpot what it must ask for. */
import type { Instant } from '../model/instant.ts';
import { linkedTypes, type LinkedType } from '../model/record.ts';
import type { SyncMode } from '../model/run.ts';
import type { Settings } from '../model/settings.ts';
import { MissingScopeError } from '../hubspot/errors.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import type { Store } from '../store/connect.ts';
import { countLinkedRecords } from '../store/links.ts';
import { countKnown, countPartners } from '../store/partners.ts';
import { latestSync, readProgress } from '../store/progress.ts';
import { readAllPages } from './associations.ts';
import { overlapMs, type SyncContext } from './context.ts';
import { approachOf, isListWorthCounting, type Approach, type Measured, type TypeCounts } from './plan.ts';
import { runStep } from './step.ts';

const step = 'counts';

/**
 * How each type is read. The records of the account are counted once per full sync, where it can pay; a nightly sync
 * goes by the counts of the full one before it.
 */
export async function chooseApproaches(
  context: SyncContext,
  partners: number,
): Promise<ReadonlyMap<LinkedType, Approach>> {
  const { store, hubspot, mode } = context;
  if (mode === 'second_pass' || !isListWorthCounting(partners)) return new Map();
  let counts = await countsOfLatestFull(store);
  if (mode === 'full') {
    counts = await runStep(context, step, { counted: 'deal', total: null }, async () => {
      const totals = await Promise.all(
        linkedTypes.map(async (type) => [type, await ifPermitted(() => hubspot.countRecords(type))] as const),
      );
      const counted = totals.flatMap(([type, total]) => (total === null ? [] : [[type, total] as const]));
      return { next: null, save: async () => Object.fromEntries(counted) };
    });
  }
  const approaches = new Map<LinkedType, Approach>();
  for (const type of linkedTypes) {
    const linked = await countLinkedRecords(store.db, type);
    approaches.set(type, approachOf(partners, { total: counts[type] ?? null, linked, changed: null }, mode));
  }
  return approaches;
}

/** Null where the app may not see the type: whether that matters, the reading of it tells. */
async function ifPermitted<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof MissingScopeError) return null;
    throw error;
  }
}

async function countsOfLatestFull(store: Store): Promise<Readonly<Record<string, number>>> {
  const latest = await latestSync(store.db, 'full');
  const progress = latest === null ? null : await readProgress(store.db, latest.syncId, step);
  return progress?.counts ?? {};
}

/**
 * The counts for a plan that is only shown. Where nothing was ever read, the links of the first partners tell how many
 * records hang on all of them.
 */
export async function measure(
  source: { store: Store; hubspot: HubSpot; settings: Settings },
  due: { mode: SyncMode; since: Instant | null; now: Instant },
): Promise<Measured> {
  const { store, hubspot, settings } = source;
  const stored = await countPartners(store.db);
  const definition = settings.partnerDefinition;
  const partners = (await hubspot.countPartners(definition)) ?? stored;
  const sample = due.mode === 'full' && stored === 0 ? await sampleLinks(hubspot, settings, partners) : null;
  const types = await Promise.all(
    linkedTypes.map(async (type): Promise<[LinkedType, TypeCounts]> => {
      const total = isListWorthCounting(partners)
        ? await ifPermitted(() => hubspot.countRecords(type))
        : null;
      const linked = sample?.get(type) ?? (await countLinkedRecords(store.db, type));
      const { mode, since, now } = due;
      const changes =
        mode === 'full' || since === null
          ? null
          : await ifPermitted(() => hubspot.findChanged(type, { from: since - overlapMs, to: now }, null));
      return [type, { total, linked, changed: changes?.total ?? null }];
    }),
  );
  return {
    partners,
    known: await countKnown(store.db),
    bySearch: definition.by === 'property',
    types: Object.fromEntries(types) as Measured['types'],
  };
}

/** Linked records of each type, estimated from the first page of partners. */
async function sampleLinks(
  hubspot: HubSpot,
  settings: Settings,
  partners: number,
): Promise<ReadonlyMap<LinkedType, number>> {
  const { items } = await hubspot.findPartners(settings.partnerDefinition, [], null);
  const share = items.length === 0 ? 0 : Math.max(1, partners / items.length);
  const estimates = await Promise.all(
    linkedTypes.map(async (type) => {
      const links = await ifPermitted(() =>
        readAllPages(
          items.map(({ id }) => id),
          (inputs) => hubspot.readAssociations(type, inputs),
        ),
      );
      return [type, Math.round((links?.length ?? 0) * share)] as const;
    }),
  );
  return new Map(estimates);
}
