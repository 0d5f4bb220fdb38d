import { setImmediate as nextTurn } from 'node:timers/promises';

/** The next page is read while the caller works on this one: one ahead, so that memory stays bounded. */
export async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let coming = pages.next();
  try {
    for (;;) {
      const page = await coming;
      if (page.done === true) return;
      coming = pages.next();
      // A failure is thrown when its page is asked for; until then it must not end the process as unhandled.
      coming.catch(() => undefined);
      // It is asked for in a turn of its own: before the caller takes the processor for as long as it likes.
      await nextTurn();
      yield page.value;
    }
  } finally {
    await coming.catch(() => undefined);
    await pages.return(undefined);
  }
}
