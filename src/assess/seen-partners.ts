/** What a scan of everybody keeps of each partner, in columns: of a million partners, objects would take 100 MB. */
import { Numbers } from './numbers.ts';
import type { Worth } from './worth.ts';

export type Seen = Worth & { readonly tier: string | null };

export class SeenPartners implements Iterable<Seen> {
  readonly #amounts = new Numbers();
  readonly #peaks = new Numbers();
  readonly #histories = new Numbers();
  readonly #tiers: (string | null)[] = [];

  push({ amount, peak, history, tier }: Seen): void {
    this.#amounts.push(amount ?? NaN);
    this.#peaks.push(peak);
    this.#histories.push(history);
    this.#tiers.push(tier);
  }

  get count(): number {
    return this.#tiers.length;
  }

  /** NaN where none is known. */
  get amounts(): Float64Array {
    return this.#amounts.values();
  }

  get peaks(): Float64Array {
    return this.#peaks.values();
  }

  get histories(): Float64Array {
    return this.#histories.values();
  }

  *[Symbol.iterator](): Iterator<Seen> {
    const { amounts, peaks, histories } = this;
    for (const [index, tier] of this.#tiers.entries()) {
      const amount = amounts[index] ?? NaN;
      yield {
        amount: Number.isNaN(amount) ? null : amount,
        peak: peaks[index] ?? 0,
        history: histories[index] ?? 0,
        tier,
      };
    }
  }
}
