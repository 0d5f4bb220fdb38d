/** When a verdict is news, and is written. */
import { expect, test } from 'vitest';
import { stillStands } from '../../src/jobs/substance.ts';
import { minute, noon, reason, verdict } from '../store/samples.ts';

const previous = verdict('A', { reasons: [reason('sales_stopped')], remark: 'New.' });
const tomorrow = noon + 24 * 60 * minute;

test('a verdict that says the same of a later day is no news', () => {
  const later = { ...reason('sales_stopped'), asOf: tomorrow };
  const next = structuredClone({ ...previous, reasons: [later], assessedAt: tomorrow });
  expect(stillStands(previous, next)).toBe(true);
});

test.each([
  ['its status', { status: 'cooling' }],
  ['its health', { health: 79 }],
  ['a line of its health', { contributions: [{ label: 'Deals', points: 80 }] }],
  ['no reason any more', { reasons: [] }],
  ['one reason more', { reasons: [reason('sales_stopped'), reason('portal_stopped')] }],
  ['what was seen', { reasons: [{ ...reason('sales_stopped'), observed: 2 }] }],
  ['no remark any more', { remark: undefined }],
  ['a source that could not be read', { stale: true }],
  ['when it is due again', { nextChangeAt: tomorrow }],
  ['the definition', { settingsVersion: 2 }],
] as const)('a verdict with another answer in one respect is news: %s', (_what, changes) => {
  expect(stillStands(previous, { ...previous, ...changes } as typeof previous)).toBe(false);
});

test('the first verdict is news, and so is one where a look at a later day stands', () => {
  expect(stillStands(null, previous)).toBe(false);
  expect(stillStands({ ...previous, assessedAt: tomorrow }, previous)).toBe(false);
});
