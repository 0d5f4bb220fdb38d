import { expect, test } from 'vitest';
import type { SourceState } from '../../src/model/activity.ts';
import { freshnessOf, staleAfterMs, type Freshness } from '../../src/web/freshness.ts';

const readAt = Date.UTC(2026, 10, 24, 2, 10);
const run = { startedAt: readAt, finishedAt: readAt + 60_000, outcome: 'ok' as const };
const source = (name: SourceState['source'], completeUpTo: number | null): SourceState => ({
  source: name,
  complete: completeUpTo !== null,
  completeUpTo,
  kinds: [],
});
const sources = [
  source('hubspot.deals', readAt),
  source('hubspot.calls', readAt - 5),
  source('hubspot.emails', null),
  // Another system's file says nothing about when HubSpot was read.
  source('csv:clicks', readAt + 3_600_000),
];
const base = { sources, run, incomplete: false, now: readAt + 3_600_000, timeZone: 'America/New_York' };

test.each<[string, Partial<Parameters<typeof freshnessOf>[0]>, Freshness]>([
  [
    'fresh data has its time on the portal’s clock',
    {},
    { syncedAt: '2026-11-24T02:10:00.000Z', stale: false, sentence: 'Data as of 23 Nov 2026, 21:10.' },
  ],
  [
    'UTC is named where it is the portal’s clock, or where nobody knows that yet',
    { timeZone: 'UTC' },
    { syncedAt: '2026-11-24T02:10:00.000Z', stale: false, sentence: 'Data as of 24 Nov 2026, 02:10 UTC.' },
  ],
  [
    'a day and two hours after the run it is still fresh',
    { now: readAt + staleAfterMs },
    { syncedAt: '2026-11-24T02:10:00.000Z', stale: false, sentence: 'Data as of 23 Nov 2026, 21:10.' },
  ],
  [
    'later than that it is stale',
    { now: readAt + staleAfterMs + 1 },
    {
      syncedAt: '2026-11-24T02:10:00.000Z',
      stale: true,
      sentence: 'Data as of 23 Nov 2026, 21:10. No run has ended since, so newer activity is missing.',
    },
  ],
  ...(['failed', 'aborted'] as const).map(
    (outcome): [string, Partial<Parameters<typeof freshnessOf>[0]>, Freshness] => [
      `a run that was ${outcome} makes it stale, and its time is told`,
      { run: { startedAt: readAt + 86_400_000, finishedAt: readAt + 86_460_000, outcome } },
      {
        syncedAt: '2026-11-24T02:10:00.000Z',
        stale: true,
        sentence:
          'Data as of 23 Nov 2026, 21:10. The latest run ended without success on 24 Nov 2026, 21:11, so newer activity may be missing.',
      },
    ],
  ),
  [
    'a partial run read everything: only some records could not be written',
    { run: { ...run, outcome: 'partial' } },
    { syncedAt: '2026-11-24T02:10:00.000Z', stale: false, sentence: 'Data as of 23 Nov 2026, 21:10.' },
  ],
  [
    'a source of this partner that did not complete makes it stale',
    { incomplete: true },
    {
      syncedAt: '2026-11-24T02:10:00.000Z',
      stale: true,
      sentence:
        'Data as of 23 Nov 2026, 21:10. A source could not be read completely; what it would tell is unknown.',
    },
  ],
  [
    'before the first run there is no time',
    { sources: [], run: null },
    { syncedAt: null, stale: false, sentence: 'HubSpot has not been read yet.' },
  ],
  [
    'a first run that failed is no reading',
    { sources: [source('hubspot.deals', null)], run: { ...run, outcome: 'failed' } },
    {
      syncedAt: null,
      stale: true,
      sentence:
        'HubSpot has not been read yet. The latest run ended without success on 23 Nov 2026, 21:11, so newer activity may be missing.',
    },
  ],
])('%s', (_name, changes, expected) => {
  expect(freshnessOf({ ...base, ...changes })).toEqual(expected);
});
