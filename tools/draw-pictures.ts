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
// British dates, as the pages write them.
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
await page.goto(demo.url);

/** Draws the whole page, or a part of it. */
async function draw(name: string, part?: Locator): Promise<void> {
  // Nothing is under the pointer.
  await page.mouse.move(0, 0);
  const path = join(folder, `${name}.png`);
  await (part === undefined ? page.screenshot({ path, fullPage: true }) : part.screenshot({ path }));
  process.stdout.write(`Drew docs/images/${name}.png\n`);
}

async function drawRecord(): Promise<void> {
  await page.getByLabel('Status').selectOption({ label: 'Inactive' });
  // The healthiest of them first: its health has parts to show.
  await page.getByRole('button', { name: 'Health' }).click();
  await page
    .getByRole('columnheader', { name: 'Health', exact: false })
    .and(page.locator('[aria-sort=descending]'))
    .waitFor();
  await page.getByRole('row').filter({ hasText: 'Call in person' }).first().getByRole('link').click();
  await page.getByTestId('extension-rekindle_partner_card').getByText('Refresh').waitFor();
  await draw('card');
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

async function drawPage(name: string, link: string, sign: string): Promise<void> {
  await page.getByRole('link', { name: link }).click();
  await page.getByText(sign).first().waitFor();
  await draw(name);
}

await drawRecord();
await drawPage('home', 'Rekindle home', 'Latest runs');
await drawPage('workflow-actions', 'Workflow actions', 'Recalculate partner now');
await drawSettings();
