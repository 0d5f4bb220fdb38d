/** `issues`: what fell silent at once is listed, and whoever knows better says so with a name and a reason. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireLease, releaseLease } from '../../src/store/lease.ts';
import { openProgrammeIssue, programmeIssues } from '../../src/store/programme-issues.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { rekindle, type Finished } from './command.ts';

const reason = 'The campaign ended.';
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());

async function issues(...words: string[]): Promise<Finished> {
  return await rekindle(['issues', ...words], { DATABASE_URL: database.url });
}

test('nothing is said of nothing', async () => {
  expect(await issues('list')).toMatchObject({
    code: 0,
    stdout: 'No group of partners ever fell silent at once.\n',
  });
});

test('an issue is listed with what to do about it', async () => {
  const finding = {
    cause: 'break',
    streams: [{ source: 'csv:awin', kind: 'click' }],
    group: { partnerType: null, region: null },
    partnerIds: null,
    since: '2026-03-03',
    partners: 41,
    expected: 38,
    observed: 0,
    sentence: 'Since 2026-03-03 no click came.',
  } as const;
  await openProgrammeIssue(database.store.db, finding, Date.parse('2026-03-10T02:00:00Z'));
  expect((await issues('list')).stdout).toMatch(
    /^1\. Since 2026-03-03 no click came\. Seen on 2026-03-10\. Look at the tracking/,
  );
  expect(JSON.parse((await issues('list', '--json')).stdout)).toMatchObject([{ id: 1, closed: null }]);
});

test.each([
  ['without a reason', ['1'], /required option '--reason/],
  ['with an empty reason', ['1', '--reason', ' '], /Write at least one word/],
  ['of an issue that never was', ['7', '--reason', reason], /There is no programme issue 7/],
  ['of no number', ['one', '--reason', reason], /Use a whole number/],
])('a dismissal %s changes nothing and says what is missing', async (_how, words, message) => {
  const finished = await issues('dismiss', ...words);
  expect(finished).toMatchObject({ code: 2, stdout: '' });
  expect(finished.stderr).toMatch(message);
  expect(await programmeIssues(database.store.db, 5)).toMatchObject([{ closed: null }]);
});

test('while a run judges by it, an issue is not dismissed', async () => {
  const lease = await acquireLease(database.store.db, 'run', { holder: 'elsewhere:1', ttlMs: 60_000 });
  const finished = await issues('dismiss', '1', '--reason', reason);
  expect(finished).toMatchObject({ code: 1, stdout: '' });
  expect(finished.stderr).toContain('Another run is in progress');
  if (lease !== null) await releaseLease(database.store.db, lease);
});

test('a dismissed issue says who and why, and cannot be dismissed again', async () => {
  const { stdout } = await issues('dismiss', '1', '--by', 'ada', '--reason', reason);
  expect(stdout).toContain(`Issue 1: dismissed by ada: ${reason}`);
  expect((await issues('list')).stdout).toContain(`dismissed by ada: ${reason}`);
  expect((await issues('dismiss', '1', '--reason', reason)).stderr).toContain('is over already');
  const closed = { because: 'dismissed', by: 'ada', reason };
  expect(await programmeIssues(database.store.db, 5)).toMatchObject([{ closed }]);
});
