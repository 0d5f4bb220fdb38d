/** A break is seen by the scan or by the night after it, its partners are judged anew, and it ends by itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { issuesFor, watchProgramme } from '../../src/jobs/programme.ts';
import type { Activity } from '../../src/model/activity.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { PartnerKind } from '../../src/model/kind.ts';
import type { ProgrammeIssue } from '../../src/model/programme.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { savePartners } from '../../src/store/partners.ts';
import {
  openProgrammeIssues,
  programmeIssues,
  readProgrammeWatch,
} from '../../src/store/programme-issues.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { settleTouches } from '../../src/store/touch.ts';
import { collect, partner } from '../store/samples.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

const signal = new AbortController().signal;
const start = Date.parse('2025-01-01T00:00:00Z');
const brokenAt = Date.parse('2026-05-20T00:00:00Z');
const mendedAt = brokenAt + 20 * millisecondsPerDay;
const ids = Array.from({ length: 60 }, (_item, index) => String(1000 + index));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  await saveSettings(db, presets.affiliate, { note: '', author: 'test', now: start });
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id, { joinedAt: start, region: Number(id) % 2 === 0 ? 'UK' : 'DACH' })),
  );
});
afterAll(async () => await database.drop());

/** What all of them do from one day to another: clicks until they break and after they are mended, and logins. */
function actsBetween(from: Instant, until: Instant): Activity[] {
  return ids
    .flatMap((id) => [
      ...acts(id, 'click', 'csv:awin').filter(
        ({ occurredAt }) => occurredAt < brokenAt || occurredAt >= mendedAt,
      ),
      ...acts(id, 'portal_login', 'csv:portal'),
    ])
    .filter(({ occurredAt }) => occurredAt >= from && occurredAt < until);
}

function acts(partnerId: string, kind: PartnerKind, source: Activity['source']): Activity[] {
  const random = createRandom(Number(partnerId), kind.length);
  const found: Activity[] = [];
  for (
    let at = start;
    at < mendedAt + 60 * millisecondsPerDay;
    at += random.exponential(7) * millisecondsPerDay
  ) {
    const occurredAt = Math.floor(at);
    found.push({
      partnerId,
      kind,
      occurredAt,
      quantity: 1,
      amount: null,
      source,
      sourceId: String(occurredAt),
    });
  }
  return found;
}

let known = start;
/** A night: what happened since the last one comes in, breaks are looked for, everybody is judged. @returns whom a break concerned */
async function night(at: Instant): Promise<readonly string[]> {
  const { store } = database;
  await upsertActivities(store.db, actsBetween(known, at));
  known = at;
  for (const [source, kind] of [
    ['csv:awin', 'click'],
    ['csv:portal', 'portal_login'],
  ] as const)
    await saveSourceState(store.db, { source, complete: true, completeUpTo: at, kinds: [kind] }, 's1');
  const before = await due(at);
  const looked = await issuesFor({ store, timeZone: 'UTC', now: at, signal });
  await withLease(store, signal, (lease, within) =>
    watchProgramme({ store, timeZone: 'UTC', now: at, lease, signal: within }),
  );
  expect(await open(), 'looking says what a run finds').toEqual(looked);
  const after = await due(at);
  await settleTouches(
    store.db,
    after.flatMap(({ touch }) => touch ?? []),
  );
  const touches = new Map(before.map((item) => [item.partner.id, item.touch?.number]));
  return after
    .filter((item) => touches.get(item.partner.id) !== item.touch?.number)
    .map((item) => item.partner.id);
}

const due = async (now: Instant) =>
  await collect(
    streamPartnersToAssess(database.store.db, { now, settingsVersion: 1, all: true, batchSize: 500 }),
  );
const open = async (): Promise<readonly ProgrammeIssue[]> => await openProgrammeIssues(database.store.db);
const day = (days: number): Instant => brokenAt + days * millisecondsPerDay;

test('the first night scans and finds nothing; a week is watched by what changes alone', async () => {
  expect(await night(day(-5))).toEqual([]);
  const watch = await readProgrammeWatch(database.store.db);
  expect(watch?.scannedAt).toBe(day(-5));
  expect(watch?.groups.map(({ source, region }) => [source, region])).toEqual(
    expect.arrayContaining([
      ['csv:awin', null],
      ['csv:awin', 'UK'],
      ['csv:portal', 'DACH'],
    ]),
  );
  expect(await night(day(-1))).toEqual([]);
  expect((await readProgrammeWatch(database.store.db))?.scannedAt).toBe(day(-5));
  expect(await open()).toEqual([]);
});

test('a night between two scans opens one issue, and has everybody judged by it', async () => {
  const found: string[] = [];
  for (const days of [0, 1, 2, 3, 4, 5, 6]) {
    const concerned = await night(day(days) + 3_600_000);
    if (concerned.length > 0) found.push(`${days}: ${concerned.length}`);
  }
  expect(found).toHaveLength(1);
  const issues = await open();
  expect(issues).toHaveLength(1);
  expect(issues[0]).toMatchObject({
    cause: 'break',
    streams: [{ source: 'csv:awin', kind: 'click' }],
    group: { partnerType: null, region: null },
    since: '2026-05-19',
    observed: 0,
  });
});

test('it stays one issue through the nights and the scans, until they act again', async () => {
  const [issue] = await open();
  for (let days = 7; days <= 20; days += 1) expect(await night(day(days) + 3_600_000)).toEqual([]);
  expect(await open()).toEqual([issue]);
  const concerned: number[] = [];
  for (let days = 21; days <= 28; days += 1) concerned.push((await night(day(days) + 3_600_000)).length);
  expect(concerned.filter((count) => count > 0)).toEqual([ids.length]);
  expect(await open()).toEqual([]);
  expect((await programmeIssues(database.store.db, 5)).map(({ closed }) => closed?.because)).toEqual([
    'acted',
  ]);
});
