/** `demo --once`: the two commands of the README without the browser, on the private PostgreSQL. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunSummary } from '../../src/model/run.ts';
import { programmeNames } from '../../src/sandbox/programmes/programmes.ts';
import { rekindle } from './command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekindle-'));
  // Open to the user that runs the private PostgreSQL when we are root; else its data would lie elsewhere and stay.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function demo(...words: string[]): Promise<RunSummary> {
  const finished = await rekindle(['demo', '--once', '--json', ...words], {
    REKINDLE_DATA_DIR: join(folder, 'data'),
  });
  expect([finished.code, finished.stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(finished.stdout) as RunSummary;
}

test.each(programmeNames)(
  'the %s programme is judged and written, and at once again nothing is written',
  async (programme) => {
    const first = await demo('--programme', programme, '--partners', '40');
    expect(first).toMatchObject({
      outcome: 'ok',
      sync: { partners: 40, rateLimited: 0 },
      publish: { changed: 40, failed: 0 },
    });
    const again = await demo('--programme', programme, '--partners', '40');
    expect(again).toMatchObject({
      outcome: 'ok',
      sync: { partners: 40 },
      publish: { changed: 0, unchanged: 40, requests: 0 },
    });
  },
);

test('an account made of a log: every partner is judged, and later only what changed is written', async () => {
  const log = join(folder, 'log.csv');
  const rows = [
    'A,2026-01-10,order,1,10.50,EUR,a1',
    'A,2026-05-01,order,1,7,EUR,a2',
    'B,2025-09-01,order,1,99,EUR,b1',
    'C,2026-06-20,order,1,5,EUR,c1',
  ];
  await writeFile(
    log,
    `partner_id,occurred_at,kind,quantity,amount,currency,external_id\n${rows.join('\n')}\n`,
  );
  const first = await demo('--events', log, '--as-of', '2026-06-09');
  expect(first).toMatchObject({
    sync: { partners: 3, deals: 3 },
    assess: { byStatus: { inactive: 1, never_activated: 1 } },
    publish: { changed: 3 },
  });
  const again = await demo('--events', log, '--as-of', '2026-06-09');
  expect(again).toMatchObject({ assess: { assessed: 0, skipped: 3 }, publish: { changed: 0, requests: 0 } });
  const later = await demo('--events', log, '--as-of', '2026-07-31');
  // C has bought for the first time; of A and B there is nothing new to say.
  expect(later).toMatchObject({ sync: { deals: 4 }, publish: { changed: 1, unchanged: 2 } });
});

test('a log with a row that cannot be read is refused as a whole', async () => {
  const log = join(folder, 'bad.csv');
  await writeFile(log, 'partner_id,occurred_at,kind\nA,2026-01-10,order\nA,soon,order\n');
  const finished = await rekindle(['demo', '--once', '--events', log], {
    REKINDLE_DATA_DIR: join(folder, 'data'),
  });
  expect([finished.code, finished.stderr]).toEqual([2, expect.stringMatching(/bad\.csv.*row 3/s)]);
});
