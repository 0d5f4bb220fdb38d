/** `report`: what a person can do this week, rather than everything that would be worth doing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { rekindle } from './command.ts';

const now = Date.UTC(2026, 5, 30, 4);
const capacityPerOwner = 2;
const made = createProgramme({ programme: 'reseller', partners: 60, seed: 4, now, otherCompanies: 5 });
const seed = { ...made, settings: { ...made.settings, capacityPerOwner } };
let account: TestAccount;
beforeAll(async () => {
  account = await openTestAccount(seed, now);
  await account.run();
});
afterAll(() => account.close());

type Report = {
  readonly calls: readonly { readonly companyId: string }[];
  readonly weeks: readonly {
    readonly ownerId: string | null;
    readonly owner: string | null;
    readonly thisWeek: readonly { readonly companyId: string; readonly name: string }[];
    readonly waiting: number;
  }[];
};

async function report(...words: string[]): Promise<string> {
  const { code, stdout } = await rekindle(['report', ...words], { DATABASE_URL: account.database.url });
  expect(code).toBe(0);
  return stdout;
}

test("every owner's week holds as many partners as they can take care of, and says how many wait", async () => {
  const { weeks, calls } = JSON.parse(await report('--json')) as Report;
  expect(weeks.length).toBeGreaterThan(2);
  expect(weeks.some(({ waiting }) => waiting > 0)).toBe(true);
  for (const { thisWeek, waiting } of weeks) {
    expect(thisWeek.length).toBe(
      waiting > 0 ? capacityPerOwner : Math.min(thisWeek.length, capacityPerOwner),
    );
  }
  // The one most worth a call stands in somebody's week.
  expect(weeks[0]?.thisWeek[0]?.companyId).toBe(calls[0]?.companyId);
  const owned = new Set(seed.owners.map(({ id }) => id));
  expect(weeks.every(({ ownerId }) => ownerId === null || owned.has(ownerId))).toBe(true);
});

test('for people, it names the partners of the week, and what nobody owns', async () => {
  const { weeks } = JSON.parse(await report('--json')) as Report;
  const text = await report();
  expect(text).toContain('This week, by owner (2 partners each');
  for (const { thisWeek } of weeks) for (const { name } of thisWeek) expect(text).toContain(name);
  expect(weeks.some(({ ownerId }) => ownerId === null)).toBe(text.includes('nobody: name an owner'));
});
