/** A database of its own beside another one, for work that must not touch what is there. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { RekindleError } from '../model/errors.ts';
import { openConnections } from './pool.ts';
import type { Db } from './tables.ts';

export type ScratchDatabase = { readonly url: string; drop(): Promise<void> };

/** @param databaseUrl any database of the server; its user must be allowed to create another */
export async function createScratchDatabase(databaseUrl: string): Promise<ScratchDatabase> {
  const name = `rekindle_scratch_${randomUUID().replaceAll('-', '')}`;
  await administer(databaseUrl, `create database ${name} template template0`);
  return {
    url: withDatabase(databaseUrl, name),
    drop: () => administer(databaseUrl, `drop database ${name} with (force)`),
  };
}

/** The same address with another database: what stands between the host and the parameters. */
function withDatabase(databaseUrl: string, name: string): string {
  return databaseUrl.replace(/^([a-z]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
}

async function administer(databaseUrl: string, statement: string): Promise<void> {
  const { db, close } = openConnections({ connectionString: databaseUrl });
  try {
    await sql.raw(statement).execute(db);
  } catch (error) {
    throw new RekindleError(
      `The database server did not do "${statement.split(' ').slice(0, 2).join(' ')}": ` +
        `${error instanceof Error ? error.message : String(error)}. Check DATABASE_URL and that its user may create databases.`,
      { cause: error },
    );
  } finally {
    await close();
  }
}

/**
 * What the server would do by itself in the minutes after so much was written, at once: whoever measures reading would
 * measure that as well.
 * @returns whether what was written is on the disk, too; only users with that right may ask for it
 */
export async function settleDatabase(db: Db): Promise<{ readonly checkpointed: boolean }> {
  await sql`vacuum (analyze)`.execute(db);
  try {
    await sql`checkpoint`.execute(db);
    return { checkpointed: true };
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege)
      return { checkpointed: false };
    throw error;
  }
}

const insufficientPrivilege = '42501';
