import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What a verdict says of health and evidence, and when absence begins, was decided anew with this version: whoever was
 * judged before is judged once more, or the dates on which verdicts change would be those of the earlier version.
 */
export const judgedAnew: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      insert into touched (partner_id, timeline_stale) select id, false from partner where is_partner order by id
      on conflict (partner_id) do update set number = nextval('touch_number')`.execute(db);
  },
};
