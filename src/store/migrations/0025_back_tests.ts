import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * How what was learned does, each week anew, while verdicts go on following from it. Only added to: a verdict of the past is
 * explained by what was known of its model then.
 */
export const backTests: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table back_test (
      id int generated always as identity primary key,
      learned_version int not null references learned,
      tested_at timestamptz not null,
      streams jsonb not null
    )`.execute(db);
  },
};
