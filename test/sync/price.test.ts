/** `sync --dry-run`: the plan and its price, before anything is read. */
import { expect, test } from 'vitest';
import { planText } from '../../src/cli/run-text.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { countKnown } from '../../src/store/partners.ts';
import { openTestAccount } from '../world/account.ts';

const now = Date.parse('2026-06-15T12:00:00Z');

test('the price that is shown before a sync is what it then costs, and showing it reads no record', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 180, seed: 8, now, otherCompanies: 20 });
  const account = await openTestAccount(seed, now);
  try {
    const plan = async () => (await account.run({ kind: 'sync', dryRun: true })).syncPlan;
    const cost = async () => (await account.run({ kind: 'sync' })).summary.sync.requests.total;

    const full = await plan();
    expect(full?.mode).toBe('full');
    expect(await countKnown(account.database.store.db)).toBe(0);
    const paid = await cost();
    expect(paid).toBeGreaterThan(20);
    // How many records hang on partners was estimated from the first of them, who are the oldest.
    expect(Math.abs(paid - (full?.requests.total ?? 0))).toBeLessThan(paid / 5);

    account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
    const nightly = await plan();
    expect(nightly?.mode).toBe('nightly');
    expect(await cost()).toBe(nightly?.requests.total);
  } finally {
    await account.close();
  }
});

test('a plan says in words what is read, how, and for how many requests', () => {
  const text = planText({
    mode: 'nightly',
    steps: [{ step: 'known partners', how: 'by id', lane: 'burst', requests: 12 }],
    requests: { total: 12, burst: 12, search: 0, associations: 0 },
    minimumSeconds: 0.2,
  });
  expect(text).toContain(
    'The next sync reads what changed: 12 requests (12 reads, 0 searches, 0 of associations), at least 1 s',
  );
  expect(text).toMatch(/known partners.*by id.*12/);
});
