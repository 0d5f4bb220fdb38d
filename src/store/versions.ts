/** Versions are never changed once they are there, so a process reads each of them once. */
import type { Db } from './tables.ts';

/** Old ones are asked for now and then: a verdict keeps following its version until it is made anew. */
const kept = 4;

/** `read` with a memory of its latest versions, by database; what is not there is asked for again. */
export function readOnce<T>(
  read: (db: Db, version: number) => Promise<T | null>,
): (db: Db, version: number) => Promise<T | null> {
  const memories = new WeakMap<Db, Map<number, T>>();
  return async (db, version) => {
    const memory = memories.get(db) ?? new Map<number, T>();
    memories.set(db, memory);
    const known = memory.get(version);
    if (known !== undefined) return known;
    const found = await read(db, version);
    if (found === null) return null;
    memory.set(version, found);
    for (const old of [...memory.keys()].toSorted((a, b) => b - a).slice(kept)) memory.delete(old);
    return found;
  };
}
