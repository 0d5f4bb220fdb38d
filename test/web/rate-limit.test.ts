/** The limit per user: one for all addresses together, and each user's own. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { limits } from '../../src/web/limits.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { routes, soundCall, startGuardedWorld, type GuardedWorld, type Route } from './routes.ts';
import { fromHubSpot, queryOf } from './world.ts';

let database: TestDatabase;
let world: GuardedWorld;
beforeAll(async () => {
  database = await createTestDatabase();
  // The minute ends when the test says so, however slow the machine is.
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  world = await startGuardedWorld(database.store);
});
afterAll(async () => {
  vi.useRealTimers();
  await world.server.close();
  await database.drop();
});

const ofUsers = routes.filter(({ from }) => from === 'user');
const reading = ofUsers.filter(({ method }) => method === 'GET');
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

async function statusOf(route: Route, userId: string): Promise<number> {
  const query = queryOf({ ...route.query, ...fromHubSpot, userId });
  return (await world.send({ ...soundCall(route), query })).status;
}

test('what a user asks at any address counts at every other, and takes nothing from anybody else', async () => {
  expect(reading.length).toBeGreaterThan(5);
  const within = Array.from({ length: limits.requestsPerUserPerMinute }, (_, index) =>
    statusOf(reading[index % reading.length] as Route, '77'),
  );
  expect(new Set(await Promise.all(within))).toEqual(new Set([200]));
  const before = await world.traces();
  const beyond = await Promise.all(
    ofUsers.map(async (route) => [nameOf(route), await statusOf(route, '77')] as const),
  );
  expect(beyond).toEqual(ofUsers.map((route) => [nameOf(route), 429]));
  expect(await world.traces()).toEqual(before);
  const others = await Promise.all(reading.map((route) => statusOf(route, '78')));
  expect(others).toEqual(reading.map(() => 200));
  vi.advanceTimersByTime(60_000);
  const again = await Promise.all(reading.map((route) => statusOf(route, '77')));
  expect(again).toEqual(reading.map(() => 200));
});
