/** `doctor` as an administrator meets it: what it says of the quota and of changes that wait. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import { addHints } from '../../src/store/hints.ts';
import { addRequests, readRequests } from '../../src/store/request-days.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal } from '../world/tiny-portal.ts';
import { rekindle } from './command.ts';

const seed = createTinyPortal();
const today = dayOf(Date.now(), seed.timeZone);
let account: TestAccount;
beforeAll(async () => {
  account = await openTestAccount(seed, Date.now());
  await account.run();
});
afterAll(() => account.close());

type Finding = { readonly check: string; readonly state: string; readonly sentence: string };

async function findings(environment: Record<string, string> = {}): Promise<ReadonlyMap<string, Finding>> {
  const { stdout } = await rekindle(['doctor', '--json'], {
    DATABASE_URL: account.database.url,
    HUBSPOT_API_URL: account.sandbox.url,
    HUBSPOT_ACCESS_TOKEN: seed.accessToken,
    HUBSPOT_PORTAL_ID: seed.portalId,
    ...environment,
  });
  return new Map((JSON.parse(stdout) as Finding[]).map((finding) => [finding.check, finding]));
}

test('the quota line tells what all apps and Rekindle have used, and counts the requests of doctor itself', async () => {
  const { db } = account.database.store;
  const before = await readRequests(db, today);
  const found = await findings();
  expect(found.get('quota')).toMatchObject({
    state: 'ok',
    sentence: expect.stringMatching(
      /^\d+ of 625000 requests of today are used by all private apps together, \d+ of them by Rekindle, which may use 500000 \(quota\.dailyShare 80 %\)\.$/,
    ),
  });
  expect(await readRequests(db, today)).toBeGreaterThan(before + 5);
});

test('whoever asks when our share is used up is told so, and everything else is checked all the same', async () => {
  const { db } = account.database.store;
  await addRequests(db, today, 500_000);
  const found = await findings();
  await addRequests(db, today, -500_000);
  const quota = found.get('quota');
  expect(quota?.state).toBe('warn');
  expect(quota?.sentence).toContain('raise quota.dailyShare');
  expect([...found.values()].filter(({ state }) => state === 'fail')).toEqual([]);
});

test('changes that wait are counted, and those that wait for long are worth a look', async () => {
  const { db } = account.database.store;
  expect((await findings()).get('waiting changes')).toMatchObject({ state: 'ok', sentence: 'None.' });

  const told = Date.now() - 60_000;
  const tell = (recordId: string, now: number): Promise<boolean> =>
    addHints(db, [{ type: 'deal', recordId }], { now, limit: 10 });
  await tell('1', told);
  await tell('2', told + 1000);
  const waiting = (await findings()).get('waiting changes');
  expect(waiting?.state).toBe('ok');
  expect(waiting?.sentence).toContain(
    `2 records wait to be read again, the first since ${new Date(told).toISOString()}.`,
  );

  await tell('3', Date.now() - millisecondsPerDay);
  const late = (await findings()).get('waiting changes');
  expect(late?.state).toBe('warn');
  expect(late?.sentence).toContain('rekindle runs list --refreshes');
});

test('who may act at the card is told, and a list that names nobody is worth a look', async () => {
  expect((await findings()).get('acting')).toMatchObject({ state: 'ok' });
  const { state, sentence = '' } = (await findings({ REKINDLE_ACTORS: '' })).get('acting') ?? {};
  expect(state).toBe('warn');
  expect(sentence).toContain('REKINDLE_ACTORS is set and names nobody');
});
