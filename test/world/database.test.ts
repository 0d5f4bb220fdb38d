import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/connect.ts';
import { createTestDatabase } from './database.ts';

test('a test database is migrated, empty, apart from every other, and reachable by its address alone', async () => {
  const one = await createTestDatabase();
  const other = await createTestDatabase();
  await one.store.db.insertInto('portal').values({ id: '1', time_zone: 'UTC', currency: 'EUR' }).execute();
  const again = await openStore({ databaseUrl: one.url, dataDir: '/nowhere' });

  expect(await again.db.selectFrom('portal').select('id').execute()).toEqual([{ id: '1' }]);
  expect(await other.store.db.selectFrom('portal').select('id').execute()).toEqual([]);
  const { rows } = await sql<{ count: number }>`select count(*) from activity`.execute(again.db);
  expect(rows).toEqual([{ count: 0 }]);

  await again.close();
  await one.drop();
  await other.drop();
});
