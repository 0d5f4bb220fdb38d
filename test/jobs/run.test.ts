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
