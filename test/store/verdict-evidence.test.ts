/** While machines are upgraded one by one, a program that knows nothing of kept evidence must not spoil it. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { mergePartners } from '../../src/store/merges.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveVerdicts, verdictChanges } from '../../src/store/verdicts.ts';
import { freshStore } from './fresh.ts';
import { minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();

const healthThen = async (id: string) =>
  (await verdictChanges(store().db, id, 10)).map(({ evidence }) => evidence?.health);

/** As a program from before the column writes: it brings the history and the evidence of its own. */
async function writeAsBefore(health: number, status: string | null): Promise<void> {
  const { db } = store();
  await sql`
    insert into verdict (partner_id, status, status_changed_at, health, contributions, reasons, unknowns, episode, stale,
                         settings_version, assessed_at, run_id)
    select partner_id, coalesce(${status}, status), status_changed_at, ${health}, contributions, reasons, unknowns, episode,
           stale, settings_version, assessed_at + interval '1 minute', 'before' from verdict
    on conflict (partner_id) do update
      set health = excluded.health, status = excluded.status, assessed_at = excluded.assessed_at, run_id = excluded.run_id`.execute(
    db,
  );
  if (status === null) return;
  await sql`
    insert into verdict_change (partner_id, run_id, changed_at, to_status, settings_version, evidence)
    select partner_id, run_id, assessed_at, status, settings_version, to_jsonb(verdict) from verdict`.execute(
    db,
  );
}

test('what it writes anew leaves the evidence of the change before', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('1')]);
  await saveVerdicts(db, 'run', [verdict('1', { health: 40 })]);
  await writeAsBefore(35, null);
  expect(await healthThen('1')).toEqual([40]);
  await writeAsBefore(20, 'at_risk');
  await saveVerdicts(db, 'run', [
    verdict('1', { health: 3, status: 'inactive', assessedAt: noon + 3 * minute }),
  ]);
  await writeAsBefore(2, null);
  await saveVerdicts(db, 'run', [
    verdict('1', { health: 1, status: 'inactive', assessedAt: noon + 5 * minute }),
  ]);
  expect(await healthThen('1')).toEqual([3, 20, 40]);
});

test('what it deletes in a merge leaves its evidence, and what it moves stays evidence', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('1'), partner('2'), partner('3')]);
  await saveVerdicts(db, 'run', [verdict('1', { health: 40 }), verdict('2', { health: 77 })]);
  await sql`delete from verdict where partner_id = '1'`.execute(db);
  await sql`update verdict_change set partner_id = '2' where partner_id = '1'`.execute(db);
  expect(await healthThen('2')).toEqual([77, 40]);
  await sql`update verdict set partner_id = '3' where partner_id = '2'`.execute(db);
  await sql`update verdict_change set partner_id = '3' where partner_id = '2'`.execute(db);
  expect(await healthThen('3')).toEqual([77, 40]);
  await saveVerdicts(db, 'run', [verdict('3', { health: 76, assessedAt: noon + minute })]);
  expect(await healthThen('3')).toEqual([77, 40]);
});

test('ours keep it through chains of merges', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('1'), partner('2'), partner('3')]);
  await saveVerdicts(db, 'run', [verdict('1', { health: 1 }), verdict('2', { health: 2 })]);
  await mergePartners(db, [
    { id: '2', mergedIds: ['1'] },
    { id: '3', mergedIds: ['1', '2'] },
  ]);
  // The two had changed at the same time, so the first one's standing was taken over.
  expect(await healthThen('3')).toEqual([1]);
  expect(await healthThen('2')).toEqual([2]);
  await saveVerdicts(db, 'run', [verdict('3', { health: 9, status: 'inactive', assessedAt: noon + minute })]);
  expect(await healthThen('3')).toEqual([9, 1]);
});

test('what a program from before past verdicts copies into the change, and leaves there in a merge, is evidence', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('1'), partner('2')]);
  await saveVerdicts(db, 'run', [verdict('1', { health: 40 })]);
  await sql`
    with news as materialized (select change_id, row_to_json(verdict) as evidence from verdict),
         kept as (update verdict_change set evidence = news.evidence from news where id = news.change_id)
    update verdict set health = 35, change_id = null`.execute(db);
  expect(await healthThen('1')).toEqual([40]);
  await saveVerdicts(db, 'run', [verdict('1', { health: 7, status: 'inactive', assessedAt: noon + minute })]);
  await sql`
    update verdict_change set evidence = row_to_json(verdict) from verdict where id = change_id`.execute(db);
  await sql`update verdict set partner_id = '2', change_id = null`.execute(db);
  await sql`update verdict_change set partner_id = '2'`.execute(db);
  expect(await healthThen('2')).toEqual([7, 40]);
});

test('a change that is deleted takes its evidence along, whether its verdict goes before or after it', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('1'), partner('2')]);
  await saveVerdicts(db, 'run', [verdict('1'), verdict('2')]);
  await saveVerdicts(db, 'run', [verdict('1', { status: 'inactive' }), verdict('2', { status: 'inactive' })]);
  await sql`delete from verdict where partner_id = '1'`.execute(db);
  expect(await db.selectFrom('past_verdict').select('partner_id').execute()).toHaveLength(3);
  await sql`delete from verdict_change`.execute(db);
  await sql`delete from verdict`.execute(db);
  expect(await db.selectFrom('past_verdict').select('partner_id').execute()).toEqual([]);
});
