/** What was asked of the sandbox, for inspection: no query strings, no bodies, no tokens. */
import type { Lane } from './limits.ts';

export type RequestRecord = {
  /** Counts from 1 in the order of arrival. */
  readonly sequence: number;
  /** Milliseconds since the sandbox started, on the clock that the rate windows use. */
  readonly timeMs: number;
  readonly method: string;
  /** The route with the object type filled in and ids left open; `unknown` where there is none. */
  readonly route: string;
  readonly lane: Lane | null;
  /** 0 when the connection ended without an answer. */
  readonly status: number;
};

const kept = 500_000;

export class RequestLog {
  #records: RequestRecord[] = [];
  #sequence = 0;

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > 2 * kept) this.#records = this.#records.slice(-kept);
  }

  /** In the order of their answers; only those that arrived after request number `since`. */
  list(since = 0): readonly RequestRecord[] {
    return since === 0 ? this.#records : this.#records.filter((record) => record.sequence > since);
  }
}
