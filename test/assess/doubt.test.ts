/** A partner in doubt is looked at again on the days on which something becomes true of it, whatever broke. */
import { expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import type { Day } from '../../src/model/instant.ts';
import type { ProgrammeIssue } from '../../src/model/programme.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { absence, at, context, entry, partner, settings, source } from './world.ts';

const deals = absence({ windowDays: 90 });
const logins = absence({ id: 'portal_90', behaviour: 'portal', windowDays: 90, severity: 'at_risk' });
const definition = settings({ rules: [deals, logins], warningDays: 0, graceDays: 60, momentumDays: 30 });
const sources = [source({ completeUpTo: at('2026-12-31') })];
const issue: ProgrammeIssue = {
  id: 4,
  cause: 'break',
  streams: [{ source: 'csv:test', kind: 'portal_login' }],
  group: { partnerType: null, region: null },
  partnerIds: null,
  since: '2026-05-20',
  partners: 40,
  expected: 30,
  observed: 0,
  sentence: 'It broke.',
  openedAt: at('2026-06-01'),
  closed: null,
};

function judge(
  timeline: readonly TimelineEntry[],
  day: Day,
  previous: Verdict | null,
  { issues = [issue], who = partner() } = {},
): Verdict {
  return assessPartner(who, timeline, previous, context(day, { settings: definition, sources, issues }));
}

test('momentum holds on its day, though something else of the partner is in doubt', () => {
  const before = [entry('deal_won', '2026-01-05'), entry('portal_login', '2026-05-19')];
  const inactive = judge(before, '2026-05-25', null, { issues: [] });
  const timeline = [...before, entry('deal_won', '2026-05-28')];
  const back = judge(timeline, '2026-05-29', inactive, { issues: [] });
  expect([inactive.status, back.status]).toEqual(['inactive', 'reactivated']);

  const doubted = judge(timeline, '2026-06-01', back);
  expect(doubted).toMatchObject({ status: 'reactivated', stale: true, nextChangeAt: at('2026-06-28', 0) });
  expect(judge(timeline, '2026-06-27', doubted).status).toBe('reactivated');
  expect(judge(timeline, '2026-06-28', doubted).status).toBe('active');
});

test('a newcomer in doubt is no newcomer any more when its grace is over', () => {
  const who = partner({ joinedAt: at('2026-05-01') });
  const timeline = [entry('deal_won', '2026-05-03')];
  const newcomer = judge(timeline, '2026-05-25', null, { issues: [], who });
  const doubted = judge(timeline, '2026-06-01', newcomer, { who });
  expect(doubted).toMatchObject({ status: 'active', nextChangeAt: at('2026-06-30', 0) });
  expect(doubted.remark).toMatch(/^New: the partner joined on 2026-05-01/);
  expect(judge(timeline, '2026-06-30', doubted, { who }).remark).toMatch(/^In doubt since 2026-05-20/);
});

test.each(['UTC', 'Pacific/Auckland', 'America/Denver'])(
  'since when it is in doubt and since when it could not be read is the same day in %s',
  (timeZone) => {
    const timeline = [entry('deal_won', '2026-05-01'), entry('portal_login', '2026-05-20')];
    const surroundings = context('2026-06-30', {
      settings: definition,
      sources: [...sources],
      issues: [issue],
      timeZone,
    });
    const { remark, unknowns } = assessPartner(partner(), timeline, null, surroundings);
    expect(remark).toMatch(/^In doubt since 2026-05-20: no portal login/);
    expect(unknowns.map(({ sentence }) => sentence)).toEqual([
      'Portal logins could not be read completely since 2026-05-20, so silence there proves nothing.',
    ]);
  },
);

test('a verdict made on what was seen in doubt is not due before anything can change', () => {
  const before = [entry('deal_won', '2026-01-05'), entry('portal_login', '2026-05-19')];
  const inactive = judge(before, '2026-05-25', null, { issues: [] });
  const back = judge([...before, entry('deal_won', '2026-06-02')], '2026-06-03', inactive);
  expect(back).toMatchObject({ status: 'reactivated', stale: true, nextChangeAt: at('2026-07-03', 0) });
});
