/** Saves one after another, in order, while the caller goes on; so many behind at most, that memory stays bounded. */
export function inOrderBehind<T>(
  save: (item: T) => Promise<void>,
  limit: number,
): {
  /** Returns when no more than the limit is behind. Rejects with the failure of an earlier one; the later are not saved. */
  readonly add: (item: T) => Promise<void>;
  /** Returns when everything is saved. Rejects with the failure that ended it, if one did. */
  readonly done: () => Promise<void>;
} {
  const behind: Promise<void>[] = [];
  let last = Promise.resolve();
  return {
    add: async (item) => {
      last = last.then(() => save(item));
      // A failure is thrown when it is waited for; until then it must not end the process as unhandled.
      last.catch(() => undefined);
      behind.push(last);
      if (behind.length > limit) await behind.shift();
    },
    done: async () => await last,
  };
}
