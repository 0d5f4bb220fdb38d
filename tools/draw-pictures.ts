/**
 * `node tools/draw-pictures.ts`: draws docs/images/*.png for the README. What they show is real: the demo's whole loop runs
 * on an empty store, and the pictures are of what the run has just judged.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Locator } from 'playwright-core';
import type { CompanyList, CompanyRow } from '../src/sandbox/preview/views.ts';
import { launchBrowser } from '../test/world/browser.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs', 'images');

/** Starts the demo and returns the preview's address once it is printed. */
async function startDemo(dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const demo = spawn(process.execPath, ['src/cli/main.ts', 'demo', '--partners', '80', '--port', '0'], {
    cwd: root,
    env: { ...process.env, REKINDLE_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (demo.exitCode !== null) return;
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  };
  for await (const line of createInterface({ input: demo.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, stop };
  }
  throw new Error('The demo ended before it printed the preview’s address.');
}

await using resources = new AsyncDisposableStack();
const dataDir = await mkdtemp(join(tmpdir(), 'rekindle-picture-'));
resources.defer(() => rm(dataDir, { recursive: true, force: true }));
const demo = await startDemo(dataDir);
resources.defer(() => demo.stop());
const browser = await launchBrowser();
resources.defer(() => browser.close());

await mkdir(folder, { recursive: true });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.goto(demo.url);

/** Draws the whole page, or a part of it. */
async function draw(name: string, part?: Locator): Promise<void> {
  // Nothing is under the pointer.
  await page.mouse.move(0, 0);
  const path = join(folder, `${name}.png`);
  await (part === undefined ? page.screenshot({ path, fullPage: true }) : part.screenshot({ path }));
  process.stdout.write(`Drew docs/images/${name}.png\n`);
}

/** Of the inactive partners that somebody should call, the healthiest: its health has parts to show. */
async function partnerToShow(): Promise<CompanyRow> {
  const query = 'view=partners&status=inactive&sort=-rekindle_health';
  const answer = await fetch(`${demo.url}/api/companies?${query}`);
  const { rows } = (await answer.json()) as CompanyList;
  const row = rows.find(({ recommendedAction }) => recommendedAction === 'Call in person') ?? rows[0];
  if (row === undefined) throw new Error('The sample programme has no inactive partner.');
  return row;
}

async function drawRecord(partner: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search companies' }).fill(partner);
  await page.getByRole('link', { name: partner, exact: true }).click();
  await page.getByTestId('extension-rekindle_partner_card').getByText('Refresh').waitFor();
  await draw('card');
}

async function drawHome(): Promise<void> {
  await page.getByRole('link', { name: 'Rekindle home' }).click();
  await page.getByText('Latest runs').waitFor();
  await draw('home');
}

/** One of them, with what HubSpot makes of the answer. */
async function drawWorkflowAction({ id, name }: CompanyRow): Promise<void> {
  await page.getByRole('link', { name: 'Workflow actions' }).click();
  await page.getByRole('searchbox', { name: 'Search companies' }).fill(name ?? '');
  await page.getByLabel('Company', { exact: true }).selectOption(id);
  const action = page.getByRole('region', { name: 'Record root cause' });
  await action.getByLabel('Root cause').selectOption({ label: 'Competition' });
  await action.getByLabel('Who says so').selectOption({ index: 1 });
  await action.getByRole('button', { name: 'Run action' }).click();
  await action.getByText('Done. The workflow goes on.').waitFor();
  await draw('workflow-actions', action);
}

/** As somebody who may change them: how they stand, and what a change would do. */
async function drawSettings(): Promise<void> {
  const user = page.getByLabel('Signed in as');
  await user.selectOption(await user.getByRole('option', { name: '(admin)' }).getAttribute('value'));
  await page.getByRole('link', { name: 'Rekindle settings' }).click();
  const settings = page.getByRole('tabpanel', { name: 'Settings' });
  await settings.getByText(/companies in HubSpot have/).waitFor();
  await draw('settings');

  await settings.getByRole('button', { name: 'Edit' }).first().click();
  await settings.getByLabel('Days it looks at').fill('60');
  await settings.getByRole('button', { name: 'Done' }).click();
  await settings.getByRole('button', { name: 'Preview', exact: true }).click();
  await settings.getByText(/partners \d+ would change/).waitFor();
  await draw('settings-preview', settings.getByRole('heading', { name: 'Unsaved changes' }).locator('..'));
}

const partner = await partnerToShow();
await drawRecord(partner.name ?? '');
await drawHome();
await drawSettings();
await drawWorkflowAction(partner);
