/** hubspot.fetch and workflows repeat what was answered with a 5xx or not at all: nothing may be done twice. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  olderCall,
  routes,
  soundCall,
  startGuardedWorld,
  type GuardedWorld,
  type Route,
  type Trace,
} from './routes.ts';
import { now, signed, sendRaw, type Answer } from './world.ts';

let database: TestDatabase;
let world: GuardedWorld;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await startGuardedWorld(database.store);
});
afterEach(async () => {
  await world.server.close();
  await database.drop();
});

const named = (found: readonly Route[]) => found.map((route) => [route.path, route] as const);
const posts = routes.filter(({ method }) => method === 'POST');
const writes = posts.filter(({ leaves }) => Object.keys(leaves).length > 0);
/** Counting, describing and previewing a draft change nothing, and what webhooks tell is looked up in HubSpot. */
const mayComeAgain = new Set([
  '/settings/describe',
  '/settings/preview',
  '/settings/count',
  '/webhooks/hubspot',
]);

/** What there is more of than before. */
async function grown(before: Record<Trace, number>, route?: Route): Promise<Record<string, number>> {
  const after = Object.entries(await world.traces());
  const more = after.map(([name, count]) => [name, count - before[name as Trace]] as const);
  return Object.fromEntries(more.filter(([name, count]) => count !== 0 && name !== route?.leavesEachTime));
}

const passing = [200, 204, 429];
const expectPassing = (answer: Answer): void => expect(passing).toContain(answer.status);

describe('asked again with a signature of its own, what was done stays done once', () => {
  test.each(named(writes))('%s', async (_path, route) => {
    const before = await world.traces();
    expectPassing(await world.send({ ...soundCall(route), now: now + 1 }));
    expect(await grown(before, route)).toEqual(route.leaves);
    expectPassing(await world.send({ ...soundCall(route), now: now + 2 }));
    expect(await grown(before, route)).toEqual(route.leaves);
  });

  test.each(named(writes))('%s, while the first is at work', async (_path, route) => {
    const before = await world.traces();
    const calls = [1, 2, 3].map((later) => world.send({ ...soundCall(route), now: now + later }));
    for (const answer of await Promise.all(calls)) expectPassing(answer);
    expect(await grown(before, route)).toEqual(route.leaves);
  });
});

describe('an overheard request that changes something is let in once', () => {
  test.each(named(posts))('%s', async (path, route) => {
    const overheard = signed(soundCall(route));
    expectPassing(await sendRaw(world.server.port, overheard));
    const before = await world.traces();
    const { status } = await sendRaw(world.server.port, overheard);
    // "Come again later" invites the same request.
    const invited = path === '/workflow-actions/recalculate';
    expect(mayComeAgain.has(path) || invited ? passing : [401]).toContain(status);
    expect(await grown(before)).toEqual({});
  });

  test.each(named(routes.filter(({ from }) => from === 'workflow')))(
    '%s, by the older signature: let in, and done once',
    async (_path, route) => {
      const before = await world.traces();
      const overheard = signed(olderCall(route));
      const first = await sendRaw(world.server.port, overheard);
      expectPassing(first);
      expect(await grown(before, route)).toEqual(route.leaves);
      const again = await sendRaw(world.server.port, overheard);
      expect({ ...again, body: outcomeOf(again) }).toMatchObject({
        status: first.status,
        body: outcomeOf(first),
      });
      expect(await grown(before, route)).toEqual(route.leaves);
    },
  );
});

/** A refusal has an id of its own each time. */
function outcomeOf({ body }: Answer): object {
  return { ...(body as Record<string, unknown>), correlationId: 'one' };
}
