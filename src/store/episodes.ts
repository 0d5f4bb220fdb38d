/** One row per spell out of `active` (DESIGN.md section 2), derived from the verdicts as they are saved. */
import { sql, type RawBuilder } from 'kysely';
import type { DrawnSpell, Lot } from '../model/hold-out.ts';
import type { Instant } from '../model/instant.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { incoming, names, type Columns } from './rows.ts';
import type { Db } from './tables.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

/** `excluded` and `unknown` say nothing: an open episode stays open. */
const open: ReadonlySet<Status> = new Set(['cooling', 'at_risk', 'inactive', 'never_activated']);
const closed: ReadonlySet<Status> = new Set(['active', 'reactivated']);

/**
 * Opens the episode that a verdict numbers, or closes it; a relapse within the same number opens it again. An earlier
 * one that is still open ends where the next begins. What was drawn for an episode is kept with it when it opens, and
 * never afterwards.
 */
export async function saveEpisodes(db: Db, verdicts: readonly Verdict[], draws: Draws): Promise<void> {
  const telling = verdicts.filter(
    ({ episode, status }) => episode > 0 && (open.has(status) || closed.has(status)),
  );
  if (telling.length === 0) return;
  const drawn = draws.size === 0 ? {} : drawnColumns(draws);
  const columns = ['partner_id', 'number', ...Object.keys(drawn)];
  await sql`
    insert into episode (${names(columns)}, opened_at, closed_at)
    select ${names(columns, 'incoming')}, at, case when incoming.is_open then null else at end
      from ${asRows(telling, drawn)}
      join lateral (select from partner where id = incoming.partner_id limit 1) as known on true
      left join lateral (
        select closed_at is null as is_open from episode
         where partner_id = incoming.partner_id and number = incoming.number limit 1
      ) as old on true
     where old.is_open is distinct from incoming.is_open
    on conflict (partner_id, number) do update set closed_at = excluded.closed_at
    where (episode.closed_at is null) <> (excluded.closed_at is null)`.execute(db);
  const later = telling.filter(({ episode }) => episode > 1);
  if (later.length === 0) return;
  // The ids once more as an array: joined alone, PostgreSQL goes through all episodes that there are.
  await sql`
    update episode set closed_at = at from ${asRows(later, {})}
     where episode.partner_id = incoming.partner_id and episode.number < incoming.number
       and episode.partner_id = any(${later.map(({ partnerId }) => partnerId)}::text[])
       and closed_at is null`.execute(db);
}

/** By partner: what was drawn for the episode that its verdict opens. */
export type Draws = ReadonlyMap<string, DrawnSpell>;

function drawnColumns(draws: Draws): Columns<Verdict> {
  const of = ({ partnerId }: Verdict): DrawnSpell | undefined => draws.get(partnerId);
  return {
    lot: ['text', (verdict) => of(verdict)?.lot ?? null],
    share: ['float8', (verdict) => of(verdict)?.share ?? null],
    opened_as: ['text', (verdict) => (of(verdict) === undefined ? null : verdict.status)],
    opened_because: [
      'text',
      (verdict) => (of(verdict) === undefined ? null : (verdict.reasons[0]?.code ?? null)),
    ],
    held_until: ['date', (verdict) => of(verdict)?.heldUntil ?? null],
  };
}

function asRows(verdicts: readonly Verdict[], drawn: Columns<Verdict>): RawBuilder<unknown> {
  return incoming(verdicts, {
    ...drawn,
    partner_id: ['text', (verdict) => verdict.partnerId],
    number: ['int', (verdict) => verdict.episode],
    at: ['timestamptz', (verdict) => timestamp(verdict.statusChangedAt)],
    is_open: ['bool', (verdict) => open.has(verdict.status)],
  });
}

export type Episode = {
  readonly number: number;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
};

/** Oldest first. */
export async function readEpisodes(db: Db, partnerId: string): Promise<readonly Episode[]> {
  const rows = await db
    .selectFrom('episode')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    openedAt: instantOf(row.opened_at),
    closedAt: nullableInstantOf(row.closed_at),
  }));
}

/** As JSON, the partner's present or latest spell for which something was drawn; null without any. */
export function drawnSpell(partnerId: RawBuilder<unknown>): RawBuilder<DrawnSpell | null> {
  return sql`(
    select json_build_object('episode', number, 'lot', lot, 'share', share, 'heldUntil', held_until,
                             'released', released_at is not null)
      from episode where partner_id = ${partnerId} and lot is not null order by number desc limit 1)`;
}

/** Of every partner that has one, for whoever judges in memory. */
export async function drawnSpells(db: Db): Promise<Draws> {
  const { rows } = await sql<DrawnSpell & { partnerId: string }>`
    select distinct on (partner_id) partner_id as "partnerId", number as episode, lot, share,
           held_until as "heldUntil", released_at is not null as released
      from episode where lot is not null order by partner_id, number desc`.execute(db);
  return new Map(rows.map(({ partnerId, ...spell }) => [partnerId, spell]));
}

export async function readDrawnSpell(db: Db, partnerId: string): Promise<DrawnSpell | null> {
  const { rows } = await sql<{ spell: DrawnSpell | null }>`
    select ${drawnSpell(sql`${partnerId}`)} as spell`.execute(db);
  return rows[0]?.spell ?? null;
}

/** What was drawn for one spell, also for one that ended long ago; null where nothing was. */
export async function spellDrawnAs(db: Db, partnerId: string, episode: number): Promise<DrawnSpell | null> {
  const { rows } = await sql<DrawnSpell>`
    select number as episode, lot, share, held_until as "heldUntil", released_at is not null as released
      from episode where partner_id = ${partnerId} and number = ${episode} and lot is not null`.execute(db);
  return rows[0] ?? null;
}

/** Somebody acts on a partner that is held out: its spell counts no more. */
export async function releaseHoldOut(db: Db, partnerId: string, at: Instant): Promise<void> {
  await sql`
    update episode set released_at = ${timestamp(at)}
     where partner_id = ${partnerId} and lot = 'held_out' and closed_at is null and released_at is null`.execute(
    db,
  );
}

/** How spells of one kind, drawn alike, stood so many days after they opened. */
export type SpellOutcomes = {
  readonly days: number;
  /** `released`: was to be left alone, and a person acted anyway. */
  readonly lot: Exclude<Lot, 'exempt'> | 'released';
  readonly share: number;
  /** As what the spell opened. */
  readonly status: Status;
  readonly reason: string | null;
  readonly spells: number;
  /** Of these, how many partners were back within so many days. */
  readonly returned: number;
};

/**
 * Of spells that opened long enough ago to tell. One that was cut off by the next one, because nobody judged the partner in
 * between, is no return.
 */
export async function spellOutcomes(
  db: Db,
  { now, windows }: { readonly now: Instant; readonly windows: readonly number[] },
): Promise<readonly SpellOutcomes[]> {
  const { rows } = await sql<SpellOutcomes>`
    select days, case when released_at is null then lot else 'released' end as lot, share,
           opened_as as status, opened_because as reason, count(*)::int as spells,
           count(*) filter (where closed_at <= opened_at + make_interval(days => days) and not exists (
             select 1 from episode as next
              where next.partner_id = episode.partner_id and next.opened_at = episode.closed_at
           ))::int as returned
      from episode join unnest(${windows}::int[]) as days
        on opened_at + make_interval(days => days) <= ${timestamp(now)}::timestamptz
     where lot in ('held_out', 'compared')
     group by 1, 2, 3, 4, 5`.execute(db);
  return rows;
}
