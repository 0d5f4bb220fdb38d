/**
 * What search sees: the living records, with changes appearing after a while, each record after its own, so that they
 * appear out of order (hubspot-api.md 4). Answers are kept for paging until anything changes.
 */
import type { Instant } from '../../model/instant.ts';
import type { SeedRecord, SeedType } from '../seed.ts';
import { objectTypes } from './object-types.ts';
import { ModifiedOrder } from './modified-order.ts';
import type { Portal } from './portal.ts';
import { sortIds } from './sorted-ids.ts';

export type IndexLag = { readonly minimumMs: number; readonly maximumMs: number };

/** The version that search showed before a change; undefined for a record that was not there. */
type Pending = { readonly before: SeedRecord | undefined; readonly at: Instant; readonly tickMs: number };
type Kept = { readonly version: number; readonly schema: number; readonly records: SeedRecord[] };

/** What a question leaves to look at: see `narrowingOf`. */
export type Narrowing =
  | { readonly by: 'ids'; readonly ids: readonly string[] }
  | { readonly by: 'idsAfter'; readonly id: string }
  | { readonly by: 'modified'; readonly from: Instant; readonly to: Instant };

const keptAnswers = 8;

export class SearchIndex {
  lag: IndexLag;
  readonly #portal: Portal;
  readonly #tickMs: () => number;
  readonly #pending = new Map<SeedType, Map<string, Pending[]>>();
  readonly #modified = new Map<SeedType, ModifiedOrder>();
  readonly #kept = new Map<string, Kept>();

  /** `tickMs` is the time that passes on the wire: a portal whose own clock stands still catches up all the same. */
  constructor(portal: Portal, lag: IndexLag, tickMs: () => number) {
    this.#portal = portal;
    this.lag = lag;
    this.#tickMs = tickMs;
    for (const { type } of objectTypes) {
      const pending = new Map<string, Pending[]>();
      this.#pending.set(type, pending);
      this.#modified.set(type, new ModifiedOrder(portal.table(type)));
      portal.table(type).observe((before, after) => this.#remember(pending, before, after));
    }
  }

  /** The records that `select` picks from what search sees now; equal questions in a row are answered from memory. */
  matches(
    type: SeedType,
    question: string,
    narrowing: Narrowing | null,
    select: (records: Iterable<SeedRecord>) => SeedRecord[],
  ): readonly SeedRecord[] {
    const key = `${type} ${question}`;
    const version = this.#portal.table(type).version;
    const schema = this.#portal.properties.version;
    const settled = this.#settle(type);
    const kept = this.#kept.get(key);
    if (
      settled &&
      kept?.version === version &&
      kept.schema === schema &&
      !question.includes('"associations.')
    ) {
      return kept.records;
    }
    const records = select(this.#visible(type, this.#candidates(type, narrowing)));
    if (!settled) return records;
    this.#kept.delete(key);
    this.#kept.set(key, { version, schema, records });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptAnswers && oldest !== undefined) this.#kept.delete(oldest);
    return records;
  }

  /** A record that was not asked for, as seen on live accounts (reliability.md 3). */
  strays(type: SeedType, besides: ReadonlySet<string>): SeedRecord[] {
    for (const record of this.#visible(type, this.#candidates(type, null)))
      if (!besides.has(record.id)) return [record];
    return [];
  }

  /** In the order of their ids. Of what is outstanding search shows another version than the account has. */
  #candidates(type: SeedType, narrowing: Narrowing | null): Iterable<string> {
    const table = this.#portal.table(type);
    switch (narrowing?.by) {
      case undefined:
        return table.idsAfter(null, { archived: false });
      case 'idsAfter':
        return table.idsAfter(narrowing.id, { archived: false });
      case 'ids':
        return sortIds([...new Set(narrowing.ids)].filter((id) => table.isLiving(id)));
      case 'modified': {
        const ids = this.#modified.get(type)?.idsWithin(narrowing.from, narrowing.to) ?? new Set();
        for (const id of this.#pending.get(type)?.keys() ?? []) ids.add(id);
        return sortIds([...ids].filter((id) => table.isLiving(id)));
      }
    }
  }

  *#visible(type: SeedType, ids: Iterable<string>): Generator<SeedRecord> {
    const table = this.#portal.table(type);
    const pending = this.#pending.get(type);
    for (const id of ids) {
      const [oldest] = pending?.get(id) ?? [];
      const record = oldest === undefined ? table.find(id) : oldest.before;
      if (record?.archivedAt === null) yield record;
    }
  }

  #remember(
    pending: Map<string, Pending[]>,
    before: SeedRecord | undefined,
    after: SeedRecord | undefined,
  ): void {
    if (this.lag.maximumMs === 0 || after === undefined) return;
    const entry: Pending = { before, at: this.#portal.now(), tickMs: this.#tickMs() };
    const entries = pending.get(after.id);
    if (entries === undefined) pending.set(after.id, [entry]);
    else entries.push(entry);
  }

  /** Lets go of what search has caught up with; true when nothing of this type is outstanding. */
  #settle(type: SeedType): boolean {
    const pending = this.#pending.get(type);
    if (pending === undefined || pending.size === 0) return true;
    const [now, tickMs] = [this.#portal.now(), this.#tickMs()];
    for (const [id, entries] of pending) {
      const lagMs = this.#lagOf(id);
      const open = entries.filter((entry) => now - entry.at < lagMs && tickMs - entry.tickMs < lagMs);
      if (open.length === 0) pending.delete(id);
      else pending.set(id, open);
    }
    return pending.size === 0;
  }

  /** Spread over the range by the record's id: repeatable, and out of order. */
  #lagOf(id: string): number {
    const { minimumMs, maximumMs } = this.lag;
    return minimumMs + Math.round((maximumMs - minimumMs) * fractionOf(id));
  }
}

/** A number from 0 to 1 that neighbouring ids do not share: FNV-1a, stirred (murmur3's last steps). */
function fractionOf(id: string): number {
  let hash = 2_166_136_261;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0xff_ff_ff_ff;
}
