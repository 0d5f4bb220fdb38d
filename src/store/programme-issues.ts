/** What fell silent for many partners at once, open or over, and what the nights know of the groups that they watch. */
import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { IssueEnd, ProgrammeFinding, ProgrammeIssue, ProgrammeWatch } from '../model/programme.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

type Row = {
  id: number;
  cause: ProgrammeIssue['cause'];
  streams: ProgrammeIssue['streams'];
  partner_type: string | null;
  region: string | null;
  /** Null where the issue is about a whole group. */
  partner_ids: string[] | null;
  since: string;
  partners: number;
  expected: number;
  observed: number;
  sentence: string;
  opened_at: Date;
  closed_at: Date | null;
  closed_because: IssueEnd['because'] | null;
  dismissed_by: string | null;
  dismissal_reason: string | null;
};

/**
 * In the order in which they were opened.
 * @param at those that were open at this instant; those that are open when absent
 */
export async function openProgrammeIssues(db: Db, at?: Instant): Promise<readonly ProgrammeIssue[]> {
  if (at === undefined) return await issuesWhere(db, sql`closed_at is null order by id`);
  const then = sql`${timestamp(at)}::timestamptz`;
  return await issuesWhere(
    db,
    sql`opened_at <= ${then} and (closed_at is null or closed_at > ${then}) order by id`,
  );
}

/** Open or over, latest first. */
export async function programmeIssues(db: Db, limit: number): Promise<readonly ProgrammeIssue[]> {
  return await issuesWhere(db, sql`true order by id desc limit ${limit}`);
}

/** Null for an issue that never was. */
export async function programmeIssue(db: Db, id: number): Promise<ProgrammeIssue | null> {
  return (await issuesWhere(db, sql`id = ${id}`))[0] ?? null;
}

/** What people dismissed since then. */
export async function dismissedProgrammeIssues(
  db: Db,
  dismissedSince: Instant,
): Promise<readonly ProgrammeIssue[]> {
  const since = sql`${timestamp(dismissedSince)}::timestamptz`;
  return await issuesWhere(db, sql`closed_because = 'dismissed' and closed_at >= ${since} order by id`);
}

async function issuesWhere(db: Db, which: RawBuilder<unknown>): Promise<readonly ProgrammeIssue[]> {
  const { rows } = await sql<Row>`
    select programme_issue.*,
           case when names_partners then array(
             select partner_id from programme_issue_partner where issue = programme_issue.id order by partner_id
           ) end as partner_ids
      from programme_issue where ${which}`.execute(db);
  return rows.map(issueOf);
}

function issueOf(row: Row): ProgrammeIssue {
  const { cause, streams, since, partners, expected, observed, sentence } = row;
  return {
    id: row.id,
    cause,
    streams,
    group: { partnerType: row.partner_type, region: row.region },
    partnerIds: row.partner_ids,
    since,
    partners,
    expected,
    observed,
    sentence,
    openedAt: instantOf(row.opened_at),
    closed: endOf(row),
  };
}

function endOf({ closed_at, closed_because, dismissed_by, dismissal_reason }: Row): IssueEnd | null {
  if (closed_at === null || closed_because === null) return null;
  const at = instantOf(closed_at);
  return closed_because === 'dismissed'
    ? { at, because: closed_because, by: dismissed_by ?? '', reason: dismissal_reason ?? '' }
    : { at, because: closed_because };
}

/** Whoever it puts in doubt is to be judged anew. */
export async function openProgrammeIssue(
  db: Db,
  finding: ProgrammeFinding,
  now: Instant,
): Promise<ProgrammeIssue> {
  const { cause, streams, group, partnerIds, since, partners, expected, observed, sentence } = finding;
  const { id } = await db
    .insertInto('programme_issue')
    .values({
      cause,
      streams: JSON.stringify(streams),
      partner_type: group.partnerType,
      region: group.region,
      names_partners: partnerIds !== null,
      since,
      partners,
      expected,
      observed,
      sentence,
      opened_at: timestamp(now),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`
    insert into programme_issue_partner (issue, partner_id)
    select ${id}, id from unnest(${partnerIds ?? []}::text[]) as id`.execute(db);
  const issue = { ...finding, id, openedAt: now, closed: null };
  await touchConcerned(db, issue);
  return issue;
}

/** Whoever it put in doubt is to be judged anew. @returns how many; none where it was closed before */
export async function closeProgrammeIssue(db: Db, issue: ProgrammeIssue, end: IssueEnd): Promise<number> {
  const isDismissed = end.because === 'dismissed';
  const { numUpdatedRows } = await db
    .updateTable('programme_issue')
    .set({
      closed_at: timestamp(end.at),
      closed_because: end.because,
      dismissed_by: isDismissed ? end.by : null,
      dismissal_reason: isDismissed ? end.reason : null,
    })
    .where('id', '=', issue.id)
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 0n ? 0 : await touchConcerned(db, issue);
}

/** Without regard to case, as in rules. Whoever is to be of any name is everybody. */
function isNamed(column: string, name: string | null): RawBuilder<boolean> {
  return name === null ? sql`true` : sql`lower(trim(${sql.ref(column)})) = lower(trim(${name}))`;
}

async function touchConcerned(db: Db, { id, cause, group, partnerIds }: ProgrammeIssue): Promise<number> {
  if (cause === 'season') return 0;
  const whom =
    partnerIds === null
      ? sql`${isNamed('partner_type', group.partnerType)} and ${isNamed('region', group.region)}`
      : sql`id in (select partner_id from programme_issue_partner where issue = ${id})`;
  const { numAffectedRows } = await sql`
    insert into touched (partner_id, timeline_stale)
    select id, false from partner where is_partner and ${whom} order by id
    on conflict (partner_id) do update set number = nextval('touch_number')`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** Null before the first scan. */
export async function readProgrammeWatch(
  db: Db,
): Promise<(ProgrammeWatch & { readonly scannedAt: Instant }) | null> {
  const row = await db.selectFrom('programme_watch').selectAll().executeTakeFirst();
  return row === undefined ? null : { groups: row.groups, scannedAt: instantOf(row.scanned_at) };
}

export async function saveProgrammeWatch(
  db: Db,
  { groups, scannedAt }: ProgrammeWatch & { readonly scannedAt: Instant },
): Promise<void> {
  const values = { groups: JSON.stringify(groups), scanned_at: timestamp(scannedAt) };
  await db
    .insertInto('programme_watch')
    .values(values)
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet(values))
    .execute();
}
