/** `report`: what a person can do this week, rather than everything that would be worth doing. */
import { sql } from 'kysely';
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

const heading = 'What re-engaging brings';

/** Spells that opened 45 days ago; the first of them came back 10 days later. */
async function addSpells(lot: 'held_out' | 'compared', spells: number, returned: number): Promise<void> {
  await sql`
    insert into episode (partner_id, number, opened_at, closed_at, lot, share, opened_as, opened_because)
    select ${seed.truth[0]?.companyId ?? ''}, ${lot === 'held_out' ? 1000 : 2000}::int + number,
           now() - interval '45 days', case when number <= ${returned} then now() - interval '35 days' end,
           ${lot}, 0.1, 'at_risk', 'sales_stopped'
      from generate_series(1, ${spells}::int) as number`.execute(account.database.store.db);
}

test('of what re-engaging brings nothing is said while nobody is left alone, then since when it can be told, then how much', async () => {
  expect(await report()).not.toContain(heading);
  expect(JSON.parse(await report('--json'))).toMatchObject({ lift: [] });

  const { holdOut } = seed.settings;
  await account.save({ ...seed.settings, holdOut: { ...holdOut, share: 0.1 } });
  expect(await report()).toContain(`${heading}\nSome partners are left alone`);

  await addSpells('held_out', 31, 3);
  await addSpells('compared', 60, 30);
  const { db } = account.database.store;
  await sql`update episode set released_at = now() where number = 1031`.execute(db);
  const told = (await report()).split('\n\n').find((part) => part.startsWith(heading));
  expect(told?.split('\n')).toEqual([
    heading,
    expect.stringMatching(
      /^Back within 30 days: 30 of 60 \(50 %\) of the partners that could be approached, 3 of 30 \(10 %\) of those that were left alone\. Re-engaging brings back \+40 in 100 partners \(between \+\d+(\.\d)? and \+\d+(\.\d)? in 100, at 95 % confidence\)\.$/,
    ),
    '1 spell of partners that people acted on anyway is left out.',
  ]);
  expect(JSON.parse(await report('--json'))).toMatchObject({
    lift: [
      {
        days: 30,
        released: 1,
        all: { heldOut: { spells: 30, returned: 3 }, others: { spells: 60, returned: 30 } },
      },
    ],
  });
});
