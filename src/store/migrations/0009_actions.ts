import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What was asked of us once, under the key by which whoever asks will ask again. Without an outcome it never came to
  // an end, and may be tried again.
  `create table action_request (
    key text collate "C" primary key,
    partner_id text collate "C" not null,
    fingerprint text not null,
    plan json not null,
    begun_at timestamptz not null,
    note_claimed_at timestamptz,
    note_id text,
    outcome json
  )`,
  `create index action_request_partner on action_request (partner_id)`,

  // Who did what to a partner and when, in order. What it was about (snooze, cause, ...) tells the older from the newer.
  `create table action_audit (
    id bigint generated always as identity primary key,
    partner_id text collate "C" not null,
    at timestamptz not null,
    action text not null,
    about text not null,
    details jsonb not null,
    came_from text not null,
    user_id text,
    user_email text,
    workflow_id text,
    evidence jsonb,
    sentence text not null
  )`,
  `create index action_audit_partner on action_audit (partner_id, id)`,

  // Nothing in it is ever rewritten. A merge gives it to the survivor, and only erasing the partner takes it away.
  `create function keep_action_audit() returns trigger language plpgsql as $$
    begin
      if to_jsonb(old) - 'partner_id' <> to_jsonb(new) - 'partner_id' then
        raise exception 'action_audit only grows: a change of entry % is refused', old.id;
      end if;
      return new;
    end $$`,
  `create trigger action_audit_only_grows before update on action_audit
    for each row execute function keep_action_audit()`,

  // Why a person keeps the partner out of judgement; null for everybody else. No sync writes it.
  `alter table partner add column excluded_because text`,
];

export const actions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
