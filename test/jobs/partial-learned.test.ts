/**
 * The same with all that a run goes by: rhythms learned from the history, facts of the programme, and issues that open
 * when many fall silent at once and close when they act again. Definitions change, somebody is paused or left out, a
 * source fails or grows old.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { gatherFactsIfDue } from '../../src/jobs/facts.ts';
import { judgeAndSave } from '../../src/jobs/judge.ts';
import { learnIfDue } from '../../src/jobs/learn.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { watchProgramme } from '../../src/jobs/programme.ts';
import type { Activity, Source } from '../../src/model/activity.ts';
import { millisecondsPerDay, toIso, type Instant } from '../../src/model/instant.ts';
import type { PartnerKind } from '../../src/model/kind.ts';
import type { Settings } from '../../src/model/settings.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { latestFacts } from '../../src/store/facts.ts';
import { latestLearned } from '../../src/store/learned.ts';
import { markAllDirty, savePartners } from '../../src/store/partners.ts';
import { programmeIssues } from '../../src/store/programme-issues.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import type { Db } from '../../src/store/tables.ts';
import { readVerdicts } from '../../src/store/verdicts.ts';
import { partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { empty, picture } from './twins.ts';

const day = millisecondsPerDay;
const start = Date.parse('2026-03-02T02:30:00Z');
const begin = start - 600 * day;
const portal = { id: '1', timeZone: 'Europe/Vienna', currency: 'EUR' };
const ids = Array.from({ length: 80 }, (_item, index) => String(1000 + index));
const everyone = { partnerTypes: [], tiers: [], regions: [], joinedSince: null, joinedBefore: null };
const base: Settings = {
  ...presets.mixed,
  rules: [
    {
      id: 'sales',
      test: 'absence',
      behaviour: 'sales',
      windowDays: 70,
      minimum: 1,
      severity: 'inactive',
      audience: everyone,
    },
    {
      id: 'clicks',
      test: 'absence',
      behaviour: 'clicks',
      windowDays: 30,
      minimum: 1,
      severity: 'at_risk',
      audience: everyone,
    },
    {
      id: 'trend',
      test: 'decline',
      behaviour: 'clicks',
      windowDays: 40,
      drop: 0.6,
      baselineMinimum: 3,
      severity: 'cooling',
      audience: everyone,
    },
    {
      id: 'unsold',
      test: 'conversion',
      behaviour: 'clicks',
      windowDays: 30,
      minimumClicks: 6,
      severity: 'cooling',
      audience: everyone,
    },
  ],
  graceDays: 20,
  momentumDays: 14,
  warningDays: 5,
};
/** One after the other, each in its own version. */
const definitions: readonly Settings[] = [
  base,
  { ...base, falseAlarmShare: 0.2, combination: 'all' },
  // Of another window, so that the rhythm model is held against other days.
  {
    ...base,
    rules: base.rules.slice(0, 3).map((rule) => ({ ...rule, windowDays: rule.windowDays + 15 })),
    excludedPartnerIds: ['1003', '1010'],
  },
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

/** Clicks of the region UK are lost from the first of these days to the second. */
type Lost = { readonly fromDay: number; readonly untilDay: number };

function lives(seed: number, lost: Lost): readonly Activity[] {
  return ids.flatMap((id, index) => {
    const random = createRandom(seed, index);
    const leaves = random.next() < 0.5 ? begin + 800 * random.next() * day : Infinity;
    const pace = 8 + 40 * random.next() ** 2;
    return [
      ...acts(id, 'deal_won', 'hubspot.deals', pace, leaves, random),
      ...acts(id, 'click', 'csv:awin', 6, leaves, random).filter(
        ({ occurredAt }) =>
          !(
            isInUk(id) &&
            occurredAt >= start + lost.fromDay * day &&
            occurredAt < start + lost.untilDay * day
          ),
      ),
    ];
  });
}

function isInUk(id: string): boolean {
  return Number(id) % 2 === 0;
}

function acts(
  partnerId: string,
  kind: PartnerKind,
  source: Source,
  gapDays: number,
  until: Instant,
  random: ReturnType<typeof createRandom>,
): Activity[] {
  const found: Activity[] = [];
  for (
    let at = begin + 60 * day * random.next();
    at < Math.min(until, start + 200 * day);
    at += random.exponential(gapDays) * day
  ) {
    const occurredAt = Math.floor(at);
    const amount =
      kind === 'click' ? null : { amount: String(Math.round(1000 * random.next())), currency: 'EUR' };
    found.push({
      partnerId,
      kind,
      occurredAt,
      quantity: 1,
      amount,
      source,
      sourceId: `${kind} ${occurredAt}`,
    });
  }
  return found;
}

type Night = {
  readonly daysLater: number;
  readonly paused: { readonly id: string; readonly days: number } | null;
  readonly moved: string | null;
  readonly redefined: boolean;
  /** The network's file does not come; after five weeks what it tells is out of date. */
  readonly isFed: boolean;
  readonly dealsComplete: boolean;
};
const anyNight: fc.Arbitrary<Night> = fc.record({
  daysLater: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
    fc.integer({ min: 5, max: 12 }),
  ),
  paused: fc.option(fc.record({ id: fc.constantFrom(...ids), days: fc.integer({ min: 1, max: 20 }) }), {
    freq: 2,
  }),
  moved: fc.option(fc.constantFrom(...ids), { freq: 1 }),
  redefined: fc.integer({ min: 0, max: 14 }).map((number) => number === 0),
  isFed: fc.constant(true),
  dealsComplete: fc.integer({ min: 0, max: 19 }).map((number) => number > 0),
});
/** In one of three worlds the network's file stops coming half-way. */
const anyWorld = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  lost: fc.record({ fromDay: fc.integer({ min: 2, max: 10 }), days: fc.integer({ min: 15, max: 30 }) }),
  nights: fc.array(anyNight, { minLength: 22, maxLength: 26 }),
  growsOld: fc.integer({ min: 0, max: 2 }).map((number) => number === 0),
});

async function tell(db: Db, night: Night, now: Instant, news: readonly Activity[]): Promise<void> {
  const dealsState = await saveSourceState(
    db,
    {
      source: 'hubspot.deals',
      complete: night.dealsComplete,
      completeUpTo: night.dealsComplete ? now : null,
      kinds: ['deal_won'],
    },
    'sync',
  );
  const fed = night.isFed
    ? await saveSourceState(
        db,
        { source: 'csv:awin', complete: true, completeUpTo: now, kinds: ['click'] },
        'sync',
      )
    : { changed: false };
  await upsertActivities(
    db,
    news.filter(({ source }) => source === 'hubspot.deals' || night.isFed),
  );
  if (dealsState.changed || fed.changed) await markAllDirty(db);
  const changed = [...new Set([night.paused?.id, night.moved])].filter((id) => typeof id === 'string');
  await savePartners(
    db,
    toIso(now),
    changed.map((id) => partnerOf(id, now, night)),
  );
}

function partnerOf(id: string, updatedAt: Instant, { paused, moved }: Pick<Night, 'paused' | 'moved'>) {
  const isMoved = moved === id;
  return partner(id, {
    partnerType: isMoved ? 'affiliate' : 'reseller',
    region: isInUk(id) === isMoved ? 'DACH' : 'UK',
    tier: Number(id) % 3 === 0 ? 'gold' : 'silver',
    joinedAt: isMoved ? updatedAt - 10 * day : begin,
    snoozedUntil: paused?.id === id ? toIso(updatedAt + paused.days * day).slice(0, 10) : null,
    updatedAt,
  });
}

/** All that a run does after its sync. @returns how many were judged */
async function run({ store }: TestDatabase, now: Instant, version: number, all: boolean): Promise<number> {
  const settings = { version, settings: definitions[(version - 1) % definitions.length] ?? base };
  const outside = new AbortController().signal;
  return await withLease(store, outside, async (lease, signal) => {
    await learnIfDue({ store, settings: settings.settings, timeZone: portal.timeZone, now, lease, signal });
    await gatherFactsIfDue({ store, portal, settings, now, lease, signal });
    await watchProgramme({ store, timeZone: portal.timeZone, now, lease, signal });
    return await judgeAndSave({
      store,
      portal,
      settings,
      now,
      all,
      lease,
      runId: toIso(now),
      signal,
      onProgress: () => {},
    });
  });
}

async function whole(database: TestDatabase): Promise<unknown> {
  const { db } = database.store;
  return {
    ...(await picture(database)),
    learned: await latestLearned(db),
    facts: (await latestFacts(db))?.facts,
    issues: await programmeIssues(db, 20),
  };
}

test('with rhythms, facts and issues, judging only whom it concerns gives what judging everybody gives', async () => {
  const seen = {
    partially: 0,
    fully: 0,
    issues: new Set<string>(),
    reasons: new Set<string>(),
    segments: 0,
    stale: 0,
  };
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ seed, lost: { fromDay, days }, nights, growsOld }) => {
      const everything = lives(seed, { fromDay, untilDay: fromDay + days });
      let now = start;
      let known = -Infinity;
      let version = 1;
      for (const { store } of [partial, full]) {
        await empty(store.db);
        await savePartners(
          store.db,
          'first',
          ids.map((id) => partnerOf(id, now, { paused: null, moved: null })),
        );
      }
      for (const [index, night] of nights.entries()) {
        now += night.daysLater * day;
        if (night.redefined) version += 1;
        const isFed = !growsOld || index < nights.length / 3;
        const news = everything.filter(({ occurredAt }) => occurredAt > known && occurredAt <= now);
        known = now;
        for (const { store } of [partial, full]) await tell(store.db, { ...night, isFed }, now - 1000, news);
        seen.partially += await run(partial, now, version, false);
        seen.fully += await run(full, now, version, true);
        expect({ index, ...Object(await whole(partial)) }).toEqual({ index, ...Object(await whole(full)) });
        for (const verdict of (await readVerdicts(full.store.db, ids)).values()) {
          for (const { code } of verdict.reasons) seen.reasons.add(code);
          if (verdict.segment !== null) seen.segments += 1;
          if (verdict.stale) seen.stale += 1;
        }
      }
      for (const { cause, closed } of await programmeIssues(full.store.db, 20))
        seen.issues.add(`${cause} ${closed?.because ?? 'open'}`);
    }),
    { seed: 20_260_302, numRuns: 6 },
  );
  // Otherwise nothing was shown.
  expect(seen.partially).toBeLessThan(0.75 * seen.fully);
  expect([...seen.issues]).toContain('break acted');
  expect([...seen.reasons].some((code) => code.endsWith('_drifting'))).toBe(true);
  expect(seen.segments).toBeGreaterThan(0);
  expect(seen.stale).toBeGreaterThan(0);
}, 300_000);
