/**
 * The timelines, kept equal to the activity table (the truth, with its idempotent keys) by whoever writes activities, in
 * the same transaction: what is merely added to a fresh timeline is appended (touch.ts); anything else marks the timeline
 * as stale, and whoever reads timelines has the stale ones packed anew first. A first sync, which writes the same partner
 * hundreds of times, so packs each of them once.
 */
import { sql, type RawBuilder } from 'kysely';
import { formatVersion, type Label, type Labels } from './timeline-format.ts';
import { atomically } from './rows.ts';
import type { Db } from './tables.ts';

/** Partners per statement. Each statement goes through the table's pages, so few large ones are faster than many. */
const partnersAtOnce = 25_000;

/** Packs what is stale, of `only` these partners or of everybody. Costs one look when nothing is. */
export async function refreshTimelines(db: Db, only?: readonly string[]): Promise<void> {
  let after = '';
  for (;;) {
    const last = await atomically(db, async (transaction) => {
      await keepOthersOut(transaction);
      return await refreshSome(transaction, after, only);
    });
    if (last === null) return;
    after = last;
  }
}

/** One packs at a time, and nobody is erased meanwhile: what was read before could be written after. */
export async function keepOthersOut(transaction: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('rekindle timelines'))`.execute(transaction);
}

/** @returns the last of the partners that were packed; null when none was stale */
async function refreshSome(
  transaction: Db,
  after: string,
  only: readonly string[] | undefined,
): Promise<string | null> {
  const among = only === undefined ? sql`true` : sql`partner_id = any(${only}::text[])`;
  const { rows } = await sql<{ partner_id: string }>`
    select partner_id from touched
     where timeline_stale and partner_id > ${after} and ${among}
     order by partner_id limit ${partnersAtOnce} for no key update`.execute(transaction);
  const ids = rows.map((row) => row.partner_id);
  const last = ids.at(-1);
  if (last === undefined) return null;
  await planForMany(transaction);
  if (await pack(transaction, ids)) return last;
  await addLabels(transaction, ids);
  await pack(transaction, ids);
  return last;
}

/** PostgreSQL takes millions of activities for hundreds and sorts them twice on disk; hashed they need 100 MB. */
async function planForMany(transaction: Db): Promise<void> {
  await sql`
    select set_config('work_mem', '128MB', true), set_config('enable_mergejoin', 'off', true),
           set_config('enable_sort', 'off', true)`.execute(transaction);
}

/**
 * The partners' places on the list are locked: whoever touches one of them meanwhile waits, and marks it as stale again
 * or appends.
 * @returns whether every activity's label was known; otherwise it has to be done again
 */
async function pack(transaction: Db, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ unknown: number }>`
    with packed as (
      select partner_id, ${packedColumns} from activity left join timeline_label as label on ${sameLabel}
       where partner_id = any(${ids}::text[]) group by partner_id
    ), written as (
      insert into timeline (partner_id, entries, amounts) select partner_id, ${header} || entries, amounts from packed
      on conflict (partner_id) do update set entries = excluded.entries, amounts = excluded.amounts
    ), emptied as (
      delete from timeline
       where partner_id = any(${ids}::text[])
         and not exists (select 1 from packed where packed.partner_id = timeline.partner_id)
    ), refreshed as (
      update touched set timeline_stale = false where partner_id = any(${ids}::text[])
    )
    select coalesce(sum(unknown), 0)::int as unknown from packed`.execute(transaction);
  return rows[0]?.unknown === 0;
}

/** The columns of `timeline` as aggregates over rows that are called `activity`; see timeline-format.ts. */
const packedColumns = sql`
  count(*) filter (where code is null) as unknown,
  string_agg(
    int4send(coalesce(code, 0)) || timestamptz_send(occurred_at) || float8send(quantity), ''::bytea
  ) as entries,
  string_agg(amount::text, ' ') as amounts`;

const header: RawBuilder<unknown> = sql`${Buffer.from([formatVersion])}::bytea`;

const sameLabel = sql`
  label.source = activity.source and label.kind = activity.kind
  and label.currency is not distinct from activity.currency`;

/**
 * What belongs to writing activities, as parts of the same `with`: the partners are listed as touched, and a timeline
 * that was fresh gets what is merely new to its end. One to which anything else happened, or something of an unknown
 * label, is stale from now on. In order of id, so that two writers never deadlock.
 * @param written the written rows of `activity`, with `is_new`
 */
export function followedByTimelines(written: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    packed as (
      select partner_id, bool_and(is_new) as is_new, ${packedColumns}
        from ${written} as activity left join timeline_label as label on ${sameLabel} group by partner_id
    ), listed as (
      insert into touched (partner_id, timeline_stale)
      select partner_id, not is_new or unknown > 0 from packed order by partner_id
      on conflict (partner_id) do update
        set number = nextval('touch_number'), timeline_stale = touched.timeline_stale or excluded.timeline_stale
      returning partner_id, timeline_stale
    ), appended as (
      insert into timeline (partner_id, entries, amounts)
      select partner_id, ${header} || entries, amounts from packed join listed using (partner_id)
       where not timeline_stale
      on conflict (partner_id) do update
        set entries = timeline.entries || substr(excluded.entries, 2),
            amounts = nullif(concat_ws(' ', timeline.amounts, excluded.amounts), '')
    )`;
}

async function addLabels(transaction: Db, ids: readonly string[]): Promise<void> {
  await sql`
    insert into timeline_label (source, kind, currency)
    select distinct source, kind, currency from activity where partner_id = any(${ids}::text[])
    on conflict do nothing`.execute(transaction);
}

export async function readLabels(db: Db): Promise<Labels> {
  const { rows } = await sql<Label & { code: number }>`
    select code, source, kind, currency from timeline_label`.execute(db);
  const labels: (Label | undefined)[] = [];
  for (const { code, ...label } of rows) labels[code] = label;
  return labels;
}

/** Labels are only ever added, so they are read again only when a newer one is about. */
export class KnownLabels {
  readonly #db: Db;
  #labels: Labels = [];

  constructor(db: Db) {
    this.#db = db;
  }

  /** @param newest the highest code that there is; null when there is none */
  async upTo(newest: number | null): Promise<Labels> {
    if (newest !== null && newest >= this.#labels.length) this.#labels = await readLabels(this.#db);
    return this.#labels;
  }
}
