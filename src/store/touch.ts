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

/** Those of the companies that have to be judged anew, or judged at all. */
export async function touchedAmong(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where('is_partner', '=', true)
    .whereRef('revision', '<>', 'judged_revision')
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
