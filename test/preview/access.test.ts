/**
 * The preview for people who use no mouse, no screen or a small one: what axe-core can find, and what it cannot, which is
 * where the focus goes and what does not fit. The extensions are drawn by HubSpot's own components in HubSpot; their words, order and labels are ours.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { build } from 'esbuild';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAppWorld, type AppWorld } from './app-world.ts';
import { openTab, type Tab } from './tab.ts';

let world: AppWorld;
let tab: Tab;
let page: Page;
let recordId: string;

beforeAll(async () => {
  world = await openAppWorld();
  await world.account.run();
  const answer = await fetch(`${world.address}/api/companies?view=partners&status=inactive&sort=name`);
  const { rows } = (await answer.json()) as { rows: { id: string }[] };
  recordId = rows[0]?.id ?? '';
});
afterAll(() => world.close());

beforeEach(async () => {
  tab = await openTab(world.browser);
  page = tab.page;
});
afterEach(() => tab.close());

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const standard: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};

/** What axe-core objects to, one line for each element. */
async function objections(): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: { run(o: object): Promise<AxeResults> } }).axe.run(options),
    standard,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
  );
}

const card = (): Locator => page.getByTestId('extension-rekindle_partner_card');
const focused = (): Locator => page.locator(':focus');

async function go(place: string): Promise<void> {
  await page.goto(world.address);
  await page.getByLabel('Signed in as').selectOption(world.userOf('admin').id);
  await page.getByRole('link', { name: place, exact: true }).click();
}

const pages: Readonly<Record<string, () => Promise<void>>> = {
  'the list of companies': async () => {
    await go('Companies');
    await page.getByRole('row').nth(1).waitFor();
  },
  'a company’s preview': async () => {
    await go('Companies');
    await page
      .getByRole('button', { name: /^Preview / })
      .first()
      .press('Enter');
    await page.getByTestId('extension-rekindle_partner_preview').getByText('Next step').waitFor();
  },
  'a record': async () => {
    await page.goto(world.recordOf(recordId));
    await card().getByText('Refresh').waitFor();
  },
  'a form of the card': async () => {
    await page.goto(world.recordOf(recordId));
    await card().getByRole('button', { name: 'Record root cause', exact: true }).click();
    await card().getByLabel('Why it went quiet').waitFor();
  },
  'the activities of a record': async () => {
    await page.goto(world.recordOf(recordId));
    await page.getByRole('tab', { name: 'Activities' }).click();
    await page.getByRole('listitem').first().waitFor();
  },
  'the home page': async () => {
    await go('Rekindle home');
    await page.getByText('Latest runs').waitFor();
  },
  ...Object.fromEntries(
    [
      'Who is inactive',
      'What is read',
      'How it runs',
      'What partners are told',
      'Versions',
      'API keys',
      'Corrections',
      'Danger zone',
    ].map((name) => [
      `the settings: ${name}`,
      async () => {
        await go('Rekindle settings');
        await page.getByRole('tab', { name }).click();
        await page.getByRole('tabpanel', { name }).getByRole('heading').first().waitFor();
      },
    ]),
  ),
  'the settings: a change and what it would do': async () => {
    await go('Rekindle settings');
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByLabel('Days it looks at').fill('60');
    await page.getByLabel('Days it looks at').press('Tab');
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await page.getByText(/partners \d+ would change/).waitFor();
  },
  'the workflow actions': async () => {
    await go('Workflow actions');
    await page.getByRole('button', { name: 'Run action' }).first().waitFor();
  },
};

describe('axe-core has nothing against', () => {
  it.each(Object.entries(pages))('%s', async (_, open) => {
    await open();
    expect(await objections()).toEqual([]);
  });
});

describe('no page is wider than its window', () => {
  it.each(Object.entries(pages))('%s', async (_, open) => {
    await open();
    for (const width of [1280, 1024, 420]) {
      await page.setViewportSize({ width, height: 900 });
      const { clientWidth, scrollWidth } = await page
        .locator('html')
        .evaluate(({ clientWidth, scrollWidth }) => ({ clientWidth, scrollWidth }));
      expect({ width, scrollWidth }).toEqual({ width, scrollWidth: clientWidth });
    }
  });
});

/** What the focus is on, in words, at each of the next stops. */
async function stops(count: number): Promise<string[]> {
  const names: string[] = [];
  for (let stop = 0; stop < count; stop += 1) {
    await page.keyboard.press('Tab');
    names.push(
      await focused().evaluate((element) => element.getAttribute('aria-label') ?? element.textContent ?? ''),
    );
  }
  return names;
}

describe('without a mouse', () => {
  it('the tabulator goes through the bar, the record and the card as they are read', async () => {
    await page.goto(world.recordOf(recordId));
    await card().getByText('Refresh').waitFor();
    const bar = await stops(6);
    expect(bar.slice(0, 5)).toEqual([
      'Rekindle sandbox',
      'Companies',
      'Rekindle home',
      'Rekindle settings',
      'Workflow actions',
    ]);
    expect(bar[5]).toContain('(manager)');
    expect(await stops(1)).toEqual(['‹ Companies']);
    await page.getByRole('tab', { name: 'Rekindle' }).focus();
    const [next] = await stops(1);
    expect(next).toBe('Create task');
  });

  it('a page that opens has a name, and the focus begins in it', async () => {
    await page.goto(world.address);
    await expect.poll(() => page.title()).toBe('Companies | Rekindle sandbox');
    await page.getByRole('link', { name: 'Rekindle home', exact: true }).press('Enter');
    await expect.poll(() => page.title()).toBe('Rekindle home | Rekindle sandbox');
    await expect.poll(() => page.getByRole('main').and(focused()).count()).toBe(1);
    await page.getByText('Whom to call').waitFor();
    expect(await stops(1)).toEqual(['Refresh']);
  });

  it('the arrows choose among tabs, which are one stop', async () => {
    await page.goto(world.recordOf(recordId));
    await page.getByRole('tab', { name: 'Rekindle' }).press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Activities' }).getAttribute('aria-selected')).toBe('true');
    await page.getByRole('tabpanel', { name: 'Activities' }).getByRole('listitem').first().waitFor();
    await focused().press('ArrowLeft');
    await page.getByRole('tabpanel', { name: 'Rekindle' }).waitFor();
  });

  it('a partner’s preview takes the focus and gives it back', async () => {
    await page.goto(world.address);
    const button = page.getByRole('button', { name: /^Preview / }).first();
    await button.press('Enter');
    const panel = page.getByRole('dialog', { name: 'Company preview' });
    await expect.poll(() => panel.and(focused()).count()).toBe(1);
    expect(await stops(1)).toEqual(['Close']);
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.count()).toBe(0);
    expect(await button.and(focused()).count()).toBe(1);
  });

  it('a menu opens, is walked through with the arrows, and gives the focus back', async () => {
    await page.goto(world.recordOf(recordId));
    const more = card().getByRole('button', { name: 'More' });
    await more.press('Enter');
    await more.press('ArrowDown');
    expect(await card().getByRole('menuitem').first().and(focused()).count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await more.and(focused()).count()).toBe(1);
    expect(await card().getByRole('menuitem').first().isVisible()).toBe(false);
  });

  it('a modal keeps the focus until it is closed', async () => {
    await page.goto(world.address);
    await page.setContent('<button>Behind</button><div id="root"></div>');
    await page.addScriptTag({ content: await modalScript() });
    const opener = page.getByRole('button', { name: 'Open' });
    await opener.press('Enter');
    const modal = page.getByRole('dialog', { name: 'Sure?' });
    await expect.poll(() => modal.and(focused()).count()).toBe(1);
    expect(await stops(4)).toEqual(['Close', 'Yes', 'No', 'Close']);
    await page.keyboard.press('Shift+Tab');
    expect(await page.getByRole('button', { name: 'No' }).and(focused()).count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => modal.count()).toBe(0);
    expect(await opener.and(focused()).count()).toBe(1);
  });
});

/** No page of Rekindle's has a modal at present; whoever adds one gets the preview's. */
async function modalScript(): Promise<string> {
  const host = join(import.meta.dirname, '../../src/sandbox/preview/browser/host');
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createRoot } from 'react-dom/client';
        import { Button } from './actions.tsx';
        import { Modal } from './overlays.tsx';
        const modal = <Modal id="sure" title="Sure?"><Button>Yes</Button><Button>No</Button></Modal>;
        createRoot(document.getElementById('root')).render(<Button overlay={modal}>Open</Button>);`,
      resolveDir: host,
      loader: 'tsx',
    },
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}
