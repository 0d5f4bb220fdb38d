/** A yes to a preview: for exactly one definition, for its first run, and only as long as it means what was seen. */
import { beforeEach, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import type { Settings } from '../../src/model/settings.ts';
import { approvedByPreview, approvePreview } from '../../src/store/approvals.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { freshStore } from './fresh.ts';
import { minute, noon } from './samples.ts';

const store = freshStore();
const draft: Settings = { ...presets.reseller, graceDays: 7 };
let time = noon;
const nextMinute = (): number => (time += minute);

async function save(settings: Settings): Promise<void> {
  await saveSettings(store().db, settings, { note: '', author: 'test', now: nextMinute() });
}
async function approve(settings: Settings, moves: number): Promise<void> {
  await approvePreview(store().db, settings, { moves, author: 'test', now: nextMinute() });
}
async function run(
  kind: string,
  settingsVersion: number,
  outcome: 'ok' | 'partial' | 'failed' | 'aborted',
): Promise<void> {
  const now = nextMinute();
  const runId = String(now);
  await startRun(store().db, { runId, kind, trigger: 'test', now, asOf: now, settingsVersion, fence: 1 });
  await finishRun(store().db, runId, { outcome, now, summary: null, error: null, nextAction: null });
}

beforeEach(async () => {
  await save(presets.reseller);
});

test('is a yes to exactly this definition, and the latest one counts', async () => {
  expect(await approvedByPreview(store().db, draft)).toBe(0);
  await approve(draft, 80);
  await approve(draft, 90);
  await save(draft);
  expect(await approvedByPreview(store().db, draft)).toBe(90);
  expect(await approvedByPreview(store().db, { ...draft, graceDays: 8 })).toBe(0);
});

test.each(['run', 'second_pass', 'publish'])('is used up by the first %s that ends well', async (kind) => {
  await approve(draft, 90);
  await save(draft);
  await run(kind, 2, 'failed');
  await run(kind, 2, 'aborted');
  await run(`${kind} --dry-run`, 2, 'ok');
  await run('sync', 2, 'ok');
  await run('refresh', 2, 'ok');
  expect(await approvedByPreview(store().db, draft)).toBe(90);
  await run(kind, 2, 'ok');
  expect(await approvedByPreview(store().db, draft)).toBe(0);
});

test('a run that the brake stops long after brings no old yes back', async () => {
  await approve(draft, 90);
  await save(draft);
  await run('run', 2, 'partial');
  await run('run', 2, 'aborted');
  expect(await approvedByPreview(store().db, draft)).toBe(0);
});

test('says nothing once another definition was in force, though this one comes back', async () => {
  await approve(draft, 90);
  await save(presets.mixed);
  await save(draft);
  expect(await approvedByPreview(store().db, draft)).toBe(0);
  await approve(draft, 40);
  expect(await approvedByPreview(store().db, draft)).toBe(40);
});
