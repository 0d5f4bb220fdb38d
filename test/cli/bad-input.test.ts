/** Bad input gets one clear sentence, the documented exit code, and nothing half-written. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { rekindle } from './command.ts';

const seed = createTinyPortal();
let sandbox: Sandbox;
let database: TestDatabase;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox({ seed, limits: 'off', clock: () => tinyNow });
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'rekindle-'));
  // Open to the user that runs the private PostgreSQL when we are root; else its data would lie elsewhere and stay.
  await chmod(folder, 0o755);
  await saveSettings(database.store.db, seed.settings, { note: '', author: 'test', now: tinyNow });
  environment = {
    DATABASE_URL: database.url,
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_ACCESS_TOKEN: seed.accessToken,
    HUBSPOT_CLIENT_SECRET: seed.clientSecret,
    HUBSPOT_PORTAL_ID: seed.portalId,
    PUBLIC_URL: 'https://rekindle.example',
  };
});

afterAll(async () => {
  await sandbox.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function takenPort(): Promise<{ port: number; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test.each<[string, string[], Record<string, string>, number, RegExp]>([
  ['a wrong token', ['run'], { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-wrong' }, 1, /token/i],
  ['no token', ['run'], { HUBSPOT_ACCESS_TOKEN: '' }, 2, /HUBSPOT_ACCESS_TOKEN is not set/],
  ['a remote API without TLS', ['run'], { HUBSPOT_API_URL: 'http://api.example.com' }, 2, /travel in clear/],
  [
    'an API address with a password',
    ['run'],
    { HUBSPOT_API_URL: 'https://me:canary@api.example.com' },
    2,
    /HUBSPOT_API_URL: must be an address alone, without a user name, a password, a query or a fragment\.$/m,
  ],
  ["another account's token", ['run'], { HUBSPOT_PORTAL_ID: '999' }, 1, /belongs to HubSpot account .* 999/],
  ['an unknown command', ['rin'], {}, 2, /unknown command 'rin'/],
  ['an unknown option', ['run', '--fast'], {}, 2, /unknown option '--fast'/],
  ['a day that does not exist', ['run', '--as-of', '2026-02-30'], {}, 2, /Use a date such as/],
  ['a port that is no number', ['runs', 'list'], { PORT: 'web' }, 2, /PORT: must be a port number/],
  ['a log level that does not exist', ['runs', 'list'], { LOG_LEVEL: 'loud' }, 2, /log level "loud"/],
  ['a public URL that is none', ['serve'], { PUBLIC_URL: 'example' }, 2, /PUBLIC_URL: must be a URL/],
  [
    'a secret file that is absent',
    ['run'],
    { HUBSPOT_ACCESS_TOKEN_FILE: '/nowhere/token' },
    2,
    /cannot be read/,
  ],
  ['a run that does not exist', ['runs', 'show', 'ffffffff'], {}, 2, /There is no run/],
  ['a map without events', ['demo', '--map', 'x.json'], {}, 2, /needs --events/],
  ['an unknown fault', ['sandbox', '--fault', 'meteor'], {}, 2, /no fault called "meteor"/],
  ['a CSV that is absent', ['import', '/nowhere.csv'], {}, 2, /does not exist/],
  [
    'a database that is not there',
    ['runs', 'list'],
    { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:9/x' },
    1,
    /DATABASE_URL/,
  ],
])('%s', async (_, words, changes, code, sentence) => {
  const before = sandbox.requests().length;
  const finished = await rekindle(words, { ...environment, ...changes });
  expect([finished.code, finished.stderr]).toEqual([code, expect.stringMatching(sentence)]);
  expect(finished.stderr).not.toMatch(/ {4}at .*\.ts|hunter2|pat-eu1-wrong/);
  const changing = sandbox
    .requests()
    .slice(before)
    .filter(({ method, route }) => method !== 'GET' && !/search|read/.test(route));
  expect(changing).toEqual([]);
});

test('an API that nobody answers for is named soon, with the variable to correct', async () => {
  const gone = await takenPort();
  gone.close();
  const finished = await rekindle(['run'], {
    ...environment,
    HUBSPOT_API_URL: `http://127.0.0.1:${gone.port}`,
  });
  expect([finished.code, finished.stderr]).toEqual([
    1,
    expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${gone.port}.*HUBSPOT_API_URL`, 's')),
  ]);
});

test('a missing scope is named, and nothing is written', async () => {
  const narrow = await startSandbox({
    seed,
    limits: 'off',
    clock: () => tinyNow,
    scopes: ['oauth', 'crm.objects.owners.read'],
  });
  const finished = await rekindle(['run'], { ...environment, HUBSPOT_API_URL: narrow.url });
  expect([finished.code, finished.stderr]).toEqual([
    1,
    expect.stringContaining('crm.objects.companies.read'),
  ]);
  expect(
    narrow.requests().filter(({ method, route }) => method !== 'GET' && !/search|read/.test(route)),
  ).toEqual([]);
  await narrow.close();
});

test('writing before the properties exist is refused with the command that makes them', async () => {
  const finished = await rekindle(['run'], environment);
  expect([finished.code, finished.stderr]).toEqual([1, expect.stringContaining('rekindle provision')]);
});

test('no partner found is refused with exit code 3', async () => {
  const empty = await startSandbox({
    seed: { ...seed, records: seed.records.filter(({ type }) => type !== 'company'), associations: [] },
    limits: 'off',
    clock: () => tinyNow,
  });
  const finished = await rekindle(['run'], { ...environment, HUBSPOT_API_URL: empty.url });
  expect([finished.code, finished.stderr]).toEqual([3, expect.stringContaining('0 partner companies')]);
  await empty.close();
});

test('rows of a CSV that cannot be read are named one by one, and the rest is stored', async () => {
  const csv = await file(
    'log.csv',
    'partner_id,occurred_at,kind,quantity\n101,2026-06-01,sale,1\n101,yesterday,sale,1\n',
  );
  const finished = await rekindle(['import', csv, '--json'], environment);
  expect([finished.code, finished.stderr]).toEqual([1, expect.stringMatching(/row 3.*yesterday/s)]);
  expect(JSON.parse(finished.stdout)).toMatchObject({ rows: 2, accepted: 1, rejected: 1 });
});

test.each([
  ['not JSON', '{'],
  ['a definition without rules', JSON.stringify({ ...seed.settings, rules: [] })],
  ['a window of no days', JSON.stringify(seed.settings).replace(/"windowDays":\d+/, '"windowDays":0')],
])(
  'settings that are %s are refused with exit code 2, and the old ones stay in force',
  async (_, content) => {
    const finished = await rekindle(['settings', 'save', await file('settings.json', content)], environment);
    expect([finished.code, finished.stderr]).toEqual([2, expect.stringContaining('settings.json')]);
    expect((await rekindle(['settings', 'show'], environment)).stdout).toContain('Settings version 1');
  },
);

test('a data folder that is a file', async () => {
  const path = await file('data', '');
  const finished = await rekindle(['runs', 'list'], { REKINDLE_DATA_DIR: path });
  expect([finished.code, finished.stderr]).toEqual([1, expect.stringContaining(path)]);
});

test('a port that is taken, for each command that listens', async () => {
  const taken = await takenPort();
  const port = String(taken.port);
  for (const words of [
    ['serve', '--port', port],
    ['sandbox', '--port', port],
  ]) {
    const finished = await rekindle(words, environment);
    expect([finished.code, finished.stderr]).toEqual([1, expect.stringContaining(port)]);
  }
  taken.close();
});
