/** Brings the schema up to this program's, safely when several processes start at once: kysely holds a lock meanwhile. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { RekindleError } from '../model/errors.ts';
import { migrations } from './migrations/index.ts';
import type { Tables } from './tables.ts';

/** Runs what is missing, one transaction for all. `described` names the database in messages. */
export async function migrate(
  db: Kysely<Tables>,
  described: string,
  known: Readonly<Record<string, Migration>> = migrations,
): Promise<void> {
  await refuseNewerSchema(db, described, known);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw new RekindleError(
    `The schema of ${described} could not be brought up to date${failed === undefined ? '' : ` (step ${failed})`}: ` +
      `${error instanceof Error ? error.message : String(error)}. Nothing was changed. ` +
      'Check that the user may create tables there, then run the command again.',
    { cause: error },
  );
}

/** An older program on a newer schema would write rows that the newer one misreads. */
async function refuseNewerSchema(
  db: Kysely<Tables>,
  described: string,
  known: Readonly<Record<string, Migration>>,
): Promise<void> {
  const { rows: tables } = await sql<{ present: boolean }>`
    select to_regclass('kysely_migration') is not null as present`.execute(db);
  if (tables[0]?.present !== true) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = rows.find(({ name }) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new RekindleError(
    `${described} was written by a newer Rekindle (it has the schema step ${unknown.name}): run that version, or use another database.`,
  );
}
