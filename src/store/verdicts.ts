import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { saveEpisodes } from './episodes.ts';
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
  contributions: ['jsonb', (verdict) => JSON.stringify(verdict.contributions)],
  reasons: ['jsonb', (verdict) => JSON.stringify(verdict.reasons)],
  unknowns: ['jsonb', (verdict) => JSON.stringify(verdict.unknowns)],
  remark: ['text', (verdict) => verdict.remark ?? null],
  last_activity_at: ['timestamptz', (verdict) => nullableTimestamp(verdict.lastActivityAt)],
  last_activity_kind: ['text', (verdict) => verdict.lastActivityKind],
  cadence: ['jsonb', (verdict) => jsonOrNull(verdict.cadence)],
  segment: ['jsonb', (verdict) => jsonOrNull(verdict.segment)],
  inactive_since: ['date', (verdict) => verdict.inactiveSince],
  expected_inactive_day: ['date', (verdict) => verdict.expectedInactiveDay],
  episode: ['int', (verdict) => verdict.episode],
  stale: ['bool', (verdict) => verdict.stale],
  next_change_at: ['timestamptz', (verdict) => nullableTimestamp(verdict.nextChangeAt)],
  settings_version: ['int', (verdict) => verdict.settingsVersion],
  assessed_at: ['timestamptz', (verdict) => timestamp(verdict.assessedAt)],
};
const own = Object.keys(columns);

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/**
 * Saves verdicts, the history of what changed, and the episodes. A partner erased meanwhile stays erased. What the
 * verdicts know of is settled by settleTouches.
 * @returns how many got another status or primary reason, or their first verdict
 */
export async function saveVerdicts(
  db: Db,
  runId: string,
  verdicts: readonly Verdict[],
): Promise<{ changed: number }> {
  if (verdicts.length === 0) return { changed: 0 };
  return await atomically(db, async (transaction) => {
    const changed = await writeVerdicts(transaction, runId, verdicts);
    await saveEpisodes(transaction, verdicts);
    return { changed };
  });
}

/** One statement for the verdicts and their history, which compares with those that were there before it. */
async function writeVerdicts(db: Db, runId: string, verdicts: readonly Verdict[]): Promise<number> {
  const { rows } = await sql<{ changed: number }>`
    with news as materialized (
      select incoming.*, old.status as old_status, ${primaryReason('old')} as old_reason,
             case when old.status is distinct from incoming.status
                    or ${primaryReason('old')} is distinct from ${primaryReason('incoming')}
                  then to_jsonb(incoming) end as evidence
        from ${incoming(verdicts, columns)}
        join lateral (select from partner where id = incoming.partner_id limit 1) as known on true
        left join lateral (
          select status, reasons from verdict where partner_id = incoming.partner_id limit 1
        ) as old on true
    ), history as (
      insert into verdict_change
        (partner_id, run_id, changed_at, from_status, to_status, from_reason, to_reason, settings_version, evidence)
      select partner_id, ${runId}, assessed_at, old_status, status, old_reason, ${primaryReason('news')},
             settings_version, evidence
        from news where evidence is not null
      returning 1
    ), written as (
      insert into verdict (${names(own)}, run_id) select ${names(own)}, ${runId} from news
      on conflict (partner_id) do update set ${assignments([...own, 'run_id'])}
    )
    select count(*)::int as changed from history`.execute(db);
  return rows[0]?.changed ?? 0;
}

/** Reasons are sorted, worst first. */
function primaryReason(of: 'old' | 'incoming' | 'news'): RawBuilder<string | null> {
  return sql<string | null>`${sql.ref(`${of}.reasons`)} -> 0 ->> 'code'`;
}

export async function readVerdict(db: Db, partnerId: string): Promise<Verdict | null> {
  return (await readVerdicts(db, [partnerId])).get(partnerId) ?? null;
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
};

/** Newest first. */
export async function verdictChanges(
  db: Db,
  partnerId: string,
  limit: number,
): Promise<readonly VerdictChange[]> {
  const rows = await db
    .selectFrom('verdict_change')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    runId: row.run_id,
    changedAt: instantOf(row.changed_at),
    from: row.from_status,
    to: row.to_status,
    fromReason: row.from_reason,
    toReason: row.to_reason,
    settingsVersion: row.settings_version,
    evidence: row.evidence === null ? null : verdictOf(withInstants(row.evidence)),
  }));
}

/** In JSON instants are text. */
function withInstants(evidence: Record<string, unknown>): Selectable<Tables['verdict']> {
  const instants = ['status_changed_at', 'last_activity_at', 'next_change_at', 'assessed_at'];
  const dates = instants.map((name) => {
    const text = evidence[name];
    return [name, typeof text === 'string' ? new Date(text) : null];
  });
  return { ...evidence, ...Object.fromEntries(dates) } as Selectable<Tables['verdict']>;
}

export function verdictOf(row: Selectable<Tables['verdict']>): Verdict {
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
