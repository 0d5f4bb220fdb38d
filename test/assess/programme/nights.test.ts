/** What the nights between two scans see, what becomes of an issue, and whom it puts in doubt. */
import { describe, expect, test } from 'vitest';
import {
  doubtRemark,
  doubtsOf,
  hasActedByScan,
  reconcile,
  sourcesInDoubt,
} from '../../../src/assess/programme.ts';
import { findingsOf } from '../../../src/assess/programme/find.ts';
import { NightWatch, watchOf } from '../../../src/assess/programme/watch.ts';
import { streamsOf } from '../../../src/assess/programme/tally.ts';
import { assessPartner } from '../../../src/assess/assess.ts';
import { coveragesOf } from '../../../src/assess/coverage.ts';
import type { SourceState } from '../../../src/model/activity.ts';
import { calendarOf, toDay } from '../../../src/model/calendar.ts';
import { millisecondsPerDay } from '../../../src/model/instant.ts';
import type {
  PartnerDays,
  ProgrammeFinding,
  ProgrammeIssue,
  WatchedStream,
} from '../../../src/model/programme.ts';
import { absence, context, entry, partner, settings } from '../world.ts';
import { clicks, daysOf, logins, partners, tallied, today } from './world.ts';

const utc = calendarOf('UTC');
const scannedOn = today - 21;
const brokenOn = today - 14;
const everybody = partners(60, (index) => ({
  partnerType: index % 2 === 0 ? 'Content' : 'Voucher',
  days: [daysOf(index, { gapDays: 8 }), daysOf(500 + index, { gapDays: 9 })],
}));

/** The same partners with clicks until a day, and as known on another. */
const broken = (of: (partner: PartnerDays) => boolean = () => true) =>
  everybody.map((one) =>
    of(one)
      ? { ...one, days: [(one.days[0] as number[]).filter((day) => day < brokenOn), one.days[1]] }
      : one,
  );
const knownTo = (day: number): WatchedStream[] =>
  [clicks, logins].map((stream) => ({ ...stream, knownToDay: day }));

/** A scan, and then one night on which only those are read who did something after it, and of them only later days. */
function night(
  partnersThen: readonly PartnerDays[],
  open: readonly ProgrammeIssue[] = [],
  streams = knownTo(today - 1),
): NightWatch {
  const watch = watchOf(tallied(knownTo(scannedOn), partnersThen).streams);
  const nightWatch = new NightWatch(streams, watch, open);
  const whole = new NightWatch(streams, watch, open);
  for (const one of partnersThen) {
    if (!one.days.some((days) => Array.from(days ?? []).some((own) => own > scannedOn))) continue;
    whole.add(one);
    const isNews = (own: number): boolean => own > nightWatch.knownDay;
    nightWatch.add({ ...one, days: one.days.map((days) => Array.from(days ?? []).filter(isNews)) });
  }
  // What the others would have told was known.
  expect(nightWatch.watch()).toEqual(whole.watch());
  expect(open.map((issue) => nightWatch.hasActed(issue))).toEqual(open.map((issue) => whole.hasActed(issue)));
  return nightWatch;
}

let nextId = 1;
function issueOf(finding: ProgrammeFinding): ProgrammeIssue {
  nextId += 1;
  return { ...finding, id: nextId, openedAt: 0, closed: null };
}

const finding = (changes: Partial<ProgrammeFinding> = {}): ProgrammeFinding => ({
  cause: 'break',
  streams: [{ source: 'csv:awin', kind: 'click' }],
  group: { partnerType: null, region: null },
  partnerIds: null,
  since: toDay(brokenOn),
  partners: 40,
  expected: 30,
  observed: 0,
  sentence: 'It broke.',
  ...changes,
});

describe('a night', () => {
  test('sees what a scan would see of a group that fell silent, by reading those alone who acted', () => {
    const partnersThen = broken();
    const [byNight, ...others] = night(partnersThen).findings();
    const [byScan] = findingsOf(tallied(knownTo(today - 1), partnersThen).streams);
    expect(others).toEqual([]);
    expect(byNight).toMatchObject({
      cause: 'break',
      streams: byScan?.streams,
      group: byScan?.group,
      since: byScan?.since,
    });
    expect(Math.abs((byNight?.partners ?? 0) - (byScan?.partners ?? 0))).toBeLessThan(6);
  });

  test('sees one type alone fall silent', () => {
    const [byNight, ...others] = night(broken(({ partnerType }) => partnerType === 'Content')).findings();
    expect(others).toEqual([]);
    expect(byNight?.group).toEqual({ partnerType: 'Content', region: null });
  });

  test('sees nothing where everybody goes on, and nothing on the days before a break can be told', () => {
    expect(night(everybody).findings()).toEqual([]);
    expect(night(broken(), [], knownTo(brokenOn + 2)).findings()).toEqual([]);
  });

  test('calls it a season when all sources fall silent', () => {
    const all = everybody.map((one) => ({
      ...one,
      days: one.days.map((days) => (days as number[]).filter((day) => day < brokenOn)),
    }));
    expect(
      night(all)
        .findings()
        .map(({ cause }) => cause),
    ).toEqual(['season']);
  });

  test('does not look at a source that is not known further than the break', () => {
    const streams = [{ ...clicks, knownToDay: brokenOn }, logins];
    expect(night(broken(), [], streams).findings()).toEqual([]);
  });

  test('closes an issue when its group acts again, but not for a straggler', () => {
    const issue = issueOf(finding());
    expect(night(everybody, [issue]).hasActed(issue)).toBe(true);
    const straggler = broken(({ id }) => id !== '1003');
    expect(night(straggler, [issue]).hasActed(issue)).toBe(false);
    expect(night(broken(), [issue]).hasActed(issue)).toBe(false);
  });
});

describe('an issue', () => {
  const at = { today, hasActed: () => false, dismissed: [] };

  test('is opened once, however often it is found', () => {
    const first = reconcile([], [finding()], at);
    expect(first.opened).toHaveLength(1);
    const open = first.opened.map(issueOf);
    const again = reconcile(
      open,
      [finding({ since: toDay(brokenOn + 3), sentence: 'It broke, indeed.' })],
      at,
    );
    expect(again).toEqual({ opened: [], closed: [], kept: open });
  });

  test.each<[string, Partial<ProgrammeFinding>]>([
    ['another group', { group: { partnerType: 'Content', region: null } }],
    ['another kind', { streams: [{ source: 'csv:awin', kind: 'sale' }] }],
    ['another source', { streams: [{ source: 'csv:cj', kind: 'click' }] }],
    ['a month later', { since: toDay(today + 16) }],
    ['partners of their own', { partnerIds: ['1', '2', '3', '4', '5'], partners: 5 }],
  ])('is another one for %s', (_what, changes) => {
    expect(reconcile([issueOf(finding())], [finding(changes)], at).opened).toHaveLength(1);
  });

  test('that a person dismissed is not raised again for the same silence, whatever day it is dated to', () => {
    const dismissed = [{ issue: issueOf(finding()), day: today }];
    const opened = (changes: Partial<ProgrammeFinding>) =>
      reconcile([], [finding(changes)], { ...at, dismissed }).opened.length;
    expect(opened({})).toBe(0);
    expect(opened({ since: toDay(brokenOn - 40) })).toBe(0);
    expect(opened({ since: toDay(today) })).toBe(0);
    expect(opened({ since: toDay(today + 1) })).toBe(1);
    expect(opened({ group: { partnerType: 'Content', region: null } })).toBe(1);
    expect(opened({ streams: [{ source: 'csv:awin', kind: 'sale' }] })).toBe(1);
    expect(opened({ cause: 'season' })).toBe(1);
  });

  test('of partners is the same one while half of them are', () => {
    const ids = ['1', '2', '3', '4', '5', '6'];
    const open = [issueOf(finding({ partnerIds: ids, partners: 6 }))];
    const fewer = finding({ partnerIds: ids.slice(0, 5), partners: 5 });
    const others = finding({ partnerIds: ['6', '7', '8', '9', '10'], partners: 5 });
    expect(reconcile(open, [fewer], at).opened).toEqual([]);
    expect(reconcile(open, [others], at).opened).toEqual([others]);
  });

  test('stays open while nothing speaks against it, closes when they act again, and expires', () => {
    const issue = issueOf(finding());
    expect(reconcile([issue], [], at).kept).toEqual([issue]);
    expect(reconcile([issue], [], { ...at, hasActed: () => true }).closed).toEqual([
      { issue, because: 'acted' },
    ]);
    expect(reconcile([issue], [finding()], { ...at, hasActed: () => true }).kept).toEqual([issue]);
    expect(reconcile([issue], [], { ...at, today: brokenOn + 121 }).closed).toEqual([
      { issue, because: 'expired' },
    ]);
  });

  test('is over for a scan once half of the group that is expected acts again', () => {
    const issue = issueOf(finding());
    const since = [brokenOn];
    const scanned = (all: readonly PartnerDays[]) =>
      hasActedByScan(tallied(knownTo(today - 1), all, since).streams);
    expect(scanned(everybody)(issue)).toBe(true);
    expect(scanned(broken())(issue)).toBe(false);
    expect(scanned(broken(({ id }) => Number(id) % 10 !== 0))(issue)).toBe(false);
  });

  test('of partners is over for a scan once a third of them acts again', () => {
    const ids = everybody.slice(0, 9).map(({ id }) => id);
    const issue = issueOf(finding({ partnerIds: ids, partners: 9 }));
    const scanned = (back: number) =>
      hasActedByScan(
        tallied(
          knownTo(today - 1),
          broken(({ id }) => ids.includes(id) && ids.indexOf(id) >= back),
        ).streams,
      )(issue);
    expect([scanned(0), scanned(9)]).toEqual([false, true]);
  });
});

describe('who is in doubt', () => {
  const content = issueOf(finding({ group: { partnerType: 'Content', region: null } }));
  const named = issueOf(finding({ partnerIds: ['101', '102'], partners: 2 }));
  const season = issueOf(finding({ cause: 'season' }));

  test('the group, whatever the spelling; the partners that are named; nobody in a season', () => {
    expect(doubtsOf(partner({ partnerType: ' CONTENT' }), [content, season])).toEqual([content]);
    expect(doubtsOf(partner({ partnerType: null }), [content, season])).toEqual([]);
    expect(doubtsOf(partner({ id: '102' }), [named])).toEqual([named]);
    expect(doubtsOf(partner({ id: '103' }), [named])).toEqual([]);
  });

  test('what broke counts as read up to that day, and the other kinds of the source as ever', () => {
    const completeUpTo = today * millisecondsPerDay;
    const source: SourceState = {
      source: 'csv:awin',
      complete: true,
      completeUpTo,
      kinds: ['click', 'sale'],
    };
    const states = sourcesInDoubt([source], [content], utc);
    expect(states).toEqual([
      { ...source, kinds: ['sale'] },
      { ...source, kinds: ['click'], complete: false, completeUpTo: (brokenOn + 1) * millisecondsPerDay - 1 },
    ]);
    const coverages = coveragesOf(states);
    const ofBehaviour = (behaviour: 'clicks' | 'promotion_sales' | 'promotion') =>
      coverages.ofRule(absence({ behaviour })).state;
    expect([ofBehaviour('clicks'), ofBehaviour('promotion_sales'), ofBehaviour('promotion')]).toEqual([
      'incomplete',
      'complete',
      'incomplete',
    ]);
  });

  test('the list of sources is made once for the same doubts, and untouched without any', () => {
    const sources = [
      { source: 'csv:awin' as const, complete: true, completeUpTo: 0, kinds: ['click' as const] },
    ];
    expect(sourcesInDoubt(sources, [], utc)).toBe(sources);
    expect(sourcesInDoubt(sources, [content], utc)).toBe(sourcesInDoubt(sources, [content], utc));
    expect(streamsOf(sourcesInDoubt(sources, [content], utc), utc)).toHaveLength(1);
  });

  test('a partner in doubt keeps its status, is marked stale, and the remark names the issue', () => {
    const rules = [absence({ behaviour: 'clicks', windowDays: 30 })];
    const timeline = [entry('click', toDay(brokenOn))];
    const judge = (
      day: string,
      sources: readonly SourceState[],
      previous = null as ReturnType<typeof assessPartner> | null,
    ) =>
      assessPartner(
        partner(),
        timeline,
        previous,
        context(day, { settings: settings({ rules, warningDays: 0 }), sources }),
      );
    const sources: SourceState[] = [
      {
        source: 'csv:awin',
        complete: true,
        completeUpTo: (today + 60) * millisecondsPerDay,
        kinds: ['click'],
      },
    ];
    const before = judge(toDay(brokenOn + 5), sources);
    expect(before.status).toBe('active');
    expect(judge(toDay(today + 30), sources, before).status).toBe('inactive');
    const doubted = judge(
      toDay(today + 30),
      sourcesInDoubt(sources, doubtsOf(partner(), [named]), utc),
      before,
    );
    expect(doubted).toMatchObject({ status: 'active', stale: true });
    expect(doubtRemark([named])).toBe(
      `In doubt since ${toDay(brokenOn)}: no click in csv:awin from this and 1 other partner at once (programme issue ${named.id}), so silence there is not held against it.`,
    );
    expect(doubtRemark([])).toBeNull();
  });
});
