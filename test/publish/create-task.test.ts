import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Advice } from '../../src/engage/recommend.ts';
import {
  AmbiguousWriteError,
  HubSpotShapeError,
  InvalidTokenError,
  MissingScopeError,
  QuotaExhaustedError,
  RequestRefusedError,
  TransportError,
  UnavailableError,
  UnreachableError,
  type Refusal,
} from '../../src/hubspot/errors.ts';
import type { NewTask } from '../../src/hubspot/hubspot.ts';
import type { Partner } from '../../src/model/partner.ts';
import { createRecommendedTask, type TaskRequest } from '../../src/publish/create-task.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const now = Date.UTC(2026, 10, 25, 9, 30);
const minute = 60_000;
let partners = 0;

/** A press for a partner that nobody has pressed for. */
function press(changes: Partial<TaskRequest> = {}): TaskRequest {
  partners += 1;
  const partner: Partner = {
    id: String(partners),
    mergedIds: [],
    name: 'Birch',
    domain: null,
    ownerId: '501',
    partnerType: null,
    tier: null,
    region: null,
    externalId: null,
    individualRate: null,
    joinedAt: null,
    snoozedUntil: null,
  };
  const advice: Advice = {
    play: 'personal_call',
    title: 'Call',
    because: ['Silence.'],
    steps: [{ text: 'Call.', owner: 'Ada', due: '2026-11-27' }],
    taskSubject: 'Call Birch',
    taskBody: 'For Ada.\n\nAsk what happened.',
    dueInDays: 2,
  };
  return {
    partner,
    verdict: { episode: 1, status: 'inactive' },
    advice,
    owner: { id: '501', name: 'Ada', email: null, archived: false },
    timeZone: 'America/New_York',
    userId: '77',
    now,
    ...changes,
  };
}

/** A HubSpot that answers in this order, and counts. */
function hubspotThat(...answers: (() => Promise<{ id: string }>)[]) {
  const tasks: NewTask[] = [];
  return {
    tasks,
    createTask: (task: NewTask): Promise<{ id: string }> => {
      tasks.push(task);
      const answer = answers.shift();
      return answer === undefined ? Promise.resolve({ id: `task-${tasks.length}` }) : answer();
    },
  };
}
function fails(error: Error): () => Promise<never> {
  return async () => {
    throw error;
  };
}

describe('one task per partner, episode and play', () => {
  test('a second press finds the first one’s task', async () => {
    const [hubspot, request] = [hubspotThat(), press()];
    expect(await createRecommendedTask(hubspot, database.store, request)).toEqual({
      state: 'created',
      taskId: 'task-1',
      unrecorded: null,
    });
    for (const later of [0, minute, 400 * 24 * 60 * minute]) {
      expect(await createRecommendedTask(hubspot, database.store, { ...request, now: now + later })).toEqual({
        state: 'already_created',
        taskId: 'task-1',
      });
    }
    expect(hubspot.tasks).toHaveLength(1);
  });

  test('twenty presses at once make one task', async () => {
    const [hubspot, request] = [hubspotThat(), press()];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => createRecommendedTask(hubspot, database.store, request)),
    );
    expect(hubspot.tasks).toHaveLength(1);
    expect(outcomes.filter(({ state }) => state === 'created')).toHaveLength(1);
    const others = outcomes.filter(({ state }) => state !== 'created');
    expect(others.every(({ state }) => state === 'already_created' || state === 'being_created')).toBe(true);
  });

  test.each<[string, (request: TaskRequest) => Partial<TaskRequest>]>([
    ['another episode', () => ({ verdict: { episode: 2, status: 'inactive' } })],
    ['another play', ({ advice }) => ({ advice: { ...advice, play: 'early_check_in' } })],
    ['another partner', ({ partner }) => ({ partner: { ...partner, id: `${partner.id}0000` } })],
  ])('%s is another task', async (_name, change) => {
    const [hubspot, request] = [hubspotThat(), press()];
    await createRecommendedTask(hubspot, database.store, request);
    const other = await createRecommendedTask(hubspot, database.store, { ...request, ...change(request) });
    expect(other).toMatchObject({ state: 'created', taskId: 'task-2' });
  });
});

const refusal: Refusal = {
  route: 'POST /crm/objects/2026-09/tasks',
  status: 400,
  message: 'no such owner',
  category: 'VALIDATION_ERROR',
  correlationId: null,
  policyName: null,
  scopes: [],
};

describe('when HubSpot does not make the task', () => {
  test.each([
    ['refuses it', new RequestRefusedError(refusal)],
    ['does not know the token', new InvalidTokenError(refusal)],
    ['misses a scope', new MissingScopeError(refusal)],
    ['has no requests left today', new QuotaExhaustedError(now)],
    ['asks to wait for too long', new UnavailableError('it asks to wait', now)],
    ['cannot be reached', new UnreachableError('https://api.hubapi.com', 'ECONNREFUSED')],
  ])('because it %s, the next press tries again', async (_name, error) => {
    const [hubspot, request] = [hubspotThat(fails(error)), press()];
    expect(await createRecommendedTask(hubspot, database.store, request)).toEqual({
      state: 'refused',
      error,
    });
    expect(await createRecommendedTask(hubspot, database.store, request)).toMatchObject({ state: 'created' });
    expect(hubspot.tasks).toHaveLength(2);
  });

  test.each([
    ['the answer was cut off', new AmbiguousWriteError('POST /tasks', 'reset')],
    ['the answer was unreadable', new TransportError('POST /tasks', 'truncated')],
    ['the answer had no id', new HubSpotShapeError('POST /tasks', 'id', 'missing')],
    ['something nobody thought of happened', new TypeError('bug')],
  ])(
    'perhaps: %s; then no later press makes a second one, and each says since when',
    async (_name, error) => {
      const [hubspot, request] = [hubspotThat(fails(error)), press()];
      expect(await createRecommendedTask(hubspot, database.store, request)).toEqual({
        state: 'unclear',
        since: now,
        error,
      });
      for (const later of [3 * minute, 24 * 60 * minute]) {
        expect(
          await createRecommendedTask(hubspot, database.store, { ...request, now: now + later }),
        ).toEqual({
          state: 'unclear',
          since: now,
          error: null,
        });
      }
      expect(hubspot.tasks).toHaveLength(1);
    },
  );

  test('a press that is at work is told from one that died by two minutes', async () => {
    const held = Promise.withResolvers<{ id: string }>();
    const [hubspot, request] = [hubspotThat(() => held.promise), press()];
    const first = createRecommendedTask(hubspot, database.store, request);
    await expect.poll(() => hubspot.tasks.length).toBe(1);
    const second = (later: number) =>
      createRecommendedTask(hubspot, database.store, { ...request, now: now + later });
    expect(await second(2 * minute)).toEqual({ state: 'being_created' });
    expect(await second(2 * minute + 1)).toEqual({ state: 'unclear', since: now, error: null });
    held.resolve({ id: '4711' });
    expect(await first).toMatchObject({ state: 'created', taskId: '4711' });
    expect(await second(2 * minute + 1)).toEqual({ state: 'already_created', taskId: '4711' });
  });
});

const rename = (from: string, to: string) =>
  sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(database.store.db);

describe('when the database fails', () => {
  test('before HubSpot was asked, nothing is asked', async () => {
    const [hubspot, request] = [hubspotThat(), press()];
    await rename('action', 'action_away');
    await expect(createRecommendedTask(hubspot, database.store, request)).rejects.toThrow('action');
    await rename('action_away', 'action');
    expect(hubspot.tasks).toEqual([]);
    expect(await createRecommendedTask(hubspot, database.store, request)).toMatchObject({ state: 'created' });
  });

  test('after HubSpot made the task, whoever pressed is told the truth and later presses make no second one', async () => {
    const request = press();
    const hubspot = hubspotThat(async () => {
      await rename('action', 'action_away');
      return { id: '4711' };
    });
    const outcome = await createRecommendedTask(hubspot, database.store, request);
    await rename('action_away', 'action');
    expect(outcome).toEqual({ state: 'created', taskId: '4711', unrecorded: expect.any(Error) as unknown });
    const later = await createRecommendedTask(hubspot, database.store, { ...request, now: now + 3 * minute });
    expect(later).toEqual({ state: 'unclear', since: now, error: null });
    expect(hubspot.tasks).toHaveLength(1);
  });
});

async function taskFor(changes: Partial<TaskRequest>): Promise<NewTask | undefined> {
  const hubspot = hubspotThat();
  await createRecommendedTask(hubspot, database.store, press(changes));
  return hubspot.tasks[0];
}

const due = (dueInDays: number) => ({ ...press().advice, dueInDays });

describe('the task itself', () => {
  test('hangs on the company, belongs to its owner and says what was recommended', async () => {
    const request = press();
    const hubspot = hubspotThat();
    await createRecommendedTask(hubspot, database.store, request);
    expect(hubspot.tasks).toEqual([
      {
        companyId: request.partner.id,
        subject: 'Call Birch',
        body: 'For Ada.\n\nAsk what happened.',
        dueAt: Date.UTC(2026, 10, 27, 22),
        ownerId: '501',
        priority: 'HIGH',
      },
    ]);
  });

  test.each([
    ['without an owner', null],
    ['whose owner has left', { id: '501', name: 'Ada', email: null, archived: true }],
  ])('of a partner %s is nobody’s', async (_name, owner) => {
    expect(await taskFor({ owner })).toMatchObject({ ownerId: null });
  });

  test.each([
    ['at five in the afternoon of its day', 'America/New_York', 2, now, Date.UTC(2026, 10, 27, 22)],
    [
      'on the portal’s day, which may be tomorrow here',
      'Pacific/Auckland',
      0,
      Date.UTC(2026, 10, 25, 12),
      Date.UTC(2026, 10, 26, 4),
    ],
    [
      'at the same hour across a clock change',
      'Europe/Berlin',
      2,
      Date.UTC(2026, 9, 24, 9),
      Date.UTC(2026, 9, 26, 16),
    ],
    ['never before it was asked for', 'UTC', 0, Date.UTC(2026, 10, 25, 20), Date.UTC(2026, 10, 25, 21)],
  ])('is due %s', async (_name, timeZone, dueInDays, pressedAt, dueAt) => {
    expect(await taskFor({ timeZone, advice: due(dueInDays), now: pressedAt })).toMatchObject({
      dueAt,
    });
  });

  test.each([
    ['inactive', 'HIGH'],
    ['at_risk', 'HIGH'],
    ['cooling', 'MEDIUM'],
    ['never_activated', 'MEDIUM'],
    ['reactivated', 'MEDIUM'],
    ['active', 'LOW'],
  ] as const)('for a partner that is %s has priority %s', async (status, priority) => {
    expect(await taskFor({ verdict: { episode: 1, status } })).toMatchObject({ priority });
  });
});
