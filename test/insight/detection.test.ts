/** How soon a departure is seen, at the same price in false alarms: the comparison must be fair to both. */
import { describe, expect, test } from 'vitest';
import { columnsAt } from '../../src/assess/cadence/columns.ts';
import { fitCadence } from '../../src/assess/cadence/fit.ts';
import { compareDetection, type Detection } from '../../src/insight/detection.ts';
import type { EventDays } from '../../src/model/cadence.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';

const cutDay = 15_000;
const lastDay = 15_400;
const horizonDays = 120;

/** Fast partners and slow ones, of whom one in twelve leaves after each activity; new ones keep coming. */
function programme(): number[][] {
  const random = createRandom(23);
  return Array.from({ length: 900 }, (_, partner) => {
    const gap = partner % 2 === 0 ? 12 : 60;
    const days: number[] = [];
    for (let day = 14_000 + random.between(0, 1300); day <= lastDay; day += random.exponential(gap)) {
      days.push(Math.floor(day));
      if (random.chance(1 / 12)) break;
    }
    return days;
  });
}

function eventsOf(partners: readonly (readonly number[])[]): EventDays {
  const offsets = new Uint32Array(partners.length + 1);
  partners.forEach((days, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + days.length;
  });
  return { days: Int32Array.from(partners.flat()), offsets, partners: partners.length };
}

function detect(partners: readonly (readonly number[])[], falseAlarmShare: number): Detection | null {
  const events = eventsOf(partners);
  const { parameters } = fitCadence(columnsAt(events, cutDay, null).columns);
  return compareDetection(events, parameters, { cutDay, lastDay, horizonDays }, falseAlarmShare);
}

/** The silences of each partner from its third active week on, the last of them open. */
function silencesOf(days: readonly number[]): { from: number; until: number; closed: boolean }[] {
  const counted = days.reduce<number[]>(
    (kept, day) => (kept.length === 0 || day - (kept.at(-1) ?? 0) >= 7 ? [...kept, day] : kept),
    [],
  );
  return counted
    .map((from, index) => ({
      from,
      until: counted[index + 1] ?? lastDay,
      closed: counted[index + 1] !== undefined,
    }))
    .slice(2);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the comparison', () => {
  const partners = programme();
  const detection = detect(partners, 0.05);
  if (detection === null) throw new Error('Nothing was compared.');
  const { groups, ruleDays, learned } = detection;

  test('counts a silence that ended after the day whenever it began, and a departure when it got long after the day', () => {
    const silences = partners.flatMap(silencesOf);
    const ended = silences.filter(({ until, closed }) => closed && until > cutDay);
    const long = silences.filter(
      ({ from, until }) => from + horizonDays > cutDay && until - from >= horizonDays,
    );
    // Clocks that start anew after a long return lose their first silences, here only a few.
    expect(sum(groups.map((group) => group.ended)) / ended.length).toBeCloseTo(1, 1);
    expect(sum(groups.map((group) => group.long)) / long.length).toBeCloseTo(1, 1);
    expect(ended.some(({ from }) => from < cutDay)).toBe(true);
  });

  test('lets both flag the same share of the silences that ended', () => {
    const ended = sum(groups.map((group) => group.ended));
    for (const by of ['model', 'rule'] as const) {
      const flagged = sum(groups.map((group) => group.falseAlarms[by] * group.ended)) / ended;
      expect(flagged).toBeLessThanOrEqual(0.05);
      expect(flagged).toBeGreaterThan(0.04);
    }
  });

  test('shows fast partners leave sooner by their own pace than by a count of days, and slow ones in peace for longer', () => {
    const [fast, , slow] = groups;
    expect(fast?.daysToFlag.rule).toBe(ruleDays);
    expect(fast?.daysToFlag.model).toBeLessThan(0.75 * ruleDays);
    expect(slow?.falseAlarms.model).toBeLessThan(slow?.falseAlarms.rule ?? 0);
  });

  test('says how the alarm of the day kept its budget afterwards', () => {
    expect(learned.falseAlarms).toBeGreaterThan(0.025);
    expect(learned.falseAlarms).toBeLessThan(0.07);
  });

  test('costs more days where fewer false alarms are allowed', () => {
    const days = [0.02, 0.05, 0.1].map((share) => detect(partners, share)?.groups[0]?.daysToFlag.model ?? 0);
    expect(days).toEqual(days.toSorted((a, b) => b - a));
    expect(new Set(days).size).toBe(3);
  });
});

test('with fewer than a hundred silences that ended, nothing is compared', () => {
  expect(detect(programme().slice(0, 20), 0.05)).toBeNull();
});
