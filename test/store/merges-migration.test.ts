/** Merges of before histories were kept apart: what can be told apart goes back to the company that it was of. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergesOf } from '../../src/store/merges.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openConnections } from '../../src/store/pool.ts';
import { createScratchDatabase } from '../../src/store/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { minute, noon } from './samples.ts';

let server: TestDatabase;
let scratch: Awaited<ReturnType<typeof createScratchDatabase>>;
let connections: ReturnType<typeof openConnections>;

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
    values (${partnerId}, 'run', ${at}, ${from}, ${to}, 1, ${evidence}::json)`.execute(connections.db);
}

beforeAll(async () => {
  server = await createTestDatabase();
  scratch = await createScratchDatabase(server.url);
  connections = openConnections({ connectionString: scratch.url });
  const { db } = connections;
  const earlier = Object.entries(migrations).filter(([name]) => name < '0020');
  await migrate(db, 'the database', Object.fromEntries(earlier));
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
  await migrate(db, 'the database');
});
afterAll(async () => {
  await connections.close();
  await scratch.drop();
  await server.drop();
});

test('a survivor keeps its own history, or that which it took over', async () => {
  const { rows } = await sql<{ partner_id: string; history: string }>`
    select partner_id, string_agg(to_status, ' ' order by id) as history
      from verdict_change group by 1 order by 1`.execute(connections.db);
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
  expect(await mergesOf(connections.db, 'A')).toEqual([merge]);
  expect(await mergesOf(connections.db, 'C')).toEqual([]);
});
