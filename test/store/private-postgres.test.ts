import {
  chmod,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { enterOrStart } from '../../src/store/private/entry.ts';
import { choosePlace } from '../../src/store/private/place.ts';
import { startPrivatePostgres } from '../../src/store/private-postgres.ts';
import type { PrivateConnection } from '../../src/store/private-postgres.ts';
import { hold, postmasterOf, temporaryFolder } from './processes/holder.ts';

const isRoot = process.getuid?.() === 0;

async function start(dataDir: string, durability: 'on' | 'off' = 'off') {
  const server = await startPrivatePostgres({ dataDir, durability });
  onTestFinished(async () => await server.stopIfUnused());
  return server;
}

async function query(connection: PrivateConnection, text: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function timesStarted(dataDir: string): Promise<number> {
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  return log.split('database system is ready to accept connections').length - 1;
}

test('of four commands that start at the same moment one starts the server, and all use it', async () => {
  const dataDir = join(await temporaryFolder(), 'not', 'there', 'yet');
  const holders = await Promise.all([1, 2, 3, 4].map(() => hold(dataDir)));
  for (const { connection } of holders)
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await timesStarted(dataDir)).toBe(1);
  await Promise.all(holders.map(({ leave }) => leave()));
  expect(await postmasterOf(dataDir)).toBeNull();
  expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log', 'socket']);
});

test('the server stays as long as anybody uses it, and the last one out stops it', async () => {
  const dataDir = await temporaryFolder();
  const server = await start(dataDir);
  const other = await hold(dataDir);
  await server.stopIfUnused();
  expect(await query(other.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await other.leave();
  expect(await postmasterOf(dataDir)).toBeNull();
});

test("somebody else's tool counts as a user too", async () => {
  const dataDir = await temporaryFolder();
  const server = await start(dataDir);
  const client = new pg.Client(server.connection('postgres'));
  await client.connect();
  await server.stopIfUnused();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  await (await start(dataDir)).stopIfUnused();
  expect(await postmasterOf(dataDir)).toBeNull();
});

test('commands that come and go at the same moments never pull the server from under one another', async () => {
  const dataDir = await temporaryFolder();
  const comeAndGo = async () => {
    for (let round = 0; round < 4; round += 1) {
      const server = await startPrivatePostgres({ dataDir, durability: 'off' });
      expect(await query(server.connection('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
      await server.stopIfUnused();
    }
  };
  await Promise.all([comeAndGo(), comeAndGo(), comeAndGo()]);
  expect(await postmasterOf(dataDir)).toBeNull();
});

test('a server that a killed command left behind is adopted, and nothing committed is lost', async () => {
  const dataDir = await temporaryFolder();
  const killed = await hold(dataDir);
  await query(killed.connection, 'create table kept as select generate_series(1, 100) as n');
  const postmaster = await postmasterOf(dataDir);
  await killed.kill();

  const server = await start(dataDir);
  expect(await postmasterOf(dataDir)).toBe(postmaster);
  expect(await query(server.connection('postgres'), 'select count(*)::int as n from kept')).toEqual([
    { n: 100 },
  ]);
  await server.stopIfUnused();
  expect(await postmasterOf(dataDir)).toBeNull();
});

test('a server that crashed is started again, also under a command that was using it, and nothing committed is lost', async () => {
  const dataDir = await temporaryFolder();
  const server = await start(dataDir, 'on');
  await query(server.connection('postgres'), 'create table kept (n int)');
  const crashed = await postmasterOf(dataDir);
  process.kill(crashed ?? 0, 'SIGKILL');

  const next = await start(dataDir);
  expect(await postmasterOf(dataDir)).not.toBe(crashed);
  expect(await query(next.connection('postgres'), 'select * from kept')).toEqual([]);
  await next.stopIfUnused();
  await server.stopIfUnused();
  expect(await postmasterOf(dataDir)).toBeNull();
});

test('a crash while the cluster was being made leaves nothing that the next start stumbles over', async () => {
  const dataDir = await temporaryFolder();
  const unfinished = join(dataDir, 'postgres.new-999999999-abc');
  await mkdir(unfinished);
  await writeFile(join(unfinished, 'PG_VERSION'), '18\n');
  await start(dataDir);
  expect(await readdir(dataDir)).not.toContain('postgres.new-999999999-abc');
});

test('after a restart of the machine, the lock of a server whose number now belongs to another process is ignored', async () => {
  const dataDir = await temporaryFolder();
  const first = await start(dataDir);
  await first.stopIfUnused();
  await writeFile(
    join(dataDir, 'postgres', 'postmaster.pid'),
    `${process.pid}\n${dataDir}/postgres\n1\n5432\n\n\n`,
  );
  const second = await start(dataDir);
  expect(await query(second.connection('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('after a power cut, an empty lock is ignored', async () => {
  const dataDir = await temporaryFolder();
  await (await start(dataDir)).stopIfUnused();
  const lock = join(dataDir, 'postgres', 'postmaster.pid');
  await writeFile(lock, '');
  await utimes(lock, 0, 0);
  const second = await start(dataDir);
  expect(await query(second.connection('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a path too long for a socket has its socket elsewhere, and every command finds it there', async () => {
  const dataDir = join(await temporaryFolder(), 'x'.repeat(120));
  const first = await start(dataDir);
  const { host } = first.connection('postgres');
  expect(host.startsWith(dataDir)).toBe(false);
  onTestFinished(async () => await rm(host, { recursive: true, force: true }));
  // Another temporary folder: the running server itself tells where it listens.
  const other = await hold(dataDir, { env: { TMPDIR: await temporaryFolder(0o777) } });
  expect(other.connection.host).toBe(host);
  await other.leave();
});

test('through a link or by its own name, a folder is one and the same', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data'));
  await symlink(join(folder, 'data'), join(folder, 'link'));
  const direct = await start(join(folder, 'data'));
  const linked = await start(join(folder, 'link'));
  expect(linked.connection('postgres')).toEqual(direct.connection('postgres'));
  await linked.stopIfUnused();
  await direct.stopIfUnused();
  expect(await postmasterOf(join(folder, 'data'))).toBeNull();
});

test('nobody but its own user reaches the socket, and it listens on nothing else', async () => {
  const dataDir = await temporaryFolder();
  const server = await start(dataDir);
  const connection = server.connection('postgres');
  expect((await stat(connection.host)).mode & 0o777).toBe(0o700);
  expect(await query(connection, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
});

const asks = 'REKINDLE_DATA_DIR';

test('a data folder that is a file gets one sentence', async () => {
  const file = join(await temporaryFolder(), 'data');
  await writeFile(file, 'not a folder');
  await expect(start(file)).rejects.toThrow(`${file} cannot be used: a file of that name is in the way`);
  await expect(start(join(file, 'below'))).rejects.toThrow(/a part of the path is a file.*REKINDLE_DATA_DIR/);
  expect(await readFile(file, 'utf8')).toBe('not a folder');
});

test('data that are not ours are left alone', async () => {
  const dataDir = await temporaryFolder();
  await mkdir(join(dataDir, 'postgres'));
  await writeFile(join(dataDir, 'postgres', 'diary.txt'), 'dear diary');
  await expect(start(dataDir)).rejects.toThrow(/is in the way: it is not the data of a PostgreSQL server/);
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start(dataDir)).rejects.toThrow(/was written by PostgreSQL 17; npm now brings PostgreSQL 18/);
  expect(await readFile(join(dataDir, 'postgres', 'diary.txt'), 'utf8')).toBe('dear diary');
});

test('a server that cannot start says why, in its own words', async () => {
  const dataDir = await temporaryFolder();
  await (await start(dataDir)).stopIfUnused();
  await rename(join(dataDir, 'postgres', 'global'), join(dataDir, 'global'));
  const failure = start(dataDir);
  await expect(failure).rejects.toThrow(/does not start. It says: ".*global\/pg_control.*"/);
  await expect(failure).rejects.toThrow(asks);
});

test.runIf(isRoot)(
  'root runs the server as an unprivileged user, and goes on with what another user began',
  async () => {
    const dataDir = await temporaryFolder();
    const server = await start(dataDir);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(65_534);
    expect((await stat(`/proc/${await postmasterOf(dataDir)}`)).uid).toBe(65_534);
    await expect(hold(dataDir, { uid: 1, gid: 1 })).rejects.toThrow(
      /belongs to another user|may not write there/,
    );
    await server.stopIfUnused();

    const user = { uid: 1, gid: 1 };
    const own = await temporaryFolder(0o777);
    await (await hold(join(own, 'data'), user)).leave();
    const asRoot = await start(join(own, 'data'));
    expect((await stat(`/proc/${await postmasterOf(join(own, 'data'))}`)).uid).toBe(1);
    const besideRoot = await hold(join(own, 'data'), user);
    await asRoot.stopIfUnused();
    await besideRoot.leave();
    expect(await postmasterOf(join(own, 'data'))).toBeNull();
  },
);

test.runIf(isRoot)('a folder where this user may not write gets one sentence', async () => {
  const dataDir = join(await temporaryFolder(), 'data');
  await expect(hold(dataDir, { uid: 1, gid: 1 })).rejects.toThrow(
    `RekindleError: The data folder ${dataDir} cannot be used: this user may not write there.`,
  );
});

test.runIf(isRoot)(
  "root's data folder in a home closed to others keeps its cluster elsewhere, and finds it again",
  async () => {
    const home = await temporaryFolder(0o700);
    const dataDir = join(home, 'data');
    const first = await start(dataDir);
    const place = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim();
    onTestFinished(async () => await rm(place, { recursive: true, force: true }));
    expect(place).toMatch(/^\/var\/lib\/rekindle\/[0-9a-f]{16}$/);
    expect(await readFile(join(place, 'data-folder'), 'utf8')).toBe(`${dataDir}\n`);
    await query(first.connection('postgres'), 'create table kept (n int)');
    await first.stopIfUnused();

    const moved = join(home, 'moved');
    await rename(dataDir, moved);
    const second = await start(moved);
    expect(await query(second.connection('postgres'), 'select * from kept')).toEqual([]);
    await second.stopIfUnused();

    await rm(place, { recursive: true });
    await expect(start(moved)).rejects.toThrow(`The private database lay in ${place}`);
  },
);

test.runIf(isRoot)('a home that is closed later does not make the next start begin anew', async () => {
  const home = await temporaryFolder();
  const dataDir = join(home, 'data');
  await (await start(dataDir)).stopIfUnused();
  await chmod(home, 0o700);
  await expect(start(dataDir)).rejects.toThrow(/cannot enter .*any more.*chmod o\+x/);
  await chmod(home, 0o755);
  await (await start(dataDir)).stopIfUnused();
});

const neverLaunch = async () => await Promise.reject(new Error('there is a server already'));

test('a server that does not answer is not waited for for ever', async () => {
  const dataDir = await temporaryFolder();
  const server = await hold(dataDir);
  const postmaster = (await postmasterOf(dataDir)) ?? 0;
  process.kill(postmaster, 'SIGSTOP');
  try {
    const entry = enterOrStart(await choosePlace(dataDir), neverLaunch, 1);
    await expect(entry).rejects.toThrow(/runs but does not answer/);
  } finally {
    process.kill(postmaster, 'SIGCONT');
  }
  await server.leave();
});

test('a command can leave a server that has just crashed', async () => {
  const dataDir = await temporaryFolder();
  const server = await start(dataDir);
  process.kill((await postmasterOf(dataDir)) ?? 0, 'SIGKILL');
  await server.stopIfUnused();
  await (await start(dataDir)).stopIfUnused();
  expect(await postmasterOf(dataDir)).toBeNull();
});
