import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What was drawn for a spell when it opened, and as what it opened. Null where nothing was measured then; a spell that is
  // open already is never drawn later.
  `alter table episode add column lot text,
    add column share double precision,
    add column opened_as text,
    add column opened_because text,
    add column held_until date,
    add column released_at timestamptz`,
  // Empty while nobody is held out.
  `create index episode_drawn on episode (partner_id) where lot is not null`,
];

export const holdOuts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
