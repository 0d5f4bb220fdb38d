import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { returnText, SpellCounter, spellsOf, type Spell } from '../../src/assess/returns.ts';
import { returnStepAt } from '../../src/model/facts.ts';

function curveOf(spells: readonly Spell[]) {
  const counter = new SpellCounter();
  for (const spell of spells) counter.add(spell);
  return counter.curve();
}
const times = (count: number, weeks: number, returned: boolean): Spell[] =>
  Array.from({ length: count }, () => ({ days: weeks * 7, returned }));
const within = (curve: ReturnType<typeof curveOf>, weeks: number) =>
  curve?.returnedWithin.find((point) => point.weeks === weeks)?.share;

describe('spells of inactivity', () => {
  test('begin when the silence has lasted as long as the rules allow, and end with the next activity', () => {
    expect(spellsOf([0, 50, 250, 260], 90, 300)).toEqual([{ days: 110, returned: true }]);
  });

  test('that still go on are known to have lasted until today, no more', () => {
    expect(spellsOf([0], 90, 100)).toEqual([{ days: 10, returned: false }]);
  });

  test('do not exist without activity, nor before the silence is long enough', () => {
    expect(spellsOf([], 90, 1000)).toEqual([]);
    expect(spellsOf([0, 90], 90, 180)).toEqual([]);
  });

  test('never overlap and never last longer than the history', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 400 }),
        (unsorted, inactiveAfterDays) => {
          const days = unsorted.toSorted((a, b) => a - b);
          const spells = spellsOf(days, inactiveAfterDays, 1500);
          const spent = spells.reduce((sum, spell) => sum + spell.days + inactiveAfterDays, 0);
          expect(spent).toBeLessThanOrEqual(1500 - (days[0] ?? 1500));
          expect(spells.every(({ days: length }) => length > 0)).toBe(true);
          expect(spells.filter(({ returned }) => !returned).length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe("the portal's own return curve", () => {
  test('does not exist before anybody was inactive', () => {
    expect(curveOf([])).toBeNull();
  });

  test('is the plain share where every spell was followed to its end', () => {
    const curve = curveOf([...times(30, 10, true), ...times(70, 200, false)]);
    expect(curve).toMatchObject({ spells: 100, returned: 30 });
    expect(within(curve, 4)).toBe(0);
    expect(within(curve, 13)).toBeCloseTo(0.3, 12);
    expect(within(curve, 104)).toBeCloseTo(0.3, 12);
  });

  // Kaplan and Meier by hand: 100 spells; 20 return in week 1; 40 are seen until week 2; 20 of the 40 left return in week 3.
  test('counts a spell that still goes on only for as long as it was seen', () => {
    const curve = curveOf([
      ...times(20, 1, true),
      ...times(40, 2, false),
      ...times(20, 3, true),
      ...times(20, 30, false),
    ]);
    expect(within(curve, 4)).toBeCloseTo(1 - 0.8 * 0.5, 12);
  });

  test('ends where too few spells were followed so long, before the last one alone takes it to the bottom', () => {
    const curve = curveOf([...times(50, 10, true), ...times(49, 20, false), ...times(1, 60, true)]);
    expect(curve?.returnedWithin.map(({ weeks }) => weeks)).toEqual([4, 13]);
  });

  test('holds the chance near what is usual elsewhere while few spells are known', () => {
    const few = curveOf([...times(10, 10, true), ...times(10, 200, false)]);
    const many = curveOf([...times(1000, 10, true), ...times(1000, 200, false)]);
    expect(few?.steps[0]?.chance).toBeCloseTo((1 + 10) / (41 + 20), 12);
    expect(many?.steps[0]?.chance).toBeCloseTo((1 + 1000) / (41 + 2000), 12);
  });

  test('speaks only of ages of which at least twenty outcomes are known', () => {
    const curve = curveOf([...times(19, 10, true), ...times(500, 3, false)]);
    expect(curve?.steps).toEqual([]);
    expect(returnStepAt(curve, 30)).toBeNull();
  });

  test('falls with the age of a spell where those who come back come back early', () => {
    const curve = curveOf([...times(300, 2, true), ...times(20, 40, true), ...times(300, 300, false)]);
    const chances = [0, 100, 2000].map((days) => returnStepAt(curve, days)?.chance ?? Number.NaN);
    expect(chances[0]).toBeGreaterThan(10 * (chances[1] ?? 1));
    expect(chances[0]).toBeGreaterThan(10 * (chances[2] ?? 1));
  });

  test('stays a chance whatever the spells', () => {
    const spell = fc.record({ days: fc.integer({ min: 1, max: 6000 }), returned: fc.boolean() });
    fc.assert(
      fc.property(fc.array(spell, { minLength: 1, maxLength: 200 }), (spells) => {
        const curve = curveOf(spells);
        const shares = curve?.returnedWithin.map(({ share }) => share) ?? [];
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        const chances = [...shares, ...(curve?.steps.map(({ chance }) => chance) ?? [])];
        expect(chances.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
      }),
    );
  });

  test('is said as a frequency, with what it rests on, and without a word of outreach', () => {
    const curve = curveOf([...times(50, 10, true), ...times(50, 200, false)]);
    const step = returnStepAt(curve, 0);
    expect(step === null ? null : returnText(step)).toBe(
      'of 100 partners that became inactive, about 36 came back within 26 weeks (known of 100 spells)',
    );
  });
});
