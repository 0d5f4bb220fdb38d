/** `writeBack: false`: everything is read and judged, and no company property changes. */
import { afterEach, expect, test } from 'vitest';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { addHints } from '../../src/store/hints.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import {
  createTinyPortal,
  tinyCompanies,
  tinyNow,
  tinyPartnerIds,
  tinySettings,
} from '../world/tiny-portal.ts';

let account: TestAccount;
afterEach(() => account.close());

const statuses = (): number =>
  [...account.shown().values()].filter((values) => 'rekindle_status' in values).length;

async function follow(companyId: string): Promise<void> {
  const { store } = account.database;
  await addHints(store.db, [{ type: 'company', recordId: companyId }], {
    now: account.sandbox.now(),
    limit: 10,
  });
  await performRefresh({
    store,
    hubspot: account.hubspot,
    clock: () => account.sandbox.now(),
    signal: new AbortController().signal,
  });
}

test('without it runs and webhooks judge and write nothing; with it again the next run writes everything', async () => {
  account = await openTestAccount(createTinyPortal(), tinyNow);
  await account.save({ ...tinySettings, writeBack: false });
  account.writes();
  const { summary, warnings } = await account.run();
  expect(summary).toMatchObject({ outcome: 'ok', assess: { assessed: tinyPartnerIds.length } });
  expect(warnings).toContain(
    `Nothing was written to HubSpot, as the settings say (writeBack): ${tinyPartnerIds.length} partners would have been.`,
  );
  account.sandbox.mutate({
    do: 'edit',
    type: 'company',
    id: tinyCompanies.silent,
    properties: { partner_tier: 'gold' },
  });
  await follow(tinyCompanies.silent);
  expect(account.writes()).toBe(0);
  expect(statuses()).toBe(0);
  expect(await readVerdict(account.database.store.db, tinyCompanies.silent)).not.toBeNull();

  await account.save(tinySettings);
  await account.run();
  expect(statuses()).toBe(tinyPartnerIds.length);
});
