import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { dueRun, dueSecondPass, dueSlot, latestSlot, slotId } from '../../src/jobs/schedule.ts';
import { nextMidnight } from '../../src/model/instant.ts';

const hour = 3_600_000;
const instant = (text: string): number => Date.parse(text);

test.each([
  ['2026-03-29T02:30:00Z', '2026-03-29T02:30:00Z'],
  ['2026-03-29T02:29:59Z', '2026-03-28T02:30:00Z'],
  ['2026-03-29T23:59:59Z', '2026-03-29T02:30:00Z'],
])('at %s the latest slot of 02:30 is %s, also on the day the clocks change', (now, slot) => {
  expect(latestSlot(instant(now), '02:30')).toBe(instant(slot));
});

test("the first run is a person's decision: before one has finished nothing is due", () => {
  expect(dueSlot(instant('2026-03-29T03:00:00Z'), '02:30', null)).toBeNull();
});

test('a slot that passed while nobody was there is caught up, once', () => {
  const now = instant('2026-03-29T09:00:00Z');
  const slot = dueSlot(now, '02:30', instant('2026-03-20T02:31:00Z'));
  expect(slot).toBe(instant('2026-03-29T02:30:00Z'));
  expect(dueSlot(now, '02:30', slot === null ? null : slot + 1)).toBeNull();
});

test('the same slot has the same id everywhere, another slot or job another one', () => {
  expect(slotId('nightly', 0)).toBe(slotId('nightly', 0));
  expect(new Set([slotId('nightly', 0), slotId('nightly', 1), slotId('weekly', 0)]).size).toBe(3);
  expect(slotId('nightly', 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

property.prop([
  fc.integer({ min: 0, max: 4e12 }),
  fc.integer({ min: 0, max: 23 }),
  fc.integer({ min: 0, max: 59 }),
])('the latest slot lies in the day before now', (now, hour, minute) => {
  const slot = latestSlot(now, `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  expect(slot).toBeLessThanOrEqual(now);
  expect(now - slot).toBeLessThan(86_400_000);
});

describe('a run that ran out of requests goes on at midnight of the account', () => {
  test.each([
    // The clocks go forward on 8 March 2026 at 2:00 and back on 1 November at 2:00.
    ['America/New_York', '2026-03-07T20:00:00Z', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-03-08T20:00:00Z', '2026-03-09T04:00:00Z'],
    ['America/New_York', '2026-10-31T20:00:00Z', '2026-11-01T04:00:00Z'],
    ['America/New_York', '2026-11-01T20:00:00Z', '2026-11-02T05:00:00Z'],
    ['Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T23:00:00Z'],
    // There is no midnight on 6 September 2026: the day begins at 1:00.
    ['America/Santiago', '2026-09-05T20:00:00Z', '2026-09-06T04:00:00Z'],
    ['Asia/Kathmandu', '2026-06-15T18:14:59Z', '2026-06-15T18:15:00Z'],
    ['UTC', '2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z'],
  ])('in %s, stopped at %s: at %s, not a minute before, and once', (timeZone, stopped, midnight) => {
    const resumeAt = nextMidnight(instant(stopped), timeZone);
    expect(resumeAt).toBe(instant(midnight));
    const startedAt = instant(stopped) - 60_000;
    const ended = { startedAt, asOf: startedAt, resumeAt };
    // No slot comes between: each is a minute old when the run begins.
    const timeUtc = new Date(startedAt - 60_000).toISOString().slice(11, 16);
    expect(dueRun(resumeAt - 60_000, timeUtc, ended)).toBeNull();
    expect(dueRun(resumeAt, timeUtc, ended)).toEqual({ what: 'resumed run', slot: resumeAt });
    // Every asking until it has ended means the same slot, which the queue takes once.
    expect(dueRun(resumeAt + 60_000, timeUtc, ended)).toEqual({ what: 'resumed run', slot: resumeAt });
    expect(dueRun(resumeAt + 120_000, timeUtc, { ...ended, startedAt: resumeAt, resumeAt: null })).toBeNull();
  });

  const startedAt = instant('2026-06-15T20:00:00Z');
  /** Midnight in New York; the slot of 02:30 lies between. */
  const resumeAt = instant('2026-06-16T04:00:00Z');
  const waiting = { startedAt, asOf: startedAt, resumeAt };

  test('and a nightly slot that passes while it waits is not run by itself', () => {
    expect(dueRun(instant('2026-06-16T02:30:00Z'), '02:30', waiting)).toBeNull();
    expect(dueRun(resumeAt, '02:30', waiting)).toEqual({ what: 'resumed run', slot: resumeAt });
    const ended = { startedAt: resumeAt + 1, asOf: resumeAt + 1, resumeAt: null };
    expect(dueRun(instant('2026-06-16T05:00:00Z'), '02:30', ended)).toBeNull();
  });

  test('and when nobody was there at either, one run covers both', () => {
    const slot = instant('2026-06-16T04:30:00Z');
    expect(dueRun(instant('2026-06-16T09:00:00Z'), '04:30', waiting)).toEqual({ what: 'nightly run', slot });
  });

  test('but not when it judged another day than its own', () => {
    const past = { ...waiting, asOf: startedAt - 1 };
    const slot = instant('2026-06-16T02:30:00Z');
    expect(dueRun(instant('2026-06-16T02:30:00Z'), '02:30', past)).toEqual({ what: 'nightly run', slot });
    expect(dueRun(resumeAt, '19:00', past)).toBeNull();
  });
});

test.each([
  ['before an hour has passed', 59 * 60_000, true, null, false],
  ['an hour after the run began', hour, true, null, true],
  ['when it was done already', 2 * hour, true, hour, false],
  ['when the latest one belongs to the night before', hour, true, -23 * hour, true],
  ['after a run that failed', hour, false, null, false],
  ['when the next night is near', 13 * hour, true, null, false],
])('a second pass %s', (_when, sinceRun, endedWell, secondPassAfter, isDue) => {
  const startedAt = Date.parse('2026-06-16T02:30:00Z');
  const latest = secondPassAfter === null ? null : startedAt + secondPassAfter;
  const slot = dueSecondPass(startedAt + sinceRun, { startedAt, endedWell }, latest);
  expect(slot).toBe(isDue ? startedAt + hour : null);
});
