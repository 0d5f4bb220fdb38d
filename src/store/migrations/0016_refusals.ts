import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // What a workflow asked and did not get, from the first time that it asked. The sentence is null while the same may
  // still succeed; once there is one it is the answer for good, also to whoever plays the request back.
  `create table workflow_refusal (
    key text collate "C" primary key,
    partner_id text collate "C" not null,
    asked_at timestamptz not null,
    sentence text
  )`,
  `create index workflow_refusal_partner on workflow_refusal (partner_id)`,

  // One kind of action is read on its own: what people call wrong.
  `create index action_audit_action on action_audit (action, id)`,
];

export const refusals: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
