import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ofRequests, openConnections, type Patience } from '../../src/store/pool.ts';

function connections(patience?: Patience) {
  const opened = openConnections(inject('postgres'), patience);
  onTestFinished(() => opened.close());
  return opened;
}

test('a connection that the server cuts off while it is held fails its statement, not the process', async () => {
  const { db } = connections();
  const cut = db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
    const killer = new pg.Client(inject('postgres'));
    await killer.connect();
    await killer.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await killer.end();
    await sql`select pg_sleep(20)`.execute(transaction);
  });
  await expect(cut).rejects.toThrow(/terminat|not queryable|ECONNRESET/);
  const { rows } = await sql`select 1 as one`.execute(db);
  expect(rows).toEqual([{ one: 1 }]);
});

test('a database that has fallen silent fails what waits for it, and the next query gets a new connection', async () => {
  const { db, pool } = connections({ ...ofRequests, silenceMs: 300 });
  await expect(sql`select pg_sleep(20)`.execute(db)).rejects.toThrow(/has not answered for 0\.3 seconds/);
  await expect(pool.query('select pg_sleep(20)')).rejects.toThrow(/has not answered for 0\.3 seconds/);
  const { rows } = await sql`select 1 as one`.execute(db);
  expect(rows).toEqual([{ one: 1 }]);
});

test('an idle connection is kept, and one that falls silent after it is not', async () => {
  const { db } = connections({ ...ofRequests, silenceMs: 300 });
  const other = connections();
  const server = async (): Promise<unknown> => (await sql`select pg_backend_pid() as pid`.execute(db)).rows;
  const before = await server();
  await sql`select pg_sleep(0.7)`.execute(other.db);
  expect(await server()).toEqual(before);
  await sql`select pg_sleep(0.7)`.execute(other.db);
  await expect(sql`select pg_sleep(20)`.execute(db)).rejects.toThrow(/has not answered for 0\.3 seconds/);
});

test('a connection on which something happens is kept, however long it is held', async () => {
  const { db } = connections({ ...ofRequests, silenceMs: 300 });
  const servers = new Set<number>();
  await db.transaction().execute(async (transaction) => {
    for (let asked = 0; asked < 8; asked += 1) {
      const ask = sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.1)`;
      for (const { pid } of (await ask.execute(transaction)).rows) servers.add(pid);
    }
  });
  expect(servers.size).toBe(1);
});

/** What a pooler does whose database is away: whoever comes is welcome, and no statement is answered. */
async function startWelcomingServer(): Promise<number> {
  const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.write(welcome));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a server that welcomes and then says nothing fails what waits for a connection, and leaves none', async () => {
  const port = await startWelcomingServer();
  const opened = openConnections(
    { host: '127.0.0.1', port, user: 'somebody', database: 'some' },
    { ...ofRequests, connectMs: 300 },
  );
  await expect(sql`select 1`.execute(opened.db)).rejects.toThrow(/has not answered for 0\.3 seconds/);
  expect(opened.pool.totalCount).toBe(0);
  await opened.close();
});
