import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Nobody asks for the changes of one run; a tenth of what a first run writes went into being able to. */
export const noChangesByRun: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`drop index verdict_change_run`.execute(db);
  },
};
