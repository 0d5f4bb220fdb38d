/** When HubSpot merges companies, what we know of the old ones moves to the survivor, once (I3). */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { incoming } from './rows.ts';
import type { Db } from './tables.ts';
import { touchPartners } from './touch.ts';

const drawnWithEpisodes = ['lot', 'share', 'opened_as', 'opened_because', 'held_until', 'released_at'];

type Pair = { readonly mergedId: string; readonly survivorId: string };

/**
 * Moves links, activities, verdict, episodes, actions, history and doubts of merged ids to the partner that names them. Where
 * the survivor already has its own (the same link, an episode of that number), its own stays. Ids without anything left
 * cost two index look-ups, so that every sync may ask again.
 */
export async function mergePartners(
  db: Db,
  partners: readonly { readonly id: string; readonly mergedIds: readonly string[] }[],
): Promise<void> {
  const named = partners.flatMap(({ id, mergedIds }) =>
    mergedIds.filter((mergedId) => mergedId !== id).map((mergedId) => ({ mergedId, survivorId: id })),
  );
  if (named.length === 0) return;
  const pairs = await withSomethingLeft(db, named);
  if (pairs.length === 0) return;

  await move(db, pairs, 'link', ['type', 'record_id', 'seen_in_sync', 'first_seen_in_sync']);
  await move(db, pairs, 'activity', [
    'source',
    'source_id',
    'kind',
    'occurred_at',
    'quantity',
    'amount',
    'currency',
  ]);
  await move(db, pairs, 'episode', [...['number', 'opened_at', 'closed_at'], ...drawnWithEpisodes]);
  await move(db, pairs, 'action', ['episode', 'play', 'state', 'task_id', 'user_id', 'claimed_at', 'error']);
  await move(db, pairs, 'publish_failure', ['run_id', 'category', 'message']);
  await move(db, pairs, 'programme_issue_partner', ['issue']);
  await moveVerdicts(db, pairs);
  await sql`
    update verdict_change set partner_id = pair.survivor_id from ${pairsAs(pairs)}
     where verdict_change.partner_id = pair.merged_id`.execute(db);
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

/** Those of the ids that were merged into a company we know: nothing has such an id any more. */
export async function mergedAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select merged.id from partner, unnest(merged_ids) as merged (id)
     where merged_ids <> '{}' and merged_ids && ${ids}::text[] and merged.id = any(${ids}::text[]) and merged.id <> partner.id`.execute(
    db,
  );
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
): Promise<void> {
  const moved = sql.join(columns.map((name) => sql.ref(name)));
  await sql`
    with gone as (
      delete from ${sql.table(table)} as old using ${pairsAs(pairs)}
       where old.partner_id = pair.merged_id returning pair.survivor_id, old.*
    )
    insert into ${sql.table(table)} (partner_id, ${moved})
    select survivor_id, ${moved} from gone on conflict do nothing`.execute(db);
}

/** The survivor keeps its own standing; a new company takes over the one that changed last. */
async function moveVerdicts(db: Db, pairs: readonly Pair[]): Promise<void> {
  await sql`
    update verdict set partner_id = heir.survivor_id
      from (
        select distinct on (pair.survivor_id) pair.survivor_id, old.partner_id
          from ${pairsAs(pairs)} join verdict as old on old.partner_id = pair.merged_id
         where not exists (select 1 from verdict as own where own.partner_id = pair.survivor_id)
         order by pair.survivor_id, old.status_changed_at desc
      ) as heir
     where verdict.partner_id = heir.partner_id`.execute(db);
  // Each leaves its evidence to the change that it names (0015_kept_evidence.ts).
  await sql`delete from verdict using ${pairsAs(pairs)} where verdict.partner_id = pair.merged_id`.execute(
    db,
  );
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
