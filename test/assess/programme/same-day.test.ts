/** Partners that nothing else tells from the others, and that one cause took on one day. */
import { describe, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../../src/model/instant.ts';
import { toDay } from '../../../src/model/calendar.ts';
import { programmeNames } from '../../../src/sandbox/programmes/programmes.ts';
import { sameDaysOf } from '../../../src/assess/programme/same-day.ts';
import { sampleOf } from './sample.ts';
import { clicks, daysOf, found, logins, partners, stream, tallied, today } from './world.ts';

const brokenOn = today - 40;

const broke = (days: readonly number[]) => [...days.filter((day) => day < brokenOn), brokenOn];

/** Three hundred that click, of whom the first `broken` are last seen on one day. */
const clicking = (broken: number) =>
  partners(300, (index) => {
    const days = daysOf(index, { gapDays: 6 });
    const until = days.filter((day) => day < brokenOn);
    return { days: [index < broken ? [...until, brokenOn] : days, daysOf(900 + index, { gapDays: 9 })] };
  });

/** How many days are told of when so many broke and so many streams are looked at. */
function told(broken: number, streams: number): number {
  const tally = tallied([clicks, logins], clicking(broken));
  return tally.streams.flatMap((one) => sameDaysOf(one, streams)).length;
}

describe('partners whose last activity is on one day', () => {
  test('are one finding that names them, the day and what chance would have it be', () => {
    const [finding, ...others] = found([clicks, logins], clicking(9));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      cause: 'break',
      streams: [{ source: 'csv:awin', kind: 'click' }],
      since: toDay(brokenOn),
      observed: finding?.partners,
    });
    expect(finding?.partnerIds).toEqual(expect.arrayContaining(['1000', '1004', '1008']));
    expect(finding?.sentence).toMatch(
      /^The last click in csv:awin of (\d+) partners came on 2026-04-22, where chance has it for hardly one: that is far more likely one break in tracking than \1 partners leaving at the same time\.$/,
    );
  });

  test('have to be the less likely, the more is looked at', () => {
    const fewest = [5, 6, 7, 8, 9].find((broken) => told(broken, 2) === 1) ?? NaN;
    expect(told(fewest, 1000)).toBe(0);
    expect(told(fewest + 3, 1000)).toBe(1);
  });

  test.each([0, 3])('are nothing when they are %i', (broken) => {
    expect(found([clicks, logins], clicking(broken))).toEqual([]);
  });

  test('are nothing where everything is reported once a month, on that day', () => {
    const monthly = partners(60, (index) => ({
      days: [
        Array.from({ length: 20 }, (_item, month) => today - 25 - 30 * (20 - month)).concat(today - 25),
        daysOf(index, { gapDays: 5 }),
      ],
    }));
    for (let ago = 0; ago < 20; ago += 5) {
      const known = { ...clicks, knownToDay: today - 1 - ago };
      expect(found([known, { ...logins, knownToDay: today - 1 - ago }], monthly)).toEqual([]);
    }
  });

  test('are nothing on a day on which many more act than on others', () => {
    const fair = today - 50;
    const everybody = partners(300, (index) => {
      const until = index % 10 === 0 ? today - 10 - (index % 90) : today;
      const days = [...daysOf(index, { gapDays: 6, until }), ...(until > fair ? [fair] : [])];
      return { days: [days.sort((a, b) => a - b)] };
    });
    expect(found([clicks], everybody)).toEqual([]);
  });

  test('are not told twice where their whole group fell silent', () => {
    const everybody = partners(40, (index) => {
      const days = daysOf(index, { gapDays: 8, until: today - 30 });
      return { days: [[...days, today - 30], daysOf(900 + index, { gapDays: 9 })] };
    });
    const findings = found([clicks, logins], everybody);
    expect(findings.map(({ partnerIds }) => partnerIds)).toEqual([null]);
  });

  test('put all kinds in doubt that ended with them in the same source', () => {
    const sales = stream('csv:awin', 'sale');
    const everybody = partners(300, (index) => {
      const [own, sold] = [daysOf(index, { gapDays: 6 }), daysOf(3000 + index, { gapDays: 15 })];
      return { days: index < 12 ? [broke(own), index % 2 === 0 ? broke(sold) : []] : [own, sold] };
    });
    const findings = found([clicks, sales], everybody);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.streams.map(({ kind }) => kind).sort()).toEqual(['click', 'sale']);
  });
});

const options = (seed: number) => ({
  partners: 240,
  seed,
  now: Date.parse('2026-11-24T02:30:00Z') + seed * millisecondsPerDay,
});

describe("the sample programmes' own tracking break", () => {
  const seeds = Array.from({ length: 10 }, (_item, index) => index + 2);

  test.each(programmeNames)('is found in %s, and nothing besides it', (programme) => {
    const results = seeds.map((seed) => {
      const sample = sampleOf(programme, options(seed));
      const findings = found(sample.streams, sample.partners);
      return { sample, findings };
    });
    for (const { sample, findings } of results) {
      for (const { partnerIds } of findings) {
        const ofBreak = partnerIds?.filter((id) => sample.broken.includes(id)) ?? [];
        expect(ofBreak.length / (partnerIds?.length ?? 1)).toBeGreaterThan(0.7);
      }
    }
    // Where a distributor orders a few times a year, a busy Friday hides what nine orders less would tell.
    const told = results.filter(({ findings }) => findings.length === 1).length;
    expect(told).toBeGreaterThanOrEqual(programme === 'distributor' ? 8 : seeds.length);
  });

  test('is as good as never found where there is none, whatever the day', () => {
    const many = Array.from({ length: 14 }, (_item, index) => index + 1);
    const findings = programmeNames.flatMap((programme) =>
      many.flatMap((seed) => {
        const sample = sampleOf(programme, { ...options(seed), disturbed: false });
        return found(sample.streams, sample.partners).map(({ since }) => `${programme} ${seed}: ${since}`);
      }),
    );
    // Eight distributors end on one day by chance: at three in a million, with some 600 days of streams to look at.
    expect(findings).toEqual(['distributor 1: 2026-09-09']);
  });
});
