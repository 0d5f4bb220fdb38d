import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What fell silent for many partners at once. Kept when it is over: why a verdict was held back must stay explainable.
  `create table programme_issue (
    id int generated always as identity primary key,
    cause text not null,
    streams jsonb not null,
    partner_type text,
    region text,
    names_partners boolean not null,
    since date not null,
    partners int not null,
    expected double precision not null,
    observed int not null,
    sentence text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    closed_because text
  )`,
  `create index programme_issue_open on programme_issue (id) where closed_at is null`,
  // Whom an issue is about, where that is no whole group.
  `create table programme_issue_partner (
    issue int not null references programme_issue on delete cascade,
    partner_id text collate "C" not null,
    primary key (issue, partner_id)
  )`,

  // What the latest scan left for the nights that follow it, as far as they brought it up to date.
  `create table programme_watch (
    singleton boolean primary key default true check (singleton),
    scanned_at timestamptz not null,
    groups jsonb not null
  )`,
];

export const programme: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
