/** What a sync may claim, and what it must not make of an interrupted or a refused one (I1, I4, I5). */
import { afterEach, describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { BrakeError } from '../../src/publish/publish.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { factsOf, factsOfAccount, stateOf } from '../faults/state.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const opened: TestAccount[] = [];

async function open(seed: PortalSeed, at = now, options = {}): Promise<TestAccount> {
  const account = await openTestAccount(seed, at, options);
  opened.push(account);
  return account;
}

afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

function setType(account: TestAccount, ids: readonly string[], type: string): void {
  for (const id of ids) account.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { type } });
}

function partnerIds(seed: PortalSeed): string[] {
  return seed.truth.map(({ companyId }) => companyId).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

function dealsKnownUpTo(account: TestAccount): Promise<number | null | undefined> {
  return readSourceStates(account.database.store.db).then(
    (states) => states.find(({ source }) => source === 'hubspot.deals')?.completeUpTo,
  );
}

test('after a refused collapse the next sync looks for every partner again, so that none is taken for gone', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 450, seed: 2, now, otherCompanies: 0 });
  const account = await open(seed);
  await account.run({ kind: 'sync' });
  // A page holds 200: the first page of the broken answer spans the ids of 400 partners.
  const unmarked = partnerIds(seed).filter((_, index) => (index < 400 ? index % 2 === 1 : index < 430));
  setType(account, unmarked, 'PROSPECT');
  account.sandbox.setClock(() => now + 3_600_000);
  await expect(account.run({ kind: 'sync' })).rejects.toThrow(/only 220 of 450/);
  setType(account, unmarked, 'PARTNER');
  expect((await account.run({ kind: 'sync' })).summary.sync.partners).toBe(450);
});

test('many partners that leave at once need a yes before what they show is cleared', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 150, seed: 2, now, otherCompanies: 0 });
  const account = await open(seed);
  await account.run();
  account.writes();
  setType(account, partnerIds(seed).slice(0, 60), 'PROSPECT');
  await expect(account.run()).rejects.toThrow(BrakeError);
  expect(account.writes()).toBe(0);
});

test('looking ahead claims no knowledge of the future', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  await account.run({ dryRun: true, asOf: tinyNow + 365 * millisecondsPerDay });
  expect(await dealsKnownUpTo(account)).toBe(tinyNow);
});

async function interrupted(): Promise<TestAccount> {
  const seed = createProgramme({ programme: 'reseller', partners: 60, seed: 5, now });
  const account = await open(seed, now, { faults: ['unauthorized:from=25,count=1'] });
  await expect(account.run()).rejects.toThrow(/token/);
  account.sandbox.clearFaults();
  account.sandbox.setClock(() => now + millisecondsPerDay / 2);
  return account;
}

describe('a full sync that is resumed half a day later', () => {
  test('knows what happened meanwhile, and shows nothing on a company that was merged away', async () => {
    const account = await interrupted();
    const [one = '', other = '', third = ''] = partnerIds(account.sandbox.seed);
    account.sandbox.mutate({ do: 'merge', type: 'company', primaryId: one, mergedId: other });
    setType(account, [third], 'PROSPECT');
    const { summary } = await account.run();
    expect(summary).toMatchObject({ outcome: 'ok', sync: { mode: 'full', partners: 58 } });
    expect(factsOf(await stateOf(account))).toEqual(factsOfAccount(account.sandbox));
    expect(await dealsKnownUpTo(account)).toBe(now + millisecondsPerDay / 2);
  });

  test('knows HubSpot as of when it began, should nothing follow it', async () => {
    const account = await interrupted();
    account.sandbox.addFault('unauthorized:route=/companies/search');
    await expect(account.run()).rejects.toThrow(/token/);
    expect(await dealsKnownUpTo(account)).toBe(now);
  });
});
