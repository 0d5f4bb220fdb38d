import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What one partner is held against, from a look at everybody. The latest one is in force; earlier ones tell the story.
  `create table programme_facts (
    version int generated always as identity primary key,
    settings_version int not null,
    facts jsonb not null,
    learned_at timestamptz not null,
    checked_at timestamptz not null
  )`,
];

export const facts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
