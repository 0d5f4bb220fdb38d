/**
 * When HubSpot merges companies, what we know of the old ones moves to the survivor, once (I3). Verdicts do not mix: the
 * survivor's history is its own, or, of a company that is new to us, that of the one whose standing it takes over. The
 * history of any other stays under its own id, ended.
 */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { incoming } from './rows.ts';
import type { Db } from './tables.ts';
import { touchPartners } from './touch.ts';
import { instantOf } from './types.ts';
import { keepEvidence } from './verdicts.ts';

const drawnWithEpisodes = ['lot', 'share', 'opened_as', 'opened_because', 'held_until', 'released_at'];

type Pair = { readonly mergedId: string; readonly survivorId: string };

/** A company that was merged since we knew it. */
export type Merge = {
  readonly mergedId: string;
  readonly survivorId: string;
  /** When HubSpot last changed the survivor before we read it: by then the two were one. */
  readonly mergedAt: Instant;
  /** The survivor was new to us and took over its standing, so its verdicts are the survivor's history. */
  readonly inherited: boolean;
};

/**
 * Moves links, activities, actions and doubts of merged ids to the partner that names them; verdict, history and spells
 * where it has none. Where the survivor already has its own (the same link), its own stays. Ids without anything left cost
 * two index look-ups, so that every sync may ask again.
 */
export async function mergePartners(
  db: Db,
  partners: readonly { readonly id: string; readonly mergedIds: readonly string[] }[],
): Promise<void> {
  const named = pairsOf(partners);
  if (named.length === 0) return;
  const pairs = await withSomethingLeft(db, named);
  if (pairs.length === 0) return;

  await move(db, pairs, 'link', ['type', 'record_id', 'seen_in_sync', 'first_seen_in_sync']);
  await move(db, pairs, 'publish_failure', ['run_id', 'category', 'message']);
  await move(db, pairs, 'programme_issue_partner', ['issue']);
  const heirs = await moveVerdicts(db, pairs);
  await moveEpisodes(db, pairs, heirs);
  await moveTasks(db, pairs);
  await moveActivities(db, pairs, heirs);
  await noteMerges(db, pairs, heirs);
  await moveActions(db, pairs);
  for (const table of ['timeline', 'touched']) {
    await sql`
      delete from ${sql.table(table)} as old using ${pairsAs(pairs)} where old.partner_id = pair.merged_id`.execute(
      db,
    );
  }
  await sql`delete from partner using ${pairsAs(pairs)} where partner.id = pair.merged_id`.execute(db);
  await touchPartners(db, [...new Set(pairs.map(({ survivorId }) => survivorId))]);
}

/** Each merged id with the company it ended in: HubSpot's index may still show one that was itself merged meanwhile. */
function pairsOf(
  partners: readonly { readonly id: string; readonly mergedIds: readonly string[] }[],
): readonly Pair[] {
  const into = new Map<string, string>();
  for (const { id, mergedIds } of partners) {
    for (const mergedId of mergedIds) if (mergedId !== id) into.set(mergedId, id);
  }
  return [...into].map(([mergedId, namedBy]) => {
    let survivorId = namedBy;
    for (let steps = 0; steps < into.size; steps += 1) survivorId = into.get(survivorId) ?? survivorId;
    return { mergedId, survivorId };
  });
}

/**
 * The way of a company through merges, the first one first; empty where it was not merged, or before we knew it.
 */
export async function mergesOf(db: Db, companyId: string): Promise<readonly Merge[]> {
  return await readMerges(
    db,
    sql`
    with recursive way as (
      select company_merge.*, 1 as step from company_merge where merged_id = ${companyId}
      union all
      select next.*, step + 1 from way join company_merge as next on next.merged_id = way.survivor_id
       where step < ${mostMerges}
    )
    select * from way order by step`,
  );
}

/** HubSpot merges no company more often. */
const mostMerges = 250;

/** What was merged into these companies. */
export async function mergesInto(db: Db, companyIds: readonly string[]): Promise<readonly Merge[]> {
  return await readMerges(
    db,
    sql`select * from company_merge where survivor_id = any(${companyIds}::text[]) order by merged_at, merged_id`,
  );
}

async function readMerges(db: Db, question: RawBuilder<unknown>): Promise<readonly Merge[]> {
  const { rows } = await sql<{
    merged_id: string;
    survivor_id: string;
    merged_at: Date;
    inherited: boolean;
  }>`${question}`.execute(db);
  return rows.map(({ merged_id, survivor_id, merged_at, inherited }) => ({
    mergedId: merged_id,
    survivorId: survivor_id,
    mergedAt: instantOf(merged_at),
    inherited,
  }));
}

/**
 * Those of the ids that were merged into a company we know: nothing has such an id any more. Looked up one by one: for many
 * at once PostgreSQL would rather read every partner than the index.
 */
export async function mergedAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select merged.id from unnest(${ids}::text[]) as merged (id) cross join lateral (
      select from partner where merged_ids <> '{}' and merged_ids @> array[merged.id] and id <> merged.id limit 1
    ) as survivor`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

async function withSomethingLeft(db: Db, named: readonly Pair[]): Promise<readonly Pair[]> {
  const { rows } = await sql<Pair>`
    select merged_id as "mergedId", survivor_id as "survivorId" from ${pairsAs(named)}
     where exists (select 1 from partner where id = merged_id)
        or exists (select 1 from activity where partner_id = merged_id)
        or exists (select 1 from link where partner_id = merged_id)`.execute(db);
  return rows;
}

/** `columns` are all but the partner's id; of two rows with one key, the survivor's or the first one stays. */
async function move(
  db: Db,
  pairs: readonly Pair[],
  table: string,
  columns: readonly string[],
  which: RawBuilder<unknown> = sql`true`,
): Promise<void> {
  const moved = sql.join(columns.map((name) => sql.ref(name)));
  await sql`
    with gone as (
      delete from ${sql.table(table)} as old using ${pairsAs(pairs)}
       where old.partner_id = pair.merged_id and ${which} returning pair.survivor_id, old.*
    )
    insert into ${sql.table(table)} (partner_id, ${moved})
    select survivor_id, ${moved} from gone on conflict do nothing`.execute(db);
}

/**
 * The survivor keeps its own standing; a new company takes over the one that changed last, with its history.
 * @returns whose standings were taken over
 */
async function moveVerdicts(db: Db, pairs: readonly Pair[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<Pair>`
    select distinct on (survivor_id) merged_id as "mergedId", survivor_id as "survivorId"
      from ${pairsAs(pairs)} join verdict as old on old.partner_id = pair.merged_id
     where not exists (select 1 from verdict as own where own.partner_id = pair.survivor_id)
     order by survivor_id, old.status_changed_at desc, length(merged_id), merged_id`.execute(db);
  if (rows.length > 0) await inherit(db, rows);
  // What was evidence of a change stays that (0027_past_verdicts.ts).
  await sql`delete from verdict using ${pairsAs(pairs)} where verdict.partner_id = pair.merged_id`.execute(
    db,
  );
  return new Set(rows.map(({ mergedId }) => mergedId));
}

async function inherit(db: Db, heirs: readonly Pair[]): Promise<void> {
  // The evidence says of which company it was made, so it is copied before the row changes hands.
  const mergedIds = heirs.map(({ mergedId }) => mergedId);
  await keepEvidence(sql`${mergedIds}::text[]`).execute(db);
  await sql`
    update verdict set partner_id = pair.survivor_id, change_id = null from ${pairsAs(heirs)}
     where verdict.partner_id = pair.merged_id`.execute(db);
  await sql`
    update verdict_change set partner_id = pair.survivor_id from ${pairsAs(heirs)}
     where verdict_change.partner_id = pair.merged_id`.execute(db);
}

/**
 * The number in a verdict is of a spell of the company that it was made of, so spells go where the standing goes; those of
 * any other stay under its own id. One that was open, nobody will ever see the end of: it is no part of what is measured.
 */
async function moveEpisodes(db: Db, pairs: readonly Pair[], heirs: ReadonlySet<string>): Promise<void> {
  const inherited = pairs.filter(({ mergedId }) => heirs.has(mergedId));
  const columns = ['number', 'opened_at', 'closed_at', ...drawnWithEpisodes];
  if (inherited.length > 0) await move(db, inherited, 'episode', columns);
  await sql`
    update episode set lot = null from ${pairsAs(pairs)}
     where episode.partner_id = pair.merged_id and closed_at is null and lot is not null`.execute(db);
}

/** What was done in a spell beyond the survivor's stays behind: it would pass for done in one that is yet to come. */
async function moveTasks(db: Db, pairs: readonly Pair[]): Promise<void> {
  const columns = ['episode', 'play', 'state', 'task_id', 'user_id', 'claimed_at', 'error'];
  const isReached = sql`old.episode <= (select episode from verdict where partner_id = pair.survivor_id)`;
  await move(db, pairs, 'action', columns, isReached);
}

/** What its own standing rested on was known to the survivor all along; the rest it knows from now on. */
async function moveActivities(db: Db, pairs: readonly Pair[], heirs: ReadonlySet<string>): Promise<void> {
  const columns = ['source', 'source_id', 'kind', 'occurred_at', 'quantity', 'amount', 'currency'];
  const inherited = pairs.filter(({ mergedId }) => heirs.has(mergedId));
  if (inherited.length > 0) await move(db, inherited, 'activity', [...columns, 'known_at']);
  await move(db, pairs, 'activity', columns);
}

async function noteMerges(db: Db, pairs: readonly Pair[], heirs: ReadonlySet<string>): Promise<void> {
  await sql`
    insert into company_merge (merged_id, survivor_id, merged_at, inherited)
    select merged_id, survivor_id, hubspot_updated_at, merged_id = any(${[...heirs]}::text[])
      from ${pairsAs(pairs)} join partner on partner.id = survivor_id
    on conflict do nothing`.execute(db);
}

/** Whom a person kept out of judgement under either name stays out. */
async function moveActions(db: Db, pairs: readonly Pair[]): Promise<void> {
  for (const table of ['action_request', 'action_audit']) {
    const old = sql.table(table);
    await sql`
      update ${old} set partner_id = pair.survivor_id from ${pairsAs(pairs)}
       where ${old}.partner_id = pair.merged_id`.execute(db);
  }
  await sql`
    update partner set excluded_because = coalesce(partner.excluded_because, old.excluded_because)
      from ${pairsAs(pairs)} join partner as old on old.id = pair.merged_id
     where partner.id = pair.survivor_id and old.excluded_because is not null`.execute(db);
}

function pairsAs(pairs: readonly Pair[]): RawBuilder<unknown> {
  const rows = incoming(pairs, {
    merged_id: ['text', (pair) => pair.mergedId],
    survivor_id: ['text', (pair) => pair.survivorId],
  });
  return sql`(select * from ${rows}) as pair`;
}
