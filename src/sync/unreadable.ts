/** One record that HubSpot does not show, or shows in a form that nobody expects, must not keep all others waiting. */
import { HubSpotShapeError, RequestRefusedError } from '../hubspot/errors.ts';

/** More than this at once are no matter of single records. */
const mostUnreadable = 10;

export type Unreadable<T> = { readonly item: T; readonly reason: string };

/**
 * Does `work` for all items; where asking again would not help, for each half by itself, down to the single item.
 * @returns the items that `work` failed for
 * @throws what is no matter of single items, or of too many of them
 */
export async function asFarAsReadable<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
  found: Unreadable<T>[] = [],
): Promise<readonly Unreadable<T>[]> {
  try {
    await work(items);
  } catch (error) {
    if (!(error instanceof RequestRefusedError || error instanceof HubSpotShapeError)) throw error;
    const [item] = items;
    if (item === undefined || found.length === mostUnreadable) throw error;
    if (items.length === 1) {
      found.push({ item, reason: error.message });
      return found;
    }
    const middle = Math.ceil(items.length / 2);
    await asFarAsReadable(items.slice(0, middle), work, found);
    await asFarAsReadable(items.slice(middle), work, found);
  }
  return found;
}
