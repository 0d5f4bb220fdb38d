/** What is kept for a while, and what goes when it is over. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { forgetWhatIsOver } from '../../src/jobs/forget.ts';
import type { Source } from '../../src/model/activity.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { receivedBefore, rememberReceived } from '../../src/store/received.ts';
import { keepRefusal, readRefusal } from '../../src/store/workflow-refusals.ts';
import { freshStore } from '../store/fresh.ts';
import { noon } from '../store/samples.ts';

const store = freshStore();
const days = (count: number): number => count * millisecondsPerDay;

test('the name of a batch goes after seven days, also of a source that has sent nothing since', async () => {
  const { db } = store();
  const remember = (source: Source, requestKey: string, at: number): Promise<void> =>
    rememberReceived(db, source, { requestKey, fingerprint: 'f' }, at);
  await remember('rest:quiet', 'old', noon - days(7) - 1);
  await remember('rest:busy', 'old', noon - days(7) - 1);
  await remember('rest:busy', 'young', noon - days(7));
  await forgetWhatIsOver(db, noon);
  const { rows } = await sql`select source, request_key from received_batch`.execute(db);
  expect(rows).toEqual([{ source: 'rest:busy', request_key: 'young' }]);
  expect(await receivedBefore(db, 'rest:busy', 'young', noon)).toBe('f');
});

test('what a workflow was refused, or asked too early, goes a year after it asked first', async () => {
  const { db } = store();
  const keep = (key: string, askedAt: number, sentence: string | null): Promise<void> =>
    keepRefusal(db, { key, partnerId: 'A', askedAt, sentence });
  await keep('old refusal', noon - days(365) - 1, 'No.');
  await keep('old delay', noon - days(365) - 1, null);
  await keep('refusal', noon - days(365), 'No.');
  await keep('delay', noon - days(365), null);
  await forgetWhatIsOver(db, noon);
  const left = ['old refusal', 'old delay', 'refusal', 'delay'].map((key) => readRefusal(db, key));
  expect(await Promise.all(left)).toEqual([
    null,
    null,
    { askedAt: noon - days(365), sentence: 'No.' },
    { askedAt: noon - days(365), sentence: null },
  ]);
});
