/** What the ledger says of a run that failed (I11). */
import { expect, test } from 'vitest';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { listRuns } from '../../src/store/runs.ts';
import { openTestAccount } from '../world/account.ts';

const now = Date.parse('2026-06-15T12:00:00Z');

test('a run that fails in the write-back has in the ledger what it wrote before', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 120, seed: 4, now, otherCompanies: 0 });
  const faults = ['unauthorized:route=/companies/batch/update,from=2'];
  const account = await openTestAccount(seed, now, { faults });
  try {
    await expect(account.run()).rejects.toThrow(/token/);
    const written = [...account.shown().values()].filter((values) => values['rekindle_status'] !== undefined);
    expect(written).toHaveLength(100);
    const [run] = await listRuns(account.database.store.db, 1);
    expect(run).toMatchObject({ outcome: 'failed', summary: { publish: { changed: 100, failed: 0 } } });
    expect(run?.summary?.publish.requests).toBeGreaterThan(0);
  } finally {
    await account.close();
  }
});

test('a run that fails in the sync has in the ledger how many requests it made', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 120, seed: 4, now, otherCompanies: 0 });
  const account = await openTestAccount(seed, now, {
    faults: ['unauthorized:route=/objects/2026-09/deals/batch/read'],
  });
  try {
    await expect(account.run()).rejects.toThrow(/token/);
    const [run] = await listRuns(account.database.store.db, 1);
    expect(run?.outcome).toBe('failed');
    expect(run?.summary?.sync.requests.byRoute).toMatchObject({
      'POST /crm/objects/2026-09/companies/search': 1,
      // Four batches of deals are asked for at once.
      'POST /crm/objects/2026-09/deals/batch/read': 4,
    });
  } finally {
    await account.close();
  }
});

test('only a run that the brake stopped can be approved, and nothing is read for any other', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 10, seed: 4, now, otherCompanies: 0 });
  const account = await openTestAccount(seed, now);
  try {
    await account.run();
    const [run] = await listRuns(account.database.store.db, 1);
    const requests = account.sandbox.requests().length;
    await expect(account.run({ approve: run?.runId ?? '' })).rejects.toThrow(/nothing to approve/);
    await expect(account.run({ approve: 'unheard-of' })).rejects.toThrow(/nothing to approve/);
    expect(account.sandbox.requests()).toHaveLength(requests);
  } finally {
    await account.close();
  }
});
