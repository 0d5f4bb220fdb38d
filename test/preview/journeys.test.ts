/** Whole journeys of people in HubSpot, in a real browser: at the card, and on the settings page. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewUser } from '../../src/sandbox/preview/server.ts';
import { collectProblems } from '../world/browser.ts';
import { openAppWorld, type AppWorld } from './app-world.ts';

let world: AppWorld;
let page: Page;
let problems: string[];

beforeAll(async () => {
  world = await openAppWorld();
  await world.account.run();
});
afterAll(() => world.close());

beforeEach(async () => {
  page = await world.browser.newPage({ viewport: { width: 1440, height: 1000 } });
  // Only ends a test that fails: two busy cores take their time.
  page.setDefaultTimeout(30_000);
  problems = collectProblems(page);
});
afterEach(async () => {
  await page.close();
  if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join('\n')}`);
});

const card = () => page.getByTestId('extension-rekindle_partner_card');
const settings = () => page.getByRole('tabpanel', { name: 'Settings' });

async function firstWith(status: string): Promise<{ id: string; name: string }> {
  const answer = await fetch(`${world.address}/api/companies?view=partners&status=${status}&sort=name`);
  const { rows } = (await answer.json()) as { rows: { id: string; name: string }[] };
  const [row] = rows;
  if (row === undefined) throw new Error(`The sample programme has nobody who is ${status}.`);
  return row;
}

async function openSettings(role: PreviewUser['role']): Promise<void> {
  await page.goto(world.address);
  await page.getByLabel('Signed in as').selectOption(world.userOf(role).id);
  await page.getByRole('link', { name: 'Rekindle settings', exact: true }).click();
  await settings().getByText('is in force').first().waitFor();
}

describe('at the card', () => {
  it('a manager makes the recommended task, and it is there, once', async () => {
    const { id } = await firstWith('inactive');
    await page.goto(world.recordOf(id));
    await card().getByRole('button', { name: 'Create task' }).click();
    await card().getByRole('button', { name: 'Task created' }).waitFor();
    await page.reload();
    await card().getByText('Refresh').waitFor();
    await page.getByRole('tab', { name: 'Activities' }).click();
    await expect.poll(() => page.getByText(/gone quiet|Review the partnership/).count()).toBeGreaterThan(0);
  });

  it('a manager records what the partner said, and HubSpot shows it', async () => {
    const { id } = await firstWith('inactive');
    await page.goto(world.recordOf(id));
    await card().getByRole('button', { name: 'Record root cause', exact: true }).click();
    await card().getByLabel('Why it went quiet').selectOption({ label: 'Competition' });
    const form = card().locator('form');
    await form.getByRole('combobox').nth(1).selectOption({ index: 1 });
    await form.getByRole('button', { name: 'Record it' }).click();
    const shown = page.locator('[data-property=rekindle_root_cause] dd');
    await expect.poll(() => shown.textContent()).toBe('Competition');
  });
});

describe('on the settings page', () => {
  it('a manager may look and change nothing', async () => {
    await openSettings('manager');
    await settings().getByText('You can look, not change').waitFor();
    expect(await settings().getByRole('button', { name: 'Edit' }).count()).toBe(0);
  });
});
