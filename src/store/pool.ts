/** The connections of one process. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';
import { driverTypes } from './types.ts';

const poolSize = 10;
const connectTimeoutMs = 10_000;
/** Ends what will not end by itself. The longest honest statement, a programme-wide aggregate, takes half a minute. */
const statementTimeoutMs = 600_000;
/** Later than the server's own limit, for a server that no longer answers at all. */
const answerTimeoutMs = 630_000;

export type Connections = {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** Resolves when the last connection is closed, also in the server's eyes. */
  close(): Promise<void>;
};

export function openConnections(config: pg.ClientConfig): Connections {
  const pool = new pg.Pool({
    ...config,
    types: driverTypes,
    application_name: 'rekindle',
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  // An idle connection was cut off. The pool has already forgotten it; whoever queries next gets a new one, or the
  // error that says why there is none.
  pool.on('error', () => undefined);
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => open.add(client));
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
