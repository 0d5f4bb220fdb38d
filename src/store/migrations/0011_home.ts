import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // The home page goes through the changes of the last weeks and reads nothing else of them; years of others, and what
  // was kept of each verdict, stay out of its way.
  `create index verdict_change_at on verdict_change (changed_at) include (id, partner_id, from_status, to_status)`,
];

export const home: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
