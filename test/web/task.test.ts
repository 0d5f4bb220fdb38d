import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AmbiguousWriteError,
  QuotaExhaustedError,
  RequestRefusedError,
  UnavailableError,
  UnreachableError,
} from '../../src/hubspot/errors.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { createTaskResponseSchema, type CreateTaskResponse } from '../../src/web/contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  fillStore,
  now,
  signed,
  silent,
  silentPlay,
  silentVerdict,
  startWorld,
  taskCall,
  unjudged,
  type Call,
  type World,
} from './world.ts';

let database: TestDatabase;
let world: World;

beforeEach(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  world = await startWorld(database.store);
});
afterEach(async () => {
  await world.server.close();
  await database.drop();
});

let presses = 0;
/** A new press: HubSpot signs each with its own time. */
function newPress(companyId = silent.id, play = silentPlay): Partial<Call> {
  presses += 1;
  return { ...taskCall, now: now + presses, body: JSON.stringify({ companyId, play }) };
}

async function press(call: Partial<Call> = newPress()): Promise<CreateTaskResponse> {
  const answer = await world.send(call);
  expect(answer.status).toBe(200);
  return createTaskResponseSchema.parse(answer.body);
}

describe('the button', () => {
  test('creates the recommended task and says so', async () => {
    expect(await press()).toEqual({
      state: 'created',
      taskId: '9001',
      sentence: expect.stringMatching(/^The task “.*Birch & Sons.*” was created\.$/) as unknown,
    });
    expect(world.tasks).toEqual([expect.objectContaining({ companyId: silent.id, ownerId: '501' })]);
  });

  test('pressed by ten people at once creates one task', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => press()));
    expect(world.tasks).toHaveLength(1);
    expect(answers.filter(({ state }) => state === 'created')).toHaveLength(1);
    expect(await press()).toMatchObject({ state: 'already_created', taskId: '9001' });
  });

  test('pressed on the record of a merged company is the same button', async () => {
    await press(newPress('95'));
    expect(world.tasks[0]?.companyId).toBe(silent.id);
    expect(await press()).toMatchObject({ state: 'already_created' });
  });

  test('of what else could be done creates a task of its own', async () => {
    await press();
    const answer = await press(newPress(silent.id, 'share_new_offer'));
    expect(answer).toMatchObject({ state: 'created', taskId: '9002' });
    expect(world.tasks.map(({ subject }) => subject)).toEqual([
      'Call Birch & Sons: they have gone quiet',
      'Share a new offer with Birch & Sons',
    ]);
  });

  test('works again in the next episode', async () => {
    await press();
    await saveVerdicts(database.store.db, 'run-2', [
      { ...silentVerdict, episode: 3, inactiveSince: '2026-11-20' },
    ]);
    const answer = await press(newPress(silent.id, 'review_partnership'));
    expect(answer).toMatchObject({ state: 'created', taskId: '9002' });
  });

  test.each([
    ['whose recommendation has changed', silent.id, 'early_check_in', /^The recommendation is now “/],
    ['that nobody has judged', unjudged.id, silentPlay, /^Nothing is recommended for this company any more/],
    ['that is no partner', '999', silentPlay, /^Nothing is recommended for this company any more/],
  ])('for a company %s creates nothing and says why', async (_name, companyId, play, sentence) => {
    const answer = await press(newPress(companyId, play));
    expect(answer).toMatchObject({ state: 'refused', taskId: null });
    expect(answer.sentence).toMatch(sentence);
    expect(world.tasks).toEqual([]);
  });

  test('for a partner that does well creates nothing', async () => {
    await savePartners(database.store.db, 'sync-1', [{ ...silent, id: '104', mergedIds: [] }]);
    await saveVerdicts(database.store.db, 'run-1', [
      { ...silentVerdict, partnerId: '104', status: 'active', previousStatus: null, reasons: [] },
    ]);
    expect(await press(newPress('104'))).toMatchObject({ state: 'refused' });
    expect(world.tasks).toEqual([]);
  });
});

const rename = (from: string, to: string) =>
  sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(database.store.db);

describe('a failure', () => {
  test('of HubSpot that is definite is told in its words, and the next press works', async () => {
    const refusal = { route: 'POST /tasks', status: 400, message: 'Owner is unknown.', category: null };
    const works = world.hubspot.createTask;
    world.hubspot.createTask = () =>
      Promise.reject(
        new RequestRefusedError({ ...refusal, correlationId: null, policyName: null, scopes: [] }),
      );
    expect(await press()).toEqual({
      state: 'refused',
      taskId: null,
      sentence: 'HubSpot refuses POST /tasks (400): Owner is unknown. Repeating the request will not help.',
    });
    world.hubspot.createTask = works;
    expect(await press()).toMatchObject({ state: 'created' });
  });

  test.each([
    [new QuotaExhaustedError(Date.UTC(2026, 10, 26, 5)), 'after 26 Nov 2026, 00:00'],
    [new UnavailableError('it asks to wait', null), 'in a few minutes'],
    [new UnreachableError('https://api.hubapi.com', 'ENOTFOUND'), 'in a few minutes'],
  ])('of HubSpot that passes is told as when to press again: %#', async (error, when) => {
    world.hubspot.createTask = async () => {
      throw error;
    };
    expect(await press()).toEqual({
      state: 'refused',
      taskId: null,
      sentence: `HubSpot does not take new tasks from Rekindle at the moment. Press again ${when}.`,
    });
    expect(world.logged.join('')).toContain(`"type":"${error.name}"`);
  });

  test('of which nobody knows how it ended is told so, and never repeated', async () => {
    world.hubspot.createTask = () => Promise.reject(new AmbiguousWriteError('POST /tasks', 'reset'));
    const first = await press();
    expect(first).toMatchObject({ state: 'unclear', taskId: null });
    expect(first.sentence).toMatch(
      /^HubSpot’s answer on 25 Nov 2026, 04:30 was lost, so we do not know whether the task was created\. Look /,
    );
    world.clock.now = now + 24 * 3_600_000;
    expect(await press({ ...newPress(), now: world.clock.now })).toEqual(first);
    expect(world.tasks).toHaveLength(1);
    expect(world.logged.join('')).toContain('"type":"AmbiguousWriteError"');
  });

  test('of ours is a 500, after which HubSpot repeats the very same request, and one task is made', async () => {
    const call = newPress();
    await rename('action', 'action_away');
    expect((await world.send(call)).status).toBe(500);
    await rename('action_away', 'action');
    expect(await press(call)).toMatchObject({ state: 'created', taskId: '9001' });
    expect((await world.send(call)).status).toBe(401);
    expect(world.tasks).toHaveLength(1);
  });

  test('of the line is followed by the very same request, which finds the first one’s work', async () => {
    const made = Promise.withResolvers<{ id: string }>();
    const asked = Promise.withResolvers<void>();
    world.hubspot.createTask = () => {
      asked.resolve();
      return made.promise;
    };
    const call = newPress();
    const { method, target, body, headers } = signed(call);
    const lines = [...headers, ['Content-Length', body.length]].map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const socket = connect(world.server.port, '127.0.0.1');
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    await asked.promise;
    socket.destroy();
    await expect.poll(() => world.logged.join('')).toContain('The caller hung up before the answer');
    expect(await press(call)).toMatchObject({
      state: 'refused',
      sentence: expect.stringContaining('the task is just being created') as unknown,
    });
    made.resolve({ id: '4711' });
    await expect.poll(() => press()).toMatchObject({ state: 'already_created', taskId: '4711' });
    expect(world.tasks).toHaveLength(1);
  });
});
