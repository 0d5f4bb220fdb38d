import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Who did what to the settings, whether a version came of it or not. user_id is null for the command line.
  `create table settings_audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    action text not null,
    author text not null,
    user_id text,
    from_version int,
    to_version int,
    note text not null
  )`,

  // Append-only, whatever a program tries: a mistake in ours must not rewrite what happened.
  `create function refuse_change_of_audit() returns trigger language plpgsql as $$
    begin
      raise exception 'settings_audit only grows: % is refused', tg_op;
    end $$`,
  `create trigger settings_audit_only_grows before update or delete on settings_audit
    for each statement execute function refuse_change_of_audit()`,
];

export const settingsAudit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
