/** Batches that answer for some of their records and fail for others (hubspot-api.md 3, reliability.md 6, row 15). */
import { assertReadWhole, namedIds, type BatchError } from './shapes/common.ts';

type Part<T> = {
  readonly route: string;
  readonly results: readonly T[];
  readonly errors: readonly BatchError[];
};

/** How often what a batch could not read is asked for again before the whole read has failed. */
const repetitions = 2;

/**
 * Reads a batch and asks again, alone, for the records that HubSpot names as unread: a run need not start anew because of
 * one of them.
 * @param harmless errors that are answers: the record does not exist, or nothing hangs on it
 * @throws UnavailableError when some stay unread, or HubSpot does not say which they are
 */
export async function readWhole<T>(
  ids: readonly string[],
  harmless: (error: BatchError) => boolean,
  read: (ids: readonly string[]) => Promise<Part<T>>,
): Promise<T[]> {
  const results: T[] = [];
  let asked = ids;
  for (let repeated = 0; ; repeated += 1) {
    const part = await read(asked);
    results.push(...part.results);
    const named = new Set(part.errors.filter((error) => !harmless(error)).flatMap(namedIds));
    const unread = asked.filter((id) => named.has(id));
    if (unread.length === 0 || repeated === repetitions) {
      assertReadWhole(part.route, part.errors, harmless);
      return results;
    }
    asked = unread;
  }
}
