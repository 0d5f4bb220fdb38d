import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // Who may send activity of which source. Of the secret only its SHA-256 is here; revoked keys stay, so that the list says
  // what became of them.
  `create table api_key (
    id text collate "C" primary key,
    secret_hash bytea not null,
    source text collate "C" not null,
    name text not null,
    created_at timestamptz not null,
    author text not null,
    revoked_at timestamptz,
    last_used_on date
  )`,
  `create index api_key_source on api_key (source)`,

  // Batches that came through whole, under the name by which their sender would send them again.
  `create table received_batch (
    source text collate "C" not null,
    request_key text collate "C" not null,
    fingerprint text not null,
    received_at timestamptz not null,
    primary key (source, request_key)
  )`,
  `create index received_batch_age on received_batch (source, received_at)`,

  // Rows that were sent and could not be used: until they come again the source is incomplete. An empty id stands for rows
  // that nobody would recognise.
  `create table missing_row (
    source text collate "C" not null,
    source_id text collate "C" not null,
    since timestamptz not null,
    primary key (source, source_id)
  )`,
];

export const apiKeys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
