import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf, toDay, toDayNumber } from '../../src/model/calendar.ts';
import { addDays, dayOf, daysBetween, startOfDay } from '../../src/model/instant.ts';

const zones = [
  'UTC',
  'America/New_York',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Asia/Beirut',
];
const instants = fc.integer({
  min: Date.parse('2005-01-01T00:00:00Z'),
  max: Date.parse('2035-01-01T00:00:00Z'),
});
const days = fc.integer({ min: 0, max: 30_000 }).map(toDay);

describe('the calendar', () => {
  test.each(zones)('agrees with the time zone database about every instant in %s', (zone) => {
    const calendar = calendarOf(zone);
    fc.assert(
      fc.property(instants, (instant) => {
        const day = calendar.dayNumberOf(instant);
        expect(toDay(day)).toBe(dayOf(instant, zone));
        expect(calendar.startOf(day)).toBeLessThanOrEqual(instant);
        expect(calendar.startOf(day + 1)).toBeGreaterThan(instant);
      }),
    );
  });

  test('begins a day at the first instant that exists, where a clock change skips midnight', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe(Date.parse('2018-11-04T03:00:00Z'));
    expect(calendarOf('America/Sao_Paulo').startOf(toDayNumber('2018-11-04'))).toBe(
      Date.parse('2018-11-04T03:00:00Z'),
    );
  });

  test('gives a day that a zone skipped no length', () => {
    const apia = calendarOf('Pacific/Apia');
    expect(apia.startOf(toDayNumber('2011-12-30'))).toBe(apia.startOf(toDayNumber('2011-12-31')));
    expect(toDay(apia.dayNumberOf(apia.startOf(toDayNumber('2011-12-30'))))).toBe('2011-12-31');
  });
});

describe('days', () => {
  test('move and count back and forth, leap days included', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    fc.assert(
      fc.property(days, fc.integer({ min: -4000, max: 4000 }), (day, move) => {
        expect(daysBetween(day, addDays(day, move))).toBe(move);
        expect(toDayNumber(addDays(day, move)) - toDayNumber(day)).toBe(move);
        expect(toDay(toDayNumber(day))).toBe(day);
      }),
    );
  });
});
