/** What a partner's own rhythm adds to the rules: an earlier warning, in its own words, and never more than a warning. */
import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { outlookOf } from '../../src/assess/cadence/outlook.ts';
import { presets } from '../../src/assess/presets.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import type { CadenceModel, CadenceModels } from '../../src/model/cadence.ts';
import { toDay, toDayNumber } from '../../src/model/calendar.ts';
import type { Day } from '../../src/model/instant.ts';
import { productiveKinds, type Kind } from '../../src/model/kind.ts';
import { absence, at, context, entry, partner, settings, source } from './world.ts';

const model: CadenceModel = {
  parameters: { r: 1.1, alpha: 6, a: 0.6, b: 2 },
  alarm: { by: 'alive', level: 0.75 },
  decides: 'model',
};
const models: CadenceModels = { version: 7, streams: { productive: model, engagement: model } };
const definition = settings({ rules: [absence()], warningDays: 30, graceDays: 0 });

/** Deals every `gapDays` days, the last one on `lastDay`. */
function deals(lastDay: Day, gapDays: number, times: number, kind: Kind = 'deal_won'): TimelineEntry[] {
  return Array.from({ length: times }, (_, index) =>
    entry(kind, toDay(toDayNumber(lastDay) - index * gapDays)),
  );
}

function judge(timeline: readonly TimelineEntry[], day: Day, cadence: CadenceModels | null = models) {
  return assessPartner(partner(), timeline, null, context(day, { settings: definition, cadence }));
}

describe('a partner with a rhythm of its own', () => {
  const weekly = deals('2026-03-01', 10, 20);

  test('is cooling as soon as its silence breaks that rhythm, long before the rule warns', () => {
    const { cadence } = judge(weekly, '2026-03-02');
    const quietFrom = cadence?.quietFrom ?? '';
    expect(quietFrom > '2026-03-08' && quietFrom < '2026-05-01').toBe(true);
    expect(judge(weekly, toDay(toDayNumber(quietFrom) - 1)).status).toBe('active');
    const verdict = judge(weekly, quietFrom);
    expect(verdict.status).toBe('cooling');
    expect(judge(weekly, quietFrom, null).status).toBe('active');
    expect(verdict.reasons).toMatchObject([
      {
        code: 'productive_drifting',
        ruleId: 'own_rhythm',
        severity: 'cooling',
        since: quietFrom,
        lastActivityDay: '2026-03-01',
        counterfactual:
          'One lead submitted, deal registered or won, order, sale or co-selling deal clears this.',
      },
    ]);
  });

  test('is not warned of before a week without anything, however soon the alarm would go', () => {
    const eager = { ...model, alarm: { by: 'surprise', level: 0.7 } } as const;
    const cadence = { version: 7, streams: { productive: eager, engagement: null } };
    const busy = deals('2026-03-01', 7, 60);
    const quietFrom = (timeline: TimelineEntry[]) =>
      judge(timeline, '2026-03-08', cadence).cadence?.quietFrom;
    expect(quietFrom(busy)).toBe('2026-03-08');
    // The later deal belongs to the same active week, and is a sign of life all the same.
    expect(quietFrom([...busy, entry('deal_won', '2026-03-06')])).toBe('2026-03-13');
  });

  test('is not warned of a silence that every second of its gaps outlasts, however high the level', () => {
    const sure = {
      ...model,
      parameters: { ...model.parameters, a: 0.001 },
      alarm: { by: 'alive', level: 0.9999 },
    } as const;
    const cadence = { version: 7, streams: { productive: sure, engagement: null } };
    const monthly = deals('2026-03-01', 30, 10);
    const reading = judge(monthly, '2026-03-02', cadence).cadence;
    if (reading === null) throw new Error('There is a rhythm.');
    const surpriseOn = (day: Day): number => outlookOf(reading, sure, toDayNumber(day)).surprise;
    const quietFrom = reading.quietFrom ?? '';
    expect(surpriseOn(quietFrom)).toBeLessThanOrEqual(0.5);
    expect(surpriseOn(toDay(toDayNumber(quietFrom) - 1))).toBeGreaterThan(0.5);
  });

  test('is told why in a sentence that stays true', () => {
    const { reasons, cadence } = judge(weekly, '2026-04-20');
    expect(reasons[0]?.sentence).toMatch(
      /^No business since 2026-03-01, after a rhythm of 10 days \(10 to 10\); on 2026-\d\d-\d\d this silence became longer than all but about 1 in \d+ gaps of such a rhythm\.$/,
    );
    expect(cadence).toMatchObject({ stream: 'productive', model: 7, episodes: 20, countedDay: '2026-03-01' });
    expect(judge(weekly, '2026-04-25').reasons[0]?.sentence).toBe(reasons[0]?.sentence);
  });

  test('is at risk once activity within 90 days is unlikely, and inactive only by a rule', () => {
    const statuses = ['2026-04-25', '2026-06-20', '2026-08-27', '2026-08-28'].map(
      (day) => judge(weekly, day).status,
    );
    expect(statuses).toEqual(['cooling', 'at_risk', 'at_risk', 'inactive']);
    expect(judge(weekly, '2026-08-28').reasons.map(({ code }) => code)).toEqual(['sales_stopped']);
  });

  test('is well again with one activity', () => {
    const verdict = judge([...weekly, entry('deal_won', '2026-06-20')], '2026-06-21');
    expect(verdict.status).toBe('active');
    expect(verdict.reasons).toEqual([]);
    expect(verdict.health).toBe(100);
  });

  test('that is slower is given more time', () => {
    const slow = judge(deals('2026-03-01', 60, 8), '2026-03-02').cadence?.quietFrom ?? '';
    expect(slow > (judge(weekly, '2026-03-02').cadence?.quietFrom ?? '')).toBe(true);
  });

  test('that is silent in business and goes on engaging is told so', () => {
    const logins = deals('2026-04-28', 7, 12, 'portal_login');
    expect(judge([...weekly, ...logins], '2026-05-01').reasons[0]?.sentence).toMatch(
      / Engagement goes on: last on 2026-04-28\.$/,
    );
  });

  test('is due on the day on which its rhythm breaks, not before', () => {
    const verdict = judge(weekly, '2026-03-02');
    const due = new Date(verdict.nextChangeAt ?? 0).toISOString();
    expect(due <= `${verdict.cadence?.quietFrom}T00:00:00Z`).toBe(true);
    expect(due > '2026-03-02').toBe(true);
  });
});

describe('the model has no say', () => {
  const weekly = deals('2026-03-01', 10, 20);

  test('where the rule predicted better: its day is not even named', () => {
    const rule: CadenceModels = {
      version: 8,
      streams: { productive: { ...model, decides: 'rule' }, engagement: null },
    };
    const verdict = judge(weekly, '2026-06-20', rule);
    expect(verdict.status).toBe('active');
    expect(verdict.cadence).toMatchObject({ quietFrom: null, band: 'unlikely' });
  });

  test.each([
    [1, 'not_enough_history'],
    [2, 'uncertain'],
  ])('on a partner with %i active weeks, whose rhythm nobody knows', (times, band) => {
    const verdict = judge(deals('2026-03-01', 20, times), '2026-06-20');
    expect(verdict.reasons).toEqual([]);
    expect(verdict.cadence?.quietFrom).toBeNull();
    expect([band, 'unlikely']).toContain(verdict.cadence?.band);
  });

  test('on a partner of whom nothing was ever seen', () => {
    expect(judge([], '2026-03-01').cadence).toBeNull();
  });

  test('before its grace is over', () => {
    const joined = partner({ joinedAt: at('2026-01-01') });
    const inGrace = { ...definition, graceDays: 400 };
    const verdict = assessPartner(
      joined,
      weekly,
      null,
      context('2026-06-20', { settings: inGrace, cadence: models }),
    );
    expect(verdict.status).toBe('active');
  });

  test('on a silence that could not be read completely; a warning that was given stands until it can be', () => {
    const partly = [
      source({ kinds: ['deal_won', 'deal_registered'] }),
      source({ source: 'csv:orders', complete: false, kinds: ['order'] }),
    ];
    const unread = context('2026-04-25', { settings: definition, cadence: models, sources: partly });
    expect(assessPartner(partner(), weekly, null, unread)).toMatchObject({ status: 'active', stale: false });
    const warned = judge(weekly, '2026-04-24');
    expect(warned.status).toBe('cooling');
    expect(assessPartner(partner(), weekly, warned, unread)).toMatchObject({
      status: 'cooling',
      stale: true,
      reasons: warned.reasons,
    });
  });
});

test('business decides where it has a rhythm, else engagement', () => {
  const logins = deals('2026-03-01', 7, 12, 'portal_login');
  const rare = deals('2026-02-20', 30, 2);
  expect(judge([...logins, ...rare], '2026-03-02').cadence?.stream).toBe('engagement');
  expect(judge([...logins, ...deals('2026-02-20', 30, 3)], '2026-03-02').cadence?.stream).toBe('productive');
});

test('who comes back in business is not handed over to a silence in engagement', () => {
  const old = deals('2025-03-01', 8, 30);
  const logins = deals('2025-12-01', 7, 12, 'portal_login');
  const before = judge([...old, ...logins], '2026-02-28');
  expect(before.cadence?.stream).toBe('productive');
  const after = judge([...old, ...logins, ...deals('2026-02-27', 1, 1)], '2026-02-28');
  expect(after).toMatchObject({ cadence: { stream: 'productive', episodes: 1 }, reasons: [] });
});

test('what we do ourselves is no rhythm of the partner', () => {
  expect(judge(deals('2026-03-01', 7, 12, 'email_outbound'), '2026-03-02').cadence).toBeNull();
});

test('a clock that starts anew after a long return forgets the pace from before', () => {
  const old = deals('2024-06-01', 8, 30);
  const back = deals('2026-03-01', 40, 4);
  const { cadence } = judge([...old, ...back], '2026-03-02');
  expect(cadence).toMatchObject({ episodes: 4, gaps: { typical: 40 } });
});

test.each([
  ['halfway between two', [77, 497], { typical: 287, from: 77, to: 497 }],
  ['the middle one of three', [90, 14, 30], { typical: 30, from: 14, to: 90 }],
  [
    'halfway between the two in the middle, in whole days',
    [8, 200, 15, 30],
    { typical: 23, from: 8, to: 200 },
  ],
  ['what most of many are', [10, 10, 10, 10, 10, 10, 10, 10, 10, 60], { typical: 10, from: 10, to: 10 }],
])('the usual gap is %s', (_what, gaps, expected) => {
  const days = gaps.reduce(
    (known, gap) => [...known, (known.at(-1) ?? 0) + gap],
    [toDayNumber('2023-01-01')],
  );
  const timeline = days.map((day) => entry('deal_won', toDay(day)));
  expect(judge(timeline, toDay((days.at(-1) ?? 0) + 1)).cadence?.gaps).toEqual(expected);
});

test('every preset can be judged with a model, and business covers what brings business', () => {
  for (const preset of Object.values(presets)) {
    for (const kind of productiveKinds) {
      const verdict = assessPartner(
        partner(),
        deals('2026-03-01', 10, 20, kind),
        null,
        context('2026-04-25', { settings: { ...preset, graceDays: 0 }, cadence: models }),
      );
      expect(verdict.cadence?.stream).toBe('productive');
    }
  }
});
