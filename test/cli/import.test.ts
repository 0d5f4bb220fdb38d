/** `import`: what becomes of a source whose file has rows that cannot be used, or comes under another name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Source } from '../../src/model/activity.ts';
import { countRows } from '../../src/store/activities.ts';
import { savePartners } from '../../src/store/partners.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { rekindle, type Finished } from './command.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'rekindle-'));
  await savePartners(
    database.store.db,
    's1',
    ['101', '102'].map((id) => partner(id)),
  );
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function imported(name: string, rows: readonly string[], ...words: string[]): Promise<Finished> {
  const path = join(folder, name);
  await writeFile(path, ['partner_id,occurred_at,kind,external_id', ...rows, ''].join('\n'));
  return await rekindle(['import', path, '--json', ...words], { DATABASE_URL: database.url });
}

async function sources(): Promise<Record<string, boolean>> {
  const states = await readSourceStates(database.store.db);
  return Object.fromEntries(states.map(({ source, complete }) => [source, complete]));
}

async function stored(): Promise<Record<string, number>> {
  const { db } = database.store;
  return Object.fromEntries(await countRows(db, Object.keys(await sources()) as Source[]));
}

const logins = ['101,2026-03-01,portal_login,', '102,2026-03-02T08:00:00Z,portal_login,'];
const mended = [...logins, '101,2026-03-09,portal_login,'];

test('a row of the future is named with what to do, and how its source becomes whole again is said', async () => {
  const { code, stderr } = await imported('portal.csv', [...logins, '101,2999-03-09,portal_login,']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /row 4: .*in the future .*; correct it, or leave the row out until it has happened\./,
  );
  expect(stderr).toContain(
    'Mend these rows or take them out, and import the whole file again with `--source portal`: until then csv:portal is incomplete, and its silence makes nobody inactive.',
  );
  expect(await sources()).toEqual({ 'csv:portal': false });
});

test('a file of which no row can be used tells nothing of a source', async () => {
  const { code, stderr } = await imported('new.csv', ['101,yesterday,portal_login,']);
  expect([code, stderr]).toEqual([1, expect.not.stringContaining('--source')]);
  expect(await sources()).toEqual({ 'csv:portal': false });
});

test.each([
  ['import', []],
  ['import --dry-run', ['--dry-run']],
])(
  '%s of a file that holds every row of an earlier one under another name waits until somebody says which source it is',
  async (_command, words) => {
    const { code, stderr, stdout } = await imported('portal, mended.csv', mended, ...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      'This file holds every row of the source csv:portal (2 rows), and nothing was stored. If it is that one again, renamed or mended, import it with `--source portal`; if it comes from another system, with `--source "portal, mended"`.',
    );
    expect(await stored()).toEqual({ 'csv:portal': 2 });
    expect(await sources()).toEqual({ 'csv:portal': false });
  },
);

test('said to be the earlier one, it makes that one whole and doubles nothing', async () => {
  const { code, stdout } = await imported('portal, mended.csv', mended, '--source', 'portal');
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ stored: 1, unchanged: 2 })]);
  expect(await stored()).toEqual({ 'csv:portal': 3 });
  expect(await sources()).toEqual({ 'csv:portal': true });
});

test('of several such sources the one is named of which it holds most', async () => {
  await imported('few.csv', logins.slice(0, 1), '--source', 'few');
  const { code, stderr } = await imported('portal-more.csv', [...mended, '102,2026-03-10,portal_login,']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('csv:portal (3 rows)')]);
});

test('a file that lacks a row, or has it at another time or of another partner, is a source of its own', async () => {
  await imported('orders.csv', ['101,2026-03-01,order,1', '102,2026-03-02,order,2'], '--source', 'orders');
  for (const [name, rows] of Object.entries({
    'other-day': ['101,2026-03-01,order,1', '102,2026-03-03,order,2'],
    'other-partner': ['101,2026-03-01,order,1', '101,2026-03-02,order,2'],
    lacking: ['101,2026-03-01,order,1'],
  })) {
    const { code, stderr } = await imported(`${name}.csv`, rows);
    expect([code, stderr]).toEqual([0, '']);
    expect(await stored()).toMatchObject({ [`csv:${name}`]: rows.length });
  }
});

test('a source that is named is what it is called, whatever its file holds', async () => {
  const { code, stderr } = await imported('portal-copy.csv', mended, '--source', 'erp');
  expect([code, stderr]).toEqual([0, '']);
  expect(await stored()).toMatchObject({ 'csv:portal': 3, 'csv:erp': 3 });
});
