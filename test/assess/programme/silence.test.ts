/** A group that falls silent as a whole is told; everything that only looks like it is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toDay } from '../../../src/model/calendar.ts';
import { clicks, daysOf, found, logins, partners, stream, today } from './world.ts';

const brokenOn = today - 12;
const isWeekend = (day: number): boolean => (day + 4) % 7 === 0 || (day + 4) % 7 === 6;

const firstTime = (day: number): boolean => day > today - 14;
const holidays = (day: number): boolean => firstTime(day) || (firstTime(day + 365) && day <= today - 365);

/** Forty partners that click about weekly until a day, and go on logging in. */
const clicking = (until: number, count = 40) =>
  partners(count, (index) => ({
    days: [daysOf(index, { gapDays: 8, until }), daysOf(500 + index, { gapDays: 10 })],
  }));

describe('a group that usually acts and stopped', () => {
  test('is one finding, in a sentence that says since when, who, what and why', () => {
    const [finding, ...others] = found([clicks, logins], clicking(brokenOn));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      cause: 'break',
      streams: [{ source: 'csv:awin', kind: 'click' }],
      group: { partnerType: null, region: null },
      partnerIds: null,
      since: toDay(brokenOn - 1),
      observed: 0,
    });
    expect(finding?.partners).toBeGreaterThan(30);
    expect(finding?.expected).toBeGreaterThan(10);
    expect(finding?.sentence).toMatch(
      /^Since 2026-05-19 no click came from any of the 3\d partners in csv:awin that usually act about every \d+ days, though others go on: that is far more likely a break in tracking than 3\d partners leaving at once\.$/,
    );
  });

  test('is nothing before it broke', () => {
    expect(found([clicks, logins], clicking(today))).toEqual([]);
  });

  test('is told with stragglers, and how many there are', () => {
    const straggling = clicking(brokenOn).map((partner, index) =>
      index === 0
        ? { ...partner, days: [[...(partner.days[0] as number[]), today - 3], partner.days[1]] }
        : partner,
    );
    const [finding] = found([clicks, logins], straggling);
    expect(finding?.observed).toBe(1);
    expect(finding?.sentence).toContain('a click came from only 1 of the');
  });

  test('is told of the type or region alone that stopped', () => {
    const everybody = partners(80, (index) => ({
      partnerType: index % 2 === 0 ? 'Content' : 'Voucher',
      region: index % 5 === 0 ? 'DACH' : 'UK',
      days: [daysOf(index, { gapDays: 8, until: index % 2 === 0 ? today - 20 : today })],
    }));
    const findings = found([clicks], everybody);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ cause: 'break', group: { partnerType: 'Content', region: null } });
    expect(findings[0]?.sentence).toContain('partners of type Content in csv:awin');
  });

  test('is one finding where several kinds of one source stopped together', () => {
    const sales = stream('csv:awin', 'sale');
    const everybody = partners(40, (index) => ({
      days: [
        daysOf(index, { gapDays: 8, until: brokenOn }),
        daysOf(300 + index, { gapDays: 9, until: brokenOn }),
        daysOf(600 + index, { gapDays: 10 }),
      ],
    }));
    const findings = found([clicks, sales, logins], everybody);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.streams.map(({ kind }) => kind).sort()).toEqual(['click', 'sale']);
    expect(findings[0]?.sentence).toContain('no click or sale came');
  });

  test('says where nobody else can tell a break from a season, and where the history is short', () => {
    const young = partners(40, (index) => ({
      days: [daysOf(index, { gapDays: 8, from: today - 200, until: brokenOn })],
    }));
    const [finding] = found([clicks], young);
    expect(finding?.sentence).toContain('No other source is busy enough to tell a break from a season.');
    expect(finding?.sentence).toMatch(
      /The history goes back 200 days, so a yearly pause cannot be ruled out\./,
    );
  });
});

describe('nothing is told of', () => {
  test('a source that is quiet at every weekend, on any day of one', () => {
    const weekdays = partners(200, (index) => ({
      days: [daysOf(index, { gapDays: 2, off: isWeekend }), daysOf(500 + index, { gapDays: 3 })],
    }));
    for (const knownTo of [today - 3, today - 2, today - 1]) {
      expect(found([{ ...clicks, knownToDay: knownTo }, logins], weekdays)).toEqual([]);
    }
  });

  test('a source that pauses for two weeks at this time of every year', () => {
    const everybody = partners(100, (index) => ({
      days: [daysOf(index, { gapDays: 5, off: holidays }), daysOf(500 + index, { gapDays: 6 })],
    }));
    expect(found([clicks, logins], everybody)).toEqual([]);
    const surprised = partners(100, (index) => ({
      days: [daysOf(index, { gapDays: 5, off: firstTime }), daysOf(500 + index, { gapDays: 6 })],
    }));
    expect(found([clicks, logins], surprised)).toHaveLength(1);
  });

  test('fewer partners than make a group', () => {
    expect(found([clicks, logins], clicking(today - 60, 4))).toEqual([]);
  });

  test('a group whose partners left one after the other, the last of them long ago', () => {
    const leaving = partners(40, (index) => ({
      days: [
        daysOf(index, { gapDays: 8, until: today - 40 - index * 12 }),
        daysOf(500 + index, { gapDays: 10 }),
      ],
    }));
    expect(found([clicks, logins], leaving)).toEqual([]);
  });

  test('a source that is known only up to an earlier day', () => {
    const known = { ...clicks, knownToDay: brokenOn - 1 };
    expect(found([known, logins], clicking(brokenOn))).toEqual([]);
  });

  test('partners that act a few times a year, in a month without any of them', () => {
    const rare = partners(6, (index) => ({
      days: [daysOf(index, { gapDays: 80, until: today - 30 }), daysOf(500 + index, { gapDays: 10 })],
    }));
    expect(found([clicks, logins], rare)).toEqual([]);
  });

  test.each(Array.from({ length: 12 }, (_item, index) => index))(
    'partners of all paces, some new and some leaving, as chance has it (%i)',
    (round) => {
      const everybody = partners(150, (index) => {
        const seed = round * 10_000 + index;
        const gapDays = 3 + ((seed * 37) % 60);
        const until = index % 4 === 0 ? today - ((seed * 13) % 500) : today;
        return {
          partnerType: ['Content', 'Voucher', 'Cashback'][index % 3] ?? null,
          region: ['DACH', 'UK', 'Nordics', 'Iberia'][index % 4] ?? null,
          days: [daysOf(seed, { gapDays, until }), daysOf(5000 + seed, { gapDays: gapDays * 1.5, until })],
        };
      });
      expect(found([clicks, logins], everybody)).toEqual([]);
    },
  );
});

describe('when all sources fall silent at once', () => {
  const all = partners(80, (index) => ({
    days: [
      daysOf(index, { gapDays: 6, until: brokenOn }),
      daysOf(500 + index, { gapDays: 7, until: brokenOn }),
    ],
  }));

  test('it is called a season, once, and no break', () => {
    const findings = found([clicks, logins], all);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.cause).toBe('season');
    expect(findings[0]?.sentence).toBe(
      'Since 2026-05-19 hardly anything comes from any source (csv:awin and csv:portal at least): a holiday or a season rather than a break, so silence counts as ever.',
    );
  });
});

test('what is found does not depend on the order of partners', () => {
  const everybody = clicking(brokenOn);
  const expected = found([clicks, logins], everybody);
  fc.assert(
    fc.property(fc.shuffledSubarray(everybody, { minLength: everybody.length }), (shuffled) => {
      const [finding] = found([clicks, logins], shuffled);
      expect(finding?.since).toBe(expected[0]?.since);
      expect(finding?.expected).toBeCloseTo(expected[0]?.expected ?? NaN, 8);
    }),
    { numRuns: 10 },
  );
});
