/** `POST /settings/preview`: what the settings page may ask before anything is saved. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import type { Settings } from '../../src/model/settings.ts';
import { savePartners } from '../../src/store/partners.ts';
import { currentSettings, saveSettings } from '../../src/store/settings.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { previewResponseSchema, type PreviewResponse } from '../../src/web/contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  fillStore,
  fromHubSpot,
  now,
  queryOf,
  silent,
  startWorld,
  type Call,
  type Header,
  type World,
} from './world.ts';

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  world = await startWorld(database.store, { settingsAdmins: [fromHubSpot.userId] });
});
afterEach(async () => {
  await world.server.close();
  await database.drop();
});

const lenient: Settings = {
  ...presets.reseller,
  rules: presets.reseller.rules.map((rule) => ({ ...rule, windowDays: 3000 })),
};

let asked = 0;
function call(settings: unknown): Partial<Call> {
  asked += 1;
  return {
    method: 'POST',
    path: '/settings/preview',
    query: queryOf(fromHubSpot),
    body: JSON.stringify({ settings }),
    now: now + asked,
  };
}
async function preview(settings: unknown): Promise<PreviewResponse> {
  const answer = await world.send(call(settings));
  expect(answer.status).toBe(200);
  return previewResponseSchema.parse(answer.body);
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`.execute(database.store.db);
  return rows[0]?.count ?? 0;
}

test('tells who would change, why, and what workflows would see, and decides nothing', async () => {
  const before = await readVerdict(database.store.db, silent.id);
  const answer = await preview(lenient);
  expect(answer).toMatchObject({ state: 'done', partners: 2, brake: { stops: false } });
  expect(await readVerdict(database.store.db, silent.id)).toEqual(before);
  expect((await currentSettings(database.store.db))?.version).toBe(1);
});

test('the settings in force change nobody', async () => {
  expect(await preview(presets.reseller)).toMatchObject({
    state: 'done',
    changing: 0,
    moves: 0,
    changes: [],
    properties: {},
  });
});

test('the same draft asked twice at once is judged once, and the next one need not wait', async () => {
  const answers = await Promise.all([preview(lenient), preview(lenient)]);
  expect(answers[0]).toEqual(answers[1]);
  expect(await preview(presets.affiliate)).toMatchObject({ state: 'done' });
});

test('an answer is kept for a minute for whoever comes back for it, then everybody is judged anew', async () => {
  expect(await preview(lenient)).toMatchObject({ partners: 2 });
  await savePartners(database.store.db, 'sync-2', [{ ...silent, id: '104', mergedIds: [] }]);
  expect(await preview(lenient)).toMatchObject({ partners: 2 });
  world.clock.now += 61_000;
  expect(await preview(lenient)).toMatchObject({ partners: 3 });
});

test('what takes longer than HubSpot waits is fetched by asking again; others are told to wait meanwhile', async () => {
  const { db } = database.store;
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const holding = db.transaction().execute(async (transaction) => {
    await sql`lock table timeline in access exclusive mode`.execute(transaction);
    isLocked();
    await held;
  });
  await locked;
  const first = preview(lenient);
  await expect.poll(waitingForLocks).toBeGreaterThan(0);
  expect(await preview(presets.affiliate)).toEqual({ state: 'busy', retryAfterSeconds: 2 });
  expect(await first).toEqual({ state: 'running', judged: 0, retryAfterSeconds: 2 });
  letGo();
  await holding;
  expect(await preview(lenient)).toMatchObject({ state: 'done', partners: 2 });
});

test('before the first settings there is nothing to compare with, and the answer to that is not kept', async () => {
  const { db } = database.store;
  await sql`truncate settings_version`.execute(db);
  const refused = await preview(lenient);
  expect(refused).toMatchObject({
    state: 'refused',
    sentence: expect.stringContaining('rekindle run') as unknown,
  });
  await saveSettings(db, presets.reseller, { note: '', author: 'test', now });
  expect(await preview(lenient)).toMatchObject({ state: 'done' });
});

test('whoever may not change the settings gets no preview, is told why, and keeps nobody waiting', async () => {
  const reader = { ...fromHubSpot, userId: '78', userEmail: 'reader@example.com' };
  const answer = await world.send({ ...call(lenient), query: queryOf(reader) });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    state: 'refused',
    sentence: expect.stringMatching(/neither change them nor preview a change.*user id 78/) as unknown,
  });
  expect(await preview(presets.affiliate)).toMatchObject({ state: 'done' });
});

describe('a draft that is no definition', () => {
  test('is answered with what is wrong, field by field', async () => {
    const answer = await preview({ ...presets.reseller, rules: [], graceDays: -1 });
    expect(answer).toMatchObject({ state: 'invalid' });
    expect(JSON.stringify(answer)).toContain('at least one rule is needed');
    expect(JSON.stringify(answer)).toContain('graceDays');
  });

  test.each([
    [
      'without a signature',
      { headers: (sent: Header[]) => sent.filter(([name]) => name !== 'X-HubSpot-Signature-v3') },
      401,
    ],
    ['of another account', { query: queryOf({ ...fromHubSpot, portalId: '1' }) }, 403],
    ['that is too large', { body: JSON.stringify({ settings: 'x'.repeat(300_000) }) }, 413],
  ] as const)('or a request %s is refused', async (_, changes, status) => {
    expect((await world.send({ ...call(lenient), ...changes })).status).toBe(status);
  });
});
