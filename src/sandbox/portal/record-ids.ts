import { compareIds } from './sorted-ids.ts';

/** Where the ids of new records begin, unless the seed's own are larger. */
const ownRange = 900_000_000_000n;
const distance = 1_000_000_000n;

/**
 * Ids of new records. They start far above the seed's, so that a later seed of the same account, which has more records,
 * does not run into those that a state file brings along.
 */
export class RecordIds {
  #next: bigint;

  constructor(records: Iterable<{ readonly id: string }>) {
    let largest = '0';
    for (const { id } of records) if (compareIds(id, largest) > 0) largest = id;
    this.#next = BigInt(largest) >= ownRange ? BigInt(largest) + distance : ownRange;
  }

  next(): string {
    const id = this.#next;
    this.#next += 1n;
    return String(id);
  }

  /** An id that was given before: later ones are greater. */
  reserve(id: string): void {
    const used = BigInt(id);
    if (used >= this.#next) this.#next = used + 1n;
  }
}
