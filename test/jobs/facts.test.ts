/** When everybody's history is looked at for the segments, and whom what it says concerns. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { completeFacts, factsFor, gatherFactsIfDue } from '../../src/jobs/facts.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { previewDraft } from '../../src/jobs/preview.ts';
import type { Activity } from '../../src/model/activity.ts';
import type { ProgrammeFacts } from '../../src/model/facts.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import { everyone, type Settings, type SettingsVersion } from '../../src/model/settings.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { latestFacts, saveFacts } from '../../src/store/facts.ts';
import { savePartners } from '../../src/store/partners.ts';
import { savePortal } from '../../src/store/portal.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { touchedAmong } from '../../src/store/touch.ts';
import { partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

const now = Date.parse('2026-06-01T02:00:00Z');
const day = millisecondsPerDay;
const portal = { id: '1', timeZone: 'Europe/Vienna', currency: 'EUR' };
const signal = new AbortController().signal;
const ids = Array.from({ length: 60 }, (_, index) => String(1000 + index));
let settings: SettingsVersion;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  const definition = { ...presets.reseller, rules: presets.reseller.rules.slice(0, 1), graceDays: 0 };
  settings = await saveSettings(db, definition, { note: '', author: 'test', now });
  const joinedAt = now - 900 * day;
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id, { joinedAt })),
  );
  // Of each ten partners, the later ones bring more; every third went silent a year ago.
  await upsertActivities(
    db,
    ids.flatMap((id, index) =>
      deals(id, index % 3 === 0 ? now - 400 * day : now - 20 * day, 100 * (1 + (index % 10))),
    ),
  );
  const kinds = ['deal_registered', 'deal_won'] as const;
  await saveSourceState(
    db,
    { source: 'hubspot.deals', complete: true, completeUpTo: now, kinds: [...kinds] },
    's1',
  );
});
afterAll(async () => await database.drop());

function deals(partnerId: string, last: Instant, amount: number): Activity[] {
  return Array.from({ length: 6 }, (_, index) => ({
    partnerId,
    kind: 'deal_won',
    occurredAt: last - 30 * day * index,
    quantity: 1,
    amount: { amount: String(amount), currency: 'EUR' },
    source: 'hubspot.deals',
    sourceId: `${partnerId}-${last}-${index}`,
  }));
}

const context = (at: Instant) => ({ store: database.store, portal, settings, now: at, signal });

async function gather(at: Instant): Promise<number> {
  await withLease(database.store, signal, (lease) => gatherFactsIfDue({ ...context(at), lease }));
  return (await latestFacts(database.store.db))?.checkedAt ?? Number.NaN;
}

async function judge(at: Instant): Promise<number> {
  return await withLease(database.store, signal, (lease, within) =>
    judgeAndSave({
      ...context(at),
      all: false,
      lease,
      runId: 'r1',
      signal: within,
      onProgress: () => undefined,
    }),
  );
}

test('a plan knows the facts before anything is saved', async () => {
  expect((await factsFor(context(now))).partners).toBe(ids.length);
  expect(await latestFacts(database.store.db)).toBeNull();
});

test('the first look is kept', async () => {
  await gather(now);
  await judge(now);
  expect((await latestFacts(database.store.db))?.facts.partners).toBe(ids.length);
});

test('a look is due after a week, or under other settings, and changes nobody where nothing has changed', async () => {
  expect(await gather(now + 6 * day)).toBe(now);
  expect(await gather(now + 7 * day)).toBe(now + 7 * day);
  expect(await touchedAmong(database.store.db, ids)).toEqual([]);
  settings = { ...settings, version: settings.version + 1 };
  expect(await gather(now + 8 * day)).toBe(now + 8 * day);
  expect(await touchedAmong(database.store.db, ids)).toEqual([]);
});

test('where partners now stand elsewhere, everybody is judged anew', async () => {
  await upsertActivities(
    database.store.db,
    ids.flatMap((id) => deals(id, now + 9 * day, 5000)),
  );
  await judge(now + 10 * day);
  await gather(now + 15 * day);
  expect(await touchedAmong(database.store.db, ids)).toEqual(ids);
});

test('facts of an earlier version, which gathered no clicks, are gathered anew at once', async () => {
  const { db } = database.store;
  const { facts, checkedAt } = (await latestFacts(db)) ?? {};
  expect(await gather(now + 15.5 * day), 'the week is not over').toBe(checkedAt);
  const { medianClicks: _, ...earlier } = facts ?? {};
  await saveFacts(db, earlier as ProgrammeFacts, {
    settingsVersion: settings.version,
    now: now + 15.5 * day,
  });
  expect(await factsFor(context(now + 15.6 * day))).toHaveProperty('medianClicks');
  expect(await gather(now + 15.7 * day)).toBe(now + 15.7 * day);
});

test('between runs only what an earlier version lacked is gathered, and only where a rule asks for it', async () => {
  const { db } = database.store;
  const { facts } = (await latestFacts(db)) ?? {};
  const { medianClicks: _, ...earlier } = { ...facts, partners: 7 } as ProgrammeFacts;
  const at = now + 15.8 * day;
  await saveFacts(db, earlier, { settingsVersion: settings.version, now: at });
  const rule = presets.mixed.rules.find(({ test: kind }) => kind === 'conversion');
  if (rule === undefined) throw new Error('The mixed preset has a conversion rule.');
  const asking = { ...settings, settings: { ...settings.settings, rules: [rule] } };
  const complete = async (version: SettingsVersion): Promise<ProgrammeFacts | undefined> => {
    await withLease(database.store, signal, (lease) =>
      completeFacts({ ...context(at + day), settings: version, lease }),
    );
    return (await latestFacts(db))?.facts;
  };
  expect(await complete(settings)).toEqual(earlier);
  expect(await complete(asking)).toEqual({ ...earlier, medianClicks: null });
  expect((await latestFacts(db))?.checkedAt, 'the week goes on').toBe(at);
  expect(await touchedAmong(db, ids), 'the next run judges by it').toEqual(ids);

  await judge(at + day);
  expect(await complete(asking)).toEqual({ ...earlier, medianClicks: null });
  expect(await touchedAmong(db, ids), 'once').toEqual([]);
  await sql`delete from programme_facts`.execute(db);
  expect((await complete(asking))?.partners).toBe(ids.length);
});

test('a preview of other rules holds partners against what those rules ask for', async () => {
  const { store } = database;
  const at = now + 16 * day;
  const [first, second] = ids;
  const clicks = (partnerId: string, quantity: number): Activity => ({
    partnerId,
    kind: 'click',
    occurredAt: at - 5 * day,
    quantity,
    amount: null,
    source: 'csv:clicks',
    sourceId: partnerId,
  });
  await upsertActivities(store.db, [clicks(first ?? '', 60), clicks(second ?? '', 1000)]);
  await saveSourceState(
    store.db,
    { source: 'csv:clicks', complete: true, completeUpTo: at, kinds: ['click', 'sale'] },
    's2',
  );
  const draft: Settings = {
    ...presets.reseller,
    combination: 'any',
    graceDays: 0,
    rules: [
      {
        id: 'clicks_without_sales',
        test: 'conversion',
        behaviour: 'clicks',
        windowDays: 90,
        minimumClicks: 50,
        severity: 'at_risk',
        audience: everyone,
      },
    ],
  };
  await savePortal(store.db, portal);
  const preview = await previewDraft({ store, draft, now: at, limit: 100, signal, onProgress: () => {} });
  // The median of 60 and 1,000 is 530: only one of the two clicks more than is usual.
  expect(preview.changes.filter(({ to }) => to === 'at_risk').map(({ id }) => id)).toEqual([second]);
});
