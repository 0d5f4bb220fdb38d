import type { RunSummary, SyncMode } from '../model/run.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import type { SyncPlan } from '../sync/plan.ts';
import { table } from './output.ts';

const modes: Readonly<Record<SyncMode, string>> = {
  full: 'everything',
  nightly: 'what changed',
  second_pass: 'what the search index showed late',
};

/** What a sync would ask of HubSpot, for a person. */
export function planText(plan: SyncPlan): string {
  const { total, burst, search, associations } = plan.requests;
  return [
    `The next sync reads ${modes[plan.mode]}: ${total} requests (${burst} reads, ${search} searches, ${associations} of associations), ` +
      `at least ${Math.ceil(plan.minimumSeconds)} s on a Professional account.`,
    ...(plan.mode === 'nightly' ? ['Records that are newly linked cost one more request per hundred.'] : []),
    '',
    table(
      ['step', 'how', 'requests'],
      plan.steps.map(({ step, how, requests }) => [step, how, requests]),
    ),
  ].join('\n');
}

/** A run's summary for a person. */
export function runText(summary: RunSummary): string {
  const { sync, assess, publish } = summary;
  const routes = Object.entries(sync.requests.byRoute).sort(([, a], [, b]) => b - a);
  return [
    `Run ${summary.runId}: ${summary.outcome} in ${summary.seconds.toFixed(1)} s (settings version ${summary.settingsVersion})`,
    `  read     ${sync.mode === null ? '' : `${modes[sync.mode]}: `}${sync.partners} partners, ${sync.deals} deals, ${sync.engagements} engagements in ${sync.requests.total} requests` +
      (sync.rateLimited > 0 ? `, ${sync.rateLimited} of them refused by a rate limit` : ''),
    ...routes.map(([route, count]) => `           ${String(count).padStart(5)}  ${route}`),
    ...(sync.differences === null
      ? []
      : [
          `  checked  ${sync.differences === 0 ? 'earlier syncs had missed nothing' : `${sync.differences} differences that earlier syncs had missed were mended`}`,
        ]),
    `  judged   ${assess.assessed} partners, ${assess.skipped} could not have changed`,
    `  written  ${publish.changed} companies in ${publish.requests} requests, ${publish.unchanged} unchanged, ${publish.failed} failed`,
    '',
    table(
      ['status', 'partners'],
      statuses
        .filter((status) => assess.byStatus[status] !== undefined)
        .map((status) => [statusNames[status], assess.byStatus[status] ?? 0]),
    ),
  ].join('\n');
}
