/** The whole loop under the eyes of HubSpot's published contract: ours, and the outside one where it is at hand. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { openOutsideJudge, type OutsideJudge } from '../contract/outside-judge.ts';
import { startJudge, type RunningJudge } from '../contract/proxy.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const seed = createProgramme({ programme: 'reseller', partners: 120, seed: 4, now });
let outside: OutsideJudge | null = null;
let judge: RunningJudge;
let account: TestAccount;

beforeAll(async () => {
  account = await openTestAccount(seed, now, {
    apiUrl: async (sandbox) => {
      outside = await openOutsideJudge(sandbox.url);
      judge = await startJudge({ upstream: outside?.url ?? sandbox.url });
      return judge.url;
    },
  });
  // Provision happened above; now a first run, an idle one, and one after deletes, merges and a poisoned batch.
  await account.run();
  await account.run();
  const [first, second, third] = seed.truth.map(({ companyId }) => companyId);
  account.sandbox.mutate({ do: 'delete', type: 'company', id: first ?? '' });
  account.sandbox.mutate({ do: 'merge', type: 'company', primaryId: second ?? '', mergedId: third ?? '' });
  account.sandbox.setClock(() => now + 40 * millisecondsPerDay);
  account.sandbox.addFault(`poison:id=${seed.truth[5]?.companyId ?? ''}`);
  await account.run();
});

afterAll(async () => {
  await account.close();
  await judge.close();
  await outside?.close();
});

test('neither what Rekindle asks nor what the sandbox answers departs from the contract', () => {
  expect(judge.violations()).toEqual([]);
  expect(Object.keys(judge.operations()).length).toBeGreaterThan(12);
});

test('the outside judge agrees', (context) => {
  if (outside === null) return context.skip('../shared/tools/hubspot-judge is not beside this checkout');
  expect(outside.judged()).toBeGreaterThan(100);
  expect(outside.violations()).toEqual([]);
});
