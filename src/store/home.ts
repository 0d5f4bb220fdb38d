/**
 * The programme at a glance, for a page that people wait for: each statement goes once through the verdicts or through
 * the changes of some weeks, and brings back a few rows, whatever the size of the programme. Current partners only.
 */
import { sql } from 'kysely';
import type { Day, Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import type { Potential, ReasonCode, Status } from '../model/verdict.ts';
import type { Db } from './tables.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

/** Whom somebody should look after. */
const needing = sql`('cooling', 'at_risk', 'inactive', 'never_activated')`;

export type StatusCount = {
  readonly status: Status;
  /** The primary reason; null without any, and for those that are well: what still speaks against them worries nobody. */
  readonly reason: ReasonCode | null;
  readonly partners: number;
};

/** Everybody by status, and by the primary reason of those that are not well. */
export async function countByStatusAndReason(db: Db): Promise<readonly StatusCount[]> {
  const { rows } = await sql<StatusCount>`
    select status, case when status in ${needing} then reasons -> 0 ->> 'code' end as reason,
           count(*)::int as partners
      from verdict join partner on partner.id = verdict.partner_id
     where is_partner group by 1, 2`.execute(db);
  return rows;
}

/** By how many partners a status grew in one of the weeks before `now`; week 0 is the latest. Null: not judged yet. */
export type NetMoves = { readonly status: Status | null; readonly week: number; readonly net: number };

/** What happened to the statuses of today's partners in the last `weeks`, a week being seven times 24 hours. */
export async function netMovesByWeek(
  db: Db,
  { now, since }: { readonly now: Instant; readonly since: Instant },
): Promise<readonly NetMoves[]> {
  const { rows } = await sql<NetMoves>`
    with moves as materialized (
      select from_status, to_status, count(*)::int as partners,
             greatest(0, floor(extract(epoch from ${timestamp(now)}::timestamptz - changed_at) / 604800))::int as week
        from verdict_change join partner on partner.id = verdict_change.partner_id
       where changed_at > ${timestamp(since)}::timestamptz and from_status is distinct from to_status and is_partner
       group by 1, 2, 4
    )
    select status, week, sum(net)::int as net
      from (
        select to_status as status, week, partners as net from moves
        union all select from_status, week, -partners from moves
      ) as sides
     group by 1, 2`.execute(db);
  return rows;
}

export type Movement = {
  readonly id: string;
  readonly name: string | null;
  readonly ownerId: string | null;
  readonly from: Status;
  readonly to: Status;
  readonly changedAt: Instant;
  /** The primary reason in a sentence; null without any. */
  readonly reason: string | null;
  readonly lastActivityAt: Instant | null;
  readonly lastActivityKind: Kind | null;
};
export type Movements = { readonly total: number; readonly shown: readonly Movement[] };

type MovementRow = Omit<Movement, 'changedAt' | 'lastActivityAt'> & {
  changed_at: Date;
  last_activity_at: Date | null;
  direction: 'fell' | 'came_back';
  total: number;
};

/**
 * Who stands lower, or is back, compared with where it stood at `since`, or first stood after it: whoever went there and
 * back again is neither.
 * The lowest first, among equals the one of most potential.
 */
export async function movementsSince(
  db: Db,
  { since, limit }: { readonly since: Instant; readonly limit: number },
): Promise<{ readonly fell: Movements; readonly cameBack: Movements }> {
  const { rows } = await sql<MovementRow>`
    with standing(status, rank) as (
      values ('active', 0), ('reactivated', 0), ('cooling', 1), ('at_risk', 2), ('inactive', 3), ('never_activated', 3)
    ), earlier as (
      select distinct on (partner_id) partner_id, coalesce(from_status, to_status) as from_status
        from verdict_change where changed_at > ${timestamp(since)}::timestamptz
       order by partner_id, id
    ), moved as (
      select earlier.partner_id as id, from_status, verdict.status, old.rank as old_rank, new.rank as new_rank,
             status_changed_at as changed_at, segment ->> 'potential' as potential,
             case when new.rank > old.rank then 'fell' else 'came_back' end as direction
        from earlier join verdict using (partner_id)
        join standing as old on old.status = from_status join standing as new on new.status = verdict.status
       where (new.rank > old.rank and from_status <> 'never_activated' and verdict.status <> 'never_activated')
          or (new.rank = 0 and old.rank > 0)
    ), ordered as (
      select moved.*, name, owner_id, count(*) over (partition by direction)::int as total,
             row_number() over (
               partition by direction
               order by greatest(old_rank, new_rank) desc, position(potential in 'low medium high') desc nulls last,
                        length(moved.id), moved.id
             ) as place
        from moved join partner on partner.id = moved.id where is_partner
    )
    select ordered.id, name, owner_id as "ownerId", from_status as "from", ordered.status as "to", changed_at,
           reasons -> 0 ->> 'sentence' as reason, last_activity_at, last_activity_kind as "lastActivityKind",
           direction, total
      from ordered join verdict on verdict.partner_id = ordered.id
     where place <= ${limit} order by place`.execute(db);
  const of = (direction: MovementRow['direction']): Movements => {
    const own = rows.filter((row) => row.direction === direction);
    return { total: own[0]?.total ?? 0, shown: own.map(movementOf) };
  };
  return { fell: of('fell'), cameBack: of('came_back') };
}

function movementOf(row: MovementRow): Movement {
  const { id, name, ownerId, from, to, reason, lastActivityKind } = row;
  return {
    id,
    name,
    ownerId,
    from,
    to,
    changedAt: instantOf(row.changed_at),
    reason,
    lastActivityAt: nullableInstantOf(row.last_activity_at),
    lastActivityKind,
  };
}

export type OwnersCandidates = {
  /** Null for partners that nobody owns. */
  readonly ownerId: string | null;
  readonly candidates: number;
  /** Those among whom the ones most worth a call are: of most potential, earliest in their fall, seen latest. */
  readonly shortlist: readonly string[];
};

/**
 * Whom a call could help (engage/rank.ts), by owner. Owners with most partners of high potential first, and before them
 * whoever has this email address.
 */
export async function callCandidates(
  db: Db,
  options: { today: Day; perOwner: number; owners: number; email: string },
): Promise<{ readonly owners: number; readonly chosen: readonly OwnersCandidates[] }> {
  const { rows } = await sql<{
    owner_id: string;
    owners: number;
    candidates: number;
    shortlist: string[];
  }>`
    with candidate as materialized (
      select verdict.partner_id, coalesce(owner_id, '') as owner_id, status, last_activity_at,
             coalesce(position(segment ->> 'potential' in 'low medium high'), 0) as potential
        from verdict join partner on partner.id = verdict.partner_id
       where is_partner and status in ${needing}
         and (snoozed_until is null or snoozed_until <= ${options.today}::date)
         and not exists (
           select 1 from episode
            where episode.partner_id = verdict.partner_id and number = verdict.episode and lot = 'held_out'
              and held_until > ${options.today}::date and released_at is null
         )
    ), per_owner as (
      select owner_id, count(*)::int as candidates, count(*) over ()::int as owners, row_number() over (
               order by owner_id in (
                 select id from owner where lower(email) = lower(${options.email}) and not archived
               ) desc, count(*) filter (where potential = ${potentialPlaces.high}) desc, count(*) desc, owner_id
             ) as turn
        from candidate group by owner_id
    ), placed as (
      select candidate.*, per_owner.candidates, owners, turn, row_number() over (
               partition by owner_id
               order by potential desc, array_position(array['cooling', 'at_risk', 'inactive'], status) nulls last,
                        last_activity_at desc nulls last, length(partner_id), partner_id
             ) as place
        from candidate join per_owner using (owner_id) where turn <= ${options.owners}
    )
    select owner_id, candidates, owners, array_agg(partner_id order by place) as shortlist
      from placed where place <= ${options.perOwner}
     group by owner_id, candidates, owners, turn order by turn`.execute(db);
  return {
    owners: rows[0]?.owners ?? 0,
    chosen: rows.map(({ owner_id, candidates, shortlist }) => ({
      ownerId: owner_id === '' ? null : owner_id,
      candidates,
      shortlist,
    })),
  };
}

/** Where the words begin in 'low medium high', by which the statements above order. */
const potentialPlaces: Readonly<Record<Potential, number>> = { low: 1, medium: 5, high: 12 };

export type DefinitionChange = { readonly version: number; readonly savedAt: Instant; readonly note: string };

/** Definitions that came after `since`, latest first. */
export async function definitionChangesSince(
  db: Db,
  { since, limit }: { readonly since: Instant; readonly limit: number },
): Promise<readonly DefinitionChange[]> {
  const rows = await db
    .selectFrom('settings_version')
    .select(['version', 'created_at', 'note'])
    .where('created_at', '>', new Date(since))
    .where('version', '>', 1)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ version, created_at, note }) => ({ version, savedAt: instantOf(created_at), note }));
}
