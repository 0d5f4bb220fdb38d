import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { dueSlot, latestSlot, slotId } from '../../src/jobs/schedule.ts';

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
