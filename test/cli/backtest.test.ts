/** `backtest`: what an analyst who does not trust us yet can check on a log of their own. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aucOf, brierOf } from '../../src/assess/cadence/accuracy.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { dayNumber, isPresent, readEventDays, readRows } from '../assess/cadence/logs.ts';
import type { BacktestTruth } from '../../src/insight/backtest.ts';
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import { everyone, type Settings } from '../../src/model/settings.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { savePartners } from '../../src/store/partners.ts';
import { savePortal } from '../../src/store/portal.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import type { Db } from '../../src/store/tables.ts';
import { partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { rekindle } from './command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekindle-backtest-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const logStart = Date.parse('2024-01-01T10:00:00Z');

/** Two years of a programme: partners of different pace, of whom some stop. */
function logRows(partners: number): { partner: number; at: Instant; kind: 'deal_won' | 'click' }[] {
  const random = createRandom(17);
  return Array.from({ length: partners }, (_, partner) => partner).flatMap((index) => {
    const gap = 8 + 50 * random.next();
    const days: number[] = [];
    for (let day = Math.floor(random.next() * 200); day < 730;) {
      days.push(day);
      if (random.next() < 0.06) break;
      day += Math.ceil(-Math.log(1 - random.next()) * gap);
    }
    const kind = index % 2 === 0 ? 'deal_won' : 'click';
    return days.map((day) => ({ partner: index, at: logStart + day * millisecondsPerDay, kind }));
  });
}

function logOf(partners: number): string {
  const rows = logRows(partners).map(
    ({ partner: index, at, kind }) => `"Partner, ${index}",${new Date(at).toISOString()},${kind},1,,,`,
  );
  return `${['partner_id,occurred_at,kind,quantity,amount,currency,external_id', ...rows].join('\n')}\n`;
}

test('says on a log of one file who will be quiet, how well that came true, and who should decide', async () => {
  const [log, predictions] = [join(folder, 'log.csv'), join(folder, 'predictions.csv')];
  await writeFile(log, logOf(400));
  const asked = ['backtest', '--events', log, '--as-of', '2025-06-30', '--predictions', predictions];
  const finished = await rekindle(asked);
  expect(finished).toMatchObject({ code: 0 });
  expect(finished.stdout).toContain('400 partners from 2024-01-');
  expect(finished.stdout).toContain('(click, deal won)');
  for (const part of ['AUC', 'Brier', 'ROC', 'reliability', 'fast', 'slow', 'What the model does not know']) {
    expect(finished.stdout).toContain(part);
  }
  expect(finished.stdout).toMatch(
    /flagged \d[\d.]* % of the silences that ended since then; the budget was 5 %/,
  );
  expect(finished.stdout).toMatch(/^Verdict: the model may warn\. Tested on the 26 weeks after 2024-12-30/m);
  expect(finished.stdout).toMatch(
    /^Hindsight: on the 182 days after 2025-06-30 the model told better than the rule of 90 days\.$/m,
  );
  const [head, ...rows] = (await readFile(predictions, 'utf8')).trimEnd().split('\n');
  expect(head).toBe('partner_id,status,p_alive,p_active,surprise');
  expect(rows).toHaveLength(400);
  const cells = /^"Partner, \d+",(active|cooling|at_risk|inactive),(\d[\d.]*),(\d[\d.]*),(\d[\d.]*)$/;
  const chances = rows.flatMap((row) => (cells.exec(row) ?? []).slice(2).map(Number));
  expect(chances).toHaveLength(3 * rows.length);
  expect(Math.max(...chances)).toBeLessThanOrEqual(1);
  const statuses = new Set(rows.map((row) => cells.exec(row)?.[1]));
  expect(statuses).toEqual(new Set(['active', 'cooling', 'at_risk', 'inactive']));
});

test('what came after the day changes no prediction, and one stream can be tested alone', async () => {
  const [whole, known, out] = ['whole.csv', 'known.csv', 'out.csv'].map((name) => join(folder, name));
  const log = logOf(150);
  await writeFile(whole ?? '', log);
  const before = log
    .split('\n')
    .filter((row, index) => index === 0 || (row.split(',')[2] ?? '') < '2025-07-01');
  await writeFile(known ?? '', before.join('\n'));
  const predictions: string[] = [];
  for (const file of [whole, known]) {
    const asked = ['--as-of', '2025-06-30', '--stream', 'productive', '--predictions', out ?? ''];
    const finished = await rekindle(['backtest', '--events', file ?? '', ...asked]);
    expect(finished).toMatchObject({ code: 0 });
    predictions.push(await readFile(out ?? '', 'utf8'));
  }
  expect(predictions[0]).toBe(predictions[1]);
  expect(predictions[0]?.trimEnd().split('\n').length).toBeLessThan(100);
});

describe('refuses, with help and exit code 2,', () => {
  test.each([
    ['a day before the log begins', 'log.csv', '2023-12-31', /nothing that a partner did up to 2023-12-31/],
    ['a day that does not exist', 'log.csv', '2025-02-30', /Use a date such as 2026-03-31/],
    ['a file that is not there', 'absent.csv', '2025-06-30', /absent\.csv/],
    ['rows that cannot be read', 'broken.csv', '2025-06-30', /broken\.csv has 1 row that cannot be read/],
  ])('%s', async (_, name, day, message) => {
    await writeFile(join(folder, 'log.csv'), logOf(20));
    await writeFile(join(folder, 'broken.csv'), 'partner_id,occurred_at,kind\n1,yesterday,deal_won\n');
    const finished = await rekindle(['backtest', '--events', join(folder, name), '--as-of', day]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(message);
  });
});

test('a chance however small is a plain number, and still told apart from others', async () => {
  const [log, predictions] = [join(folder, 'gone.csv'), join(folder, 'gone.out.csv')];
  const rows = Array.from({ length: 40 }, (_, index) => index).flatMap((index) =>
    // Every week, until one partner after another leaves.
    Array.from({ length: 20 + 2 * index }, (_unused, week) => {
      const at = new Date(logStart + (7 * week + (index % 7)) * millisecondsPerDay);
      return `${index},${at.toISOString()},portal_login`;
    }),
  );
  await writeFile(log, ['partner_id,occurred_at,kind', ...rows].join('\n'));
  const asked = ['--events', log, '--as-of', '2025-12-31', '--predictions', predictions];
  expect(await rekindle(['backtest', ...asked])).toMatchObject({ code: 0 });
  const written = (await readFile(predictions, 'utf8')).trimEnd().split('\n').slice(1);
  const chances = written.map((row) => row.split(',')[3] ?? '');
  for (const chance of chances) expect(chance).toMatch(/^[01](\.\d+)?$/);
  const small = chances.map(Number).filter((chance) => chance < 1e-6);
  expect(small.length).toBeGreaterThan(5);
  expect(new Set(small).size).toBe(small.length);
});

test('the rule is held to its best: with the chances that only hindsight knows it errs less, and the model less still', async () => {
  const log = join(folder, 'hindsight.csv');
  await writeFile(log, logOf(400));
  const finished = await rekindle(['backtest', '--events', log, '--as-of', '2025-06-30', '--json']);
  const { truth } = JSON.parse(finished.stdout) as {
    truth: Pick<BacktestTruth, 'model' | 'rule' | 'ruleBrierInHindsight' | 'logLoss'>;
  };
  expect(truth.ruleBrierInHindsight).toBeLessThan(truth.rule.brier);
  expect(truth.model.brier).toBeLessThan(truth.ruleBrierInHindsight);
  expect(truth.logLoss.model).toBeLessThan(truth.logLoss.share);
});

test('says what there is nothing of: what we sent is no activity of a partner, and a stream may be empty', async () => {
  const [sent, clicks] = [join(folder, 'sent.csv'), join(folder, 'clicks.csv')];
  await writeFile(sent, 'partner_id,occurred_at,kind\n1,2025-01-01,email_outbound\n');
  await writeFile(clicks, 'partner_id,occurred_at,kind\n1,2025-01-01,click\n');
  const ofSent = await rekindle(['backtest', '--events', sent, '--as-of', '2025-06-30']);
  expect([ofSent.code, ofSent.stderr]).toEqual([2, expect.stringContaining('what we send does not count')]);
  const asked = ['--as-of', '2025-06-30', '--stream', 'productive'];
  const ofClicks = await rekindle(['backtest', '--events', clicks, ...asked]);
  expect([ofClicks.code, ofClicks.stderr]).toEqual([
    2,
    expect.stringMatching(/nothing that a partner did in business .* or leave out --stream/),
  ]);
});

test('a log that ends with the day has predictions and nothing to test them on', async () => {
  const log = join(folder, 'short.csv');
  await writeFile(log, logOf(60));
  const finished = await rekindle(['backtest', '--events', log, '--as-of', '2026-03-31', '--json']);
  expect(JSON.parse(finished.stdout)).toMatchObject({
    truth: null,
    detection: null,
    predicted: 60,
    lastDay: expect.stringMatching(/^2025-12-/) as string,
  });
});

test('where everybody was quiet nothing is ranked, and that is said instead of an empty table', async () => {
  const log = join(folder, 'one.csv');
  await writeFile(log, 'partner_id,occurred_at,kind\n1,2024-02-29,order\n1,2025-06-30,order\n');
  const finished = await rekindle(['backtest', '--events', log, '--as-of', '2024-06-30']);
  expect(finished.stdout).toContain('Everybody was quiet, so nobody can be told from the others');
  expect(finished.stdout).not.toContain('(ROC):');
});

test('a day that has not come is refused: nothing is known of it', async () => {
  const log = join(folder, 'short.csv');
  await writeFile(log, logOf(60));
  const finished = await rekindle(['backtest', '--events', log, '--as-of', '2999-01-01']);
  expect([finished.code, finished.stderr]).toEqual([2, expect.stringContaining('a day that has come')]);
});

describe("on the portal's own history", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => await database.drop());

  test('says that there is none yet, and once there is, tests the settings and both streams on it', async () => {
    const asked = ['backtest', '--as-of', '2025-06-30'];
    const environment = { DATABASE_URL: database.url };
    const none = await rekindle(asked, environment);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/no history yet.*--events FILE/)]);
    await saveHistory(database.store.db);
    const predictions = join(folder, 'own.csv');
    const finished = await rekindle([...asked, '--predictions', predictions], environment);
    expect([finished.code, finished.stderr]).toEqual([0, expect.any(String)]);
    expect(finished.stdout).toContain("The portal's own history: 300 partners");
    expect(finished.stdout).toMatch(/^Business: the model may warn\./m);
    expect(finished.stdout).toMatch(/^Engagement: the model may warn\./m);
    const statuses = (await readFile(predictions, 'utf8')).trimEnd().split('\n').slice(1);
    const found = Map.groupBy(statuses, (row) => row.split(',')[1]);
    expect([...found.keys()]).toEqual(expect.arrayContaining(['active', 'cooling', 'inactive']));
    // Those that only follow links never brought a deal.
    expect(found.get('inactive')?.length).toBeGreaterThanOrEqual(150);
  });
});

/** Half of the partners bring deals, half follow links; the settings demand a deal within half a year. */
async function saveHistory(db: Db): Promise<void> {
  const activities = logRows(300).map(({ partner: index, at, kind }, row) => ({
    partnerId: String(1000 + index),
    kind,
    occurredAt: at,
    quantity: 1,
    amount: null,
    source: kind === 'deal_won' ? ('hubspot.deals' as const) : ('csv:clicks' as const),
    sourceId: String(row),
  }));
  const ids = [...new Set(activities.map(({ partnerId }) => partnerId))];
  const rule = { id: 'sales', test: 'absence', behaviour: 'sales', windowDays: 180, minimum: 1 } as const;
  const rules = [{ ...rule, severity: 'inactive' as const, audience: everyone }];
  const settings: Settings = { ...presets.reseller, rules, combination: 'all', graceDays: 0 };
  await saveSettings(db, settings, { note: '', author: 'test', now: logStart });
  await savePortal(db, { id: '1', timeZone: 'Europe/Vienna', currency: 'EUR' });
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id, { joinedAt: logStart })),
  );
  await upsertActivities(db, activities);
  for (const [source, kind] of [
    ['hubspot.deals', 'deal_won'],
    ['csv:clicks', 'click'],
  ] as const) {
    const completeUpTo = logStart + 730 * millisecondsPerDay;
    await saveSourceState(db, { source, complete: true, completeUpTo, kinds: [kind] }, 's1');
  }
}

describe.skipIf(!isPresent('cdnow_sample.csv'))('on the check data (absent: skipped)', () => {
  test.each([
    ['cdnow_sample.csv', '1997-09-30', 0.784],
    ['cdnow_sample.csv', '1997-12-31', 0.8],
    ['onlineretail.csv', '2011-06-09', 0.727],
  ])('%s as of %s: the predictions tell who will be quiet', async (file, day, least) => {
    const predictions = join(folder, 'check.csv');
    const events = join(import.meta.dirname, '../../../shared/data', file);
    const asked = ['backtest', '--events', events, '--as-of', day, '--predictions', predictions];
    expect((await rekindle(asked)).code).toBe(0);
    const cut = dayNumber(day);
    const ids = [...new Set(readRows(file).map((row) => row['partner_id'] ?? ''))];
    const daysOf = new Map(readEventDays(file).map((days, index) => [ids[index], days]));
    const rows = (await readFile(predictions, 'utf8')).trimEnd().split('\n').slice(1);
    const scored = rows.map((row) => {
      const [id = '', , , active] = row.split(',');
      const days = daysOf.get(id) ?? [];
      const last = days.findLast((one) => one <= cut) ?? NaN;
      return {
        quietChance: 1 - Number(active),
        quiet: days.some((one) => one > cut && one <= cut + 182) ? 0 : 1,
        rule: cut - last >= 90 ? 1 : 0,
      };
    });
    const quiet = scored.map((one) => one.quiet);
    const chances = scored.map(({ quietChance }) => quietChance);
    const rule = scored.map((one) => one.rule);
    expect(aucOf(chances, quiet)).toBeGreaterThanOrEqual(least);
    expect(brierOf(chances, quiet) ?? 1).toBeLessThanOrEqual(0.75 * (brierOf(rule, quiet) ?? 0));
  });
});
