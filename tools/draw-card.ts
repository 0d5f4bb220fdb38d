/** `node tools/draw-card.ts`: draws docs/images/card.png for the README, from the preview's test account. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { judged } from '../test/extensions/answers.ts';
import { startPreviewWorld } from '../test/preview/world.ts';
import { launchBrowser } from '../test/world/browser.ts';
import { tinyCompanies } from '../test/world/tiny-portal.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'images');
await mkdir(folder, { recursive: true });

await using resources = new AsyncDisposableStack();
const world = await startPreviewWorld({
  card: () => judged(),
  createTask: () => ({ state: 'refused', taskId: null, sentence: 'Nobody presses buttons in a picture.' }),
});
resources.defer(() => world.close());
const browser = await launchBrowser();
resources.defer(() => browser.close());

// Twice the pixels, so that the text is sharp on today's screens.
const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, deviceScaleFactor: 2 });
await page.goto(world.recordUrl(tinyCompanies.silent));
await page.getByTestId('extension-rekindle_partner_card').getByText('Refresh').waitFor();
await page.screenshot({ path: join(folder, 'card.png'), fullPage: true });
process.stdout.write(`Drew ${join('docs', 'images', 'card.png')}\n`);
