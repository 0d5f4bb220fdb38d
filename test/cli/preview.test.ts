/** `preview`: an administrator sees what a definition would change before anybody else does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Preview } from '../../src/insight/preview.ts';
import type { Settings } from '../../src/model/settings.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { countByStatus } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { rekindle, type Finished } from './command.ts';

const now = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const seed = createProgramme({ programme: 'reseller', partners: 160, seed: 4, now });
const strict: Settings = {
  ...seed.settings,
  combination: 'any',
  rules: seed.settings.rules.map((rule) => ({ ...rule, windowDays: Math.ceil(rule.windowDays / 3) })),
};
let account: TestAccount;
let folder: string;
beforeAll(async () => {
  account = await openTestAccount(seed, now, { clock: Date.now });
  await account.run();
  folder = await mkdtemp(join(tmpdir(), 'rekindle-preview-'));
  await writeFile(join(folder, 'strict.json'), JSON.stringify(strict));
});
afterAll(async () => {
  await account.close();
  await rm(folder, { recursive: true, force: true });
});

async function preview(...words: string[]): Promise<Finished> {
  return await rekindle(['preview', '--settings', join(folder, 'strict.json'), ...words], {
    DATABASE_URL: account.database.url,
  });
}

/** What every table holds, as one number each. */
async function tables(): Promise<ReadonlyMap<string, string>> {
  const { db } = account.database.store;
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db);
  const sums = rows.map(async ({ name }) => {
    const { rows: sum } = await sql<{ sum: string }>`
      select md5(coalesce(string_agg(row::text, ' ' order by row::text), '')) as sum
        from ${sql.table(name)} as row`.execute(db);
    return [name, sum[0]?.sum ?? ''] as const;
  });
  return new Map(await Promise.all(sums));
}

test('shows what the run under the draft then does, status by status and property by property, and writes nothing', async () => {
  account.writes();
  const before = await tables();
  const finished = await preview('--json', '--limit', '500');
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  expect(await tables()).toEqual(before);
  expect(account.writes()).toBe(0);
  const shown = JSON.parse(finished.stdout) as Preview;
  expect(shown.before).toEqual(await countByStatus(account.database.store.db));
  expect(shown.moves).toBeGreaterThan(50);
  expect(shown.brake).toMatchObject({ stops: true, moves: shown.moves });
  expect(shown.changes).toHaveLength(shown.changing);
  const text = await preview();
  expect(text.stdout).toContain(`${shown.moves} would get another status`);
  expect(text.stdout).toContain('The brake would stop the first run under the draft');
  expect(text.stdout).toContain('rekindle_status');

  expect(shown.limits.join()).not.toContain('looked at anew');
  await account.save(strict);
  await expect(account.run({ kind: 'run' })).rejects.toThrow(/change status at once/);
  expect(await countByStatus(account.database.store.db)).toEqual(shown.after);
  await account.save(seed.settings);
  await account.run();
});

test('a definition whose preview was approved passes the brake once, and no other one does', async () => {
  const approved = await preview('--approve', '--json');
  expect(approved.stderr).toMatch(/^Approved: the first run under this draft may move \d+ statuses\./);
  const { properties, brake } = JSON.parse(approved.stdout) as Preview;
  await account.save(strict);
  const shownBefore = account.shown();
  await account.run();
  const moved = [...account.shown()].filter(
    ([id, values]) => values['rekindle_status'] !== shownBefore.get(id)?.['rekindle_status'],
  );
  expect(moved).toHaveLength(brake.moves);
  const reasons = [...account.shown()].filter(
    ([id, values]) => values['rekindle_primary_reason'] !== shownBefore.get(id)?.['rekindle_primary_reason'],
  );
  expect(reasons).toHaveLength(properties['rekindle_primary_reason'] ?? 0);

  await account.save({ ...seed.settings, graceDays: 1 });
  await expect(account.run()).rejects.toThrow(/change status at once/);
});

test('what moves because the programme has changed since it was looked at is not put down to the draft', async () => {
  const { db } = account.database.store;
  await sql`update programme_facts set facts = jsonb_set(facts::jsonb, '{histories}', '[1]')`.execute(db);
  const orders = { ...seed.settings, rules: seed.settings.rules.slice(0, 1) };
  await writeFile(join(folder, 'strict.json'), JSON.stringify(orders));
  expect((await preview()).stdout).toMatch(/potential and path also move by what happened since \d{4}-/);
});

test('what is wrong with a draft is said in sentences', async () => {
  const broken = join(folder, 'broken.json');
  await writeFile(broken, JSON.stringify({ ...strict, rules: [] }));
  const finished = await rekindle(['preview', '--settings', broken]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toContain('at least one rule is needed, or nobody can ever be judged');
});
