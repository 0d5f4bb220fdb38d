import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { leavePartners, partnersNotSeen, savePartners } from '../../src/store/partners.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { keepOthersOut, refreshTimelines } from '../../src/store/timeline-table.ts';
import { cardResponseSchema, type CardResponse } from '../../src/web/contract.ts';
import { historyResponseSchema, type HistoryResponse } from '../../src/web/history-contract.ts';
import { activity, verdict } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  fillStore,
  fromHubSpot,
  now,
  queryOf,
  saveRun,
  silent,
  startWorld,
  unjudged,
  type World,
} from './world.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await startWorld(database.store);
});
afterAll(async () => {
  await world.server.close();
  await database.drop();
});

async function cardFor(companyId: string): Promise<CardResponse> {
  const answer = await world.send({ query: queryOf({ companyId, ...fromHubSpot }) });
  expect(answer.status).toBe(200);
  return cardResponseSchema.parse(answer.body);
}

async function historyFor(companyId: string): Promise<HistoryResponse> {
  const query = queryOf({ companyId, ...fromHubSpot });
  const answer = await world.send({ path: '/card/history', query });
  expect(answer.status).toBe(200);
  return historyResponseSchema.parse(answer.body);
}

describe('the card over HTTP, from an empty database to a partner that left', () => {
  test('an empty database has no definition yet, and says so instead of failing', async () => {
    expect(await cardFor('102')).toMatchObject({ state: 'not_judged_yet' });
  });

  test('after the first night the partner is judged', async () => {
    await fillStore(database.store);
    expect(await cardFor('102')).toMatchObject({
      state: 'judged',
      partner: { id: '102', name: 'Birch & Sons', owner: 'Ada Okafor' },
      status: { value: 'inactive', since: '2026-11-05' },
      recommendation: {
        play: 'personal_call',
        taskSubject: expect.stringContaining('Birch & Sons') as unknown,
      },
      freshness: { stale: false, sentence: 'Data as of 24 Nov 2026, 21:30.' },
      settings: { version: 1 },
    });
  });

  test.each(silent.mergedIds)('the id %s, merged into it long ago, shows the same card', async (id) => {
    expect(await cardFor(id)).toEqual(await cardFor('102'));
  });

  test('its history is there for whoever opens it, also by a merged id, and a stranger has none', async () => {
    for (const companyId of ['102', '95']) {
      const history = await historyFor(companyId);
      expect(history).toMatchObject({
        state: 'known',
        more: false,
        changes: [{ to: 'Inactive', from: null }],
      });
      expect(history.state === 'known' && history.months).toHaveLength(12);
    }
    expect(await historyFor('999')).toMatchObject({ state: 'nothing_known' });
    const refused = await world.send({
      path: '/card/history',
      query: queryOf({ companyId: 'x', ...fromHubSpot }),
    });
    expect(refused.status).toBe(400);
  });

  test('how a company stood that is merged into it later is no part of its history', async () => {
    const { db } = database.store;
    const before = await historyFor('102');
    await savePartners(db, 'sync', [{ ...silent, id: '104', mergedIds: [] }]);
    for (const [status, daysAgo] of [
      ['active', 9],
      ['at_risk', 4],
    ] as const) {
      const made = { status, assessedAt: now - daysAgo * millisecondsPerDay };
      await saveVerdicts(db, 'run', [verdict('104', made)]);
    }
    expect(await historyFor('104')).toMatchObject({ changes: [{ to: 'At risk' }, { to: 'Active' }] });
    await savePartners(db, 'sync', [{ ...silent, mergedIds: [...silent.mergedIds, '104'] }]);
    expect(await historyFor('102')).toEqual(before);
    expect(await historyFor('104')).toEqual(before);
  });

  test('its history waits for nobody who packs the timelines of a whole programme', async () => {
    const { db } = database.store;
    await upsertActivities(db, [
      activity('102', 'won', { kind: 'deal_won', occurredAt: now - 90 * 86_400_000 }),
    ]);
    await refreshTimelines(db);
    const before = await historyFor('102');
    const meanwhile = await db.transaction().execute(async (packing) => {
      await keepOthersOut(packing);
      return await historyFor('102');
    });
    expect(meanwhile).toEqual(before);
    expect(before.state === 'known' && before.months.some(({ business }) => business > 0)).toBe(true);
  });

  test('a partner that came since is to be judged, a stranger is no partner', async () => {
    expect(await cardFor(unjudged.id)).toMatchObject({ state: 'not_judged_yet' });
    expect(await cardFor('999')).toMatchObject({ state: 'not_a_partner' });
    expect(await cardFor('0')).toMatchObject({ state: 'not_a_partner' });
  });

  test('after a failed night the card keeps the old verdict and says how old it is', async () => {
    await saveRun(database.store.db, 'run-2', now - 60_000, 'failed');
    expect(await cardFor('102')).toMatchObject({
      status: { value: 'inactive' },
      freshness: {
        stale: true,
        sentence: expect.stringContaining(
          'The latest run ended without success on 25 Nov 2026, 04:30',
        ) as unknown,
      },
    });
  });

  test('a company that is no partner any more has no verdict to show', async () => {
    await savePartners(database.store.db, 'sync-2', [{ ...unjudged, updatedAt: now }]);
    await leavePartners(database.store.db, await partnersNotSeen(database.store.db, 'sync-2'), Date.now());
    expect(await cardFor('102')).toMatchObject({ state: 'not_a_partner' });
    expect(await cardFor('95')).toMatchObject({ state: 'not_a_partner' });
  });
});
