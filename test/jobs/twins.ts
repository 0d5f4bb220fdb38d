/** Two databases that are told the same, of which one judges those alone whom it concerns: their pictures must be one. */
import { sql } from 'kysely';
import type { Verdict } from '../../src/model/verdict.ts';
import type { Db } from '../../src/store/tables.ts';
import { readVerdicts } from '../../src/store/verdicts.ts';
import type { TestDatabase } from '../world/database.ts';

/** As on the first day, without making another one. */
export async function empty(db: Db): Promise<void> {
  const tables = (await db.introspection.getTables())
    .map(({ name }) => name)
    // Who changed which settings is never forgotten, and no verdict follows from it.
    .filter((name) => name !== 'settings_audit');
  await sql`truncate ${sql.join(tables.map((name) => sql.table(name)))} restart identity`.execute(db);
}

/** Without when it was said, and up to when the sources were known then. */
function substance({ assessedAt: _when, reasons, ...rest }: Verdict): unknown {
  return { ...rest, reasons: reasons.map(({ asOf: _then, ...reason }) => reason) };
}

/** What judging leaves behind. */
export async function picture({ store: { db } }: TestDatabase): Promise<object> {
  const current = await db.selectFrom('partner').select('id').where('is_partner', '=', true).execute();
  const verdicts = await readVerdicts(
    db,
    current.map(({ id }) => id),
  );
  const changes = await db
    .selectFrom('verdict_change')
    .select(['partner_id', 'run_id', 'from_status', 'to_status', 'from_reason', 'to_reason'])
    .orderBy('run_id')
    .orderBy('partner_id')
    .execute();
  const episodes = await db
    .selectFrom('episode')
    .selectAll()
    .orderBy('partner_id')
    .orderBy('number')
    .execute();
  return {
    verdicts: Object.fromEntries([...verdicts].sort().map(([id, verdict]) => [id, substance(verdict)])),
    changes,
    episodes,
  };
}
