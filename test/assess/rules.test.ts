import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import { addDays, startOfDay } from '../../src/model/instant.ts';
import { absence, at, context, entry, everyone, noFacts, partner, settings, source } from './world.ts';
import type { Rule } from '../../src/model/settings.ts';

const only = (...rules: Rule[]) => settings({ rules, warningDays: 0 });

describe('absence', () => {
  test.each(['UTC', 'Europe/Berlin', 'Pacific/Auckland', 'America/New_York'])(
    'a rule of N days fires at midnight of the Nth day after the last activity, in %s, across clock changes',
    (timeZone) => {
      const last = '2026-01-15';
      const fires = addDays(last, 180);
      const timeline = [
        { ...entry('deal_won', last), occurredAt: startOfDay(addDays(last, 1), timeZone) - 1 },
      ];
      const midnight = startOfDay(fires, timeZone);
      const judge = (now: number) =>
        assessPartner(partner(), timeline, null, {
          ...context(fires, { settings: only(absence()), timeZone }),
          now,
        });
      expect(judge(midnight - 1).status).toBe('active');
      expect(judge(midnight - 1).expectedInactiveDay).toBe(fires);
      expect(judge(midnight).status).toBe('inactive');
      expect(judge(midnight).inactiveSince).toBe(fires);
    },
  );

  test('an activity counts on the day of the portal, not of UTC', () => {
    // 2026-01-01T05:00Z is still 31 December in New York and already 1 January in Auckland.
    const timeline = [{ ...entry('deal_won', '2026-01-01'), occurredAt: Date.parse('2026-01-01T04:00:00Z') }];
    const expected = (timeZone: string) =>
      assessPartner(partner(), timeline, null, context('2026-02-01', { settings: only(absence()), timeZone }))
        .expectedInactiveDay;
    expect(expected('America/New_York')).toBe(addDays('2025-12-31', 180));
    expect(expected('Pacific/Auckland')).toBe(addDays('2026-01-01', 180));
  });

  test('a minimum above one is counted in quantities within the window', () => {
    const rule = absence({ behaviour: 'orders', minimum: 3, windowDays: 100 });
    const timeline = [
      entry('order', '2026-01-10', 2),
      entry('order', '2026-02-01', 1),
      entry('order', '2026-03-01', 1),
    ];
    const judge = (day: string) =>
      assessPartner(partner(), timeline, null, context(day, { settings: only(rule) }));
    expect(judge(addDays('2026-01-10', 99)).status).toBe('active');
    const verdict = judge(addDays('2026-01-10', 100));
    expect(verdict.status).toBe('inactive');
    expect(verdict.reasons[0]).toMatchObject({ observed: 2, expected: 3, since: addDays('2026-01-10', 100) });
    expect(verdict.reasons[0]?.sentence).toBe(
      'Only 2 orders in the 100 days to 2026-04-20, the last on 2026-03-01, where at least 3 are expected; 100 days are allowed.',
    );
    // The evidence stands still, whatever leaves the window, until the partner acts.
    expect(verdict.nextChangeAt).toBeNull();
    const later = [...timeline, entry('order', '2026-06-01', 1)];
    const acted = assessPartner(partner(), later, verdict, context('2026-06-05', { settings: only(rule) }));
    expect(acted.reasons[0]?.sentence).toContain(
      'Only 2 orders in the 100 days to 2026-06-01, the last on 2026-06-01',
    );
  });

  test('a future meeting never counts as activity before it happens', () => {
    const rule = absence({ behaviour: 'conversation', windowDays: 30 });
    const meeting = entry('meeting_held', '2026-07-02');
    const timeline = [entry('meeting_held', '2026-05-01'), meeting];
    const before = assessPartner(partner(), timeline, null, context('2026-06-30', { settings: only(rule) }));
    expect(before.status).toBe('inactive');
    expect(before.lastActivityAt).toBe(at('2026-05-01'));
    expect(before.nextChangeAt).toBe(meeting.occurredAt);
    const after = assessPartner(partner(), timeline, before, {
      ...context('2026-07-02', { settings: only(rule) }),
      now: meeting.occurredAt,
    });
    expect(after.status).toBe('reactivated');
  });

  test('what we did never counts, and an empty row of a report is no activity', () => {
    const timeline = [
      entry('deal_won', '2025-10-01'),
      entry('email_outbound', '2026-06-29'),
      entry('call_outbound', '2026-06-29'),
      entry('note_logged', '2026-06-29'),
      entry('task_done', '2026-06-29'),
      entry('deal_won', '2026-06-29', 0),
    ];
    const verdict = assessPartner(
      partner(),
      timeline,
      null,
      context('2026-06-30', { settings: only(absence()) }),
    );
    expect(verdict.status).toBe('inactive');
    expect(verdict.lastActivityAt).toBe(at('2025-10-01'));
  });

  test('where a partner joined less than a window ago, a behaviour it never showed is not yet missed', () => {
    const joined = partner({ joinedAt: at('2026-04-01') });
    const timeline = [entry('portal_login', '2026-06-20')];
    const judge = (day: string) =>
      assessPartner(joined, timeline, null, context(day, { settings: only(absence()) }));
    expect(judge('2026-06-30').status).toBe('active');
    expect(judge('2026-06-30').expectedInactiveDay).toBe(addDays('2026-04-01', 180));
    expect(judge(addDays('2026-04-01', 180)).reasons[0]).toMatchObject({
      code: 'sales_never',
      degree: 'never',
    });
  });

  test('what was enough only together with activity from before joining is no worse than too little', () => {
    const rule = absence({ behaviour: 'promotion', windowDays: 90, minimum: 2 });
    const joined = partner({ joinedAt: at('2026-03-01') });
    const before = entry('sale', '2025-12-31');
    const judge = (...timeline: TimelineEntry[]) =>
      assessPartner(joined, timeline, null, {
        ...context('2026-03-01', { settings: settings({ rules: [rule], graceDays: 0 }) }),
        now: at('2026-03-01', 13),
      });
    expect(judge(before).status).toBe('cooling');
    expect(judge(before, entry('sale', '2026-03-01')).status).toBe('cooling');
    expect(judge(before).expectedInactiveDay).toBe(addDays('2025-12-31', 90));
    expect(judge(entry('sale', '2026-03-01')).expectedInactiveDay).toBe(addDays('2026-03-01', 90));
  });

  test('without a joining date the sentence says since when nothing is known', () => {
    const unknownStart = partner({ joinedAt: null });
    const timeline = [entry('portal_login', '2026-06-20')];
    const verdict = assessPartner(
      unknownStart,
      timeline,
      null,
      context('2026-06-30', { settings: only(absence()) }),
    );
    expect(verdict.reasons[0]?.sentence).toBe(
      'No deal registered or won since records begin; 180 days are allowed.',
    );
    expect(verdict.reasons[0]?.since).toBeNull();
    expect(verdict.inactiveSince).toBe('2026-06-30');
  });
});

describe('warning', () => {
  const rules = [absence({ windowDays: 90 })];
  test('a partner cools before a rule fires, with the date that keeps it active', () => {
    const definition = settings({ rules, warningDays: 30 });
    const timeline = [entry('deal_won', '2026-01-01')];
    const judge = (day: string) =>
      assessPartner(partner(), timeline, null, context(day, { settings: definition }));
    expect(judge(addDays('2026-01-01', 59)).status).toBe('active');
    const cooling = judge(addDays('2026-01-01', 60));
    expect(cooling.status).toBe('cooling');
    expect(cooling.reasons[0]).toMatchObject({
      severity: 'cooling',
      since: null,
      sentence: 'No deal registered or won since 2026-01-01; the 90 days allowed end on 2026-04-01.',
      counterfactual: 'One deal registered or won before 2026-04-01 keeps it active.',
    });
    expect(judge('2026-04-01').status).toBe('inactive');
  });

  test('what clears a warning keeps nobody active who is at risk for something else', () => {
    const definition = settings({
      rules: [...rules, absence({ id: 'portal', behaviour: 'portal', windowDays: 30 })],
      combination: 'all',
      warningDays: 30,
    });
    const timeline = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-01-01')];
    const verdict = assessPartner(
      partner(),
      timeline,
      null,
      context(addDays('2026-01-01', 60), { settings: definition }),
    );
    expect(verdict.status).toBe('at_risk');
    expect(verdict.reasons.map(({ counterfactual }) => counterfactual)).toEqual([
      'One portal login clears this.',
      'One deal registered or won before 2026-04-01 clears this.',
    ]);
  });

  test('the evidence of a silence is what its window holds when it is enough no more, from the warning on', () => {
    const rule = absence({ behaviour: 'orders', minimum: 2, windowDays: 90 });
    const definition = settings({ rules: [rule], warningDays: 30 });
    const timeline = [entry('order', '2026-01-01', 1), entry('order', '2026-01-11', 1)];
    const judge = (day: string) =>
      assessPartner(partner(), timeline, null, context(day, { settings: definition }));
    const endDay = addDays('2026-01-01', 90);
    const evidence = {
      observed: 1,
      sentence: expect.stringContaining(
        `Only 1 order in the 90 days to ${endDay}, the last on 2026-01-11, where at least 2 are expected;`,
      ),
    };
    const cooling = judge(addDays(endDay, -30));
    expect(cooling).toMatchObject({ status: 'cooling', reasons: [evidence] });
    expect(judge(addDays(endDay, -1)).reasons).toEqual(cooling.reasons);
    expect(judge(endDay)).toMatchObject({ status: 'inactive', reasons: [evidence] });
    // The last order, too, has left the window by then.
    expect(judge(addDays(endDay, 30))).toMatchObject({ status: 'inactive', reasons: [evidence] });
  });

  test('a warning longer than half the window never calls a partner cooling on the day of its activity', () => {
    const definition = settings({ rules, warningDays: 365 });
    const judge = (day: string) =>
      assessPartner(
        partner(),
        [entry('deal_won', '2026-01-01')],
        null,
        context(day, { settings: definition }),
      );
    expect(judge('2026-01-02').status).toBe('active');
    expect(judge(addDays('2026-01-01', 45)).status).toBe('cooling');
  });
});

const decline: Extract<Rule, { test: 'decline' }> = {
  id: 'orders_halved',
  test: 'decline',
  behaviour: 'orders',
  windowDays: 30,
  drop: 0.5,
  baselineMinimum: 3,
  severity: 'cooling',
  audience: everyone,
};
const busy = ['2026-03-01', '2026-03-05', '2026-03-10', '2026-03-15'].map((day) => entry('order', day, 10));

function judgeDecline(day: string, extra: typeof busy = []) {
  return assessPartner(partner(), [...busy, ...extra], null, context(day, { settings: only(decline) }));
}

function judgeDrop(drop: number) {
  return assessPartner(
    partner(),
    busy,
    null,
    context('2026-05-01', { settings: only({ ...decline, drop }) }),
  );
}

describe('decline', () => {
  test('halved against the window before fires, more than half does not', () => {
    const halved = judgeDecline('2026-04-14', [entry('order', '2026-04-10', 20)]);
    expect(halved.reasons[0]).toMatchObject({ code: 'orders_declining', observed: 20, expected: 40 });
    expect(judgeDecline('2026-04-14', [entry('order', '2026-04-10', 21)]).status).toBe('active');
  });

  test('several orders on one day are one episode of the baseline', () => {
    const clump = ['2026-03-01', '2026-03-01', '2026-03-01', '2026-03-05'].map((day) =>
      entry('order', day, 10),
    );
    const verdict = assessPartner(partner(), clump, null, context('2026-04-01', { settings: only(decline) }));
    expect(verdict.status).toBe('active');
  });

  test('a decline does not drift away while the baseline empties: only activity clears it', () => {
    const first = judgeDecline('2026-04-10');
    expect(first.status).toBe('cooling');
    expect(judgeDecline('2027-01-01').reasons).toEqual(first.reasons);
    expect(judgeDecline('2027-01-01', [entry('order', '2026-12-30', 1)]).status).toBe('active');
  });

  test('began when it first held, where what was done since then was too little to end it', () => {
    const [reason] = judgeDecline('2026-04-14', [entry('order', '2026-04-12', 1)]).reasons;
    expect(reason).toMatchObject({ observed: 11, expected: 30, since: '2026-04-09' });
    expect(judgeDecline('2026-04-14').reasons[0]?.since).toBe('2026-04-09');
  });

  test('is not hidden by a mere warning of silence in the same matter, which is less', () => {
    const rules = [
      absence({ behaviour: 'orders', windowDays: 40 }),
      { ...decline, severity: 'at_risk' as const },
    ];
    const verdict = assessPartner(
      partner(),
      busy,
      null,
      context('2026-04-10', { settings: settings({ rules, warningDays: 15 }) }),
    );
    expect(verdict.status).toBe('at_risk');
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['orders_declining', 'orders_stopped']);
  });

  test('says what clears it on any later day, though the window before holds less and less', () => {
    expect(judgeDecline('2026-04-10').reasons[0]?.counterfactual).toBe(
      'More orders in 30 days than 50 % of those in the 30 days before clear this; on 2026-04-09 that was 16.',
    );
    expect(judgeDrop(1).reasons[0]?.counterfactual).toBe('One order clears this.');
    expect(judgeDrop(0.35).reasons[0]?.counterfactual).toContain('than 65 % of those');
  });
});

describe('conversion', () => {
  const conversion: Rule = {
    id: 'clicks_without_sales',
    test: 'conversion',
    behaviour: 'clicks',
    windowDays: 90,
    minimumClicks: 50,
    severity: 'at_risk',
    audience: everyone,
  };
  const judge = (clicks: number, medianClicks: number | null, sales: string[] = []) =>
    assessPartner(
      partner(),
      [entry('click', '2026-06-01', clicks), ...sales.map((day) => entry('sale', day))],
      null,
      context('2026-06-30', { settings: only(conversion), facts: { ...noFacts, medianClicks } }),
    );

  test.each<[number, number | null, string[], string]>([
    [49, null, [], 'active'],
    [50, null, [], 'at_risk'],
    [80, 100, [], 'active'],
    [100, 100, [], 'at_risk'],
    [100, 100, ['2026-05-01'], 'active'],
    [100, null, ['2026-03-01'], 'at_risk'],
  ])('%d clicks, a median of %s and sales on %j make the partner %s', (clicks, median, sales, status) => {
    expect(judge(clicks, median, sales).status).toBe(status);
  });

  test('where no source reports sales, clicks without a sale are not judged', () => {
    const sources = [source({ kinds: ['click'] })];
    const verdict = assessPartner(
      partner(),
      [entry('click', '2026-06-01', 500)],
      null,
      context('2026-06-30', { settings: only(conversion, absence({ behaviour: 'clicks' })), sources }),
    );
    expect(verdict.status).toBe('active');
    expect(verdict.unknowns.map(({ sentence }) => sentence)).toEqual([
      'No source reports clicks and the sales they bring, so this rule is not judged: the others decide without it.',
    ]);
  });
});
