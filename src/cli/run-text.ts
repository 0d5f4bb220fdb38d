import type { RunSummary, SyncMode } from '../model/run.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import type { SyncPlan } from '../sync/plan.ts';
import { counted, table } from './output.ts';

const modes: Readonly<Record<SyncMode, string>> = {
  full: 'everything',
  nightly: 'what changed',
  second_pass: 'what the search index showed late',
};

/** What a sync would ask of HubSpot, for a person. */
export function planText(plan: SyncPlan): string {
  const { total, burst, search, associations } = plan.requests;
  return [
    `The next sync reads ${modes[plan.mode]}: ${counted(total, 'request')} (${counted(burst, 'read')}, ${counted(search, 'search', 'searches')}, ${associations} of associations), ` +
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
  const standings = statuses.flatMap((status) => {
    const partners = assess.byStatus[status];
    return partners === undefined ? [] : [[statusNames[status], partners]];
  });
  const routes = Object.entries(sync.requests.byRoute).sort(([, a], [, b]) => b - a);
  return [
    `Run ${summary.runId}: ${summary.outcome} in ${summary.seconds.toFixed(1)} s (settings version ${summary.settingsVersion})`,
    `  read     ${sync.mode === null ? '' : `${modes[sync.mode]}: `}${counted(sync.partners, 'partner')}, ${counted(sync.deals, 'deal')}, ${counted(sync.engagements, 'engagement')} in ${counted(sync.requests.total, 'request')}` +
      (sync.rateLimited > 0 ? `, ${sync.rateLimited} of them refused by a rate limit` : ''),
    ...routes.map(([route, count]) => `           ${String(count).padStart(5)}  ${route}`),
    ...(sync.differences === null
      ? []
      : [
          `  checked  ${sync.differences === 0 ? 'earlier syncs had missed nothing' : `${counted(sync.differences, 'difference')} that earlier syncs had missed ${sync.differences === 1 ? 'was' : 'were'} mended`}`,
        ]),
    `  judged   ${counted(assess.assessed, 'partner')}, ${assess.skipped} could not have changed`,
    `  written  ${counted(publish.changed, 'company', 'companies')} in ${counted(publish.requests, 'request')}, ${publish.unchanged} unchanged, ${publish.failed} failed`,
    // A run that judged nobody has nothing to tell of statuses.
    ...(standings.length === 0 ? [] : ['', table(['status', 'partners'], standings)]),
  ].join('\n');
}
