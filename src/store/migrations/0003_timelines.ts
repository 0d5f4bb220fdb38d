import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Judging reads what changed, and reads it fast: a list of the partners that something happened to, narrow enough to be
 * written at every activity, and one packed value per partner instead of a row per activity.
 */
const statements = [
  // Who has to be judged anew because of something that happened, until the verdict that knows of it is saved. Each
  // touch has a number of its own, so one that comes while a partner is being judged is told from the one that was read.
  `create sequence touch_number`,
  `create table touched (
    partner_id text collate "C" primary key,
    number bigint not null default nextval('touch_number'),
    timeline_stale boolean not null default true
  ) with (fillfactor = 50)`,

  // What an entry of a timeline says besides its time and quantity.
  `create table timeline_label (
    code int generated always as identity primary key,
    source text not null,
    kind text not null,
    currency text,
    unique nulls not distinct (source, kind, currency)
  )`,

  // The activities of one partner in order of time, derived from the activity table. Not compressed and up to 8 kB in
  // the row itself: reading them all is what it is for. timelines.ts knows the format.
  `create table timeline (
    partner_id text collate "C" primary key,
    entries bytea not null,
    amounts text
  ) with (toast_tuple_target = 8160)`,
  `alter table timeline alter column entries set storage external, alter column amounts set storage external`,

  // A program from before this step knows nothing of the list: it bumps the partner's revision, for activities, too.
  `create function list_touched() returns trigger language plpgsql as $$
    begin
      insert into touched (partner_id) values (new.id)
      on conflict (partner_id) do update set number = nextval('touch_number'), timeline_stale = true;
      return null;
    end
  $$`,
  `create trigger partner_added after insert on partner for each row execute function list_touched()`,
  `create trigger partner_touched after update of revision on partner for each row
    when (new.revision <> old.revision) execute function list_touched()`,

  // Whoever is there needs a timeline, and is judged anew once.
  `insert into touched (partner_id) select id from partner`,

  // Who is due, without looking at everybody.
  `create index verdict_due on verdict (next_change_at)`,
  `create index verdict_settings on verdict (settings_version, assessed_at)`,

  // Few partners survived a merge. Without this, asking who did looks at all of them for every page of a sync.
  `create index partner_survivors on partner using gin (merged_ids) where merged_ids <> '{}'`,

  // The programme's median of clicks, kept until it has moved enough to matter.
  `create table click_median (
    window_days int primary key,
    median double precision,
    measured_at timestamptz not null
  )`,
];

export const timelines: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
