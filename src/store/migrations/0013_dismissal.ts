import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Who said that a programme issue is none, and why; null for issues that ended by themselves.
  `alter table programme_issue add column dismissed_by text, add column dismissal_reason text`,
];

export const dismissal: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
