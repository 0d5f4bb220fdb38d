/** Step 2: read what hangs on the partners, 1,000 partners a request, and replace our picture of it. */
import type { AssociationInput } from '../hubspot/hubspot.ts';
import type { LinkedType } from '../model/record.ts';
import { fenced } from '../store/lease.ts';
import { appendLinks, replaceLinks } from '../store/links.ts';
import { partnerIdsAfter } from '../store/partners.ts';
import { readProgress, saveProgress } from '../store/progress.ts';
import type { SyncContext } from './context.ts';

/** hubspot-api.md 2.2: at most 1,000 ids in one association read. */
const partnersPerRequest = 1000;

/** Reads the links of every partner to records of one type, resuming where an earlier attempt of this sync stopped. */
export async function readLinks(context: SyncContext, type: LinkedType, partners: number): Promise<void> {
  const { store, syncId } = context;
  const step = `links:${type}`;
  const progress = await readProgress(store.db, syncId, step);
  let cursor = progress?.cursor ?? null;
  let read = progress?.counts['partners'] ?? 0;
  let done = progress?.done ?? false;

  while (!done) {
    context.signal.throwIfAborted();
    const partnerIds = await partnerIdsAfter(store.db, cursor, partnersPerRequest);
    const links = await readLinksOf(context, type, partnerIds);
    cursor = partnerIds.at(-1) ?? cursor;
    read += partnerIds.length;
    done = partnerIds.length < partnersPerRequest;
    const finished = done;
    await fenced(store.db, context.lease, async (transaction) => {
      await replaceLinks(transaction, syncId, type, partnerIds, links.slice(0, linksPerStatement));
      for (let start = linksPerStatement; start < links.length; start += linksPerStatement) {
        await appendLinks(transaction, syncId, type, links.slice(start, start + linksPerStatement));
      }
      await saveProgress(transaction, syncId, step, { cursor, done: finished, counts: { partners: read } });
    });
    context.onProgress({ step, done: read, total: partners });
  }
}

const linksPerStatement = 10_000;

/** All pages for one batch of partners. A partner with many links has further pages of its own (hubspot-api.md 5). */
async function readLinksOf(
  context: SyncContext,
  type: LinkedType,
  partnerIds: readonly string[],
): Promise<{ partnerId: string; recordId: string }[]> {
  const links: { partnerId: string; recordId: string }[] = [];
  let inputs: readonly AssociationInput[] = partnerIds.map((id) => ({ id, after: null }));
  while (inputs.length > 0) {
    const answer = await context.hubspot.readAssociations(type, inputs);
    for (const { from, to } of answer.links) {
      for (const recordId of to) links.push({ partnerId: from, recordId });
    }
    inputs = answer.next;
  }
  return links;
}
