import { sql } from 'kysely';
import type { Db } from './tables.ts';

/** Marks partners whose judgement rests on something that changed. In order of id, so that two writers never deadlock. */
export async function touchPartners(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update partner set revision = revision + 1
     where id in (select id from partner where id = any(${ids}::text[]) order by id for no key update)`.execute(
    db,
  );
}
