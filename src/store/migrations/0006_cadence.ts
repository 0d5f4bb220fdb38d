import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `alter table verdict add column cadence jsonb, add column segment jsonb`,

  // What was learned from the portal's own history. Only added to: verdicts name the version that they follow from.
  `create table learned (
    version int generated always as identity primary key,
    learned_at timestamptz not null,
    checked_at timestamptz not null,
    streams jsonb not null
  )`,
];

export const cadence: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
