/** Steps 2 and 3 for a type with few records in the account: list them all, each with the companies it hangs on. */
import type { ListedRecord } from '../hubspot/hubspot.ts';
import type { LinkedType } from '../model/record.ts';
import { appendLinks, dropLinksNotSeen, type Link } from '../store/links.ts';
import { currentAmong } from '../store/partners.ts';
import { readAllPages } from './associations.ts';
import type { Arrivals } from './arrivals.ts';
import type { SyncContext } from './context.ts';
import { saveRead } from './records.ts';
import { runStep } from './step.ts';

/**
 * Links of current partners that the list does not show any more are gone.
 * @param arrivals of partners that are still being found: the list is compared with all of them
 */
export async function readListing(context: SyncContext, type: LinkedType, arrivals: Arrivals): Promise<void> {
  const { hubspot, syncId, signal } = context;
  while (!arrivals.done) await arrivals.next();
  signal.throwIfAborted();
  await runStep(context, `list:${type}`, { counted: 'listed', total: null }, async (cursor) => {
    const page = await hubspot.listRecords(type, cursor);
    const links = await companiesOf(context, type, page.items);
    return {
      next: page.next,
      save: async (transaction) => {
        const current = await currentAmong(transaction, [
          ...new Set(links.map(({ partnerId }) => partnerId)),
        ]);
        const ours = links.filter(({ partnerId }) => current.has(partnerId));
        const linked = new Set(ours.map(({ recordId }) => recordId));
        await appendLinks(transaction, syncId, type, ours);
        const found = page.items.map(({ record }) => record).filter(({ id }) => linked.has(id));
        const counts = await saveRead(transaction, context, type, { found, missing: [] });
        if (page.next === null) await dropLinksNotSeen(transaction, syncId, type);
        return { ...counts, listed: page.items.length };
      },
    };
  });
}

/** A list shows the first hundred companies of a record; all of them have pages of their own (hubspot-api.md 3). */
async function companiesOf(
  context: SyncContext,
  type: LinkedType,
  items: readonly ListedRecord[],
): Promise<Link[]> {
  const shown = items.flatMap(({ record, companyIds }) =>
    companyIds.map((partnerId) => ({ partnerId, recordId: record.id })),
  );
  const cut = items.filter(({ more }) => more).map(({ record }) => record.id);
  const all = await readAllPages(cut, (inputs) => context.hubspot.readLinkedCompanies(type, inputs));
  return [...shown, ...all.map(({ from, to }) => ({ partnerId: to, recordId: from }))];
}
