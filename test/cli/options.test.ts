import { expect, test } from 'vitest';
import { judgedInstant } from '../../src/cli/options.ts';
import { UsageError } from '../../src/model/errors.ts';

/** Still the 14th in New York, already the 15th in Berlin. */
const now = Date.parse('2026-06-15T02:00:00Z');
const at = (day: string, timeZone: string, dryRun = false): number =>
  judgedInstant(day, { timeZone, now, dryRun });

test('a past day is judged with everything that happened on it', () => {
  expect(at('2026-06-13', 'Europe/Berlin')).toBe(Date.parse('2026-06-13T21:59:59.999Z'));
});

test('today is judged as it is now, so that a later run of the day is not refused as older', () => {
  expect(at('2026-06-15', 'Europe/Berlin')).toBe(now);
  expect(at('2026-06-14', 'America/New_York')).toBe(now);
});

test("a day that has not come in the account's zone is refused, because it would block every run until then", () => {
  expect(() => at('2026-06-16', 'Europe/Berlin')).toThrow(UsageError);
  expect(() => at('2026-06-15', 'America/New_York')).toThrow(/--dry-run/);
});

test('a dry run may look ahead', () => {
  expect(at('2027-01-01', 'UTC', true)).toBe(Date.parse('2027-01-01T23:59:59.999Z'));
});
