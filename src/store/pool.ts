/** The connections of one process. */
import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';
import { driverTypes } from './types.ts';

const poolSize = 10;
/** A new connection takes longer than a hundred cards: those that the last rush needed are there for the next. */
const idleTimeoutMs = 5 * 60_000;

export type Patience = {
  /** For a connection, new or free. */
  readonly connectMs: number;
  /** The server ends a statement that takes longer. */
  readonly statementMs: number;
  /** How long a connection may be open without a byte either way: later, for a server that no longer answers at all. */
  readonly silenceMs: number;
};

/** Ends what will not end by itself. The longest honest statement, a programme-wide aggregate, takes half a minute. */
const ofRuns: Patience = { connectMs: 10_000, statementMs: 600_000, silenceMs: 630_000 };
/** HubSpot hangs up after 15 s (hubspot-platform.md 6.6); whoever sends activity waits ten for what a run holds. */
export const ofRequests: Patience = { connectMs: 5_000, statementMs: 11_000, silenceMs: 12_000 };

export type Connections = {
  readonly db: Kysely<Tables>;
  readonly pool: pg.Pool;
  /** Resolves when the last connection is closed, also in the server's eyes. */
  close(): Promise<void>;
};

export function openConnections(config: pg.ClientConfig, patience: Patience = ofRuns): Connections {
  const pool = new pg.Pool({
    ...config,
    types: driverTypes,
    application_name: 'rekindle',
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: patience.connectMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: patience.statementMs,
    onConnect: (client) => withoutCompiling(client, patience.connectMs),
  });
  // An idle connection was cut off. The pool has already forgotten it; whoever queries next gets a new one, or the
  // error that says why there is none.
  pool.on('error', () => undefined);
  const open = new Set<pg.PoolClient>();
  // An idle one is silent by right.
  const held = new Set<pg.PoolClient>();
  let closing = false;
  pool.on('acquire', (client) => held.add(client));
  pool.on('release', (_error, client) => held.delete(client));
  pool.on('connect', (client) => {
    open.add(client);
    breakAfterSilence(client, patience.silenceMs, () => closing || held.has(client));
    // A connection that is cut off while somebody holds it: their statement fails, or the next one, and that tells them.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => open.delete(client));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    close: async () => {
      closing = true;
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

/**
 * PostgreSQL compiles a statement whose cost it guesses to be high, which takes 20 to 150 ms; after a sync its guesses are
 * a hundred times too high. None of ours is slow for want of it: they wait for pages, not for expressions.
 * https://www.postgresql.org/docs/current/jit-decision.html
 */
async function withoutCompiling(client: pg.ClientBase, connectMs: number): Promise<void> {
  // The driver makes no other; the connection of any other could not be broken.
  if (!(client instanceof pg.Client)) throw new TypeError('The connection to the database is no client.');
  // The driver waits no more: it was welcomed. A pooler welcomes whoever comes, also when its database is away.
  const { stream } = client.connection;
  const alarm = setTimeout(() => stream.destroy(fellSilent(connectMs)), connectMs);
  try {
    await client.query('set jit = off');
  } finally {
    clearTimeout(alarm);
  }
}

/**
 * Breaks the connection when nothing has come and gone for too long, which fails whatever waits for an answer. Not the
 * driver's own limit, a timer for each query: with it the rows of every query outlive the collections of young garbage, which
 * then take 10 ms instead of 1 and keep everybody waiting meanwhile.
 */
function breakAfterSilence(client: pg.PoolClient, silenceMs: number, isWaitedFor: () => boolean): void {
  const { stream } = client.connection;
  // The driver makes no other; what it may be by its type has no such limit.
  if (!(stream instanceof Socket)) throw new TypeError('The connection to the database is no socket.');
  stream.on('timeout', () => {
    // Once it has rung, the alarm has to be set anew.
    if (!isWaitedFor()) stream.setTimeout(silenceMs);
    else stream.destroy(fellSilent(silenceMs));
  });
  stream.setTimeout(silenceMs);
}

function fellSilent(silenceMs: number): Error {
  return new Error(`The database has not answered for ${silenceMs / 1000} seconds. Try again later.`);
}
