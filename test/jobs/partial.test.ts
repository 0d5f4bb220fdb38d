/**
 * Judging only whom it concerns, night by night, against judging everybody every night: two databases that are told the
 * same end with the same verdicts, the same history and the same episodes.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import type { Activity, Source } from '../../src/model/activity.ts';
import { millisecondsPerDay, toIso, type Instant } from '../../src/model/instant.ts';
import { partnerKinds, type Kind } from '../../src/model/kind.ts';
import type { Settings } from '../../src/model/settings.ts';
import { replaceActivities, upsertActivities } from '../../src/store/activities.ts';
import { erasePartner } from '../../src/store/erase.ts';
import { acquireLease, releaseLease } from '../../src/store/lease.ts';
import { leavePartners, markAllDirty, savePartners } from '../../src/store/partners.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import type { Db } from '../../src/store/tables.ts';
import { activity, partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { empty, picture } from './twins.ts';

const start = Date.parse('2026-01-01T02:30:00Z');
const ids = ['A', 'B', 'C', 'D', 'E', 'F'];
const sources: readonly Source[] = ['hubspot.deals', 'csv:network'];
const portal = { id: '1', timeZone: 'America/New_York', currency: 'USD' };
/** Short windows, so that a few weeks hold many changes; every kind of rule is among them. */
const quick: Settings = {
  ...presets.mixed,
  rules: presets.mixed.rules.map((rule) => ({
    ...rule,
    audience: { partnerTypes: [], tiers: [], regions: [], joinedSince: null, joinedBefore: null },
    windowDays: Math.ceil(rule.windowDays / 6),
    ...(rule.test === 'decline' ? { baselineMinimum: 2 } : {}),
    ...(rule.test === 'conversion' ? { minimumClicks: 5 } : {}),
  })),
  graceDays: 10,
  momentumDays: 12,
  warningDays: 4,
};
const definitions: readonly Settings[] = [
  { ...quick, combination: 'any' },
  { ...quick, rules: quick.rules.filter(({ test }) => test !== 'absence').concat(quick.rules.slice(0, 3)) },
];

let partial: TestDatabase;
let full: TestDatabase;
beforeAll(async () => {
  [partial, full] = [await createTestDatabase(), await createTestDatabase()];
});
afterAll(async () => {
  await partial.drop();
  await full.drop();
});

/** Something that happens on a day, told to a database at `now`. */
type Event = (db: Db, now: Instant) => Promise<unknown>;

const written = fc
  .record({
    partnerId: fc.constantFrom(...ids),
    sourceId: fc.integer({ min: 1, max: 40 }).map(String),
    kind: fc.constantFrom<Kind>('note_logged', ...partnerKinds),
    source: fc.constantFrom(...sources),
    daysAgo: fc.oneof(
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: -20, max: 90, noNaN: true }),
    ),
    quantity: fc.integer({ min: 0, max: 12 }),
  })
  .map(
    ({ partnerId, sourceId, daysAgo, ...rest }) =>
      (now: Instant): Activity =>
        activity(partnerId, sourceId, {
          ...rest,
          occurredAt: Math.round(now - daysAgo * millisecondsPerDay),
        }),
  );

const changedPartner = fc.record({
  id: fc.constantFrom(...ids),
  partnerType: fc.constantFrom('reseller', 'affiliate', 'distributor'),
  joinedDaysAgo: fc.option(fc.integer({ min: 0, max: 200 })),
  pausedDays: fc.option(fc.integer({ min: -2, max: 15 }), { freq: 4 }),
});

const events: fc.Arbitrary<Event>[] = [
  fc.array(written, { minLength: 1, maxLength: 5 }).map(
    (some): Event =>
      (db, now) =>
        upsertActivities(
          db,
          some.map((one) => one(now)),
        ),
  ),
  fc.uniqueArray(fc.integer({ min: 1, max: 40 }).map(String), { maxLength: 4 }).map(
    (gone): Event =>
      (db) =>
        replaceActivities(db, 'hubspot.deals', gone, []),
  ),
  changedPartner.map(
    ({ id, partnerType, joinedDaysAgo, pausedDays }): Event =>
      (db, now) =>
        savePartners(db, toIso(now), [
          partner(id, {
            partnerType,
            joinedAt: joinedDaysAgo === null ? null : now - joinedDaysAgo * millisecondsPerDay,
            snoozedUntil:
              pausedDays === null ? null : toIso(now + pausedDays * millisecondsPerDay).slice(0, 10),
            updatedAt: now,
          }),
        ]),
  ),
  fc.constantFrom(...ids).map(
    (id): Event =>
      (db, now) =>
        leavePartners(db, [id], now),
  ),
  fc.constantFrom(...ids).map(
    (id): Event =>
      (db) =>
        erasePartner(db, id),
  ),
  fc.tuple(fc.constantFrom(...sources), fc.boolean()).map(
    ([source, complete]): Event =>
      (db, now) =>
        readSource(db, source, complete, now),
  ),
];

async function readSource(db: Db, source: Source, complete: boolean, now: Instant): Promise<void> {
  const state = { source, complete, completeUpTo: complete ? now : null, kinds: [...partnerKinds] };
  const { changed } = await saveSourceState(db, state, 'sync');
  if (changed) await markAllDirty(db);
}

async function judge({ store }: TestDatabase, now: Instant, version: number, all: boolean): Promise<number> {
  const lease = await acquireLease(store.db, 'run', { holder: 'test', ttlMs: 60_000 });
  if (lease === null) throw new Error('Somebody holds the lease of a database that is ours alone.');
  const settings = { version, settings: definitions[version % definitions.length] ?? quick };
  const { signal } = new AbortController();
  const run = { lease, runId: toIso(now), signal, onProgress: () => {} };
  const judged = await judgeAndSave({ store, portal, settings, now, all, ...run });
  await releaseLease(store.db, lease);
  return judged;
}

const night = fc.record({
  daysLater: fc.oneof(
    { weight: 4, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 40 }) },
  ),
  events: fc.array(fc.oneof(...events), { maxLength: 3 }),
  /** A new definition, now and then. */
  redefined: fc.integer({ min: 0, max: 11 }).map((number) => number === 0),
});

test('judging only whom it concerns gives what judging everybody every night gives, verdict by verdict', async () => {
  let judgedPartially = 0;
  let judgedFully = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(night, { minLength: 5, maxLength: 25 }), async (nights) => {
      const databases = [partial, full];
      let now = start;
      let version = 1;
      for (const { store } of databases) {
        await empty(store.db);
        await savePartners(
          store.db,
          'first',
          ids.map((id) => partner(id, { updatedAt: now })),
        );
        for (const source of sources) await readSource(store.db, source, true, now);
      }
      for (const { daysLater, events: happened, redefined } of nights) {
        now += daysLater * millisecondsPerDay;
        if (redefined) version += 1;
        for (const { store } of databases) for (const event of happened) await event(store.db, now - 1000);
        judgedPartially += await judge(partial, now, version, false);
        judgedFully += await judge(full, now, version, true);
        expect(await picture(partial)).toEqual(await picture(full));
      }
    }),
    { numRuns: 12 },
  );
  // Otherwise nothing was shown: the one would have judged everybody, too.
  expect(judgedPartially).toBeLessThan(judgedFully);
});
