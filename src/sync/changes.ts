/** Step 3 of a nightly sync: the linked records that were modified since the last one. */
import type { LinkedType } from '../model/record.ts';
import { countLinkedRecords, partnersOf } from '../store/links.ts';
import { overlapMs, type SyncContext } from './context.ts';
import { isRereadingCheaper } from './plan.ts';
import { saveRead } from './records.ts';
import { runStep } from './step.ts';

/**
 * Reads what was modified since the last complete reading of the type, up to when this sync began. Records that hang on
 * nobody are passed over: should they ever hang on a partner, they are read then.
 * @returns false when everything linked has to be read instead: the type was never read completely, or so much has
 *   changed that searching through it costs more
 */
export async function readChanges(context: SyncContext, type: LinkedType): Promise<boolean> {
  const { hubspot, store, watermarks, startedAt } = context;
  const watermark = watermarks.get(type);
  if (watermark === undefined) return false;
  const window = { from: watermark - overlapMs, to: startedAt };
  const linked = await countLinkedRecords(store.db, type);
  const shown = { counted: 'changes', total: null };
  const counts = await runStep(context, `changes:${type}`, shown, async (cursor) => {
    const page = await hubspot.findChanged(type, window, cursor);
    if (cursor === null && isRereadingCheaper(page.total, linked)) {
      return { next: null, save: async () => ({ tooMany: 1 }) };
    }
    return {
      next: page.next,
      save: async (transaction) => {
        const ids = page.items.map(({ id }) => id);
        const partners = await partnersOf(transaction, type, ids);
        const found = page.items.filter(({ id }) => partners.has(id));
        await saveRead(transaction, context, type, { found, missing: [] });
        return { changes: found.length };
      },
    };
  });
  return counts['tooMany'] === undefined;
}
