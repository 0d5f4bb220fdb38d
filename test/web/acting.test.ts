/** Who may act at the card: everybody until somebody is named, then those who are; and the server refuses all others. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '../../src/web/access.ts';
import { actionResponseSchema } from '../../src/web/action-contract.ts';
import { checkActing } from '../../src/web/acting.ts';
import { cardPartnerSchema, createTaskResponseSchema } from '../../src/web/contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { startGuardedWorld, type GuardedWorld } from './routes.ts';
import { fromHubSpot, now, queryOf, silent, silentPlay } from './world.ts';

const ada = { userId: '77', email: 'Ada@Example.com' };
const no: Access = { mayChange: false, sentence: 'No.', doubt: null };

function check(actors: readonly string[] | null, access: Access = no) {
  const asked: string[] = [];
  const acting = checkActing({
    actors,
    access: async ({ userId }) => {
      asked.push(userId);
      return access;
    },
  });
  return { acting, asked };
}

describe('the right to act', () => {
  test('is everybody’s until somebody is named, and HubSpot is not asked for it', async () => {
    const { acting, asked } = check(null);
    expect(await acting(ada)).toMatchObject({ mayAct: true });
    expect(asked).toEqual([]);
  });

  test.each(['77', 'ada@example.com'])(
    'is theirs whom the list names as %s, without asking',
    async (name) => {
      const { acting, asked } = check(['78', name]);
      expect(await acting(ada)).toMatchObject({ mayAct: true });
      expect(asked).toEqual([]);
    },
  );

  test('is always theirs who may change the settings', async () => {
    expect(await check([], { ...no, mayChange: true }).acting(ada)).toMatchObject({ mayAct: true });
  });

  test.each([[[]], [['78', 'ben@example.com']]])('is nobody else’s with the list %j', async (actors) => {
    const { mayAct, sentence } = await check(actors).acting(ada);
    expect(mayAct).toBe(false);
    expect(sentence).toMatch(/not act on it: you are neither on the server’s list/);
    expect(sentence).toContain('can add your HubSpot user id 77 to REKINDLE_ACTORS');
  });

  test('is not given in doubt, which is told as one', async () => {
    const { mayAct, sentence } = await check(['78'], { ...no, doubt: 'HubSpot is away' }).acting(ada);
    expect(mayAct).toBe(false);
    expect(sentence).toMatch(
      /for now: you are not on the server’s list of those who may, and HubSpot is away\./,
    );
  });
});

function queryFrom(userId: string): string {
  return queryOf({
    ...fromHubSpot,
    userId,
    ...(userId === '77' ? {} : { userEmail: `u${userId}@example.com` }),
  });
}

describe('over HTTP, where 77 is a super admin and 80 is on the list', () => {
  let database: TestDatabase;
  let world: GuardedWorld;
  beforeAll(async () => {
    database = await createTestDatabase();
    world = await startGuardedWorld(database.store, { actors: ['80'] });
  });
  afterAll(async () => {
    await world.server.close();
    await database.drop();
  });

  let presses = 0;
  async function send(userId: string, path: string, body: Record<string, unknown>): Promise<unknown> {
    presses += 1;
    const answer = await world.send({
      method: 'POST',
      path,
      query: queryFrom(userId),
      body: JSON.stringify({ companyId: silent.id, ...body }),
      now: now + presses,
    });
    expect(answer.status).toBe(200);
    return answer.body;
  }
  const act = async (userId: string) =>
    actionResponseSchema.parse(
      await send(userId, '/card/action', {
        requestKey: `press-of-the-test-${presses}`,
        action: 'correct',
        because: 'They sold yesterday.',
      }),
    );
  const makeTask = async (userId: string) =>
    createTaskResponseSchema.parse(await send(userId, '/card/task', { play: silentPlay }));
  async function cardOf(userId: string) {
    const query = `${queryFrom(userId)}&companyId=${silent.id}`;
    return cardPartnerSchema.parse((await world.send({ path: '/card', query })).body);
  }

  test('everybody else sees the whole card, and on it who can let them act', async () => {
    const [theirs, ours] = [await cardOf('79'), await cardOf('80')];
    expect(theirs.access).toEqual({
      mayAct: false,
      sentence: expect.stringContaining('your HubSpot user id 79 to REKINDLE_ACTORS') as unknown,
    });
    expect(ours.access.mayAct).toBe(true);
    expect({ ...theirs, access: null }).toEqual({ ...ours, access: null });
  });

  test('a press of theirs is refused in words, leaves nothing behind, and is in the log', async () => {
    const before = await world.traces();
    const asked = world.asked.filter((name) => name !== 'readUser').length;
    world.logged.length = 0;
    expect(await act('79')).toEqual({
      state: 'refused',
      sentence: expect.stringContaining('REKINDLE_ACTORS') as unknown,
    });
    expect(await makeTask('79')).toEqual({
      state: 'refused',
      taskId: null,
      sentence: expect.stringContaining('REKINDLE_ACTORS') as unknown,
    });
    expect(await world.traces()).toEqual(before);
    expect(world.asked.filter((name) => name !== 'readUser')).toHaveLength(asked);
    const warned = world.logged.filter((line) =>
      line.includes('A user who may not act on partners tried to'),
    );
    expect(warned).toHaveLength(2);
    expect(warned.join('')).toContain('"userId":"79"');
  });

  test('those on the list and those who may change the settings act', async () => {
    expect(await act('80')).toMatchObject({ state: 'done' });
    expect(await act('77')).toMatchObject({ state: 'done' });
    expect(await makeTask('80')).toMatchObject({ state: 'created' });
    expect(await makeTask('77')).toMatchObject({ state: 'already_created' });
  });
});
