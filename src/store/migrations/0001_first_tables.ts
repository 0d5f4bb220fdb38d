import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Ids sort by bytes ("C"): keyset pages and indexes then behave alike on every server, whatever its language.
 * No foreign keys on the large tables: five million rows would pay for a check that the writers make anyway.
 */
const statements = [
  // One database serves one account.
  `create table portal (
    id text primary key,
    time_zone text not null,
    currency text not null,
    singleton boolean not null default true unique check (singleton)
  )`,

  `create table settings_version (
    version int primary key,
    settings jsonb not null,
    note text not null,
    author text not null,
    created_at timestamptz not null
  )`,

  // revision counts every touch (an activity, a changed attribute); read_revision is the one that the latest assessment
  // read; judged_revision the one its verdict speaks of. A partner is dirty while revision is ahead of judged_revision,
  // so a touch between reading and saving is never lost. The spare room in pages keeps those updates off the indexes.
  `create table partner (
    id text collate "C" primary key,
    name text,
    domain text,
    owner_id text,
    partner_type text,
    tier text,
    region text,
    external_id text collate "C",
    joined_at timestamptz,
    snoozed_until date,
    is_partner boolean not null,
    merged_ids text[] not null,
    hubspot_updated_at timestamptz not null,
    published jsonb not null,
    seen_in_sync text not null,
    revision bigint not null default 1,
    read_revision bigint not null default 0,
    judged_revision bigint not null default 0
  ) with (fillfactor = 70)`,
  `create index partner_external_id on partner (external_id) where external_id is not null`,
  `create index partner_merged_ids on partner using gin (merged_ids)`,

  `create table owner (
    id text collate "C" primary key,
    name text not null,
    email text,
    archived boolean not null
  )`,

  `create table deal (
    id text collate "C" primary key,
    name text,
    pipeline_id text,
    stage_id text,
    amount numeric,
    currency text,
    created_at timestamptz not null,
    closed_at timestamptz,
    won boolean not null,
    closed boolean not null,
    owner_id text,
    updated_at timestamptz not null,
    changed_in_sync text not null
  )`,

  `create table engagement (
    type text collate "C" not null,
    id text collate "C" not null,
    occurred_at timestamptz,
    direction text,
    outcome text,
    owner_id text,
    updated_at timestamptz not null,
    changed_in_sync text not null,
    primary key (type, id)
  )`,

  `create table link (
    partner_id text collate "C" not null,
    type text collate "C" not null,
    record_id text collate "C" not null,
    seen_in_sync text not null,
    primary key (partner_id, type, record_id)
  ) with (fillfactor = 80)`,
  `create index link_record on link (type, record_id, partner_id)`,

  `create table activity (
    source text collate "C" not null,
    source_id text collate "C" not null,
    kind text collate "C" not null,
    partner_id text collate "C" not null,
    occurred_at timestamptz not null,
    quantity double precision not null,
    amount numeric,
    currency text,
    primary key (source, source_id, kind, partner_id),
    check ((amount is null) = (currency is null))
  )`,
  `create index activity_partner on activity (partner_id)`,

  `create table source_state (
    source text primary key,
    complete boolean not null,
    complete_up_to timestamptz,
    kinds text[] not null,
    sync_id text not null
  )`,

  `create table sync (
    id text primary key,
    settings_version int not null,
    started_at timestamptz not null,
    finished_at timestamptz
  )`,
  `create table sync_progress (
    sync_id text not null references sync (id) on delete cascade,
    step text not null,
    cursor text,
    done boolean not null,
    counts jsonb not null,
    primary key (sync_id, step)
  )`,

  `create table run (
    id text collate "C" primary key,
    kind text not null,
    trigger text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    as_of timestamptz not null,
    settings_version int not null,
    fence bigint not null,
    outcome text check (outcome in ('ok', 'partial', 'failed', 'aborted')),
    steps jsonb not null default '{}',
    summary jsonb,
    error text,
    next_action text,
    brake_moves int,
    check ((outcome is null) = (finished_at is null))
  )`,
  `create index run_started on run (started_at desc)`,

  `create table lease (
    name text primary key,
    holder text not null,
    token bigint not null,
    expires_at timestamptz not null
  )`,

  `create table verdict (
    partner_id text collate "C" primary key,
    status text not null,
    previous_status text,
    status_changed_at timestamptz not null,
    health int check (health between 0 and 100),
    contributions jsonb not null,
    reasons jsonb not null,
    unknowns jsonb not null,
    remark text,
    last_activity_at timestamptz,
    last_activity_kind text,
    inactive_since date,
    expected_inactive_day date,
    episode int not null,
    stale boolean not null,
    next_change_at timestamptz,
    settings_version int not null,
    assessed_at timestamptz not null,
    run_id text not null
  ) with (fillfactor = 80)`,
  `create table verdict_change (
    id bigint generated always as identity primary key,
    partner_id text collate "C" not null,
    run_id text not null,
    changed_at timestamptz not null,
    from_status text,
    to_status text not null,
    from_reason text,
    to_reason text,
    settings_version int not null
  )`,
  `create index verdict_change_partner on verdict_change (partner_id, id desc)`,
  `create index verdict_change_run on verdict_change (run_id)`,
  `create table episode (
    partner_id text collate "C" not null,
    number int not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    primary key (partner_id, number)
  )`,

  `create table publish_failure (
    run_id text not null,
    partner_id text collate "C" not null,
    category text not null,
    message text not null,
    primary key (run_id, partner_id)
  )`,

  `create table action (
    partner_id text collate "C" not null,
    episode int not null,
    play text not null,
    state text not null check (state in ('claimed', 'done', 'failed')),
    task_id text,
    user_id text,
    claimed_at timestamptz not null,
    error text,
    primary key (partner_id, episode, play)
  )`,
];

export const firstTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
