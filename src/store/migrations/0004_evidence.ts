import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // The verdict as it stood when status or primary reason changed; null for changes from before this was kept.
  `alter table verdict_change add column evidence jsonb`,

  // A person has seen what a definition would change and says yes: saving exactly it may move so many partners.
  `create table approved_preview (
    settings jsonb not null,
    moves int not null,
    author text not null,
    approved_at timestamptz not null
  )`,
];

export const evidence: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
