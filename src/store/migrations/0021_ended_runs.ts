import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every card tells of the latest run that has ended, and would look for it behind all refreshes since, thousands in a day. */
export const endedRuns: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index run_ended on run (started_at desc, fence desc)
       where outcome is not null and kind <> 'refresh'`.execute(db);
  },
};
