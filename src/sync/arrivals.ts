/**
 * Tells those who read what hangs on partners that further ones were found: finding them waits for the narrow search
 * lane, and the other lanes need not wait with it.
 */
export class Arrivals {
  #done = false;
  #waiting: (() => void)[] = [];

  get done(): boolean {
    return this.#done;
  }

  /** Further partners are saved. */
  announce(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** No further ones will come. */
  finish(): void {
    this.#done = true;
    this.announce();
  }

  /** Resolves at the next announcement, at once when there will be none. */
  next(): Promise<void> {
    return this.#done
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }
}

/** All are there already. */
export function noneToCome(): Arrivals {
  const arrivals = new Arrivals();
  arrivals.finish();
  return arrivals;
}
