import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * While a row of `verdict` names its change it is that change's evidence, so nothing may replace or delete it without
 * leaving a copy. Whoever writes verdicts copies thousands at a time and then names another change, or none; a program
 * from before the column leaves the name as it was, which tells its writing from ours.
 */
const statements = [
  `create function keep_evidence() returns trigger language plpgsql as $$
    begin
      update verdict_change set evidence = row_to_json(old) where id = old.change_id and evidence is null;
      if tg_op = 'UPDATE' then
        new.change_id = null;
        return new;
      end if;
      return null;
    end $$`,
  // A merge gives the row to the survivor, as it is.
  `create trigger verdict_replaced before update on verdict for each row
    when (new.change_id = old.change_id and new.partner_id = old.partner_id) execute function keep_evidence()`,
  `create trigger verdict_deleted after delete on verdict for each row
    when (old.change_id is not null) execute function keep_evidence()`,
];

export const keptEvidence: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
