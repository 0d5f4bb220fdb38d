/** The charts of the card: what a partner did and how it stood, month by month. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimelineEntry } from '../../src/model/activity.ts';
import { toDayNumber } from '../../src/model/calendar.ts';
import { startOfDay, type Day } from '../../src/model/instant.ts';
import type { Kind } from '../../src/model/kind.ts';
import { statuses, type Reason, type Status } from '../../src/model/verdict.ts';
import { historyResponseSchema } from '../../src/web/history-contract.ts';
import { historyOf, type Change } from '../../src/web/history-view.ts';

const timeZone = 'Europe/Berlin';
const at = (day: Day, hours = 12) => startOfDay(day, timeZone) + hours * 3_600_000;
const now = at('2026-03-15');

const did = (kind: Kind, day: Day, quantity = 1, hours = 12): TimelineEntry => ({
  kind,
  occurredAt: at(day, hours),
  quantity,
  amount: null,
  source: 'csv:test',
});
const became = (to: Status, day: Day, from: Status | null, sentence: string | null = null): Change => ({
  changedAt: at(day),
  from,
  to,
  evidence: { reasons: sentence === null ? [] : [{ sentence } as Reason] },
});
const history = (timeline: TimelineEntry[], changes: Change[] = []) =>
  historyOf({ timeline, changes, timeZone, now });

describe('activity', () => {
  test('is counted by month of the portal, business apart from engagement, for the last twelve', () => {
    const { months } = history([
      did('deal_won', '2025-03-31'),
      did('deal_won', '2025-04-01', 1, 0),
      did('portal_login', '2026-02-28', 1, 23.9),
      did('portal_login', '2026-03-01', 1, 0),
      did('click', '2026-03-10', 500),
    ]);
    expect(months.map(({ month }) => month)).toEqual([
      '2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09',
      '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03',
    ]); // prettier-ignore
    expect(months.at(0)).toMatchObject({ business: 1, engagement: 0 });
    expect(months.at(-2)).toMatchObject({ business: 0, engagement: 1 });
    const present = months.at(-1);
    expect((present?.business ?? 0) + (present?.engagement ?? 0)).toBe(2);
  });

  test('leaves out what we did, what is still to happen and what was cancelled', () => {
    const { months } = history([
      did('email_outbound', '2026-03-01'),
      did('meeting_held', '2026-03-20'),
      did('order', '2026-03-01', 0),
    ]);
    expect(months.every(({ business, engagement }) => business + engagement === 0)).toBe(true);
  });
});

describe('standing', () => {
  const changes = [
    became('at_risk', '2026-03-06', 'active', 'No deal for 90 days.'),
    became('active', '2026-02-11', null),
  ];

  test('is how many days of a month the partner ended in each status, and nothing before the first verdict', () => {
    const { months } = history([], changes);
    expect(months.at(-3)?.days).toEqual({});
    expect(months.at(-2)?.days).toEqual({ active: 18 });
    expect(months.at(-1)?.days).toEqual({ active: 5, at_risk: 10 });
  });

  test('changes are listed newest first with the reason of then; a new reason alone is no change of status', () => {
    const reasonOnly = became('at_risk', '2026-03-09', 'at_risk', 'No login.');
    expect(history([], [reasonOnly, ...changes]).changes).toEqual([
      {
        day: '2026-03-06',
        from: 'Active',
        to: 'At risk',
        status: 'at_risk',
        because: 'No deal for 90 days.',
      },
      { day: '2026-02-11', from: null, to: 'Active', status: 'active', because: null },
    ]);
  });

  test('whatever the changes are, days add up to those since the first verdict', () => {
    const day = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(fc.uniqueArray(day, { maxLength: 12 }), fc.constantFrom(...statuses), (ages, first) => {
        const sorted = ages.toSorted((a, b) => a - b);
        const made = sorted.map((age, index): Change => {
          const to = statuses[(statuses.indexOf(first) + index) % statuses.length] ?? first;
          return { changedAt: now - age * 86_400_000, from: null, to, evidence: null };
        });
        const answer = history([], made);
        expect(historyResponseSchema.safeParse(answer).success).toBe(true);
        const spent = answer.months.flatMap(({ days }) => Object.values(days)).reduce((a, b) => a + b, 0);
        const oldest = Math.min(sorted.at(-1) ?? -1, toDayNumber('2026-03-15') - toDayNumber('2025-04-01'));
        // A clock change may move an instant that is whole days old to the day beside.
        expect(Math.abs(spent - (oldest + 1))).toBeLessThanOrEqual(sorted.length === 0 ? 0 : 1);
      }),
    );
  });
});
