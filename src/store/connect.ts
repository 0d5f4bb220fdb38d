/** Opens the database: the one that DATABASE_URL names, or else a private PostgreSQL in the data folder. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { RekindleError, UsageError } from '../model/errors.ts';
import { connectionFailure } from './connection-failure.ts';
import { migrate } from './migrate.ts';
import { ofRequests, openConnections } from './pool.ts';
import type { Durability } from './private/cluster.ts';
import { startPrivatePostgres } from './private-postgres.ts';
import type { PrivatePostgres } from './private-postgres.ts';
import type { Tables } from './tables.ts';

export type Store = {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** How to reach the same database with another driver or pool (pg-boss). Holds the password: never log it. */
  readonly connection: pg.ClientConfig;
  /** For people, without a password: `private PostgreSQL 18.4 in ./data`, `PostgreSQL 16.2 at host/db`. */
  readonly describe: string;
  close(): Promise<void>;
};

export type StoreOptions = {
  databaseUrl?: string | undefined;
  dataDir: string;
  /** Of the private PostgreSQL only; created when missing. */
  database?: string;
  durability?: Durability;
};

const oldestVersion = 15;

/**
 * Connects, refuses a server or schema it cannot work with, and brings the schema up to date. Rejects with a
 * RekindleError that says what to do; then nothing is left open.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return options.databaseUrl === undefined || options.databaseUrl === ''
    ? await openPrivate(options)
    : await openServer(options.databaseUrl);
}

/**
 * The same database on connections of its own, for requests that somebody waits for: they fail within seconds when it does
 * not answer, and no run takes the connections away from them. Close it before the store.
 */
export function openForRequests(store: Store, patience = ofRequests): Store {
  return { ...store, ...openConnections(store.connection, patience) };
}

async function openPrivate(options: StoreOptions): Promise<Store> {
  const server = await startPrivatePostgres(options);
  const database = options.database ?? 'rekindle';
  try {
    await createDatabase(server, database);
    const describe = `private PostgreSQL ${server.version} in ${options.dataDir}`;
    return await open(
      server.connection(database),
      async () => describe,
      async () => await server.stopIfUnused(),
    );
  } catch (error) {
    await server.stopIfUnused();
    throw error;
  }
}

async function openServer(databaseUrl: string): Promise<Store> {
  const connection = parseUrl(databaseUrl);
  const where = `${connection.host}/${connection.database ?? ''}`;
  try {
    return await open(
      { connectionString: databaseUrl },
      async (db) => `PostgreSQL ${await supportedVersion(db, where)} at ${where}`,
      async () => undefined,
    );
  } catch (error) {
    throw connectionFailure(error, where);
  }
}

/** The host and database that the address names, as the driver understands it. */
function parseUrl(databaseUrl: string): { readonly host: string; readonly database?: string | undefined } {
  const usage = 'DATABASE_URL must look like postgres://user:password@host:5432/database.';
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw new UsageError(usage);
  try {
    return new pg.Client({ connectionString: databaseUrl });
  } catch (error) {
    // The driver's message may quote the address, and with it the password.
    throw new UsageError(usage, error instanceof Error ? error.name : undefined);
  }
}

async function open(
  connection: pg.ClientConfig,
  describe: (db: Kysely<Tables>) => Promise<string>,
  closeServer: () => Promise<void>,
): Promise<Store> {
  const { db, pool, close } = openConnections(connection);
  let closed: Promise<void> | null = null;
  try {
    const described = await describe(db);
    await migrate(db, described);
    const closeAll = async (): Promise<void> => {
      closed ??= close().then(closeServer);
      await closed;
    };
    return { db, pool, connection, describe: described, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}

async function supportedVersion(db: Kysely<Tables>, where: string): Promise<string> {
  const { rows } = await sql<{ number: number; name: string }>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`.execute(
    db,
  );
  const version = rows[0];
  if (version === undefined || version.number < oldestVersion * 10_000) {
    throw new RekindleError(
      `The database at ${where} is PostgreSQL ${version?.name ?? 'of an unknown version'}; Rekindle needs ${oldestVersion} or newer. ` +
        'Upgrade it, or unset DATABASE_URL to use the private PostgreSQL.',
    );
  }
  return version.name.split(' ')[0] ?? version.name;
}

/** From template0, which nobody is ever connected to: two processes may create at once. */
async function createDatabase(server: PrivatePostgres, database: string): Promise<void> {
  const client = new pg.Client(server.connection('postgres'));
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0)
      await client.query(`create database ${client.escapeIdentifier(database)} template template0`);
  } catch (error) {
    // Another process created it in between (42P04, or 23505 in the catalogue's own index).
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}
