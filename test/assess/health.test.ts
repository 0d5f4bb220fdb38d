import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import type { CadenceModel } from '../../src/model/cadence.ts';
import { addDays, dayOf } from '../../src/model/instant.ts';
import type { Rule } from '../../src/model/settings.ts';
import { absence, at, context, entry, everyone, partner, settings, source } from './world.ts';

const deals = absence({ windowDays: 100 });
const decline: Rule = {
  id: 'deals_halved',
  audience: everyone,
  test: 'decline',
  behaviour: 'sales',
  windowDays: 180,
  drop: 0.5,
  baselineMinimum: 5,
  severity: 'cooling',
};
const logins = absence({ id: 'portal', behaviour: 'portal', windowDays: 100 });
const definition = settings({ rules: [deals, logins], combination: 'all', warningDays: 10 });
const judge = (
  day: string,
  timeline = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-01-01')],
) => assessPartner(partner(), timeline, null, context(day, { settings: definition }));

describe('health', () => {
  test('falls on the days on which something is said against the partner: when a rule warns, and when it holds', () => {
    const days = [1, 50, 89, 90, 99, 100].map((age) => judge(addDays('2026-01-01', age)));
    expect(days.map(({ health, reasons }) => [health, reasons.length])).toEqual([
      [100, 0],
      [100, 0],
      [100, 0],
      [56, 2],
      [56, 2],
      [0, 2],
    ]);
    expect(dayOf(days[0]?.nextChangeAt ?? 0, 'Europe/Berlin')).toBe(addDays('2026-01-01', 90));
  });

  test('counts half of what a rule with a shorter window already misses', () => {
    const soon = absence({ id: 'soon', windowDays: 40, severity: 'at_risk' });
    const rules = [deals, soon, absence({ id: 'portal', behaviour: 'portal', windowDays: 200 })];
    const timeline = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-01-01')];
    const linesOn = (age: number) =>
      assessPartner(
        partner(),
        timeline,
        null,
        context(addDays('2026-01-01', age), { settings: settings({ rules, warningDays: 0 }) }),
      ).contributions.map(({ points }) => points);
    expect([39, 40, 99, 100].map(linesOn)).toEqual([
      [66, 23, 11],
      [33, 5, 5],
      [33, 5, 5],
      [33, 0, 5],
    ]);
  });

  test('loses nothing for what a newcomer has too little of yet, until a rule says so', () => {
    const several = absence({ windowDays: 100, minimum: 3 });
    const joined = partner({ joinedAt: at('2026-01-01') });
    const days = [30, 89, 90, 100].map((age) =>
      assessPartner(
        joined,
        [entry('deal_won', '2026-01-20')],
        null,
        context(addDays('2026-01-01', age), {
          settings: settings({ rules: [several], graceDays: 0, warningDays: 10 }),
        }),
      ),
    );
    expect(days.map(({ health, reasons }) => [health, reasons.length])).toEqual([
      [100, 0],
      [100, 0],
      [57, 1],
      [0, 1],
    ]);
  });

  test('counts what brings business twice', () => {
    const [floor, dealPoints, loginPoints] = judge('2026-01-02').contributions;
    expect(floor).toEqual({ label: 'Active partners start at 66', points: 66 });
    expect(dealPoints).toEqual({ label: 'Deals: last on 2026-01-01', points: 23 });
    expect(loginPoints).toEqual({ label: 'Portal logins: last on 2026-01-01', points: 11 });
  });

  test('says of what never was that there is none yet', () => {
    const { contributions } = judge('2026-01-02', [entry('deal_won', '2026-01-01')]);
    expect(contributions.at(-1)).toEqual({ label: 'Portal logins: none yet', points: 0 });
  });

  test('gives no credit for a trend in what never began or stopped: it contradicts the reason', () => {
    const rules = [absence(), decline];
    const linesOn = (day: string, timeline: TimelineEntry[]) =>
      assessPartner(
        partner(),
        timeline,
        null,
        context(day, { settings: settings({ rules }) }),
      ).contributions.map(({ label, points }) => `${points} ${label}`);
    const once = [entry('deal_won', '2026-01-01')];
    expect(linesOn('2026-02-01', once)).toContain('11 Deals hold up against the 180 days before');
    expect(linesOn('2026-06-30', once)).toEqual([
      '0 Inactive partners start at 0',
      '0 Deals: last on 2026-01-01',
      '0 Deals: too few to show a trend',
    ]);
    expect(linesOn('2026-06-30', [])).toEqual([
      '0 Never activated partners start at 0',
      '0 Deals: none yet',
      '0 Deals: too few to show a trend',
    ]);
  });

  test('speaks of a rhythm only where the model says something of it', () => {
    const model: CadenceModel = {
      parameters: { r: 1.2, alpha: 2, a: 0.6, b: 1.5 },
      alarm: { by: 'alive', level: 0.75 },
      decides: 'model',
    };
    const cadence = { version: 1, streams: { productive: model, engagement: null } };
    const lineOf = (timeline: TimelineEntry[]) =>
      assessPartner(
        partner(),
        timeline,
        null,
        context('2026-03-06', { settings: definition, cadence }),
      ).contributions.at(-1);
    expect(lineOf([])).toEqual({ label: 'Own rhythm: none yet', points: 0 });
    const days = ['2026-03-01', '2026-01-05', '2026-01-20', '2026-02-10'];
    const [one, ...several] = days.map((day) => entry('deal_won', day)) as [
      TimelineEntry,
      ...TimelineEntry[],
    ];
    expect(lineOf([one])).toMatchObject({ label: 'Own rhythm: says nothing yet' });
    expect(lineOf([one, ...several])).toMatchObject({ label: 'Own rhythm: no alarm' });
    const missing = source({ source: 'csv:sales', complete: false, kinds: ['deal_won'] });
    const sources = [source({ kinds: ['portal_login'] }), missing];
    const portalOnly = { settings: settings({ rules: [logins] }), cadence, sources };
    const { status, contributions } = assessPartner(
      partner(),
      [one, ...several, entry('portal_login', '2026-03-01')],
      null,
      context('2026-03-06', portalOnly),
    );
    expect(status).toBe('active');
    expect(contributions.at(-1)).toMatchObject({ label: 'Own rhythm: cannot be told now' });
  });
});
