import { describe, expect, test } from 'vitest';
import { rankForCall } from '../../src/engage/rank.ts';
import { assessPartner } from '../../src/assess/assess.ts';
import type { Status, Verdict } from '../../src/model/verdict.ts';
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
});
