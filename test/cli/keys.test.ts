/** API keys from the command line, as whoever runs the server meets them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSecretOf } from '../../src/intake/rest-key.ts';
import { readKey } from '../../src/store/api-keys.ts';
import { readAudit } from '../../src/store/settings-audit.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { rekindle } from './command.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
const keys = (...words: string[]) => rekindle(['keys', ...words], { DATABASE_URL: database.url });

test('a key is made, listed without its secret, and revoked, and the log says by whom', async () => {
  const made = await keys('create', 'partner-portal', '--name', 'Portal sync');
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot show it again') as string });
  // Nothing but the key, so that it can be passed on to where it belongs.
  const secret = made.stdout.trim();
  expect(secret).toMatch(/^rk_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
  const [start, id] = [secret.slice(0, 11), secret.slice(3, 11)];
  const kept = await readKey(database.store.db, id);
  expect(kept !== null && isSecretOf(secret, kept.secretHash)).toBe(true);

  const listed = await keys('list');
  for (const words of [start, 'partner-portal', 'Portal sync', 'never', 'valid'])
    expect(listed.stdout).toContain(words);
  expect(await keys('revoke', start)).toMatchObject({ code: 0 });
  const after = await keys('list', '--json');
  expect(JSON.parse(after.stdout)).toMatchObject([
    { id, start, source: 'partner-portal', revokedAt: expect.any(String) as string },
  ]);
  expect(listed.stdout + after.stdout).not.toContain(secret.slice(12));
  expect(await readAudit(database.store.db, 10)).toMatchObject([
    { action: 'key_revoked', userId: null, note: `${start} “Portal sync” for partner-portal` },
    { action: 'key_created', userId: null },
  ]);
});

test.each<[string, string[], RegExp]>([
  ['a source of another form', ['create', 'Partner Portal', '--name', 'x'], /needs a short name/],
  ['no name', ['create', 'shop'], /--name/],
  ['a key that never was', ['revoke', 'rk_AAAAAAAA'], /There is no such key/],
])('%s ends with 2 and what to do', async (_, words, told) => {
  const { code, stderr } = await keys(...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(told);
});
