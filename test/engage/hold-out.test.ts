import { describe, expect, test } from 'vitest';
import { drawSpell, heldOutUntil, isMeasured, type Drawing } from '../../src/engage/hold-out.ts';
import { rankForCall } from '../../src/engage/rank.ts';
import type { DrawnSpell, Lot } from '../../src/model/hold-out.ts';
import { statuses, type Verdict } from '../../src/model/verdict.ts';
import { at, partner } from '../assess/world.ts';
import { verdict } from './world.ts';

const opened = at('2026-03-01', 2);
const opening = (overrides: Partial<Verdict> = {}): Verdict =>
  verdict([], { status: 'cooling', statusChangedAt: opened, episode: 1, ...overrides });

function drawing(rules: Partial<Drawing['rules']> = {}, salt = '1'): Drawing {
  return {
    rules: { share: 0.2, exemptHighPotential: true, exemptTiers: [], exemptPartnerIds: [], ...rules },
    salt,
    timeZone: 'Europe/Berlin',
  };
}

const anybody = partner();
const people = Array.from({ length: 20_000 }, (_, index) => ({ ...anybody, id: String(9_000_000 + index) }));
function lots(drawn: Drawing, episode = 1): Lot[] {
  const present = opening({ episode });
  return people.map((one) => drawSpell(one, null, present, drawn)?.lot ?? 'exempt');
}
const shareOf = (drawn: readonly boolean[]): number => drawn.filter(Boolean).length / drawn.length;

describe('a draw', () => {
  test('is nothing as long as nobody is to be held out', () => {
    expect(drawSpell(partner(), null, opening(), drawing({ share: 0 }))).toBeNull();
  });

  test('is made with the verdict that opens a spell, and with no other', () => {
    expect(drawSpell(partner(), opening(), opening({ status: 'inactive' }), drawing())).toBeNull();
    expect(drawSpell(partner(), opening({ episode: 0 }), opening(), drawing())).not.toBeNull();
    expect(drawSpell(partner(), opening(), opening({ episode: 2 }), drawing())).toMatchObject({ episode: 2 });
  });

  test('comes out the same whoever makes it, and however often', () => {
    expect(lots(drawing())).toEqual(lots(drawing()));
  });

  test.each([0.05, 0.1, 0.5])('holds out the share that was asked for: %d', (share) => {
    const held = shareOf(lots(drawing({ share })).map((lot) => lot === 'held_out'));
    // Four standard errors.
    expect(Math.abs(held - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / people.length));
  });

  test('is independent for neighbours, whose ids differ in a digit', () => {
    const drawn = lots(drawing());
    const both = shareOf(
      drawn.slice(1).map((lot, index) => lot === 'held_out' && drawn[index] === 'held_out'),
    );
    expect(Math.abs(both - 0.04)).toBeLessThan(4 * Math.sqrt((0.04 * 0.96) / people.length));
  });

  test.each([
    ['another spell of the same partner', drawing(), 2],
    ['another portal', drawing({}, '2'), 1],
  ])('is independent of that for %s', (_, other, episode) => {
    const [one, two] = [lots(drawing()), lots(other, episode)];
    const both = shareOf(one.map((lot, index) => lot === 'held_out' && two[index] === 'held_out'));
    expect(Math.abs(both - 0.04)).toBeLessThan(4 * Math.sqrt((0.04 * 0.96) / people.length));
  });

  test('takes those that a larger share holds out in addition to those of a smaller one', () => {
    const [few, many] = [lots(drawing({ share: 0.1 })), lots(drawing({ share: 0.3 }))];
    expect(few.every((lot, index) => lot !== 'held_out' || many[index] === 'held_out')).toBe(true);
  });
});

describe('whoever is exempt is never held out, nor compared', () => {
  const high = opening({ segment: { potential: 'high', path: 'high_touch' } });
  test.each([
    ['of high potential', partner(), high, {}],
    ['of a tier, in any case', partner({ tier: ' Gold ' }), opening(), { exemptTiers: ['gold'] }],
    ['on the list', partner({ id: '7' }), opening(), { exemptPartnerIds: ['7'] }],
    [
      'merged from one on the list',
      partner({ id: '8', mergedIds: ['7'] }),
      opening(),
      { exemptPartnerIds: ['7'] },
    ],
  ])('%s', (_, one, present, rules) => {
    const drawn = drawSpell(one, null, present, drawing(rules));
    expect(drawn).toEqual({ episode: 1, lot: 'exempt', share: 0.2, heldUntil: null, released: false });
    expect(isMeasured(drawn, present)).toBe(false);
  });

  test('and high potential counts like any other where the settings say so', () => {
    const all = people.map(
      (one) => drawSpell(one, null, high, drawing({ exemptHighPotential: false }))?.lot === 'held_out',
    );
    expect(shareOf(all)).toBeGreaterThan(0.1);
  });
});

const held: DrawnSpell = {
  episode: 1,
  lot: 'held_out',
  share: 0.2,
  heldUntil: '2026-05-30',
  released: false,
};

describe('a partner that is held out is left alone', () => {
  test('for 90 days from the day its spell opened in the portal’s zone', () => {
    const present = opening();
    const one = people.find((someone) => drawSpell(someone, null, present, drawing())?.lot === 'held_out');
    expect(drawSpell(one ?? anybody, null, present, drawing())).toEqual(held);
    expect(heldOutUntil(held, opening(), '2026-05-29')).toBe('2026-05-30');
    expect(heldOutUntil(held, opening(), '2026-05-30')).toBeNull();
  });

  test('and no longer once it is back, a person acted anyway, or another spell began', () => {
    const free = statuses.filter((status) => heldOutUntil(held, opening({ status }), '2026-04-01') === null);
    expect(free).toEqual(['active', 'reactivated']);
    expect(heldOutUntil({ ...held, released: true }, opening(), '2026-04-01')).toBeNull();
    expect(heldOutUntil(held, opening({ episode: 2 }), '2026-04-01')).toBeNull();
    expect(heldOutUntil({ ...held, lot: 'compared', heldUntil: null }, opening(), '2026-04-01')).toBeNull();
  });

  test('so that it is on nobody’s list, until its time is over', () => {
    const candidates = [
      { partner: partner({ id: '1' }), verdict: opening(), value: 9, spell: held },
      { partner: partner({ id: '2' }), verdict: opening(), value: 1 },
    ];
    const called = (day: string): string[] =>
      rankForCall(candidates, { now: at(day, 3), timeZone: 'Europe/Berlin' }).map((one) => one.partner.id);
    expect(called('2026-05-29')).toEqual(['2']);
    expect(called('2026-05-30')).toEqual(['1', '2']);
  });
});
