/**
 * Keeps what other systems told, from a file or in a batch by REST. It takes no lease and waits for no run to end: its
 * transactions are short and lock in the order in which runs do, and who is touched is judged by the next run.
 */
import type { Activity, SourceState } from '../model/activity.ts';
import type { Kind } from '../model/kind.ts';
import { holdPartners, markAllDirty, partnerIdsByKey } from '../store/partners.ts';
import { readSourceStates, saveSourceState } from '../store/sources.ts';
import type { Db } from '../store/tables.ts';

type Resolved = {
  /** Those of known partners, under the partner's id in HubSpot. */
  readonly known: readonly Activity[];
  /** The ids that belong to nobody. */
  readonly unknownPartners: readonly string[];
};

export async function resolvePartners(db: Db, activities: readonly Activity[]): Promise<Resolved> {
  return resolvedBy(await partnerIdsByKey(db, keysOf(activities)), activities);
}

/**
 * The same for whoever writes: the partners stay as they are until the transaction ends, so that nobody is merged or
 * erased while something is written of them. Who was merged at this moment is looked for once more.
 */
export async function holdResolved(transaction: Db, activities: readonly Activity[]): Promise<Resolved> {
  const keys = keysOf(activities);
  const first = await hold(transaction, keys);
  const { partnerIds } = first.areAllThere ? first : await hold(transaction, keys);
  return resolvedBy(partnerIds, activities);
}

async function hold(transaction: Db, keys: readonly string[]) {
  const found = await partnerIdsByKey(transaction, keys);
  const held = await holdPartners(transaction, [...new Set(found.values())]);
  const partnerIds = new Map([...found].filter(([, id]) => held.has(id)));
  return { partnerIds, areAllThere: partnerIds.size === found.size };
}

/**
 * From now on this source exists, and its silence means something. What it can tell about is what it has told. One of
 * which rows could not be used, or belong to partners we do not know, is incomplete; one whose rows end in the past is
 * known only so far (I4).
 */
export async function declareSource(
  transaction: Db,
  { told, ...state }: Omit<SourceState, 'kinds'> & { readonly told: readonly Kind[] },
): Promise<void> {
  const known = (await readSourceStates(transaction)).find(({ source }) => source === state.source);
  const kinds = [...new Set<Kind>([...(known?.kinds ?? []), ...told])].sort();
  const { changed } = await saveSourceState(transaction, { ...state, kinds }, 'import');
  if (changed) await markAllDirty(transaction);
}

function keysOf(activities: readonly Activity[]): readonly string[] {
  return [...new Set(activities.map(({ partnerId }) => partnerId))];
}

function resolvedBy(partnerIds: ReadonlyMap<string, string>, activities: readonly Activity[]): Resolved {
  return {
    known: activities.flatMap((activity) => {
      const partnerId = partnerIds.get(activity.partnerId);
      return partnerId === undefined ? [] : [{ ...activity, partnerId }];
    }),
    unknownPartners: keysOf(activities).filter((key) => !partnerIds.has(key)),
  };
}
