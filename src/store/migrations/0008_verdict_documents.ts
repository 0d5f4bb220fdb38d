import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Read and written whole and never searched: plain text costs less than jsonb, both ways.
  `alter table verdict
    alter column contributions type json, alter column reasons type json, alter column unknowns type json,
    alter column cadence type json, alter column segment type json`,
  `alter table verdict_change alter column evidence type json`,

  // The change that brought the verdict, while the row of \`verdict\` is still as it was written then: the change's
  // evidence, which is copied when the row is about to be written anew. Null afterwards, and for earlier verdicts.
  `alter table verdict add column change_id bigint`,
];

export const verdictDocuments: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
