import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // When a row became what it is, by the database's clock: the order of the two tells which activity a verdict could not
  // know. Null for what is older than these columns, of which nobody can tell.
  `alter table activity add column known_at timestamptz`,
  `alter table activity alter column known_at set default now()`,
  `alter table verdict add column saved_at timestamptz`,
  `alter table verdict alter column saved_at set default now()`,
];

export const knownAt: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
