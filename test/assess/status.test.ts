import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { verdictSentence } from '../../src/assess/sentences.ts';
import { nextStatus, transitions } from '../../src/assess/status.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import type { Day } from '../../src/model/instant.ts';
import { statuses, type Status, type Verdict } from '../../src/model/verdict.ts';
import { absence, at, context, entry, partner, settings, source } from './world.ts';

const deals = absence({ windowDays: 90 });
const logins = absence({ id: 'portal_30', behaviour: 'portal', windowDays: 30 });
const definition = settings({ rules: [deals], warningDays: 20, momentumDays: 30, combination: 'any' });

/** Judges on each of the days in turn, as nightly runs do, and returns the verdicts. */
function walk(
  days: readonly Day[],
  timeline: TimelineEntry[],
  overrides: Parameters<typeof context>[1] = {},
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const day of days) {
    verdicts.push(
      assessPartner(
        partner(),
        timeline,
        verdicts.at(-1) ?? null,
        context(day, { settings: definition, ...overrides }),
      ),
    );
  }
  return verdicts;
}

describe('the table', () => {
  test.each<[Status, Status, Status, Status]>([
    // from, when at risk, when cooling, when clear
    ['active', 'at_risk', 'cooling', 'active'],
    ['cooling', 'at_risk', 'cooling', 'active'],
    ['at_risk', 'at_risk', 'cooling', 'active'],
    ['inactive', 'at_risk', 'cooling', 'active'],
    ['never_activated', 'at_risk', 'cooling', 'active'],
    ['reactivated', 'reactivated', 'reactivated', 'reactivated'],
    ['excluded', 'at_risk', 'cooling', 'active'],
    ['unknown', 'at_risk', 'cooling', 'active'],
  ])('from %s, the rules alone lead to %s, %s or %s', (from, atRisk, cooling, clear) => {
    expect(nextStatus(from, 'at_risk')).toBe(atRisk);
    expect(nextStatus(from, 'cooling')).toBe(cooling);
    expect(nextStatus(from, 'clear')).toBe(clear);
    for (const certain of ['inactive', 'never_activated', 'excluded', 'unknown'] as const) {
      expect(nextStatus(from, certain)).toBe(certain);
    }
  });

  test('momentum decides for reactivated partners only', () => {
    expect(nextStatus('reactivated', 'momentum_held')).toBe('active');
    expect(nextStatus('reactivated', 'momentum_failed')).toBe('at_risk');
    expect(transitions.filter(({ when }) => when.includes('momentum_held')).map(({ from }) => from)).toEqual([
      ['reactivated'],
    ]);
  });

  test('only inactive and never activated partners can be reactivated', () => {
    expect(statuses.filter((from) => nextStatus(from, 'came_back') === 'reactivated')).toEqual([
      'inactive',
      'never_activated',
      'reactivated',
    ]);
  });
});

describe('a spell', () => {
  const timeline = [
    entry('deal_won', '2026-01-01'),
    entry('deal_won', '2026-05-01'),
    entry('deal_won', '2026-05-20'),
  ];

  test('goes cooling, inactive, reactivated, active under one episode number, and a relapse opens the next', () => {
    const days = [
      '2026-01-02',
      '2026-03-15',
      '2026-04-01',
      '2026-04-20',
      '2026-05-02',
      '2026-05-31',
      '2026-06-01',
      '2026-08-20',
    ];
    const verdicts = walk(days, timeline);
    expect(verdicts.map(({ status, previousStatus, episode }) => [status, previousStatus, episode])).toEqual([
      ['active', null, 0],
      ['cooling', 'active', 1],
      ['inactive', 'cooling', 1],
      ['inactive', 'cooling', 1],
      ['reactivated', 'inactive', 1],
      ['reactivated', 'inactive', 1],
      ['active', 'reactivated', 1],
      ['inactive', 'active', 2],
    ]);
    expect(verdicts.map(({ inactiveSince }) => inactiveSince)).toEqual([
      null,
      null,
      '2026-04-01',
      '2026-04-01',
      null,
      null,
      null,
      '2026-08-18',
    ]);
    expect(verdicts[3]?.statusChangedAt).toBe(at('2026-04-01', 2));
  });

  test('a first verdict says since when the partner has been inactive, which is in the past', () => {
    const [first] = walk(['2026-04-20'], timeline);
    expect(first).toMatchObject({
      status: 'inactive',
      previousStatus: null,
      inactiveSince: '2026-04-01',
      statusChangedAt: at('2026-04-20', 2),
      episode: 1,
    });
  });

  test('at risk and cooling go straight back to active', () => {
    const rules = [absence({ windowDays: 90, severity: 'at_risk' })];
    const verdicts = walk(['2026-04-10', '2026-05-02'], timeline, {
      settings: settings({ rules, warningDays: 0 }),
    });
    expect(verdicts.map(({ status }) => status)).toEqual(['at_risk', 'active']);
  });

  test('a relapse out of reactivation opens a new episode', () => {
    const back = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-05-01')];
    const both = settings({ rules: [deals, logins], warningDays: 0, momentumDays: 90, combination: 'all' });
    const verdicts = walk(['2026-04-20', '2026-05-02', '2026-06-01'], back, { settings: both });
    expect(verdicts.map(({ status, episode }) => [status, episode])).toEqual([
      ['inactive', 1],
      ['reactivated', 1],
      ['inactive', 2],
    ]);
  });

  test('a partner still at risk when the momentum days are over falls back to at risk', () => {
    const back = [
      entry('deal_won', '2025-10-01'),
      ...['2026-05-01', '2026-05-20', '2026-06-05'].map((day) => entry('portal_login', day)),
    ];
    const both = settings({ rules: [deals, logins], warningDays: 0, momentumDays: 30, combination: 'all' });
    const verdicts = walk(['2026-04-20', '2026-05-02', '2026-05-31', '2026-06-01'], back, { settings: both });
    expect(verdicts.map(({ status, episode }) => [status, episode])).toEqual([
      ['inactive', 1],
      ['reactivated', 1],
      ['reactivated', 1],
      ['at_risk', 2],
    ]);
  });

  test('a warning that was heeded in time does not start momentum anew', () => {
    const short = settings({ rules: [absence({ windowDays: 40 })], warningDays: 15, momentumDays: 60 });
    const timeline = (['2026-01-01', '2026-03-01', '2026-03-30', '2026-04-20'] as const).map((day) =>
      entry('deal_won', day),
    );
    const [gone, back, warned, held] = walk(
      ['2026-02-20', '2026-03-02', '2026-03-29', '2026-05-01'],
      timeline,
      {
        settings: short,
      },
    );
    expect([gone?.status, back?.status, warned?.status]).toEqual(['inactive', 'reactivated', 'reactivated']);
    expect(warned?.reasons[0]?.severity).toBe('cooling');
    expect(held?.status).toBe('active');
  });

  test('momentum counts from the day the last at-risk reason ended', () => {
    const back = [
      entry('deal_won', '2025-10-01'),
      ...['2026-05-01', '2026-05-20', '2026-06-05', '2026-06-25'].map((day) => entry('portal_login', day)),
      entry('deal_won', '2026-05-25'),
    ];
    const both = settings({ rules: [deals, logins], warningDays: 0, momentumDays: 30, combination: 'all' });
    const verdicts = walk(['2026-04-20', '2026-05-02', '2026-06-23', '2026-06-24'], back, { settings: both });
    expect(verdicts.map(({ status }) => status)).toEqual([
      'inactive',
      'reactivated',
      'reactivated',
      'active',
    ]);
  });
});

describe('corrections are no comebacks', () => {
  const [inactive] = walk(['2026-04-20'], [entry('deal_won', '2026-01-01')]);

  test('late data that fill the gap make the partner active', () => {
    const filled = [entry('deal_won', '2026-01-01'), entry('deal_won', '2026-03-20')];
    const verdict = assessPartner(
      partner(),
      filled,
      inactive ?? null,
      context('2026-04-21', { settings: definition }),
    );
    expect(verdict).toMatchObject({ status: 'active', previousStatus: 'inactive', inactiveSince: null });
  });

  test('activity after the gap is a comeback, however late it is told', () => {
    const late = [entry('deal_won', '2026-01-01'), entry('deal_won', '2026-04-05')];
    const verdict = assessPartner(
      partner(),
      late,
      inactive ?? null,
      context('2026-04-21', { settings: definition }),
    );
    expect(verdict.status).toBe('reactivated');
  });

  test('a longer window makes the partner active without a comeback', () => {
    const relaxed = settings({ rules: [absence({ windowDays: 365 })] });
    const verdict = assessPartner(
      partner(),
      [entry('deal_won', '2026-01-01')],
      inactive ?? null,
      context('2026-04-21', { settings: relaxed }),
    );
    expect(verdict.status).toBe('active');
  });
});

describe('never activated', () => {
  const joined = partner({ joinedAt: at('2026-01-01') });
  const judge = (day: Day, timeline: TimelineEntry[] = [], previous: Verdict | null = null) =>
    assessPartner(joined, timeline, previous, context(day, { settings: definition }));

  test('within grace a partner without activity is active, and the verdict says until when', () => {
    const verdict = judge('2026-03-01');
    expect(verdict).toMatchObject({ status: 'active', reasons: [], expectedInactiveDay: null });
    expect(verdict.remark).toBe('New: the partner joined on 2026-01-01 and is judged from 2026-03-02.');
    expect(verdict.nextChangeAt).toBe(at('2026-03-02', 0));
  });

  test('once grace is over it was never activated, and the first activity reactivates it', () => {
    const never = judge('2026-03-02');
    expect(never).toMatchObject({ status: 'never_activated', episode: 1, inactiveSince: null });
    expect(never.reasons[0]).toMatchObject({ code: 'sales_never', since: '2026-03-02' });
    expect(judge('2026-03-10', [entry('portal_login', '2026-03-09')], never).status).toBe('reactivated');
  });

  test('history that is imported later corrects it instead', () => {
    const never = judge('2026-03-02');
    const history = [entry('deal_won', '2026-02-01'), entry('deal_won', '2026-03-09')];
    expect(judge('2026-03-10', history, never).status).toBe('active');
  });

  test('it is not claimed while any source that could tell is incomplete', () => {
    const sources = [
      source({ kinds: ['deal_won', 'deal_registered'] }),
      source({ source: 'csv:clicks', kinds: ['click'], complete: false }),
    ];
    const judged = context('2026-06-30', { settings: definition, sources });
    const verdict = assessPartner(joined, [], null, judged);
    // What the rules ask is known completely, so they speak; and a first sign of life changes nothing for the worse.
    expect(verdict).toMatchObject({ status: 'inactive', stale: true });
    expect(assessPartner(joined, [entry('click', '2026-06-29')], null, judged).status).toBe('inactive');
  });

  test('it stands while nobody knows better, and nobody comes back without a sign of life', () => {
    const sources = [
      source({ kinds: ['deal_won', 'deal_registered'] }),
      source({ source: 'csv:clicks', kinds: ['click'], complete: false }),
    ];
    const never = judge('2026-06-29');
    const later = assessPartner(joined, [], never, context('2026-06-30', { settings: definition, sources }));
    expect([never.status, later.status]).toEqual(['never_activated', 'never_activated']);
    const newer = partner({ joinedAt: at('2026-06-28') });
    const newcomer = assessPartner(newer, [], never, context('2026-06-30', { settings: definition }));
    expect(newcomer.status).toBe('active');
  });
});

describe('a person decides', () => {
  test('what an excluded partner was merged into is not judged either', () => {
    const excluded = settings({ ...definition, excludedPartnerIds: ['96'] });
    const survivor = partner({ mergedIds: ['95', '96'] });
    const verdict = assessPartner(survivor, [], null, context('2026-04-20', { settings: excluded }));
    expect(verdict.status).toBe('excluded');
  });

  test('an excluded partner is not judged', () => {
    const excluded = settings({ ...definition, excludedPartnerIds: ['101'] });
    const [verdict] = walk(['2026-04-20'], [entry('deal_won', '2026-01-01')], { settings: excluded });
    expect(verdict).toMatchObject({
      status: 'excluded',
      health: null,
      reasons: [],
      nextChangeAt: null,
      episode: 0,
    });
  });

  test('an excluded newcomer is not told from when on it is judged: it never is', () => {
    const who = partner({ joinedAt: at('2026-04-10'), excludedBecause: 'a test company' });
    const verdict = assessPartner(who, [], null, context('2026-04-20', { settings: definition }));
    expect(verdictSentence(verdict, 'Europe/Berlin')).toBe(
      'Excluded: this partner is exempt from judgement.',
    );
    expect(verdict.nextChangeAt).toBeNull();
  });

  test('a pause keeps the status from worsening until the day it ends, and lets it improve', () => {
    const paused = partner({ snoozedUntil: '2026-05-01' });
    const judge = (day: Day, timeline: TimelineEntry[], previous: Verdict | null) =>
      assessPartner(paused, timeline, previous, context(day, { settings: definition }));
    const old = [entry('deal_won', '2026-01-01')];
    const active = judge('2026-01-02', old, null);
    const kept = judge('2026-04-20', old, active);
    expect(kept).toMatchObject({ status: 'active', reasons: active.reasons, health: active.health });
    expect(kept.remark).toBe('A person paused the judgement of this partner until 2026-05-01.');
    expect(kept.nextChangeAt).toBe(at('2026-05-01', 0));
    expect(judge('2026-05-01', old, kept).status).toBe('inactive');

    const inactive = assessPartner(partner(), old, null, context('2026-04-10', { settings: definition }));
    expect(judge('2026-04-20', [...old, entry('deal_won', '2026-04-15')], inactive).status).toBe(
      'reactivated',
    );
  });

  test('a paused partner that was never judged is unknown rather than inactive', () => {
    const paused = partner({ snoozedUntil: '2026-05-01' });
    const verdict = assessPartner(
      paused,
      [entry('deal_won', '2026-01-01')],
      null,
      context('2026-04-20', { settings: definition }),
    );
    expect(verdict).toMatchObject({ status: 'unknown', health: null });
  });
});
