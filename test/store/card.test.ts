import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { readCard } from '../../src/store/card.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { createTestDatabase } from '../world/database.ts';
import { partner, verdict } from './samples.ts';

test('cards are shown on, by every connection, while another machine brings the schema up to date', async () => {
  const database = await createTestDatabase();
  const { db, pool } = database.store;
  await savePartners(db, 's1', [partner('1')]);
  await saveVerdicts(db, 'run', [verdict('1')]);
  const atOnce = async () => await Promise.all(Array.from({ length: 10 }, () => readCard(pool, '1')));
  const before = await atOnce();
  await sql`alter table partner add column of_a_later_version text`.execute(db);
  expect(await atOnce()).toEqual(before);
  await sql`alter table verdict add column of_a_later_version text`.execute(db);
  expect(await atOnce()).toEqual(before);
  expect(before[0]).toMatchObject({ partner: { id: '1' }, verdict: { status: 'active' } });
  await database.drop();
});
