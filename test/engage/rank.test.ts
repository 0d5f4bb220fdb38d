import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queuesOf, rankForCall } from '../../src/engage/rank.ts';
import { assessPartner } from '../../src/assess/assess.ts';
import type { ReturnCurve } from '../../src/model/facts.ts';
import type { Potential, Status, Verdict } from '../../src/model/verdict.ts';
import { at, context, partner } from '../assess/world.ts';

const now = at('2026-06-30');
const base = assessPartner(partner(), [], null, context('2026-06-30'));

function candidate(id: string, status: Status, value: number | null, lastDay: string | null = '2026-03-01') {
  const verdict: Verdict = {
    ...base,
    partnerId: id,
    status,
    lastActivityAt: lastDay === null ? null : at(lastDay),
  };
  return { partner: partner({ id }), verdict, value };
}
function ofPotential(id: string, potential: Potential) {
  const { verdict, ...rest } = candidate(id, 'at_risk', null);
  return { ...rest, verdict: { ...verdict, segment: { potential, path: 'assisted' as const } } };
}
function inactiveSince(id: string, day: string) {
  const { verdict, ...rest } = candidate(id, 'inactive', 100, '2025-01-01');
  return { ...rest, verdict: { ...verdict, inactiveSince: day } };
}
const owned = (id: string, ownerId: string | null, value: number) => ({
  ...candidate(id, 'at_risk', value),
  partner: partner({ id, ownerId }),
});
const ranked = (items: ReturnType<typeof candidate>[]) =>
  rankForCall(items, { now, timeZone: 'Europe/Berlin' }).map(({ partner: { id } }) => id);

describe('who is most worth a call', () => {
  test('is decided by value, by how early it is, and by how long the silence lasts', () => {
    expect(ranked([candidate('1', 'at_risk', 100), candidate('2', 'at_risk', 900)])).toEqual(['2', '1']);
    expect(ranked([candidate('1', 'inactive', 100), candidate('2', 'at_risk', 100)])).toEqual(['2', '1']);
    expect(ranked([candidate('1', 'inactive', 100, '2024-01-01'), candidate('2', 'inactive', 100)])).toEqual([
      '2',
      '1',
    ]);
  });

  test('the most inactive are not the best targets: a little fresh value beats a little more that is long gone', () => {
    expect(ranked([candidate('1', 'inactive', 1500, '2023-06-30'), candidate('2', 'cooling', 300)])).toEqual([
      '2',
      '1',
    ]);
  });

  test('leaves out who is well, excluded, unknown or coming back, and who is paused', () => {
    const paused = {
      ...candidate('9', 'at_risk', 100),
      partner: partner({ id: '9', snoozedUntil: '2026-07-01' }),
    };
    const resumed = {
      ...candidate('8', 'at_risk', 100),
      partner: partner({ id: '8', snoozedUntil: '2026-06-30' }),
    };
    const others = (['active', 'reactivated', 'excluded', 'unknown'] as const).map((status, index) =>
      candidate(String(index), status, 1000),
    );
    expect(ranked([...others, paused, resumed])).toEqual(['8']);
  });

  test('a partner whose amounts are unknown counts as the typical one, not as worthless', () => {
    const items = [
      candidate('1', 'at_risk', 10),
      candidate('2', 'at_risk', null),
      candidate('3', 'at_risk', 500),
      candidate('4', 'at_risk', 100),
    ];
    expect(ranked(items)).toEqual(['3', '2', '4', '1']);
    expect(
      rankForCall([candidate('1', 'at_risk', null, null)], { now, timeZone: 'UTC' })[0]?.expectedValue,
    ).toBe(0.5);
  });

  test('ties are broken by id as a number, so that the list is the same every night', () => {
    const tie = ['1000', '20', '3'].map((id) => candidate(id, 'at_risk', 10));
    expect(ranked(tie)).toEqual(['3', '20', '1000']);
    expect(ranked(tie.toReversed())).toEqual(['3', '20', '1000']);
  });

  test('of partners without known amounts, those of high potential count as such partners do', () => {
    const known = [10, 20, 30, 1000].map((value, index) => candidate(String(index + 1), 'at_risk', value));
    const items = [...known, ofPotential('7', 'low'), ofPotential('8', 'high'), ofPotential('9', 'medium')];
    expect(ranked(items)).toEqual(['4', '8', '3', '9', '2', '7', '1']);
  });

  const returns: ReturnCurve = {
    spells: 100,
    returned: 40,
    returnedWithin: [],
    steps: [
      { fromWeek: 0, known: 100, chance: 0.02 },
      { fromWeek: 52, known: 50, chance: 0.4 },
    ],
  };
  test('among the inactive, goes by how many came back that had been inactive as long', () => {
    const [fresh, old] = [inactiveSince('1', '2026-06-01'), inactiveSince('2', '2025-06-01')];
    const order = (curve: ReturnCurve | null) =>
      rankForCall([fresh, old], { now, timeZone: 'Europe/Berlin', returns: curve }).map(
        ({ partner: { id }, expectedValue }) => [id, Math.round(expectedValue)],
      );
    expect(order(returns)).toEqual([
      ['2', 40],
      ['1', 2],
    ]);
    expect(order(null).map(([id]) => id)).toEqual(['1', '2']);
  });
});

describe("an owner's week", () => {
  test('holds the best of their own partners, as many as they can take care of, and says how many wait', () => {
    const items = [owned('1', 'a', 90), owned('2', 'b', 80), owned('3', 'a', 70), owned('4', 'a', 60)];
    const queues = queuesOf(rankForCall(items, { now, timeZone: 'UTC' }), 2);
    expect(
      queues.map(({ ownerId, thisWeek, waiting }) => [
        ownerId,
        thisWeek.map(({ partner: { id } }) => id),
        waiting,
      ]),
    ).toEqual([
      ['a', ['1', '3'], 1],
      ['b', ['2'], 0],
    ]);
  });

  test('shows apart what nobody owns', () => {
    const queues = queuesOf(rankForCall([owned('1', null, 90)], { now, timeZone: 'UTC' }), 10);
    expect(queues.map(({ ownerId }) => ownerId)).toEqual([null]);
  });

  test('loses nobody, exceeds no capacity, and never lets a better partner wait for a worse one', () => {
    const item = fc.record({
      owner: fc.constantFrom('a', 'b', 'c', null),
      value: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (drawn, capacity) => {
        const items = drawn.map(({ owner, value }, index) => owned(String(index + 1), owner, value));
        const all = rankForCall(items, { now, timeZone: 'UTC' });
        const queues = queuesOf(all, capacity);
        const total = queues.reduce((sum, { thisWeek, waiting }) => sum + thisWeek.length + waiting, 0);
        expect(total).toBe(items.length);
        for (const { ownerId, thisWeek, waiting } of queues) {
          expect(thisWeek.length).toBeLessThanOrEqual(capacity);
          const own = all.filter(({ partner: one }) => one.ownerId === ownerId);
          expect(thisWeek).toEqual(own.slice(0, capacity));
          expect(waiting).toBe(own.length - thisWeek.length);
        }
      }),
    );
  });
});
