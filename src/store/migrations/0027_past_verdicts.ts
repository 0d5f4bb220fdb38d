import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The evidence of a past change, which was written into the row of that change, gets a table that is only added to:
 * to find and replace old rows, with all their index entries, was a fourth of writing a night's verdicts. A reference to
 * the change would lock that row, which is to write it again; so it takes its evidence along by a trigger when it is deleted.
 */
const statements = [
  // What `verdict` has: a later column belongs into both. Evidence from before some column was there lacks it.
  `create table past_verdict (
    change_id bigint primary key,
    partner_id text collate "C" not null,
    status text,
    previous_status text,
    status_changed_at timestamptz,
    health int,
    contributions json,
    reasons json,
    unknowns json,
    remark text,
    last_activity_at timestamptz,
    last_activity_kind text,
    cadence json,
    segment json,
    inactive_since date,
    expected_inactive_day date,
    episode int,
    stale boolean,
    next_change_at timestamptz,
    settings_version int,
    assessed_at timestamptz,
    run_id text,
    saved_at timestamptz
  )`,

  `create function forget_past_verdict() returns trigger language plpgsql as $$
    begin
      delete from past_verdict where change_id = old.id;
      return null;
    end $$`,
  `create trigger verdict_change_deleted after delete on verdict_change
    for each row execute function forget_past_verdict()`,

  // A program from before this still writes evidence into the row of the change: it ends where all of it is.
  `create function move_evidence() returns trigger language plpgsql as $$
    declare
      past past_verdict = json_populate_record(null::past_verdict, new.evidence);
    begin
      past.change_id = new.id;
      past.partner_id = coalesce(past.partner_id, new.partner_id);
      insert into past_verdict values (past.*) on conflict do nothing;
      new.evidence = null;
      return new;
    end $$`,
  `create trigger verdict_change_evidence before insert or update of evidence on verdict_change for each row
    when (new.evidence is not null) execute function move_evidence()`,
  `update verdict_change set evidence = evidence where evidence is not null`,

  // Of a change that is gone, nothing is kept.
  `create or replace function keep_evidence() returns trigger language plpgsql as $$
    declare
      past past_verdict = json_populate_record(null::past_verdict, row_to_json(old));
    begin
      if exists (select from verdict_change where id = old.change_id) then
        insert into past_verdict values (past.*) on conflict do nothing;
      end if;
      if tg_op = 'UPDATE' then
        new.change_id = null;
        return new;
      end if;
      return null;
    end $$`,
];

export const pastVerdicts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
