/** Evidence of before past verdicts had a table: what a change is explained with stays what it was. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { erasePartner } from '../../src/store/erase.ts';
import type { Db } from '../../src/store/tables.ts';
import { saveVerdicts, verdictChanges } from '../../src/store/verdicts.ts';
import { schemaBefore, type EarlierSchema } from './earlier-schema.ts';
import { minute, noon, reason, verdict } from './samples.ts';

let schema: EarlierSchema;

const reading = { stream: 'sales', model: null } as unknown as Verdict['cadence'];
const segment = { name: 'Reseller', size: 12 } as unknown as Verdict['segment'];

/** Everything that a verdict can say. */
function full(partnerId: string, changes: Partial<Verdict>): Verdict {
  return verdict(partnerId, {
    reasons: [reason('sales_stopped')],
    unknowns: [{ behaviour: 'portal', sentence: 'No source tells of "portal" logins:\nnone at all.' }],
    remark: 'Held back.',
    previousStatus: 'at_risk',
    inactiveSince: '2026-01-05',
    nextChangeAt: noon + 3 * minute + 7,
    cadence: reading,
    segment,
    stale: true,
    ...changes,
  });
}

const standing = full('P', { health: 4, status: 'inactive', assessedAt: noon + 4 * minute });
const later = full('P', { health: 33, assessedAt: noon + 3 * minute });
const early = full('P', { health: 22, assessedAt: noon + 2 * minute, cadence: null, segment: null });
const ofMerged = full('A', { health: 11, assessedAt: noon + minute });

/** As the row of `verdict` was copied, before some columns existed; the row itself is gone afterwards. */
async function evidenceOf(db: Db, it: Verdict, lacking: readonly string[] = []): Promise<string> {
  await writeRow(db, it, null);
  const { rows } = await sql<{ evidence: string }>`
    delete from verdict where partner_id = ${it.partnerId}
    returning (to_jsonb(verdict) - ${lacking}::text[])::text as evidence`.execute(db);
  return rows[0]?.evidence ?? '';
}

const day = (instant: number | null) => (instant === null ? null : new Date(instant));
const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

async function writeRow(db: Db, it: Verdict, changeId: number | null): Promise<void> {
  await sql`
    insert into verdict (
      partner_id, status, previous_status, status_changed_at, health, contributions, reasons, unknowns, remark,
      last_activity_at, last_activity_kind, cadence, segment, inactive_since, expected_inactive_day, episode, stale,
      next_change_at, settings_version, assessed_at, run_id, change_id, saved_at)
    values (
      ${it.partnerId}, ${it.status}, ${it.previousStatus}, ${day(it.statusChangedAt)}, ${it.health},
      ${json(it.contributions)}, ${json(it.reasons)}, ${json(it.unknowns)}, ${it.remark}, ${day(it.lastActivityAt)},
      ${it.lastActivityKind}, ${json(it.cadence)}, ${json(it.segment)}, ${it.inactiveSince}, ${it.expectedInactiveDay},
      ${it.episode}, ${it.stale}, ${day(it.nextChangeAt)}, ${it.settingsVersion}, ${day(it.assessedAt)}, 'run',
      ${changeId}, ${day(it.assessedAt)})`.execute(db);
}

async function changed(db: Db, id: number, partnerId: string, evidence: string | null): Promise<void> {
  await sql`
    insert into verdict_change (id, partner_id, run_id, changed_at, from_status, to_status, settings_version, evidence)
    overriding system value
    values (${id}, ${partnerId}, ${`run ${id}`}, ${new Date(noon)}, 'at_risk', 'active', 9, ${evidence}::json)`.execute(
    db,
  );
}

const told = async (partnerId: string) =>
  (await verdictChanges(schema.db, partnerId, 10)).map(({ runId, settingsVersion, evidence, savedAt }) => ({
    runId,
    settingsVersion,
    evidence,
    savedAt,
  }));

beforeAll(async () => {
  schema = await schemaBefore('0027');
  const { db } = schema;
  await sql`
    insert into partner (id, is_partner, merged_ids, hubspot_updated_at, published, seen_in_sync)
    values ('P', true, '{}', ${new Date(noon)}, '{}', 's'), ('M', true, '{A}', ${new Date(noon)}, '{}', 's')`.execute(
    db,
  );
  await sql`
    insert into company_merge (merged_id, survivor_id, merged_at, inherited)
    values ('A', 'M', ${new Date(noon)}, true)`.execute(db);
  const notYet = ['cadence', 'segment', 'run_id', 'change_id', 'saved_at'];
  await changed(db, 1, 'P', null);
  await changed(db, 2, 'P', await evidenceOf(db, early, notYet));
  await changed(db, 3, 'P', await evidenceOf(db, later));
  await changed(db, 4, 'P', null);
  await writeRow(db, standing, 4);
  await changed(db, 5, 'M', await evidenceOf(db, ofMerged));
  await changed(db, 6, 'Q', '{"health": 5}');
  await sql`alter table verdict_change alter column id restart with 7`.execute(db);
  await schema.upgrade();
});
afterAll(async () => {
  await schema.drop();
});

test('each change is told with the verdict that it was made with, or none', async () => {
  const change = { settingsVersion: 9, savedAt: null };
  expect(await told('P')).toEqual([
    { ...change, runId: 'run 4', evidence: standing, savedAt: standing.assessedAt },
    { ...change, runId: 'run 3', evidence: later, savedAt: later.assessedAt },
    { ...change, runId: 'run 2', evidence: early },
    { ...change, runId: 'run 1', evidence: null },
  ]);
});

test('nothing of it is left where it was, and a verdict that lacks what every verdict has stops nobody', async () => {
  const { rows } = await sql<{
    change_id: number;
    partner_id: string;
    health: number;
    status: string | null;
  }>`
    select change_id, past.partner_id, health, status
      from past_verdict as past join verdict_change on id = change_id and evidence is null order by 1`.execute(
    schema.db,
  );
  expect(rows).toEqual([
    { change_id: 2, partner_id: 'P', health: 22, status: 'active' },
    { change_id: 3, partner_id: 'P', health: 33, status: 'active' },
    { change_id: 5, partner_id: 'A', health: 11, status: 'active' },
    { change_id: 6, partner_id: 'Q', health: 5, status: null },
  ]);
});

test('a verdict of a company that was merged since is still of that company, until its survivor is erased', async () => {
  const { db } = schema;
  expect(await told('M')).toMatchObject([{ runId: 'run 5', evidence: ofMerged }]);
  expect(await erasePartner(db, 'M')).toBe(true);
  const kept = await db.selectFrom('past_verdict').select('partner_id').execute();
  expect(kept).not.toHaveLength(0);
  expect(kept.map(({ partner_id }) => partner_id)).not.toContain('A');
});

test('what stood during the upgrade is kept when it is written anew', async () => {
  await saveVerdicts(schema.db, 'run 7', [full('P', { health: 90, assessedAt: noon + 5 * minute })]);
  expect((await told('P')).map(({ evidence }) => evidence?.health)).toEqual([90, 4, 33, 22, undefined]);
});
