/** What a manager is told of the future: frequencies, what they rest on, and nothing where nothing can be told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aliveText,
  evidenceText,
  outlookOf,
  outlookText,
  silenceText,
} from '../../src/assess/cadence/outlook.ts';
import type { CadenceReading } from '../../src/model/cadence.ts';
import { toDay } from '../../src/model/calendar.ts';

const parameters = { r: 1.1, alpha: 6, a: 0.6, b: 2 };

function reading(changes: Partial<CadenceReading> = {}): CadenceReading {
  return {
    stream: 'productive',
    model: 1,
    episodes: 10,
    firstDay: '2025-12-01',
    countedDay: '2026-03-01',
    lastDay: '2026-03-03',
    gaps: { typical: 10, from: 8, to: 21 },
    band: 'likely',
    quietFrom: '2026-04-10',
    ...changes,
  };
}

describe('the evidence', () => {
  test.each([
    [reading(), 'Usually active every 10 days, mostly 8 to 21 (9 gaps)'],
    [reading({ gaps: { typical: 7, from: 7, to: 7 } }), 'Usually active every 7 days (9 gaps)'],
    [reading({ episodes: 2, gaps: null }), 'Two active weeks so far: its rhythm is known from one gap'],
    [
      reading({ episodes: 1, gaps: null }),
      'One active week so far: what follows is true of such partners in general, not of this one',
    ],
  ])('is named before the number is', (given, text) => {
    expect(evidenceText(given)).toBe(text);
  });
});

describe('the outlook', () => {
  test.each([
    [0.374, 'of 100 partners with this history, about 37 are active again within 90 days'],
    [0.012, 'of 100 partners with this history, about 1 is active again within 90 days'],
    [0.001, 'of 100 partners with this history, fewer than one is active again within 90 days'],
    [0.9999, 'of 100 partners with this history, nearly all are active again within 90 days'],
  ])('%d is said as a frequency', (activeIn90Days, text) => {
    expect(outlookText({ activeIn90Days, activeRange: null })).toBe(text);
  });

  test('gets no better by waiting, and stays within what a chance can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 300 }), (wait, more) => {
        const day = 20_513 + wait;
        const [soon, later] = [day, day + more].map((at) => outlookOf(reading(), { parameters }, at));
        for (const key of ['surprise', 'alive', 'activeIn90Days', 'expectedIn90Days'] as const) {
          const [first, second] = [soon?.[key] ?? NaN, later?.[key] ?? NaN];
          expect(second).toBeLessThanOrEqual(first);
          expect(second).toBeGreaterThanOrEqual(0);
          expect(first).toBeLessThanOrEqual(key === 'expectedIn90Days' ? 13 : 1);
        }
      }),
    );
  });

  test.each([
    [0.8, 12.3, 'its silence so far is as usual; about 12 active weeks are to be expected within 90 days'],
    [
      0.083,
      1,
      'its silence so far is longer than all but about 1 in 12 gaps of such a rhythm; about 1 active week is to be expected within 90 days',
    ],
    [
      1e-9,
      0.04,
      'its silence so far is longer than all but about 1 in 1000 gaps of such a rhythm; hardly any active week is to be expected within 90 days',
    ],
  ])('%d says how long the silence is, and %d how much to expect', (surprise, expectedIn90Days, text) => {
    const outlook = outlookOf(reading(), { parameters }, 20_600);
    expect(silenceText({ ...outlook, surprise, expectedIn90Days })).toBe(text);
  });

  test('says nothing of leaving where leaving cannot be told from a pause', () => {
    const loyal = outlookOf(reading(), { parameters: { ...parameters, a: 0.01, b: 5 } }, 20_600);
    expect(loyal).toMatchObject({ alive: null, aliveRange: null });
    expect(aliveText(loyal)).toBeNull();
    expect(loyal.activeIn90Days).toBeGreaterThan(0);
    expect(toDay(20_600)).toBe('2026-05-27');
  });
});

describe('how far a chance may be off', () => {
  const of = 'of 100 partners with this history,';
  const because = 'because this programme has little history to learn from';
  test.each([
    [0.471, null, 'about 47 are active again within 90 days'],
    [0.471, { from: 0.43, to: 0.52 }, 'about 47 are active again within 90 days'],
    [
      0.471,
      { from: 0.37, to: 0.58 },
      `about 47 are active again within 90 days; it may be between 35 and 60, ${because}`,
    ],
    [
      0.012,
      { from: 0.004, to: 0.14 },
      `about 1 is active again within 90 days; it may be between 0 and 15, ${because}`,
    ],
    [
      0.996,
      { from: 0.72, to: 0.998 },
      `nearly all are active again within 90 days; it may be between 70 and 100, ${because}`,
    ],
  ])('%d within %j is said where it is wide enough to matter, rounded outward', (chance, range, text) => {
    expect(outlookText({ activeIn90Days: chance, activeRange: range })).toBe(`${of} ${text}`);
  });

  test('is said of having left as well', () => {
    expect(aliveText({ alive: 0.62, aliveRange: { from: 0.36, to: 0.79 } })).toBe(
      `${of} about 62 have not left for good; it may be between 35 and 80, ${because}`,
    );
    expect(aliveText({ alive: 0.62, aliveRange: null })).toBe(`${of} about 62 have not left for good`);
  });

  test('is what the draws of the fit make of it', () => {
    const times = [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 2];
    const draws = times.map((by) => ({ ...parameters, a: parameters.a * by, alpha: parameters.alpha / by }));
    const outlook = outlookOf(reading(), { parameters, draws }, 20_600);
    const followed = draws.map((draw) => outlookOf(reading(), { parameters: draw }, 20_600));
    const chances = followed.map(({ activeIn90Days }) => activeIn90Days).toSorted((a, b) => a - b);
    const [lowest = NaN, low = NaN] = chances;
    const [high = NaN, highest = NaN] = chances.slice(-2);
    expect(outlook.activeRange?.from).toSatisfy((from: number) => lowest <= from && from <= low);
    expect(outlook.activeRange?.to).toSatisfy((to: number) => high <= to && to <= highest);
    expect(outlook.aliveRange?.from).toBeLessThan(outlook.alive ?? NaN);
    expect(outlook.aliveRange?.to).toBeGreaterThan(outlook.alive ?? NaN);
  });

  test('is not said of leaving where some draws cannot tell it from a pause', () => {
    const draws = [0.6, 0.6, 0.6, 0.05].map((a) => ({ ...parameters, a }));
    const outlook = outlookOf(reading(), { parameters, draws }, 20_600);
    expect(outlook).toMatchObject({ alive: null, aliveRange: null });
    expect(outlook.activeRange).not.toBeNull();
  });
});
