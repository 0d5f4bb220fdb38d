/** `actions`: an administrator reads what people did to partners, and what they call wrong. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openActingAccount, type ActingAccount } from '../world/acting-account.ts';
import { tinyCompanies } from '../world/tiny-portal.ts';
import { rekindle } from './command.ts';

const { silent, dormant } = tinyCompanies;
let account: ActingAccount;
beforeAll(async () => {
  account = await openActingAccount();
  await account.run();
});
afterAll(() => account.close());

async function actions(...words: string[]): Promise<string> {
  const { code, stdout } = await rekindle(['actions', ...words], { DATABASE_URL: account.database.url });
  expect(code).toBe(0);
  return stdout;
}

test('says so before anybody has done anything', async () => {
  expect(await actions()).toContain('Nobody has done anything of the kind yet.');
});

test('tells who did what, and shows corrections with the words of whoever objects', async () => {
  await account.press({ companyId: silent, action: 'correct', because: 'They buy through a distributor.' });
  await account.press({ companyId: silent, action: 'log_outreach', way: 'call' });
  await account.execute('snooze-until', {
    object: { objectId: Number(dormant), objectType: 'COMPANY' },
    inputFields: { days: 30 },
  });
  const all = await actions();
  for (const words of ['ada@example.com', 'workflow 77', 'They buy through a distributor.', 'Call on ']) {
    expect(all).toContain(words);
  }
  const corrections = await actions('--only', 'correct');
  expect(corrections).toContain('They buy through a distributor.');
  expect(corrections).not.toContain('workflow 77');
  expect(await actions('--company', dormant)).not.toContain('ada@example.com');
  const [latest] = JSON.parse(await actions('--json', '--limit', '1')) as Record<string, unknown>[];
  expect(latest).toMatchObject({
    partnerId: dormant,
    action: 'snooze_until',
    evidence: { settingsVersion: 1 },
  });
});

test('an action that does not exist is named, with those that do', async () => {
  const { code, stderr } = await rekindle(['actions', '--only', 'delete'], {
    DATABASE_URL: account.database.url,
  });
  expect(code).toBe(2);
  expect(stderr).toContain('log_outreach');
});
