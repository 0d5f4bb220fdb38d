/** One database per test file, emptied before each test. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Store } from '../../src/store/connect.ts';
import { createTestDatabase } from '../world/database.ts';
import type { TestDatabase } from '../world/database.ts';

/** Call at the top of a file; ask for the store inside a test. */
export function freshStore(): () => Store {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    const tables = (await database.store.db.introspection.getTables()).map(({ name }) => name);
    await sql`truncate ${sql.join(tables.map((name) => sql.table(name)))} restart identity`.execute(
      database.store.db,
    );
  });
  afterAll(async () => {
    await database.drop();
  });
  return () => database.store;
}
