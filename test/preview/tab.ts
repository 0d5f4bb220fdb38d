/** A browser tab of one person, which must show no error while it is open. */
import type { Browser, Page } from 'playwright-core';
import { collectProblems } from '../world/browser.ts';

export type Tab = {
  readonly page: Page;
  /** @throws with everything that the page should never have had */
  close(): Promise<void>;
};

export async function openTab(browser: Browser): Promise<Tab> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  // Only ends a test that fails: two busy cores take their time.
  page.setDefaultTimeout(30_000);
  const problems = collectProblems(page);
  return {
    page,
    close: async () => {
      await page.close();
      if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join('\n')}`);
    },
  };
}
