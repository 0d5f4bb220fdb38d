import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // When a company stopped being a partner. HubSpot can restore what was archived for 90 days, and such a company does
  // not count as modified, so the nightly sync goes on asking for it by its id.
  `alter table partner add column left_at timestamptz`,
  `update partner set left_at = now() where not is_partner`,
  `create index partner_left on partner (left_at) where not is_partner`,

  // The sync that found a link first: what it leads to may never have been read, or long ago.
  `alter table link add column first_seen_in_sync text not null default ''`,

  // Up to which instant of HubSpot's clock every change of a type has been read.
  `create table watermark (
    type text primary key,
    up_to timestamptz not null
  )`,

  // How many records a source had when it was last complete: a collapse is refused.
  `alter table source_state add column records int`,

  `alter table sync add column mode text not null default 'full' check (mode in ('full', 'nightly', 'second_pass'))`,
  // What a full pass had to correct in a picture that was thought complete; null where nothing was checked.
  `alter table sync add column differences int`,
  `create index sync_started on sync (started_at desc)`,

  // When a run that ran out of the day's requests goes on.
  `alter table run add column resume_at timestamptz`,

  // Our requests by the portal's day, for the share of the daily limit that we may take.
  `create table request_day (
    day date primary key,
    requests bigint not null
  )`,

  // What webhooks told: records to read again, each once, however often it was told. A hint that is told again while it
  // is worked on has another revision then, and stays.
  `create table hint (
    type text collate "C" not null,
    record_id text collate "C" not null,
    revision bigint not null default 1,
    first_received_at timestamptz not null,
    primary key (type, record_id)
  )`,
  `create index hint_received on hint (first_received_at)`,
];

export const incrementalSync: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
