/** The connections of one process. */
import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';
import { driverTypes } from './types.ts';

const poolSize = 10;
const connectTimeoutMs = 10_000;
/** Ends what will not end by itself. The longest honest statement, a programme-wide aggregate, takes half a minute. */
const statementTimeoutMs = 600_000;
/** A new connection takes longer than a hundred cards: those that the last rush needed are there for the next. */
const idleTimeoutMs = 5 * 60_000;
/** Later than the server's own limit, for a server that no longer answers at all. */
const silenceTimeoutMs = 630_000;

export type Connections = {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** Resolves when the last connection is closed, also in the server's eyes. */
  close(): Promise<void>;
};

/** @param silenceMs how long a connection may be open without a byte either way */
export function openConnections(config: pg.ClientConfig, silenceMs = silenceTimeoutMs): Connections {
  const pool = new pg.Pool({
    ...config,
    types: driverTypes,
    application_name: 'rekindle',
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // Not the driver's own limit, a timer for each query: with it the rows of every query outlive the collections of young
    // garbage, which then take 10 ms instead of 1 and keep everybody waiting meanwhile.
    stream: () => impatientSocket(silenceMs),
  });
  // An idle connection was cut off. The pool has already forgotten it; whoever queries next gets a new one, or the
  // error that says why there is none.
  pool.on('error', () => undefined);
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    // A connection that is cut off while somebody holds it: their statement fails, or the next one, and that tells them.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => open.delete(client));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    close: async () => {
      await db.destroy();
      // The pool says it has ended when it has asked its connections to end; the server still counts them as users.
      while (open.size > 0) {
        await new Promise((resolve) => {
          pool.once('remove', resolve);
        });
      }
    },
  };
}

/** Breaks the connection when nothing has come and gone for too long, which fails whatever waits for an answer. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    socket.destroy(
      new Error(`The database has not answered for ${silenceMs / 1000} seconds. Try again later.`),
    );
  });
  return socket;
}
