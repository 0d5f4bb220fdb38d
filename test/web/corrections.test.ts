/** What people call wrong at the card, as those who decide about the rules read it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { settingsSchema } from '../../src/model/settings.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { correctionsResponseSchema, type CorrectionsResponse } from '../../src/web/corrections-contract.ts';
import { homeResponseSchema } from '../../src/web/home-contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { startGuardedWorld, type GuardedWorld } from './routes.ts';
import { fromHubSpot, now, queryOf, silent, unjudged } from './world.ts';

let database: TestDatabase;
let world: GuardedWorld;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await startGuardedWorld(database.store);
});
afterAll(async () => {
  await world.server.close();
  await database.drop();
});

const admin = fromHubSpot;
const partnerManager = { ...fromHubSpot, userId: '78', userEmail: 'ben@example.com' };

async function listed(): Promise<Extract<CorrectionsResponse, { state: 'listed' }>> {
  const answer = await world.send({ path: '/settings/corrections', query: queryOf(admin) });
  expect(answer.status).toBe(200);
  const list = correctionsResponseSchema.parse(answer.body);
  if (list.state !== 'listed') throw new Error(list.sentence);
  return list;
}

async function onHome(): Promise<string | null> {
  const { body } = await world.send({ path: '/home', query: queryOf(admin) });
  const home = homeResponseSchema.parse(body);
  return home.state === 'ready' ? home.corrections : null;
}

let presses = 0;
async function callWrong(companyId: string, because: string): Promise<void> {
  presses += 1;
  const { body } = await world.send({
    method: 'POST',
    path: '/card/action',
    query: queryOf(partnerManager),
    body: JSON.stringify({ companyId, requestKey: `correction-${presses}`, action: 'correct', because }),
    now: world.clock.now + presses,
  });
  expect(body).toMatchObject({ state: 'done' });
}

test('before anybody says so there is nothing, and the home page has no line for it', async () => {
  expect(await listed()).toEqual({ state: 'listed', total: 0, corrections: [] });
  expect(await onHome()).toBeNull();
});

test('the latest comes first, with partner, person, words, and the verdict as it stood', async () => {
  await callWrong(silent.id, 'They ordered by phone last week.');
  await callWrong(unjudged.id, 'It is no partner of ours any more.');
  const { total, corrections } = await listed();
  expect(total).toBe(2);
  expect(corrections).toEqual([
    {
      partner: { id: unjudged.id, name: `Company ${unjudged.id}` },
      at: new Date(now).toISOString(),
      author: 'ben@example.com',
      said: 'It is no partner of ours any more.',
      verdict: null,
      rulesChanged: false,
      since: 'The partner has no verdict now.',
    },
    {
      partner: { id: silent.id, name: 'Birch & Sons' },
      at: new Date(now).toISOString(),
      author: 'ben@example.com',
      said: 'They ordered by phone last week.',
      verdict: {
        status: 'Inactive',
        health: 15,
        reasons: ['No deal was registered or won in the last 180 days; the last one was on 2026-05-09.'],
      },
      // The verdict is of version 1, and version 2 is in force.
      rulesChanged: true,
      since: 'The verdict followed definition 1; definition 2 is in force now. The partner is inactive now.',
    },
  ]);
});

test('another definition since is told of, and one that the verdict followed is still in force', async () => {
  const { db } = database.store;
  await db.updateTable('verdict').set({ settings_version: 2 }).execute();
  await callWrong(silent.id, 'Still wrong.');
  expect((await listed()).corrections[0]).toMatchObject({
    rulesChanged: false,
    since: 'The verdict followed definition 2, which is still in force. The partner is inactive now.',
  });
  const third = settingsSchema.parse({ ...presets.reseller, graceDays: 30 });
  await saveSettings(db, third, { note: '', author: 'test', now });
  expect((await listed()).corrections[0]).toMatchObject({ rulesChanged: true });
});

test('whoever may not change the settings reads none of it, and is told so', async () => {
  const answer = await world.send({
    path: '/settings/corrections',
    query: queryOf({ ...fromHubSpot, userId: '79', userEmail: 'eve@example.com' }),
  });
  expect(answer.status).toBe(200);
  expect(correctionsResponseSchema.parse(answer.body)).toMatchObject({ state: 'forbidden' });
  expect(JSON.stringify(answer.body)).not.toContain('phone');
});

test('a page has the latest fifty and says how many there are; the home page counts those of thirty days', async () => {
  for (let more = 0; more < 50; more += 1) await callWrong(silent.id, `Wrong again, ${more}.`);
  const { total, corrections } = await listed();
  expect(total).toBe(53);
  expect(corrections).toHaveLength(50);
  expect(corrections[0]?.said).toBe('Wrong again, 49.');
  expect(await onHome()).toMatch(/^In the last 30 days people called 53 verdicts wrong\./);
  world.clock.now += 31 * millisecondsPerDay;
  expect(await onHome()).toBeNull();
});
