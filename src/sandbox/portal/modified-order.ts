/**
 * The living records of one type in the order of their modified times, so that a search for what changed need not look at
 * all of them. Built when first asked for; what changes later is remembered beside it until it is built anew.
 */
import type { Instant } from '../../model/instant.ts';
import type { SeedRecord } from '../seed.ts';
import type { RecordTable } from './record-table.ts';

/** Looking at this many in vain costs less than to sort again. */
const keptBeside = 4096;

export class ModifiedOrder {
  readonly #table: RecordTable;
  #order: readonly SeedRecord[] | null = null;
  readonly #changed = new Set<string>();

  constructor(table: RecordTable) {
    this.#table = table;
    table.observe((before, after) => {
      const id = after?.id ?? before?.id;
      if (this.#order !== null && id !== undefined) this.#changed.add(id);
    });
  }

  /** The ids of all that may have been modified within the window; some of them were not, or live no longer. */
  idsWithin(from: Instant, to: Instant): Set<string> {
    if (this.#order === null || this.#changed.size > keptBeside) {
      this.#order = [...this.#table.all()]
        .filter(({ archivedAt }) => archivedAt === null)
        .sort((one, other) => one.updatedAt - other.updatedAt);
      this.#changed.clear();
    }
    const ids = new Set(this.#changed);
    for (let index = firstFrom(this.#order, from); index < this.#order.length; index += 1) {
      const record = this.#order[index];
      if (record === undefined || record.updatedAt > to) break;
      ids.add(record.id);
    }
    return ids;
  }
}

function firstFrom(order: readonly SeedRecord[], from: Instant): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle]?.updatedAt ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
