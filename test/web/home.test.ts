import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import type { RunSummary } from '../../src/model/run.ts';
import { openProgrammeIssue } from '../../src/store/programme-issues.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { homeResponseSchema, type HomeOverview, type HomeResponse } from '../../src/web/home-contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import {
  fillStore,
  fromHubSpot,
  now,
  queryOf,
  saveRun,
  silentVerdict,
  startWorld,
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

async function home(userEmail: string = fromHubSpot.userEmail): Promise<HomeResponse> {
  const answer = await world.send({ path: '/home', query: queryOf({ ...fromHubSpot, userEmail }) });
  expect(answer.status).toBe(200);
  return homeResponseSchema.parse(answer.body);
}

async function overview(userEmail?: string): Promise<HomeOverview> {
  const answer = await home(userEmail);
  if (answer.state !== 'ready') throw new Error(`The home page is ${answer.state}.`);
  return answer;
}

describe('the home page over HTTP, from an empty database on', () => {
  test('an empty database says what is missing', async () => {
    expect(await home()).toEqual({
      state: 'before_first_run',
      sentence: expect.stringContaining('no definition'),
      runs: [],
    });
  });

  test('after the first night it shows how the programme stands', async () => {
    await fillStore(database.store);
    expect(await overview()).toMatchObject({
      partners: 1,
      statuses: [{ value: 'inactive', label: 'Inactive', partners: 1, weekAgo: null }],
      fell: { total: 0 },
      reasons: [{ code: 'sales_stopped', label: 'Sales: stopped', partners: 1 }],
      queue: {
        weeks: [
          {
            owner: 'Ada Okafor',
            yours: false,
            waiting: 0,
            thisWeek: [{ partner: { id: '102', name: 'Birch & Sons' }, action: 'Call in person' }],
          },
        ],
        others: 0,
      },
      corrections: null,
      issues: [],
      freshness: { stale: false, sentence: 'Data as of 24 Nov 2026, 21:30.' },
      runs: [{ outcome: 'ok', sentence: 'Ended well.' }],
      rhythms: 'Rhythms are learned from the history by the first run.',
    });
  });

  test('whoever owns partners sees their own week as theirs', async () => {
    const { queue } = await overview('Ada@Example.com');
    expect(queue.weeks[0]).toMatchObject({ owner: 'Ada Okafor', yours: true });
  });

  test('a partner that comes back is told with what it did', async () => {
    const at = now - 3_600_000;
    await saveVerdicts(database.store.db, 'run-2', [
      {
        ...silentVerdict,
        status: 'reactivated',
        previousStatus: 'inactive',
        statusChangedAt: at,
        assessedAt: at,
        reasons: [],
        lastActivityAt: at - millisecondsPerDay,
      },
    ]);
    expect(await overview()).toMatchObject({
      cameBack: {
        total: 1,
        shown: [
          {
            partner: { name: 'Birch & Sons', owner: 'Ada Okafor' },
            from: { label: 'Inactive' },
            to: { label: 'Reactivated' },
            because: 'Deal won on 2026-11-24.',
          },
        ],
      },
      queue: { weeks: [] },
      reasons: [],
    });
  });

  test('what fell silent at once, what was not read and what failed is said', async () => {
    const { db } = database.store;
    await openProgrammeIssue(
      db,
      {
        cause: 'break',
        streams: [{ source: 'csv:clicks', kind: 'click' }],
        group: { partnerType: null, region: null },
        partnerIds: null,
        since: '2026-11-01',
        partners: 40,
        expected: 30,
        observed: 0,
        sentence: 'Since 2026-11-01 no click came from any of 40 partners.',
      },
      now,
    );
    await saveSourceState(
      db,
      { source: 'hubspot.emails', complete: false, completeUpTo: null, kinds: ['email_inbound'] },
      'sync-2',
    );
    await saveRun(db, 'run-3', now - 60_000, 'failed');
    expect(await overview()).toMatchObject({
      issues: [
        { sentence: expect.stringContaining('40 partners'), advice: expect.stringContaining('tracking') },
      ],
      freshness: {
        stale: true,
        sentence: expect.stringMatching(/ended without success.*Not read completely: hubspot\.emails/),
      },
      runs: [{ outcome: 'failed', sentence: 'Failed.' }, { outcome: 'ok' }],
    });
  });

  test('when a run without requests goes on is told on the portal’s clock, and once', async () => {
    const { db } = database.store;
    const startedAt = now - 30_000;
    await startRun(db, {
      runId: 'run-4',
      kind: 'run',
      trigger: 'test',
      now: startedAt,
      asOf: startedAt,
      settingsVersion: 1,
      fence: 1,
    });
    const resumeAt = Date.UTC(2026, 10, 26, 5);
    await finishRun(db, 'run-4', {
      outcome: 'failed',
      now,
      summary: null,
      error: 'No requests are left.',
      nextAction: 'A run goes on after 2026-11-26T05:00:00.000Z.',
      resumeAt,
    });
    const { runs } = await overview();
    expect(runs[0]?.sentence).toBe('Failed. No requests are left. It goes on after 26 Nov 2026, 00:00.');
  });

  test('calls one of a thing one', async () => {
    const { db } = database.store;
    const one = { ...presets.reseller, capacityPerOwner: 1 };
    await saveSettings(db, one, { note: '', author: 'test', now });
    await startRun(db, {
      runId: 'run-5',
      kind: 'run',
      trigger: 'test',
      now: now - 1,
      asOf: now - 1,
      settingsVersion: 2,
      fence: 1,
    });
    const summary: RunSummary = {
      runId: 'run-5',
      outcome: 'ok',
      startedAt: '',
      seconds: 2,
      settingsVersion: 2,
      sync: {
        mode: 'full',
        partners: 1,
        deals: 1,
        engagements: 1,
        differences: null,
        requests: { total: 1, byRoute: {} },
        rateLimited: 0,
      },
      assess: { assessed: 1, skipped: 0, byStatus: {} },
      publish: { changed: 1, unchanged: 0, failed: 0, requests: 1 },
    };
    await finishRun(db, 'run-5', { outcome: 'ok', now, summary, error: null, nextAction: null });
    const { runs, queue } = await overview();
    expect(runs[0]?.sentence).toBe('Ended well: 1 partner read, 1 judged, 1 written in 2 s.');
    expect(queue.sentence).toMatch(/^Each owner sees the partner most worth a call this week:/);
  });

  test.each([
    ['a forged signature', { secret: 'guessed' }, 401],
    ['another account', { query: queryOf({ ...fromHubSpot, portalId: '1' }) }, 403],
    ['a write', { method: 'POST', query: queryOf(fromHubSpot) }, 405],
  ])('refuses %s', async (_, call, status) => {
    const answer = await world.send({ path: '/home', query: queryOf(fromHubSpot), ...call });
    expect(answer.status).toBe(status);
  });
});
