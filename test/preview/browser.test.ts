/** A person in front of the preview: browses partners, opens records, reads the card, presses its button. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CardResponse } from '../../src/web/contract.ts';
import { judged, notAPartner, notJudgedYet, thriving } from '../extensions/answers.ts';
import { collectProblems, launchBrowser } from '../world/browser.ts';
import { tinyCompanies } from '../world/tiny-portal.ts';
import { previewUsers, startPreviewWorld, type PreviewWorld } from './world.ts';

const answers: Readonly<Record<string, CardResponse | number>> = {
  [tinyCompanies.active]: thriving,
  [tinyCompanies.silent]: judged(),
  [tinyCompanies.neverActivated]: 503,
  [tinyCompanies.sharing]: judged({
    freshness: { syncedAt: null, stale: true, sentence: 'The latest run did not finish.' },
  }),
  [tinyCompanies.merged]: notJudgedYet,
  [tinyCompanies.customer]: notAPartner,
};

let browser: Browser;
let world: PreviewWorld;
let page: Page;
let problems: string[];
let tasks: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  world = await startPreviewWorld({
    card: (companyId) => answers[companyId] ?? notJudgedYet,
    createTask(companyId) {
      const existed = tasks.includes(companyId);
      tasks.push(companyId);
      return {
        state: existed ? 'already_created' : 'created',
        taskId: '900',
        sentence: existed ? 'It is due on 18 Jun 2026.' : 'Due on 18 Jun 2026, assigned to Ada Okafor.',
      };
    },
  });
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

beforeEach(async () => {
  tasks = [];
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  // Only ends a test that fails: a page that does not come is not worth half a minute of waiting.
  page.setDefaultTimeout(10_000);
  problems = collectProblems(page);
});
afterEach(async () => {
  await page.close();
  if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join('\n')}`);
});

const card = () => page.getByTestId('extension-rekindle_partner_card');
const rows = () => page.locator('tbody tr');
const names = () => rows().getByRole('link').allTextContents();

async function openRecord(companyId: string): Promise<void> {
  await page.goto(world.recordUrl(companyId));
}

/** Waits for the list to show these companies, in this order. */
async function expectNames(expected: readonly string[]): Promise<void> {
  await expect.poll(names, { timeout: 15_000 }).toEqual(expected);
}

describe('the list of companies', () => {
  it('shows the judged partners with what Rekindle wrote, worst health first', async () => {
    await page.goto(world.url);
    await expectNames([
      'Cedar Consulting',
      'Birch Systems',
      'Elm & Elm',
      'Date Palm Data',
      'Alder Networks',
      'Fir Integrators',
    ]);
    const birch = await rows().nth(1).locator('td').allTextContents();
    expect(birch).toEqual(['Inactive', '24', 'Sales stopped', '2 Mar 2026', 'Call the owner', 'Ada Okafor']);
    expect(await page.getByText('Preview, not HubSpot’s rendering').isVisible()).toBe(true);
  });

  it('filters by status and owner, searches, sorts, and shows all companies', async () => {
    await page.goto(world.url);
    await page.getByLabel('Status').selectOption({ label: 'At risk' });
    await expectNames(['Elm & Elm']);
    await page.getByLabel('Status').selectOption({ label: 'Any' });
    await page.getByLabel('Owner').selectOption({ label: 'Ben Ruiz' });
    await expectNames(['Cedar Consulting', 'Date Palm Data']);
    await page.getByLabel('Owner').selectOption({ label: 'Any' });
    await page.getByRole('searchbox', { name: 'Search companies' }).fill('birch');
    await expectNames(['Birch Systems']);
    await page.getByRole('searchbox', { name: 'Search companies' }).fill('');
    await page.getByRole('button', { name: 'Company name' }).click();
    await page.getByRole('button', { name: 'Company name' }).click();
    await expect.poll(async () => (await names())[0]).toBe('Fir Integrators');
    await page.getByRole('tab', { name: 'All companies' }).click();
    await expect.poll(async () => (await names()).length).toBe(9);
  });

  it('previews a partner in three lines', async () => {
    await page.goto(world.url);
    await page.getByRole('button', { name: 'Preview Birch Systems' }).click();
    const panel = page.getByTestId('extension-rekindle_partner_preview');
    await panel.getByText('Next step: Call the partner’s owner').waitFor();
    expect(await panel.getByText('stopped selling and has not been').isVisible()).toBe(true);
    await page
      .getByRole('dialog', { name: 'Company preview' })
      .getByRole('button', { name: 'Close' })
      .click();
    await panel.waitFor({ state: 'detached' });
  });

  it('leads to the record and back with the keyboard', async () => {
    await page.goto(world.url);
    await page.getByRole('link', { name: 'Birch Systems' }).press('Enter');
    await page.getByRole('heading', { name: 'Birch Systems', exact: true }).waitFor();
    expect(page.url()).toBe(world.recordUrl(tinyCompanies.silent));
    await page.getByRole('link', { name: '‹ Companies' }).press('Enter');
    await page.getByRole('heading', { name: 'Companies' }).waitFor();
  });
});

describe('the record', () => {
  it('shows the properties that Rekindle wrote, the deals and the activities around the card', async () => {
    await openRecord(tinyCompanies.silent);
    const left = page.getByRole('complementary', { name: 'Company' });
    await left.getByText('Rekindle status').waitFor();
    expect(await left.locator('[data-property=rekindle_status] dd').textContent()).toBe('Inactive');
    expect(await left.locator('[data-property=rekindle_inactive_since] dd').textContent()).toBe(
      '15 Feb 2026',
    );
    const right = page.getByRole('complementary', { name: 'Associated records' });
    expect(await right.textContent()).toContain('Birch last sale');
    expect(await right.textContent()).toContain('USD 7,000');
    expect(await right.textContent()).toContain('Closed won');
    await page.getByRole('tab', { name: 'Activities' }).click();
    await page.getByText('Call Birch', { exact: true }).waitFor();
    expect(await page.getByText('Left a message.').isVisible()).toBe(true);
  });

  it('says so when there is no such company', async () => {
    await openRecord('999999');
    await page.getByText('There is no such company in the sandbox.').waitFor();
    // The browser itself reports the 404 that this is about.
    expect(problems).toHaveLength(1);
    problems.length = 0;
  });
});

describe('the card, from the bundle that HubSpot gets', () => {
  it('shows the whole verdict, asked for in the name of the user who looks', async () => {
    world.cardServer.asked.length = 0;
    await openRecord(tinyCompanies.silent);
    await card().getByText('Birch Systems stopped selling and has not been').waitFor();
    const text = (await card().innerText()).replace(/\s+/g, ' ');
    for (const part of [
      'Inactive',
      'since 15 Feb 2026',
      'Owner: Ada Okafor',
      'One deal registered or won',
      'Why',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/undefined|null|NaN|Invalid Date|does not draw/);
    expect(await card().getByRole('img', { name: 'Score 24 of 100' }).isVisible()).toBe(true);
    expect(world.cardServer.asked).toMatchObject([
      { method: 'GET', path: '/card', userId: previewUsers[0]?.id },
    ]);
  });

  it('asks again as another user when another one signs in, also with a + in the address', async () => {
    await openRecord(tinyCompanies.silent);
    await card().getByText('Why').waitFor();
    world.cardServer.asked.length = 0;
    await page.getByLabel('Signed in as').selectOption({ label: 'Eve Moss (reader)' });
    await card().getByText('Why').waitFor();
    await expect.poll(() => world.cardServer.asked).toMatchObject([{ path: '/card', userId: '9504' }]);
  });

  it('creates the task with its primary button, once, and says so', async () => {
    await openRecord(tinyCompanies.silent);
    await card().getByRole('button', { name: 'Create task' }).click();
    await card().getByText('Due on 18 Jun 2026, assigned to Ada Okafor.').waitFor();
    await page.getByRole('status').filter({ hasText: 'Task created' }).first().waitFor();
    const button = card().getByRole('button', { name: 'Task created' });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    expect(tasks).toEqual([tinyCompanies.silent]);
    // After a reload the card knows nothing of it, and the server says that it exists.
    await page.reload();
    await card().getByRole('button', { name: 'Create task' }).click();
    await card().getByText('The task was there already').waitFor();
  });

  it('opens its details and tells what HubSpot’s own buttons would do', async () => {
    await openRecord(tinyCompanies.silent);
    const details = card().getByRole('button', { name: /Task: “Call Birch Systems/ });
    await details.click();
    await card().getByText('Ask what changed, then offer a joint pipeline review.').waitFor();
    expect(await details.getAttribute('aria-expanded')).toBe('true');
    await card().getByRole('button', { name: 'Write an email' }).click();
    await page.getByText('HubSpot would open its email editor').waitFor();
    expect(await page.getByText('SEND_EMAIL with').textContent()).toContain('objectTypeId "0-2"');
  });

  it.each([
    ['an active partner without reasons', tinyCompanies.active, 'Nothing speaks against this partner'],
    ['old data', tinyCompanies.sharing, 'This verdict rests on old data'],
    ['a partner not judged yet', tinyCompanies.merged, 'The next nightly run judges this partner.'],
    ['a company that is no partner', tinyCompanies.customer, 'Not a partner'],
  ])('shows %s', async (_, companyId, words) => {
    await openRecord(companyId);
    await card().getByText(words).first().waitFor();
    expect(await card().innerText()).not.toMatch(/undefined|null|NaN|does not draw/);
  });

  it('explains a broken server and tries again when asked', async () => {
    await openRecord(tinyCompanies.neverActivated);
    await card().getByText('Rekindle’s server has a problem').waitFor();
    expect(await card().getByText('Reference: c-42').isVisible()).toBe(true);
    const before = world.cardServer.asked.length;
    await card().getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => world.cardServer.asked.length).toBeGreaterThan(before);
    await card().getByText('Rekindle’s server has a problem').waitFor();
  });

  it('fits a narrow window', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await openRecord(tinyCompanies.silent);
    await card().getByText('Why').waitFor();
    const box = await card().boundingBox();
    expect(box?.width).toBeLessThanOrEqual(390);
    const scrolls = await page.locator('body').evaluate((body) => body.scrollWidth > body.clientWidth);
    expect(scrolls).toBe(false);
  });
});

describe('an account that was never provisioned', () => {
  it('says which command is missing', async () => {
    const fresh = await startPreviewWorld({
      judged: false,
      card: () => notJudgedYet,
      createTask: () => ({ state: 'refused', taskId: null, sentence: 'Not yet.' }),
    });
    try {
      await page.goto(fresh.url);
      await page.getByText('Rekindle’s properties are not in this account yet.').waitFor();
      await expectNames(await names());
      expect((await names()).length).toBe(9);
    } finally {
      await page.goto('about:blank');
      await fresh.close();
    }
  });
});

describe('the preview’s own server', () => {
  it('answers to this machine only', async () => {
    const foreign = await fetch(`${world.url}/api/portal`, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
  });

  it('never hands out the token or the secret', async () => {
    const { accessToken, clientSecret } = world.sandbox.seed;
    for (const path of [
      '/',
      '/assets/main.js',
      '/assets/extensions/rekindle_partner_card.js',
      '/api/portal',
    ]) {
      const text = await (await fetch(world.url + path)).text();
      expect(text.includes(accessToken) || text.includes(clientSecret)).toBe(false);
    }
  });
});
