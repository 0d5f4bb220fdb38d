import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/connect.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { executeSql } from '../../src/store/queue-connection.ts';
import { createTestDatabase } from '../world/database.ts';
import { postmasterOf, temporaryFolder } from './processes/holder.ts';
import { pretendServer } from './pretend-server.ts';

const dataDir = '/nowhere';

async function testDatabase() {
  const database = await createTestDatabase();
  onTestFinished(async () => await database.drop());
  return database;
}

test('every process that starts at once finds the schema complete', async () => {
  const { store, url } = await testDatabase();
  await sql`drop schema public cascade`.execute(store.db);
  await sql`create schema public`.execute(store.db);
  const stores = await Promise.all(Array.from({ length: 6 }, () => openStore({ databaseUrl: url, dataDir })));
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(store.db);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations));
  await Promise.all(stores.map((opened) => opened.close()));
});

test('a program older than the schema refuses to touch it', async () => {
  const { store, url } = await testDatabase();
  await sql`insert into kysely_migration (name, timestamp) values ('0099_from_the_future', '2030-01-01')`.execute(
    store.db,
  );
  await expect(openStore({ databaseUrl: url, dataDir })).rejects.toThrow(
    /written by a newer Rekindle \(it has the schema step 0099_from_the_future\)/,
  );
});

test('a migration that fails midway changes nothing, and the next start begins where it was', async () => {
  const { store } = await testDatabase();
  const broken = {
    ...migrations,
    '9998_first_half': { up: async (db: typeof store.db) => await db.schema.createTable('half').execute() },
    '9999_fails': {
      up: async (db: typeof store.db) => {
        await sql`create table other_half (id int)`.execute(db);
        await sql`select 1 / 0`.execute(db);
      },
    },
  };
  await expect(migrate(store.db, 'the test database', broken)).rejects.toThrow(
    /step 9999_fails.*division by zero/,
  );
  const names = (await store.db.introspection.getTables()).map(({ name }) => name);
  expect(names).not.toContain('half');
  expect(names).not.toContain('other_half');
  await migrate(store.db, 'the test database');
});

test('counts are numbers, ids and amounts text, and a count beyond what a number holds is an error', async () => {
  const { store } = await testDatabase();
  const { rows } =
    await sql`select count(*) as count, 12345678901234567890::numeric as amount, '2026-03-01'::date as day`.execute(
      store.db,
    );
  expect(rows).toEqual([{ count: 1, amount: '12345678901234567890', day: '2026-03-01' }]);
  await expect(sql`select 9007199254740993 as count`.execute(store.db)).rejects.toThrow('9007199254740993');
});

test('no statement is compiled: that takes longer than any of ours', async () => {
  const { store } = await testDatabase();
  const compiles = () => sql`select current_setting('jit') as jit`.execute(store.db);
  const answers = await Promise.all([compiles(), compiles(), compiles()]);
  for (const { rows } of answers) expect(rows).toEqual([{ jit: 'off' }]);
});

test("the queue's connection speaks the driver's own types", async () => {
  const { store } = await testDatabase();
  const execute = executeSql(store);
  expect((await execute('select 1::bigint as count')).rows).toEqual([{ count: '1' }]);
  expect((await execute('select $1::text as text', ['x'])).rows).toEqual([{ text: 'x' }]);
});

test('the description names server and database, never the password', async () => {
  const { url } = await testDatabase();
  const opened = await openStore({ databaseUrl: url.replace('rekindle@', 'rekindle:s3cret@'), dataDir });
  expect(opened.describe).toMatch(/^PostgreSQL \d+\.\d+ at .*\/test_/);
  expect(opened.describe).not.toContain('s3cret');
  await opened.close();
  await opened.close();
});

test('connections that the server cuts off do not end the process; the next query gets a new one', async () => {
  const { store } = await testDatabase();
  await Promise.all(Array.from({ length: 3 }, () => sql`select pg_sleep(0.01)`.execute(store.db)));
  const { name } = (await sql<{ name: string }>`select current_database() as name`.execute(store.db))
    .rows[0] ?? { name: '' };
  const killer = new pg.Client(inject('postgres'));
  await killer.connect();
  await killer.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await killer.end();
  // Not events.once: the pool also reports each cut as an 'error', and `once` rejects on those.
  while (store.pool.totalCount > 0) {
    await new Promise((resolve) => {
      store.pool.once('remove', resolve);
    });
  }
  const { rows } = await sql`select 1 as one`.execute(store.db);
  expect(rows).toEqual([{ one: 1 }]);
});

test.each([
  ['nonsense', /DATABASE_URL must look like/],
  ['mysql://root:s3cret@localhost/x', /DATABASE_URL must look like/],
  ['postgres://user:s3cret@[broken/x', /DATABASE_URL must look like/],
  [
    'postgres://user:s3cret@127.0.0.1:1/x',
    /127\.0\.0\.1\/x \(DATABASE_URL\) cannot be used: nothing listens there/,
  ],
  ['postgres://user:s3cret@host.invalid/x', /host\.invalid\/x.*host name/],
  ['postgres://user:s3cret@/x?host=/nowhere', /there is no such socket/],
])(
  'an address that leads nowhere gets one sentence, without the password: %s',
  async (databaseUrl, sentence) => {
    const failure = await openStore({ databaseUrl, dataDir }).then(
      () => null,
      (error: Error) => error,
    );
    expect(failure?.name).toMatch(/^(Rekindle|Usage)Error$/);
    expect(failure?.message).toMatch(sentence);
    expect(failure?.message).not.toContain('s3cret');
  },
);

test('a database that does not exist is named', async () => {
  const { host, port } = inject('postgres');
  const databaseUrl = `postgres://rekindle@/no_such_database?host=${encodeURIComponent(host)}&port=${port}`;
  await expect(openStore({ databaseUrl, dataDir })).rejects.toThrow(
    /no_such_database.*there is no such database: create it/,
  );
});

test('a server older than 15 is refused by its version', async () => {
  const { url: old, close } = await pretendServer({
    server_version_num: '140011',
    server_version: '14.11 (Debian)',
  });
  onTestFinished(close);
  await expect(openStore({ databaseUrl: old, dataDir })).rejects.toThrow(
    /is PostgreSQL 14\.11.*; Rekindle needs 15 or newer/,
  );
});

test('without DATABASE_URL the store is the private PostgreSQL in the data folder', async () => {
  const folder = await temporaryFolder();
  const opened = await openStore({ databaseUrl: '', dataDir: folder, durability: 'off' });
  expect(opened.describe).toBe(`private PostgreSQL 18.4 in ${folder}`);
  const other = await openStore({ dataDir: folder, database: 'demo "1"', durability: 'off' });
  const { rows } = await sql`select current_database() as name`.execute(other.db);
  expect(rows).toEqual([{ name: 'demo "1"' }]);
  await opened.close();
  await other.close();
  expect(await postmasterOf(folder)).toBeNull();
});
