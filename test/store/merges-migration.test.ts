/** Merges of before histories were kept apart: what can be told apart goes back to the company that it was of. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergesOf } from '../../src/store/merges.ts';
import { schemaBefore, type EarlierSchema } from './earlier-schema.ts';
import { minute, noon } from './samples.ts';

let schema: EarlierSchema;

/** A row of the history of `partnerId`, with the evidence of a verdict on `made`, changed after so many minutes. */
async function changed(
  partnerId: string,
  minutes: number,
  [from, to]: readonly [string | null, string],
  made: string | null,
): Promise<void> {
  const at = new Date(noon + minutes * minute).toISOString();
  const evidence = made === null ? null : JSON.stringify({ partner_id: made, status_changed_at: at });
  await sql`
    insert into verdict_change (partner_id, run_id, changed_at, from_status, to_status, settings_version, evidence)
    values (${partnerId}, 'run', ${at}, ${from}, ${to}, 1, ${evidence}::json)`.execute(schema.db);
}

beforeAll(async () => {
  schema = await schemaBefore('0020');
  const { db } = schema;
  await sql`
    insert into partner (id, is_partner, merged_ids, hubspot_updated_at, published, seen_in_sync)
    values ('S', true, '{A}', ${new Date(noon)}, '{}', 's'), ('M', true, '{B,C}', ${new Date(noon)}, '{}', 's'),
           ('P', true, '{}', ${new Date(noon)}, '{}', 's')`.execute(db);
  // A was merged into S, which had its own standing; B and C into M, which was new and took over that of C.
  await changed('S', 1, [null, 'active'], 'S');
  await changed('S', 2, [null, 'at_risk'], 'A');
  await changed('S', 3, ['at_risk', 'inactive'], 'A');
  await changed('S', 4, ['active', 'cooling'], null);
  await changed('M', 1, [null, 'inactive'], 'B');
  await changed('M', 2, [null, 'active'], 'C');
  await changed('M', 5, ['active', 'at_risk'], 'M');
  await changed('P', 1, [null, 'active'], 'P');
  await schema.upgrade();
});
afterAll(async () => {
  await schema.drop();
});

test('a survivor keeps its own history, or that which it took over', async () => {
  const { rows } = await sql<{ partner_id: string; history: string }>`
    select partner_id, string_agg(to_status, ' ' order by id) as history
      from verdict_change group by 1 order by 1`.execute(schema.db);
  expect(Object.fromEntries(rows.map((row) => [row.partner_id, row.history]))).toEqual({
    A: 'at_risk inactive',
    B: 'inactive',
    M: 'active at_risk',
    P: 'active',
    S: 'active cooling',
  });
});

test('the merged one’s can be asked for under its own id', async () => {
  const merge = { mergedId: 'A', survivorId: 'S', mergedAt: noon, inherited: false };
  expect(await mergesOf(schema.db, 'A')).toEqual([merge]);
  expect(await mergesOf(schema.db, 'C')).toEqual([]);
});
