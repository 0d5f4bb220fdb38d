/**
 * The records of one object type. A record is never changed in place: a write puts a new version, so that the seed's own
 * objects are shared instead of copied (portals hold up to 1.3 million records) and a reader keeps what it has read.
 */
import type { SeedRecord, SeedType } from '../seed.ts';
import { deleteId, insertId, positionAfter, sortIds } from './sorted-ids.ts';

export type VersionListener = (before: SeedRecord | undefined, after: SeedRecord | undefined) => void;

export class RecordTable {
  readonly type: SeedType;
  readonly #records = new Map<string, SeedRecord>();
  readonly #living: string[];
  readonly #archived: string[];
  /** Old id of a merged record -> the id of the record it was merged into, which may have been merged again. */
  readonly #survivors = new Map<string, string>();
  readonly #listeners: VersionListener[] = [];
  #version = 0;

  constructor(type: SeedType, records: Iterable<SeedRecord>) {
    this.type = type;
    const living: string[] = [];
    const archived: string[] = [];
    for (const record of records) {
      this.#records.set(record.id, record);
      (record.archivedAt === null ? living : archived).push(record.id);
      for (const oldId of record.mergedIds) this.#survivors.set(oldId, record.id);
    }
    this.#living = sortIds(living);
    this.#archived = sortIds(archived);
  }

  /** Moves with every change: whoever caches, caches for one version. */
  get version(): number {
    return this.#version;
  }

  get livingCount(): number {
    return this.#living.length;
  }

  /** Told of every version that replaces another. */
  observe(listener: VersionListener): void {
    this.#listeners.push(listener);
  }

  /** The record with exactly this id. */
  find(id: string): SeedRecord | undefined {
    return this.#records.get(id);
  }

  /** As `find`, but an old id answers with its survivor (hubspot-api.md 7.2). */
  resolve(id: string): SeedRecord | undefined {
    let current = id;
    for (let survivor = this.#survivors.get(current); survivor !== undefined;) {
      current = survivor;
      survivor = this.#survivors.get(current);
    }
    return this.#records.get(current);
  }

  isLiving(id: string): boolean {
    return this.#records.get(id)?.archivedAt === null;
  }

  isMergedAway(id: string): boolean {
    return this.#survivors.has(id) && !this.#records.has(id);
  }

  /** The first id after `after` (null: from the start), in the order of ids. */
  *idsAfter(after: string | null, options: { archived: boolean }): Generator<string> {
    const ids = options.archived ? this.#archived : this.#living;
    for (let index = after === null ? 0 : positionAfter(ids, after); index < ids.length; index += 1) {
      const id = ids[index];
      if (id !== undefined) yield id;
    }
  }

  all(): IterableIterator<SeedRecord> {
    return this.#records.values();
  }

  put(record: SeedRecord): void {
    const before = this.#records.get(record.id);
    this.#records.set(record.id, record);
    const wasArchived = before === undefined ? null : before.archivedAt !== null;
    const isArchived = record.archivedAt !== null;
    if (wasArchived !== isArchived) {
      if (wasArchived !== null) deleteId(isArchived ? this.#living : this.#archived, record.id);
      insertId(isArchived ? this.#archived : this.#living, record.id);
    }
    for (const oldId of record.mergedIds) this.#survivors.set(oldId, record.id);
    this.#changed(before, record);
  }

  /** Forgets a record for good: merged into another one, or erased. */
  remove(id: string): SeedRecord | undefined {
    const before = this.#records.get(id);
    if (before === undefined) return undefined;
    this.#records.delete(id);
    deleteId(before.archivedAt === null ? this.#living : this.#archived, id);
    this.#changed(before, undefined);
    return before;
  }

  /** Every old id with the record that answers for it now. */
  *merges(): Generator<{ readonly id: string; readonly survivorId: string }> {
    for (const id of this.#survivors.keys()) {
      const survivor = this.resolve(id);
      if (survivor !== undefined) yield { id, survivorId: survivor.id };
    }
  }

  #changed(before: SeedRecord | undefined, after: SeedRecord | undefined): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener(before, after);
  }
}
