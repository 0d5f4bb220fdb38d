/** What the ledger says of a run that failed (I11). */
import { expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { savePublishFailures, readPublishFailures } from '../../src/store/publishing.ts';
import { finishRun, listRuns, startRun } from '../../src/store/runs.ts';
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

test('a run that ends well forgets the refreshes of more than thirty days ago, and no run', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 10, seed: 4, now, otherCompanies: 0 });
  const account = await openTestAccount(seed, now);
  const { db } = account.database.store;
  const remember = async (runId: string, kind: string, days: number): Promise<void> => {
    const at = now - days * millisecondsPerDay;
    await startRun(db, { runId, kind, trigger: 'webhook', now: at, asOf: at, settingsVersion: 1, fence: 0 });
    const ended = { outcome: 'ok', now: at, summary: null, error: null, nextAction: null } as const;
    await finishRun(db, runId, ended);
    await savePublishFailures(db, runId, [{ id: '1', category: 'ANY', message: 'No.' }]);
  };
  const remembered = async (): Promise<string[]> => {
    const runs = await listRuns(db, 9);
    return runs.map(({ runId }) => runId).filter((id) => /^(old|new)/.test(id));
  };
  try {
    await remember('old refresh', 'refresh', 31);
    await remember('new refresh', 'refresh', 29);
    await remember('old run', 'run', 31);
    await account.run({ kind: 'sync' });
    await account.run({ dryRun: true });
    expect(await remembered()).toEqual(['new refresh', 'old refresh', 'old run']);
    await account.run();
    expect(await remembered()).toEqual(['new refresh', 'old run']);
    expect(await readPublishFailures(db, 'old refresh')).toEqual([]);
    expect(await readPublishFailures(db, 'new refresh')).toHaveLength(1);
  } finally {
    await account.close();
  }
});
