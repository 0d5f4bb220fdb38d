import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor, PartnerAction } from '../../src/model/partner-action.ts';
import { erasePartner } from '../../src/store/erase.ts';
import {
  beginRequest,
  claimNote,
  finishRequest,
  latestActions,
  readActions,
  readRequest,
  unclaimNote,
} from '../../src/store/partner-actions.ts';
import { readPartner, savePartners } from '../../src/store/partners.ts';
import type { Db } from '../../src/store/tables.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { partner } from './samples.ts';

const now = Date.UTC(2026, 5, 15, 12);
const actor: Actor = { from: 'card', userId: '77', email: 'ada@example.com' };

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await erasePartner(db, '1');
  await erasePartner(db, '2');
  await savePartners(db, 's', [partner('1'), partner('2')]);
});

async function record(
  key: string,
  action: PartnerAction,
  changes: { partnerId?: string; about?: string; excludedBecause?: string | null } = {},
): Promise<void> {
  const { partnerId = '1', about = 'snooze', excludedBecause } = changes;
  await beginRequest(db, { key, partnerId, fingerprint: 'f', plan: { some: 'plan' }, begunAt: now });
  await finishRequest(
    db,
    key,
    { state: 'done', sentence: `${key} is done.` },
    { partnerId, at: now, action, about, actor, evidence: null, sentence: `${key} is done.` },
    { written: null, judgeAnew: true, ...(excludedBecause === undefined ? {} : { excludedBecause }) },
  );
}

const snooze = { do: 'snooze_until', until: '2026-07-01', reason: '' } as const;

test('the audit only grows: no entry can be rewritten, whatever a program tries', async () => {
  await record('a', snooze);
  const [entry] = await readActions(db, { limit: 1 });
  await expect(sql`update action_audit set sentence = 'never'`.execute(db)).rejects.toThrow(/only grows/);
  await expect(sql`update action_audit set details = '{}'`.execute(db)).rejects.toThrow(/only grows/);
  expect(await readActions(db, { limit: 1 })).toEqual([entry]);
});

test('of two ends of one request the first counts, and is written down once', async () => {
  await record('a', snooze);
  const second = await finishRequest(
    db,
    'a',
    { state: 'unchanged', sentence: 'Later.' },
    { partnerId: '1', at: now, action: snooze, about: 'snooze', actor, evidence: null, sentence: 'Later.' },
    { written: null, judgeAnew: false },
  );
  expect(second).toEqual({ state: 'done', sentence: 'a is done.' });
  expect(await readActions(db, { partnerId: '1', limit: 10 })).toHaveLength(1);
});

test('the latest entry about each thing is found, and entries of one kind alone', async () => {
  await record('a', snooze);
  await record('b', { do: 'end_snooze' });
  await record('c', { do: 'correct', because: 'No.' }, { about: 'correction' });
  await record('d', snooze, { partnerId: '2' });
  expect((await latestActions(db, '1')).map(({ action }) => action)).toEqual(['correct', 'end_snooze']);
  expect(await readActions(db, { action: 'correct', limit: 10 })).toMatchObject([
    { partnerId: '1', details: { because: 'No.' }, actor },
  ]);
  expect(await readActions(db, { limit: 2 })).toHaveLength(2);
});

test('one caller creates the note, and another may after it was given back', async () => {
  await beginRequest(db, { key: 'n', partnerId: '1', fingerprint: 'f', plan: {}, begunAt: now });
  const claims = await Promise.all(Array.from({ length: 5 }, () => claimNote(db, 'n', now)));
  expect(claims.filter(Boolean)).toHaveLength(1);
  await unclaimNote(db, 'n');
  expect(await claimNote(db, 'n', now)).toBe(true);
});

test('a version that a sync read later is not replaced by what an older write confirmed', async () => {
  const updatedAt = now + 60_000;
  const published = { rekindle_plan_stage: 'replied' };
  await savePartners(db, 's', [partner('1', { updatedAt, published })]);
  await beginRequest(db, { key: 'w', partnerId: '1', fingerprint: 'f', plan: {}, begunAt: now });
  await finishRequest(
    db,
    'w',
    { state: 'done', sentence: '' },
    { partnerId: '1', at: now, action: snooze, about: 'snooze', actor, evidence: null, sentence: '' },
    {
      written: { properties: { rekindle_plan_stage: 'contacted' }, updatedAt: updatedAt - 1 },
      snoozedUntil: '2026-07-01',
      judgeAnew: false,
    },
  );
  expect(await readPartner(db, '1')).toMatchObject({ updatedAt, published, snoozedUntil: null });
});

test('a merge gives audit and exception to the survivor', async () => {
  await record(
    'a',
    { do: 'exclude', reason: 'x', reviewOn: null },
    { about: 'exclusion', excludedBecause: 'x' },
  );
  await savePartners(db, 's', [partner('3', { mergedIds: ['1', '2'] })]);
  expect(await readPartner(db, '1')).toMatchObject({ id: '3', excludedBecause: 'x' });
  expect(await readActions(db, { partnerId: '3', limit: 10 })).toHaveLength(1);
  await erasePartner(db, '3');
});

test('erasing a partner takes its entries and requests along', async () => {
  await record('a', snooze);
  await erasePartner(db, '1');
  expect(await readActions(db, { partnerId: '1', limit: 10 })).toEqual([]);
  expect(await readRequest(db, 'a')).toBeNull();
});
