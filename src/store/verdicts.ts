import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { saveEpisodes, type Draws } from './episodes.ts';
import { assignments, atomically, incoming, names } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf, nullableTimestamp, timestamp } from './types.ts';

const columns: Columns<Verdict> = {
  partner_id: ['text', (verdict) => verdict.partnerId],
  status: ['text', (verdict) => verdict.status],
  previous_status: ['text', (verdict) => verdict.previousStatus],
  status_changed_at: ['timestamptz', (verdict) => timestamp(verdict.statusChangedAt)],
  health: ['int', (verdict) => verdict.health],
  contributions: ['json', (verdict) => JSON.stringify(verdict.contributions)],
  reasons: ['json', (verdict) => JSON.stringify(verdict.reasons)],
  unknowns: ['json', (verdict) => JSON.stringify(verdict.unknowns)],
  remark: ['text', (verdict) => verdict.remark ?? null],
  last_activity_at: ['timestamptz', (verdict) => nullableTimestamp(verdict.lastActivityAt)],
  last_activity_kind: ['text', (verdict) => verdict.lastActivityKind],
  cadence: ['json', (verdict) => verdict.cadence && JSON.stringify(verdict.cadence)],
  segment: ['json', (verdict) => verdict.segment && JSON.stringify(verdict.segment)],
  inactive_since: ['date', (verdict) => verdict.inactiveSince],
  expected_inactive_day: ['date', (verdict) => verdict.expectedInactiveDay],
  episode: ['int', (verdict) => verdict.episode],
  stale: ['bool', (verdict) => verdict.stale],
  next_change_at: ['timestamptz', (verdict) => nullableTimestamp(verdict.nextChangeAt)],
  settings_version: ['int', (verdict) => verdict.settingsVersion],
  assessed_at: ['timestamptz', (verdict) => timestamp(verdict.assessedAt)],
};
const own = Object.keys(columns);
const whole = names([...own, 'run_id', 'change_id', 'saved_at']);
const nothingDrawn: Draws = new Map();
/** Reasons are sorted, worst first. */
const primaryReason: Columns<Verdict> = { reason: ['text', ({ reasons }) => reasons[0]?.code ?? null] };

/**
 * Saves verdicts, the history of what changed, and the episodes. A partner erased meanwhile stays erased. What the
 * verdicts know of is settled by settleTouches.
 * @param draws what was drawn for the spells that these verdicts open
 * @returns how many got another status or primary reason, or their first verdict
 */
export async function saveVerdicts(
  db: Db,
  runId: string,
  verdicts: readonly Verdict[],
  draws: Draws = nothingDrawn,
): Promise<{ changed: number }> {
  if (verdicts.length === 0) return { changed: 0 };
  return await atomically(db, async (transaction) => {
    const { changed, turned } = await writeVerdicts(transaction, runId, verdicts);
    const whoTurned = new Set(turned);
    await saveEpisodes(
      transaction,
      verdicts.filter(({ partnerId }) => whoTurned.has(partnerId)),
      draws,
    );
    return { changed };
  });
}

type Written = {
  readonly changed: number;
  /** Whose status or spell is another than before; of everybody else, the episodes stand. */
  readonly turned: readonly string[];
};

/**
 * One statement for the verdicts and their history, all parts of which see what was there before it. The evidence of a
 * change is the row of its verdict until that one is written anew: then a copy is kept. Most verdicts of a first run never
 * need one.
 */
async function writeVerdicts(db: Db, runId: string, verdicts: readonly Verdict[]): Promise<Written> {
  const { rows } = await sql<Written>`
    with news as materialized (
      select incoming.*, old.partner_id is not null as is_known, old.status as old_status, old.episode as old_episode,
             old.reasons -> 0 ->> 'code' as old_reason, old.change_id as old_change
        from ${incoming(verdicts, { ...columns, ...primaryReason })}
        join lateral (select from partner where id = incoming.partner_id limit 1) as known on true
        left join lateral (select * from verdict where partner_id = incoming.partner_id limit 1) as old on true
    ), kept as (
      ${keepEvidence(sql`array(select partner_id from news where old_change is not null)`)}
    ), history as (
      insert into verdict_change
        (partner_id, run_id, changed_at, from_status, to_status, from_reason, to_reason, settings_version)
      select partner_id, ${runId}, assessed_at, old_status, status, old_reason, reason, settings_version
        from news where not is_known or old_status <> status or old_reason is distinct from reason
      returning id, partner_id
    ), written as (
      insert into verdict (${names(own)}, run_id, change_id)
      select ${names(own, 'news')}, ${runId}, history.id from news left join history using (partner_id)
      on conflict (partner_id) do update set ${assignments([...own, 'run_id', 'change_id', 'saved_at'])}
    )
    select (select count(*)::int from history) as changed, array(
      select partner_id from news where not is_known or old_status <> status or old_episode <> episode
    ) as turned`.execute(db);
  return rows[0] ?? { changed: 0, turned: [] };
}

/**
 * Copies the verdicts that are evidence of a change, before they are written anew or change hands.
 * @param partnerIds an array, or PostgreSQL would go through all verdicts that there are for a few of them
 */
export function keepEvidence(partnerIds: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into past_verdict (${whole}) select ${whole} from verdict
     where change_id is not null and partner_id = any(${partnerIds}) on conflict do nothing`;
}

export async function readVerdict(db: Db, partnerId: string): Promise<Verdict | null> {
  return (await readVerdicts(db, [partnerId])).get(partnerId) ?? null;
}

/** When a partner's verdict was written, by the database's clock; null without one, and where that was not noted. */
export async function verdictSavedAt(db: Db, partnerId: string): Promise<Instant | null> {
  const row = await db
    .selectFrom('verdict')
    .select('saved_at')
    .where('partner_id', '=', partnerId)
    .executeTakeFirst();
  return nullableInstantOf(row?.saved_at ?? null);
}

/** By partner id; partners without a verdict are absent. */
export async function readVerdicts(
  db: Db,
  partnerIds: readonly string[],
): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await db
    .selectFrom('verdict')
    .selectAll()
    .where(sql<boolean>`partner_id = any(${partnerIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.partner_id, verdictOf(row)]));
}

/** Current partners only; a status that nobody has is absent. */
export async function countByStatus(db: Db): Promise<Partial<Record<Status, number>>> {
  const rows = await db
    .selectFrom('verdict')
    .innerJoin('partner', 'partner.id', 'verdict.partner_id')
    .select((eb) => ['verdict.status', eb.fn.countAll<number>().as('count')])
    .where('partner.is_partner', '=', true)
    .groupBy('verdict.status')
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

export type VerdictChange = {
  readonly runId: string;
  readonly changedAt: Instant;
  /** Null for the first verdict. */
  readonly from: Status | null;
  readonly to: Status;
  readonly fromReason: string | null;
  readonly toReason: string | null;
  readonly settingsVersion: number;
  /** The verdict as it was made then; null for changes from before verdicts were kept. */
  readonly evidence: Verdict | null;
  /** When it was written, by the database's clock; null where that was not noted. */
  readonly savedAt: Instant | null;
};

type ChangeRow = {
  readonly changed_by: string;
  readonly changed_at: Date;
  readonly from_status: Status | null;
  readonly to_status: Status;
  readonly from_reason: string | null;
  readonly to_reason: string | null;
  readonly changed_under: number;
};
type EvidenceRow = SpokenRow & Pick<Selectable<Tables['verdict']>, 'saved_at'>;
type NoEvidence = Readonly<Record<keyof EvidenceRow, null>>;

/** Newest first. */
export async function verdictChanges(
  db: Db,
  partnerId: string,
  limit: number,
): Promise<readonly VerdictChange[]> {
  const evidence = names([...own, 'saved_at']);
  const { rows } = await sql<ChangeRow & (EvidenceRow | NoEvidence)>`
    select change.run_id as changed_by, changed_at, from_status, to_status, from_reason, to_reason,
           change.settings_version as changed_under, verdict.*
      from verdict_change as change left join lateral (
        select ${evidence} from past_verdict where change_id = change.id
        union all
        select ${evidence} from verdict where verdict.partner_id = change.partner_id and change_id = change.id
        limit 1
      ) as verdict on true
     where change.partner_id = ${partnerId} order by change.id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    runId: row.changed_by,
    changedAt: instantOf(row.changed_at),
    from: row.from_status,
    to: row.to_status,
    fromReason: row.from_reason,
    toReason: row.to_reason,
    settingsVersion: row.changed_under,
    evidence: row.partner_id === null ? null : verdictOf(row),
    savedAt: nullableInstantOf(row.saved_at),
  }));
}

/** The columns that `verdictOf` takes; the others are ours to keep. */
export const spokenVerdict = names(own, 'verdict');
export type SpokenRow = Omit<Selectable<Tables['verdict']>, 'run_id' | 'change_id' | 'saved_at'>;

export function verdictOf(row: SpokenRow): Verdict {
  return {
    partnerId: row.partner_id,
    status: row.status,
    previousStatus: row.previous_status,
    statusChangedAt: instantOf(row.status_changed_at),
    health: row.health,
    contributions: row.contributions,
    reasons: row.reasons,
    unknowns: row.unknowns,
    ...(row.remark === null ? {} : { remark: row.remark }),
    lastActivityAt: nullableInstantOf(row.last_activity_at),
    lastActivityKind: row.last_activity_kind,
    cadence: row.cadence,
    segment: row.segment,
    inactiveSince: row.inactive_since,
    expectedInactiveDay: row.expected_inactive_day,
    episode: row.episode,
    stale: row.stale,
    nextChangeAt: nullableInstantOf(row.next_change_at),
    settingsVersion: row.settings_version,
    assessedAt: instantOf(row.assessed_at),
  };
}
