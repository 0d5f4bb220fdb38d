/**
 * Saves while the caller goes on; so many at once at most, that memory stays bounded. In whatever order: for what is
 * whole in itself.
 */
export function saveBehind<T>(
  save: (item: T) => Promise<void>,
  limit: number,
): {
  /** Returns when it is being saved. Rejects with the first failure of an earlier one; this one is not saved then. */
  readonly add: (item: T) => Promise<void>;
  /** Returns when nothing is being saved any more. Rejects with the first failure, if there was one. */
  readonly done: () => Promise<void>;
} {
  const saving = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const throwFirst = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: async (item) => {
      while (saving.size >= limit) await Promise.race(saving);
      throwFirst();
      const saved = save(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => saving.delete(saved));
      saving.add(saved);
    },
    done: async () => {
      await Promise.all(saving);
      throwFirst();
    },
  };
}
