/** Journeys in a real browser: an installation that has judged everybody once, and a fresh tab for each of them. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { PreviewUser } from '../../src/sandbox/preview/server.ts';
import { openAppWorld, type AppWorld } from './app-world.ts';
import { openTab, type Tab } from './tab.ts';

/** There from the first test on. */
export let world: AppWorld;
/** This test's. */
export let page: Page;
let tabs: Tab[] = [];

/** Call at the top of a file, before its own hooks. */
export function startJourneys(): void {
  beforeAll(async () => {
    world = await openAppWorld();
    await world.account.run();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    tabs = [];
    page = await newTab();
  });
  afterEach(async () => {
    for (const tab of tabs) await tab.close();
  });
}

/** Another one for this test. */
export async function newTab(): Promise<Page> {
  const tab = await openTab(world.browser);
  tabs.push(tab);
  return tab.page;
}

export const settingsOn = (tab: Page): Locator =>
  tab.getByRole('tabpanel', { name: 'Settings', exact: true });

/** Signs in and goes to the settings page. */
export async function goToSettings(tab: Page, user: PreviewUser): Promise<void> {
  await tab.goto(world.address);
  await tab.getByLabel('Signed in as').selectOption(user.id);
  await tab.getByRole('link', { name: 'Rekindle settings', exact: true }).click();
}
