/** A person in front of the app's own pages in the preview, with the real server and a programme that was really judged. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewUser } from '../../src/sandbox/preview/server.ts';
import { countByStatus } from '../../src/store/verdicts.ts';
import type { TestAccount } from '../world/account.ts';
import { openAppWorld, type AppWorld } from './app-world.ts';
import { openTab, type Tab } from './tab.ts';

let world: AppWorld;
let account: TestAccount;
let address: string;
let tab: Tab;
let page: Page;

beforeAll(async () => {
  world = await openAppWorld();
  ({ account, address } = world);
});
afterAll(() => world.close());

beforeEach(async () => {
  tab = await openTab(world.browser);
  page = tab.page;
});
afterEach(() => tab.close());

const action = (name: string) => page.getByRole('region', { name });
const home = () => page.getByTestId('extension-rekindle_home_page');

async function open(place: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('link', { name: place, exact: true }).click();
}

async function signIn(role: PreviewUser['role']): Promise<PreviewUser> {
  const user = world.userOf(role);
  await page.getByLabel('Signed in as').selectOption(user.id);
  return user;
}

describe('the home page', () => {
  it('says before the first run that there is nothing yet, and shows the programme when asked again after it', async () => {
    await open('Rekindle home');
    await home().getByText('Nobody has been judged yet').waitFor();
    await account.run();
    await home().getByRole('button', { name: 'Check again' }).click();
    await home().getByText('Whom to call').waitFor();
    const text = await home().innerText();
    expect(text).not.toMatch(/undefined|null|NaN|Invalid Date|does not draw/);
    expect(text).toContain('Ended well');
    const counts = await countByStatus(account.database.store.db);
    const number = home()
      .locator('.statistic')
      .filter({ hasText: /^Inactive/i });
    expect(await number.locator('.statistic-number').textContent()).toBe(String(counts.inactive));
  });

  it('opens the week of whoever is signed in, also after a reload', async () => {
    await open('Rekindle home');
    for (const role of ['reader', 'admin'] as const) {
      const { firstName, lastName } = await signIn(role);
      const own = home().getByRole('button', { name: `${firstName} ${lastName} (you)` });
      await own.waitFor();
      expect(await own.getAttribute('aria-expanded')).toBe('true');
    }
    await page.reload();
    const { firstName, lastName } = world.userOf('admin');
    await home()
      .getByRole('button', { name: `${firstName} ${lastName} (you)` })
      .waitFor();
  });

  it('turns from those who fell to those who came back with the keyboard', async () => {
    await open('Rekindle home');
    await home().getByRole('tab', { name: /Fell/ }).press('ArrowRight');
    const back = home().getByRole('tab', { name: /Came back/ });
    expect(await back.getAttribute('aria-selected')).toBe('true');
    await home().getByText('Nobody came back this week.').waitFor();
  });
});

describe('the settings page', () => {
  it('opens where HubSpot puts it', async () => {
    await open('Rekindle settings');
    const panel = page.getByRole('tabpanel', { name: 'Settings' });
    await expect.poll(() => panel.innerText()).toMatch(/\w{3}/);
    expect(await panel.innerText()).not.toMatch(/undefined|NaN|does not draw|crashed/);
  });
});

describe('workflow actions', () => {
  it('are listed as HubSpot’s editor would, and wait for a company', async () => {
    await open('Workflow actions');
    const run = action('Snooze until').getByRole('button', { name: 'Run action' });
    await run.waitFor();
    expect(await run.isDisabled()).toBe(true);
    const names = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(names).toContain('Recalculate partner now');
  });

  it.each(['v2', 'v3'])(
    'run signed (%s), once for a retry too, and what they do shows on the record',
    async (signature) => {
      const days = signature === 'v2' ? 14 : 21;
      const worried = await fetch(`${address}/api/companies?view=partners&status=at_risk&sort=name`);
      const { rows } = (await worried.json()) as { rows: { id: string; name: string }[] };
      await open('Workflow actions');
      await page.getByRole('searchbox', { name: 'Search companies' }).fill(rows[0]?.name ?? '');
      await page.getByLabel('Company', { exact: true }).selectOption(rows[0]?.id ?? '');

      const snooze = action('Snooze until');
      await snooze.getByLabel('Or for so many days').fill(String(days));
      await snooze.getByLabel('Why').fill('They told us of a reorganisation.');
      await snooze.getByLabel('Signed with').selectOption(signature);
      await snooze.getByRole('button', { name: 'Run action' }).click();
      await snooze.getByText('Done. The workflow goes on.').waitFor();
      const outputs = (await snooze.locator('dl').innerText()).replace(/\s+/g, ' ');
      expect(outputs).toContain('Result Done');
      expect(outputs).toContain('Partner status At risk');
      await snooze.getByRole('button', { name: 'Send the same again, as a retry' }).click();
      await snooze.getByText('Done. The workflow goes on.').waitFor();
      expect((await snooze.locator('dl').innerText()).replace(/\s+/g, ' ')).toBe(outputs);

      await page.getByRole('link', { name: 'Open the record' }).click();
      const paused = page.locator('[data-property=rekindle_snoozed_until] dd');
      await expect.poll(() => paused.textContent()).toMatch(/^\d+ \w+ 20\d\d$/);
    },
  );
});
