import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { addDays, dayOf } from '../../src/model/instant.ts';
import { absence, context, entry, partner, settings } from './world.ts';

const deals = absence({ windowDays: 100 });
const logins = absence({ id: 'portal', behaviour: 'portal', windowDays: 100 });
const definition = settings({ rules: [deals, logins], combination: 'all', warningDays: 10 });
const judge = (
  day: string,
  timeline = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-01-01')],
) => assessPartner(partner(), timeline, null, context(day, { settings: definition }));

describe('health', () => {
  test('falls in quarters of the window, on days the verdict knows in advance', () => {
    const days = [1, 24, 25, 49, 50, 74, 75, 89, 90, 99, 100].map((age) => judge(addDays('2026-01-01', age)));
    expect(days.map(({ health }) => health)).toEqual([100, 100, 91, 91, 82, 82, 73, 73, 52, 52, 0]);
    expect(dayOf(days[0]?.nextChangeAt ?? 0, 'Europe/Berlin')).toBe(addDays('2026-01-01', 25));
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
});
