/** A tracking break takes many partners at once: one issue, and none of them is called worse for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dismissIssue } from '../../src/jobs/programme.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { openProgrammeIssues, programmeIssues } from '../../src/store/programme-issues.ts';
import { readVerdicts } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';

const now = Date.parse('2026-11-26T02:30:00Z');
const seed = createProgramme({ programme: 'reseller', partners: 240, seed: 7, now, otherCompanies: 20 });
const broken = seed.truth.filter(({ story }) => story === 'tracking_break').map(({ companyId }) => companyId);

let account: TestAccount;
beforeAll(async () => {
  account = await openTestAccount(seed, now);
});
afterAll(async () => await account.close());

test('the first run tells of the portal logins that ended on one day, and holds them against nobody', async () => {
  await account.run({ acceptFewerPartners: true });
  const { db } = account.database.store;
  const issues = await openProgrammeIssues(db);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.streams).toContainEqual({ source: 'hubspot.company_properties', kind: 'portal_login' });
  expect(issues[0]?.since).toBe('2026-09-27');
  expect(issues[0]?.partnerIds).toEqual(expect.arrayContaining(broken));

  const verdicts = await readVerdicts(db, broken);
  for (const id of broken) {
    const verdict = verdicts.get(id);
    expect(verdict?.stale).toBe(true);
    expect(verdict?.remark).toMatch(/^In doubt since 2026-09-27: no .*portal login.* \(programme issue 1\)/);
    expect(verdict?.unknowns.map(({ sentence }) => sentence)).toContain(
      'Portal logins could not be read completely since 2026-09-27, so silence there proves nothing.',
    );
    expect(verdict?.reasons.map(({ code }) => code)).not.toContain('portal_stopped');
  }
});

test('a second run on unchanged data writes nothing and keeps the issue', async () => {
  const before = await openProgrammeIssues(account.database.store.db);
  account.writes();
  await account.run();
  expect(account.writes()).toBe(0);
  expect(await openProgrammeIssues(account.database.store.db)).toEqual(before);
});

describe('a person who knows better', () => {
  test('dismisses it, and its partners are judged by their silence again', async () => {
    const { store } = account.database;
    const context = { store, now: account.sandbox.now(), signal: new AbortController().signal };
    const said = { by: 'ada', reason: 'They were told to log in elsewhere.' };
    expect(await dismissIssue(context, 1, said)).toBeGreaterThanOrEqual(broken.length);
    await expect(dismissIssue(context, 1, said)).rejects.toThrow('Programme issue 1 is over already');

    await account.run();
    expect(await openProgrammeIssues(store.db)).toEqual([]);
    const verdicts = [...(await readVerdicts(store.db, broken)).values()];
    expect(verdicts.filter(({ stale }) => stale)).toEqual([]);
    expect(verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain('portal_stopped');
  });

  test('is not asked again, on the nights that follow and by the next look at everybody', async () => {
    const { db } = account.database.store;
    for (const days of [1, 8]) {
      account.sandbox.mutate({ do: 'advanceClock', durationMs: days * millisecondsPerDay });
      await account.run();
    }
    expect(await openProgrammeIssues(db)).toEqual([]);
    expect(await programmeIssues(db, 10)).toHaveLength(1);
  });
});
