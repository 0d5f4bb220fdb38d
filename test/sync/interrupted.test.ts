/** What a sync that did not end, or could not read everything, leaves to the ones after it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import { stateOf } from '../faults/state.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

const opened: TestAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function openAndRun(seed: PortalSeed = createTinyPortal()): Promise<TestAccount> {
  const account = await openTestAccount(seed, tinyNow);
  opened.push(account);
  await account.run();
  return account;
}

const hour = 3_600_000;
const { silent } = tinyCompanies;

function advance({ sandbox }: TestAccount, durationMs: number): void {
  sandbox.mutate({ do: 'advanceClock', durationMs });
}

function associate(company: string, toType: 'deal' | 'email', toId: string): Mutation {
  return { do: 'associate', fromType: 'company', fromId: company, toType, toId };
}

/** What is known equals what reading everything again makes known. */
async function expectNothingMissed(account: TestAccount): Promise<void> {
  const { tables } = await stateOf(account);
  await account.run({ full: true });
  const { tables: everything } = await stateOf(account);
  for (const name of ['link', 'deal', 'engagement', 'activity']) {
    expect([name, tables[name]]).toEqual([name, everything[name]]);
  }
}

describe('a record that is known already, linked to one more partner', () => {
  test('while a sync was cut off before it read the record: the next one, which begins anew, reads it', async () => {
    const account = await openAndRun();
    advance(account, 24 * hour);
    account.sandbox.mutate(associate(silent, 'deal', '202'));
    account.sandbox.addFault('unauthorized:route=/objects/2026-09/deals/batch/read');
    await expect(account.run()).rejects.toThrow(/token/);
    account.sandbox.clearFaults();
    advance(account, 24 * hour);
    await account.run();
    await expectNothingMissed(account);
  });

  test('while HubSpot did not let us read the record: the next sync that may reads it', async () => {
    const account = await openAndRun();
    advance(account, 24 * hour);
    account.sandbox.mutate(associate(silent, 'email', '311'));
    account.sandbox.addFault('forbidden:route=/objects/2026-09/emails/');
    expect((await account.run()).warnings).toHaveLength(1);
    account.sandbox.clearFaults();
    advance(account, 24 * hour);
    await account.run();
    await expectNothingMissed(account);
  });
});

describe('a type whose links may be read and whose records may not', () => {
  test('is unknown, as if its links could not be read either', async () => {
    const account = await openAndRun();
    account.sandbox.addFault('forbidden:route=/objects/2026-09/emails/');
    for (const sync of ['full', 'nightly'] as const) {
      advance(account, hour);
      expect((await account.run({ sync })).warnings).toHaveLength(1);
      const sources = await readSourceStates(account.database.store.db);
      expect(sources.filter(({ complete }) => !complete)).toMatchObject([{ source: 'hubspot.emails' }]);
    }
  });

  test('does not keep a second pass from the other types', async () => {
    const account = await openAndRun();
    advance(account, hour);
    account.sandbox.addFault('forbidden:route=/emails');
    await account.run();
    account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '901' } });
    advance(account, hour);
    const { summary } = await account.run({ sync: 'second_pass' });
    expect(summary).toMatchObject({ outcome: 'ok', sync: { mode: 'second_pass' } });
    const { tables } = await stateOf(account);
    expect(tables['deal']).toContainEqual(expect.objectContaining({ id: '202', amount: '901' }));
  });
});

test('records that HubSpot does not know any more, once their links are read, keep what they said until that is believed', async () => {
  const seed = createProgramme({
    programme: 'reseller',
    partners: 40,
    seed: 3,
    now: tinyNow,
    otherCompanies: 0,
  });
  const account = await openAndRun(seed);
  const { tables } = await stateOf(account);
  advance(account, hour);
  for (const { id } of seed.records.filter(({ type }) => type === 'deal')) {
    const mutation: Mutation = { do: 'delete', type: 'deal', id };
    account.sandbox.addFault(
      `change:n=1,route=/objects/2026-09/deals/batch/read,${JSON.stringify(mutation)}`,
    );
  }
  await expect(account.run({ full: true })).rejects.toThrow(/only 0 of \d+ known deals/);
  expect((await stateOf(account)).tables['activity']).toEqual(tables['activity']);
});

test('settings that are put back while a sync of others is interrupted have everything read again', async () => {
  const account = await openAndRun();
  advance(account, hour);
  const { settings } = account.sandbox.seed;
  const [line] = settings.mapping.deals;
  const deals = [{ pipelines: null, created: null, won: line?.won ?? null }];
  await account.save({ ...settings, mapping: { ...settings.mapping, deals } });
  account.sandbox.addFault('unauthorized:route=/objects/2026-09/meetings/batch/read');
  await expect(account.run()).rejects.toThrow(/token/);
  account.sandbox.clearFaults();
  await account.save(settings);
  advance(account, hour);
  expect((await account.run()).summary.sync).toMatchObject({ mode: 'full', differences: null });
  await expectNothingMissed(account);
});
