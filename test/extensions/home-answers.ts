/** Answers of the server for the home page, as its contract has them. */
import type { HomeOverview, HomeResponse } from '../../src/web/home-contract.ts';

const birch = { id: '102', name: 'Birch Systems', owner: 'Ada Okafor' };
const inactive = { value: 'inactive', label: 'Inactive' } as const;
const active = { value: 'active', label: 'Active' } as const;
const runs: HomeOverview['runs'] = [
  { startedAt: '2026-06-15T02:10:00Z', outcome: 'ok', sentence: 'Ended well: 9 partners read in 2 s.' },
  { startedAt: '2026-06-14T02:10:00Z', outcome: 'failed', sentence: 'Failed. HubSpot did not answer.' },
];

export const beforeFirstRun: HomeResponse = {
  state: 'before_first_run',
  sentence: 'Nobody has been judged yet.',
  runs: [],
};

export function programme(changes: Partial<HomeOverview> = {}): HomeOverview {
  return {
    state: 'ready',
    partners: 9,
    statuses: [
      { ...active, partners: 6, weekAgo: 7 },
      { ...inactive, partners: 3, weekAgo: 2 },
    ],
    trend: [
      { day: '2026-06-08', counts: [{ ...active, partners: 7 }] },
      {
        day: '2026-06-15',
        counts: [
          { ...active, partners: 6 },
          { ...inactive, partners: 3 },
        ],
      },
    ],
    definitionChanges: ['Definition 2 since 2026-06-10: stricter'],
    fell: {
      total: 12,
      shown: [
        {
          partner: birch,
          from: active,
          to: inactive,
          since: '2026-06-12',
          because: 'No deal was registered or won in the last 180 days.',
        },
      ],
    },
    cameBack: { total: 0, shown: [] },
    queue: {
      sentence: 'Each owner sees the 2 partners most worth a call this week.',
      weeks: [
        {
          owner: 'Ada Okafor',
          yours: true,
          waiting: 4,
          thisWeek: [
            {
              partner: birch,
              status: inactive,
              because: 'No deal was registered or won in the last 180 days.',
              action: 'Call in person',
              potential: 'High',
              bestYear: 'USD 52,000',
            },
          ],
        },
      ],
      others: 1,
    },
    reasons: [{ code: 'sales_stopped', label: 'Sales: stopped', partners: 3 }],
    corrections: null,
    issues: [],
    lift: [],
    freshness: {
      syncedAt: '2026-06-15T02:10:00Z',
      stale: false,
      sentence: 'Data as of 14 Jun 2026, 22:10.',
    },
    runs,
    rhythms: 'Business: in the last test it told better than the rule who would be quiet.',
    definition: 'Definition 2 is in force.',
    ...changes,
  };
}
