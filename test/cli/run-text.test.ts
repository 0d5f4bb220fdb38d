/** What a run says to a person: one of a thing is one, and a step that was not taken is not told of. */
import { expect, test } from 'vitest';
import { counted } from '../../src/cli/output.ts';
import { callListText } from '../../src/cli/report.ts';
import { planText, runText } from '../../src/cli/run-text.ts';
import { emptySummary } from '../../src/jobs/steps.ts';
import type { RunSummary } from '../../src/model/run.ts';

function summary(of: number, byStatus: RunSummary['assess']['byStatus'] = {}): RunSummary {
  const empty = emptySummary('r1', '2026-03-01T02:00:00.000Z', 3);
  return {
    ...empty,
    outcome: 'ok',
    sync: {
      ...empty.sync,
      mode: 'nightly',
      partners: of,
      deals: of,
      engagements: of,
      differences: of,
      requests: { total: of, byRoute: {} },
    },
    assess: { assessed: of, skipped: 0, byStatus },
    publish: { changed: of, unchanged: 0, failed: 0, requests: of },
  };
}

test('a run that read, judged and wrote one of each says so', () => {
  const lines = runText(summary(1)).split('\n');
  expect(lines.slice(1)).toEqual([
    '  read     what changed: 1 partner, 1 deal, 1 engagement in 1 request',
    '  checked  1 difference that earlier syncs had missed was mended',
    '  judged   1 partner, 0 could not have changed',
    '  written  1 company in 1 request, 0 unchanged, 0 failed',
  ]);
});

test('and of more it says how many', () => {
  const text = runText(summary(2000));
  expect(text).toContain('2,000 partners, 2,000 deals, 2,000 engagements in 2,000 requests');
  expect(text).toContain('2,000 differences that earlier syncs had missed were mended');
  expect(text).toContain('2,000 companies in 2,000 requests');
});

test('statuses are listed where partners were judged; a run that only wrote has no table of none', () => {
  expect(runText(summary(1, { active: 1 }))).toMatch(/status.*partners[^]*Active/);
  expect(runText(summary(1))).not.toMatch(/status *│|┌/);
});

test('a sync that asks once says so', () => {
  const requests = { total: 1, burst: 1, search: 1, associations: 0 };
  const plan: Parameters<typeof planText>[0] = { mode: 'full', minimumSeconds: 1, steps: [], requests };
  expect(planText(plan)).toContain('1 request (1 read, 1 search, 0 of associations)');
});

test('one partner to call is the one', () => {
  const call = { companyId: '1', name: 'Acme', owner: null, status: 'At risk', reason: '', action: '' };
  expect(callListText([{ ...call, bestYear: null }])).toMatch(/^The partner most worth a call\n/);
  expect(callListText([call, call].map((one) => ({ ...one, bestYear: null })))).toMatch(
    /^The 2 partners most/,
  );
});

test('counts name one, many and none', () => {
  expect([0, 1, 12_000].map((number) => counted(number, 'company', 'companies'))).toEqual([
    '0 companies',
    '1 company',
    '12,000 companies',
  ]);
});
