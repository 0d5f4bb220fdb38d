import { expect, test } from 'vitest';
import { agedSources, maximumAgeDays } from '../../src/jobs/freshness.ts';
import type { SourceState } from '../../src/model/activity.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const state = (ageDays: number, complete = true): SourceState => ({
  source: 'csv:network',
  complete,
  completeUpTo: now - ageDays * millisecondsPerDay,
  kinds: ['sale'],
});

test.each([
  [0, true],
  [maximumAgeDays, true],
  [maximumAgeDays + 0.01, false],
  [400, false],
])('a source that was fed %s days ago is complete: %s', (ageDays, complete) => {
  expect(agedSources([state(ageDays)], now)).toEqual([{ ...state(ageDays), complete }]);
});

test('age never makes an incomplete source complete', () => {
  expect(agedSources([state(1, false)], now)).toEqual([state(1, false)]);
});
