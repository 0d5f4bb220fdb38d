/**
 * Every process that uses a private PostgreSQL is present in it: one connection that holds a shared lock. The last one
 * out takes the lock alone and stops the server; whoever comes meanwhile waits for that lock, is cut off with the server
 * and starts a new one. So nobody's database is stopped under them, and no server stays without a user.
 */
import pg from 'pg';
import { RekindleError } from '../../model/errors.ts';
import { superuser } from './cluster.ts';
import { hasCode } from './files.ts';
import { readPostmaster, stopServer } from './server.ts';
import type { Place } from './place.ts';

const connectTimeoutMs = 5_000;
const presenceLock = 7_265_001;
const presenceName = 'rekindle presence';

/** The port is a part of the socket's name and nothing else. */
export const socketPort = 5432;

export type Presence = {
  readonly socketDir: string;
  readonly serverVersion: string;
  /** Resolves when the connection is lost, and never after `leave`. */
  readonly lost: Promise<void>;
  /** Stops the server when nobody else uses it. */
  leave(): Promise<void>;
};

/** `absent`: no server is there. `busy`: one says that it is starting or stopping. `silent`: one is there and says nothing. */
type NoEntry = 'absent' | 'busy' | 'silent';

export async function enter(place: Place): Promise<Presence | NoEntry> {
  const socketDir = (await readPostmaster(place))?.socketDir ?? place.socketDir;
  const client = new pg.Client({
    host: socketDir,
    port: socketPort,
    user: superuser,
    database: 'postgres',
    application_name: presenceName,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // Without a listener, a lost connection would end the process; `lost` tells whoever cares.
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const serverVersion = rows[0]?.server_version.split(' ')[0] ?? 'of an unknown version';
    return { socketDir, serverVersion, lost, leave: async () => await leave(client, place) };
  } catch (error) {
    await client.end();
    return answerTo(error, place);
  }
}

function answerTo(error: unknown, place: Place): NoEntry {
  if (hasCode(error, 'ENOENT', 'ECONNREFUSED')) return 'absent';
  if (hasCode(error, 'EACCES', 'EPERM')) {
    throw new RekindleError(
      `The private PostgreSQL in ${place.dataDir} was started by another user. Run this command as that user, or choose another folder with REKINDLE_DATA_DIR.`,
      { cause: error },
    );
  }
  if (hasCode(error, '53300')) {
    throw new RekindleError(
      `The private PostgreSQL in ${place.dataDir} has no connection left: too many commands use it at once. Try again when some have ended.`,
      { retryable: true, cause: error },
    );
  }
  if (wasCutOff(error)) return 'busy';
  if (error instanceof Error && /timeout/i.test(error.message)) return 'silent';
  throw error;
}

/** 57P01 stopped by an administrator, 57P02 crashed, 57P03 starting or stopping; the driver's own words have no code. */
function wasCutOff(error: unknown): boolean {
  if (hasCode(error, '57P01', '57P02', '57P03', 'ECONNRESET', 'EPIPE')) return true;
  return error instanceof Error && /Connection terminated|connection error|not queryable/.test(error.message);
}

async function leave(client: pg.Client, place: Place): Promise<void> {
  if (await isLastOne(client)) await stopServer(place);
  await client.end();
}

/** A server that is gone already is nobody's to stop. */
async function isLastOne(client: pg.Client): Promise<boolean> {
  try {
    return await isAlone(client);
  } catch (error) {
    if (wasCutOff(error)) return false;
    throw error;
  }
}

/** Other tools (psql, a backup) count as users, although they are not present in our sense. */
async function isAlone(client: pg.Client): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1)', [presenceLock]);
  const lock = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [
    presenceLock,
  ]);
  if (lock.rows[0]?.alone !== true) return false;
  const others = await client.query(
    `select 1 from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> $1 limit 1`,
    [presenceName],
  );
  return others.rows.length === 0;
}
