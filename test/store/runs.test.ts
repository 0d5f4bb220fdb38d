import { expect, test } from 'vitest';
import type { Instant } from '../../src/model/instant.ts';
import type { RunSummary } from '../../src/model/run.ts';
import { readCard } from '../../src/store/card.ts';
import {
  finishRun,
  latestRun,
  listRuns,
  markAbandonedRuns,
  readRun,
  saveRunStep,
  startRun,
} from '../../src/store/runs.ts';
import { freshStore } from './fresh.ts';
import { minute, noon } from './samples.ts';

const store = freshStore();

async function start(runId: string, fence: number, kind = 'run'): Promise<void> {
  const now = noon + fence * minute;
  await startRun(store().db, {
    runId,
    kind,
    trigger: 'schedule',
    now,
    asOf: now - minute,
    settingsVersion: 4,
    fence,
  });
}

const ended = { outcome: 'ok', now: noon, summary: null, error: null, nextAction: null } as const;

test('a run is in the ledger from its start to its end, with its counts as it goes', async () => {
  const { db } = store();
  await start('run-1', 1);
  await saveRunStep(db, 'run-1', 'sync', { partners: 10 });
  await saveRunStep(db, 'run-1', 'sync', { partners: 20, deals: 3 });
  await saveRunStep(db, 'run-1', 'assess', { assessed: 20 });
  const running = {
    runId: 'run-1',
    kind: 'run',
    trigger: 'schedule',
    startedAt: noon + minute,
    asOf: noon,
    settingsVersion: 4,
    fence: 1,
    error: null,
    nextAction: null,
    brakeMoves: null,
    resumeAt: null,
    steps: { sync: { partners: 20, deals: 3 }, assess: { assessed: 20 } },
  };
  expect(await readRun(db, 'run-1')).toEqual({ ...running, finishedAt: null, outcome: null, summary: null });

  const summary: RunSummary = {
    runId: 'run-1',
    outcome: 'partial',
    startedAt: '2026-03-01T12:01:00.000Z',
    seconds: 1.5,
    settingsVersion: 4,
    sync: {
      mode: 'full',
      partners: 20,
      deals: 3,
      engagements: 0,
      differences: null,
      requests: { total: 2, byRoute: { search: 2 } },
      rateLimited: 0,
    },
    assess: { assessed: 20, skipped: 0, byStatus: { active: 20 } },
    publish: { changed: 1, unchanged: 18, failed: 1, requests: 1 },
  };
  await finishRun(db, 'run-1', {
    ...ended,
    outcome: 'partial',
    summary,
    brakeMoves: 7,
    resumeAt: noon + minute,
  });
  expect(await readRun(db, 'run-1')).toEqual({
    ...running,
    finishedAt: noon,
    outcome: 'partial',
    summary,
    brakeMoves: 7,
    resumeAt: noon + minute,
  });
});

test('the beginning of an id is enough, unless several runs begin so', async () => {
  await start('abc-1', 1);
  await start('abd-2', 2);
  await start('abd', 3);
  expect((await readRun(store().db, 'abc'))?.runId).toBe('abc-1');
  expect((await readRun(store().db, 'abd'))?.runId).toBe('abd');
  expect(await readRun(store().db, 'x')).toBeNull();
  expect(await readRun(store().db, '')).toBeNull();
  await expect(readRun(store().db, 'ab')).rejects.toThrow('Several runs begin with "ab"');
});

/** When the run began whose end a card tells. */
async function shownOnCards(): Promise<Instant | undefined> {
  return (await readCard(store().pool, 'any company')).run?.startedAt;
}

test('runs are listed newest first, and the latest finished one is not the one that runs', async () => {
  const { db } = store();
  expect(await latestRun(db)).toBeNull();
  for (const fence of [1, 2, 3]) await start(`run-${fence}`, fence);
  await finishRun(db, 'run-2', ended);
  expect((await listRuns(db, 2)).map(({ runId }) => runId)).toEqual(['run-3', 'run-2']);
  expect((await latestRun(db))?.runId).toBe('run-3');
  expect(await shownOnCards()).toBe(noon + 2 * minute);
  await start('dry', 4, 'run --dry-run');
  await finishRun(db, 'dry', ended);
  expect(await shownOnCards()).toBe(noon + 4 * minute);
  expect((await latestRun(db, { committedOnly: true }))?.runId).toBe('run-2');
});

test('a run whose process died is aborted by the next holder, and can no longer call itself a success', async () => {
  const { db } = store();
  await start('died', 1);
  await start('done', 2);
  await finishRun(db, 'done', ended);
  await start('current', 3);
  expect(await markAbandonedRuns(db, 3, noon)).toBe(1);
  expect(await markAbandonedRuns(db, 3, noon)).toBe(0);
  await finishRun(db, 'died', ended);
  expect((await listRuns(db, 9)).map(({ runId, outcome }) => [runId, outcome])).toEqual([
    ['current', null],
    ['done', 'ok'],
    ['died', 'aborted'],
  ]);
});
