import { expect, test } from 'vitest';
import type { ProgrammeFinding, ProgrammeWatch } from '../../src/model/programme.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { erasePartner } from '../../src/store/erase.ts';
import { streamPartnerDays } from '../../src/store/partner-days.ts';
import { savePartners } from '../../src/store/partners.ts';
import {
  closeProgrammeIssue,
  dismissedProgrammeIssues,
  openProgrammeIssue,
  openProgrammeIssues,
  programmeIssue,
  programmeIssues,
  readProgrammeWatch,
  saveProgrammeWatch,
} from '../../src/store/programme-issues.ts';
import { touchedAmong } from '../../src/store/touch.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, judgedAs, minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();
const ids = ['A', 'B', 'C', 'D'];
const dayMs = 24 * 60 * minute;

const finding = (changes: Partial<ProgrammeFinding> = {}): ProgrammeFinding => ({
  cause: 'break',
  streams: [{ source: 'csv:awin', kind: 'click' }],
  group: { partnerType: null, region: null },
  partnerIds: null,
  since: '2026-02-03',
  partners: 41,
  expected: 38.5,
  observed: 1,
  sentence: 'It broke.',
  ...changes,
});

async function judgedPartners(): Promise<void> {
  const { db } = store();
  await savePartners(db, 's1', [
    partner('A', { partnerType: 'Content', region: 'UK' }),
    partner('B', { partnerType: ' content ', region: 'DACH' }),
    partner('C', { partnerType: 'Voucher', region: 'UK' }),
    partner('D', { partnerType: null, region: null }),
  ]);
  await judgedAs(db, ...ids.map((id) => verdict(id)));
  expect(await touchedAmong(db, ids)).toEqual([]);
}

/** Whom an issue has judged anew when it opens; closing it has the same judged. */
async function touchedBy(changes: Partial<ProgrammeFinding>): Promise<readonly string[]> {
  const { db } = store();
  await judgedPartners();
  const issue = await openProgrammeIssue(db, finding(changes), noon);
  const opened = await touchedAmong(db, ids);
  await judgedAs(db, ...ids.map((id) => verdict(id)));
  await closeProgrammeIssue(db, issue, { at: noon + dayMs, because: 'acted' });
  expect(await touchedAmong(db, ids)).toEqual(opened);
  return opened;
}

test('an issue is read as it was opened, is over when it is closed, and is kept', async () => {
  const { db } = store();
  const group = await openProgrammeIssue(db, finding({ group: { partnerType: null, region: 'UK' } }), noon);
  const named = await openProgrammeIssue(db, finding({ partnerIds: ['A', 'B'], partners: 2 }), noon);
  expect(await openProgrammeIssues(db)).toEqual([group, named]);
  expect(named).toEqual({
    ...finding({ partnerIds: ['A', 'B'], partners: 2 }),
    id: named.id,
    openedAt: noon,
    closed: null,
  });

  await closeProgrammeIssue(db, group, { at: noon + dayMs, because: 'expired' });
  await closeProgrammeIssue(db, group, { at: noon + 2 * dayMs, because: 'acted' });
  expect(await openProgrammeIssues(db)).toEqual([named]);
  const closed = { at: noon + dayMs, because: 'expired' };
  expect(await programmeIssues(db, 10)).toEqual([named, { ...group, closed }]);
  expect(await programmeIssues(db, 1)).toEqual([named]);
  const openAt = async (at: number) => (await openProgrammeIssues(db, at)).map(({ id }) => id);
  expect(await openAt(noon - 1)).toEqual([]);
  expect(await openAt(noon + dayMs - 1)).toEqual([group.id, named.id]);
  expect(await openAt(noon + dayMs)).toEqual([named.id]);
});

test.each<[string, Partial<ProgrammeFinding>, string[]]>([
  ['everybody', {}, ids],
  ['a type, however it is spelled', { group: { partnerType: 'CONTENT', region: null } }, ['A', 'B']],
  ['a region', { group: { partnerType: null, region: 'uk' } }, ['A', 'C']],
  ['the partners it names', { partnerIds: ['B', 'D', 'gone'] }, ['B', 'D']],
  ['nobody in a season', { cause: 'season' }, []],
])(
  'an issue that opens or closes has them judged anew whom it is about: %s',
  async (_whom, changes, expected) => {
    expect(await touchedBy(changes)).toEqual(expected);
  },
);

test('an issue that a person dismissed says who and why, has its partners judged anew, and is found by its day', async () => {
  const { db } = store();
  await judgedPartners();
  const issue = await openProgrammeIssue(db, finding({ partnerIds: ['A', 'B'], partners: 2 }), noon);
  await judgedAs(db, ...ids.map((id) => verdict(id)));
  const end = { at: noon + dayMs, because: 'dismissed', by: 'ada', reason: 'The campaign ended.' } as const;
  expect(await closeProgrammeIssue(db, issue, end)).toBe(2);
  expect(await touchedAmong(db, ids)).toEqual(['A', 'B']);
  expect(await programmeIssue(db, issue.id)).toEqual({ ...issue, closed: end });
  expect(await programmeIssue(db, issue.id + 1)).toBeNull();
  expect(await dismissedProgrammeIssues(db, noon + dayMs)).toEqual([{ ...issue, closed: end }]);
  expect(await dismissedProgrammeIssues(db, noon + dayMs + 1)).toEqual([]);
  expect(await closeProgrammeIssue(db, issue, { ...end, by: 'bob' })).toBe(0);
  expect((await programmeIssue(db, issue.id))?.closed).toEqual(end);
});

test('whoever a partner is merged into is in doubt in its stead', async () => {
  const { db } = store();
  await judgedPartners();
  await openProgrammeIssue(db, finding({ partnerIds: ['A', 'B', 'C'], partners: 3 }), noon);
  await savePartners(db, 's2', [
    partner('B', { mergedIds: ['A'], updatedAt: noon + minute }),
    partner('E', { mergedIds: ['C'], updatedAt: noon + minute }),
  ]);
  expect((await openProgrammeIssues(db)).map(({ partnerIds }) => partnerIds)).toEqual([['B', 'E']]);
});

test('a partner that is erased is forgotten in issues, too', async () => {
  const { db } = store();
  await judgedPartners();
  await openProgrammeIssue(db, finding({ partnerIds: ['A', 'B'], partners: 2 }), noon);
  await erasePartner(db, 'A');
  expect((await openProgrammeIssues(db)).map(({ partnerIds }) => partnerIds)).toEqual([['B']]);
});

test('what the nights know is kept as it was left', async () => {
  const { db } = store();
  const watch: ProgrammeWatch = {
    groups: [
      {
        source: 'csv:awin',
        kind: 'click',
        partnerType: null,
        region: 'UK',
        lastDay: 20_000,
        longestQuietDays: 3,
        historyDays: 400,
        partners: 12,
        gapDays: 8.5,
        horizons: [
          [21.4, 5],
          [60.1, 7],
        ],
      },
    ],
  };
  expect(await readProgrammeWatch(db)).toBeNull();
  await saveProgrammeWatch(db, { groups: [], scannedAt: noon });
  await saveProgrammeWatch(db, { ...watch, scannedAt: noon + dayMs });
  expect(await readProgrammeWatch(db)).toEqual({ ...watch, scannedAt: noon + dayMs });
});

test('days are read by stream: of current partners, without what is still to happen, ascending', async () => {
  const { db } = store();
  await judgedPartners();
  const day = Math.floor(noon / dayMs);
  const click = (partnerId: string, ago: number, quantity = 1) =>
    activity(partnerId, `${partnerId}${ago}`, {
      kind: 'click',
      source: 'csv:awin',
      occurredAt: noon - ago * dayMs,
      quantity,
    });
  await upsertActivities(db, [
    click('A', 3),
    click('A', 9),
    click('A', -1),
    click('B', 2, 0),
    activity('A', '1'),
  ]);
  await upsertActivities(db, [click('A', 5), activity('A', '2', { kind: 'note_logged' })]);
  const streams = [
    { source: 'csv:awin', kind: 'click' },
    { source: 'hubspot.deals', kind: 'deal_registered' },
    { source: 'csv:awin', kind: 'sale' },
  ] as const;
  const wanted = { now: noon, timeZone: 'UTC', streams, batchSize: 1 };
  const read = async (touchedOnly: boolean) =>
    await collect(streamPartnerDays(db, { ...wanted, touchedOnly }));
  const expected = [
    { id: 'A', partnerType: 'Content', region: 'UK', days: [[day - 9, day - 5, day - 3], [day], undefined] },
    { id: 'B', partnerType: ' content ', region: 'DACH', days: [undefined, undefined, undefined] },
  ];
  expect(await read(false)).toEqual(expected);
  expect(await read(true)).toEqual(expected);
  const since = streamPartnerDays(db, { ...wanted, touchedOnly: true, sinceDay: day - 5 });
  expect((await collect(since))[0]?.days).toEqual([[day - 5, day - 3], [day], undefined]);
  await judgedAs(db, verdict('A'));
  expect(await read(true)).toEqual(expected.slice(1));
  expect(await read(false)).toEqual(expected);
});
