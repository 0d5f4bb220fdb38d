/** Step 2: read what hangs on the partners, 1,000 partners a request, and replace our picture of it. */
import type { AssociationInput, AssociationRead } from '../hubspot/hubspot.ts';
import type { LinkedType } from '../model/record.ts';
import { replaceLinks, type Link } from '../store/links.ts';
import { seenPartnerIdsAfter } from '../store/partners.ts';
import type { Arrivals } from './arrivals.ts';
import type { SyncContext } from './context.ts';
import { runStep } from './step.ts';

/** hubspot-api.md 2.2: at most 1,000 ids in one association read. */
const partnersPerRequest = 1000;

/**
 * Reads the links of every partner to records of one type.
 * @param partners how many partners there are
 * @param arrivals of those that are still being found
 */
export async function readLinks(
  context: SyncContext,
  type: LinkedType,
  partners: number,
  arrivals: Arrivals,
): Promise<void> {
  const { syncId, hubspot } = context;
  const shown = { counted: 'partners', total: partners };
  await runStep(context, `links:${type}`, shown, async (cursor) => {
    const partnerIds = await nextPartnerIds(context, cursor, arrivals);
    const found = await readAllPages(partnerIds, (inputs) => hubspot.readAssociations(type, inputs));
    const links = found.map(({ from, to }): Link => ({ partnerId: from, recordId: to }));
    return {
      next: partnerIds.length < partnersPerRequest ? null : (partnerIds.at(-1) ?? null),
      save: async (transaction) => {
        await replaceLinks(transaction, syncId, type, partnerIds, links);
        return { partners: partnerIds.length };
      },
    };
  });
}

/** As many partners as one request takes, or the last ones. */
async function nextPartnerIds(
  { store, syncId, signal }: SyncContext,
  cursor: string | null,
  arrivals: Arrivals,
): Promise<readonly string[]> {
  for (;;) {
    // Asked before the store is: whatever comes between the two is announced.
    const [further, last] = [arrivals.next(), arrivals.done];
    const ids = await seenPartnerIdsAfter(store.db, syncId, cursor, partnersPerRequest);
    if (last || ids.length === partnersPerRequest) return ids;
    await further;
    signal.throwIfAborted();
  }
}

/** All pages for one batch of ids. A record with many links has further pages of its own (hubspot-api.md 5). */
export async function readAllPages(
  ids: readonly string[],
  read: (inputs: readonly AssociationInput[]) => Promise<AssociationRead>,
): Promise<{ from: string; to: string }[]> {
  const links: { from: string; to: string }[] = [];
  let inputs: readonly AssociationInput[] = ids.map((id) => ({ id, after: null }));
  while (inputs.length > 0) {
    const answer = await read(inputs);
    for (const { from, to } of answer.links) for (const recordId of to) links.push({ from, to: recordId });
    inputs = answer.next;
  }
  return links;
}
