/** What fell silent for many partners at once, open or over, and what the nights know of the groups that they watch. */
import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { ProgrammeFinding, ProgrammeIssue, ProgrammeWatch } from '../model/programme.ts';
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
  closed_because: 'acted' | 'expired' | null;
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
    closed:
      row.closed_at === null || row.closed_because === null
        ? null
        : { at: instantOf(row.closed_at), because: row.closed_because },
  };
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

/** Whoever it put in doubt is to be judged anew. */
export async function closeProgrammeIssue(
  db: Db,
  issue: ProgrammeIssue,
  because: 'acted' | 'expired',
  now: Instant,
): Promise<void> {
  await db
    .updateTable('programme_issue')
    .set({ closed_at: timestamp(now), closed_because: because })
    .where('id', '=', issue.id)
    .where('closed_at', 'is', null)
    .execute();
  await touchConcerned(db, issue);
}

/** Without regard to case, as in rules. Whoever is to be of any name is everybody. */
function isNamed(column: string, name: string | null): RawBuilder<boolean> {
  return name === null ? sql`true` : sql`lower(trim(${sql.ref(column)})) = lower(trim(${name}))`;
}

async function touchConcerned(db: Db, { id, cause, group, partnerIds }: ProgrammeIssue): Promise<void> {
  if (cause === 'season') return;
  const whom =
    partnerIds === null
      ? sql`${isNamed('partner_type', group.partnerType)} and ${isNamed('region', group.region)}`
      : sql`id in (select partner_id from programme_issue_partner where issue = ${id})`;
  await sql`
    insert into touched (partner_id, timeline_stale)
    select id, false from partner where is_partner and ${whom} order by id
    on conflict (partner_id) do update set number = nextval('touch_number')`.execute(db);
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
