/** A database as an earlier version left it, for what an upgrade makes of it. */
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { openConnections } from '../../src/store/pool.ts';
import { createScratchDatabase } from '../../src/store/scratch.ts';
import type { Db } from '../../src/store/tables.ts';
import { createTestDatabase } from '../world/database.ts';

export type EarlierSchema = { readonly db: Db; upgrade(): Promise<void>; drop(): Promise<void> };

/** @param next the first migration that is still to come; `upgrade` brings it and all later ones */
export async function schemaBefore(next: string): Promise<EarlierSchema> {
  const server = await createTestDatabase();
  const scratch = await createScratchDatabase(server.url);
  const { db, close } = openConnections({ connectionString: scratch.url });
  const earlier = Object.entries(migrations).filter(([name]) => name < next);
  await migrate(db, 'the database', Object.fromEntries(earlier));
  return {
    db,
    upgrade: () => migrate(db, 'the database'),
    drop: async () => {
      await close();
      await scratch.drop();
      await server.drop();
    },
  };
}
