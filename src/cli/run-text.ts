import type { RunSummary } from '../model/run.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import { table } from './output.ts';

/** A run's summary for a person. */
export function runText(summary: RunSummary): string {
  const { sync, assess, publish } = summary;
  const routes = Object.entries(sync.requests.byRoute).sort(([, a], [, b]) => b - a);
  return [
    `Run ${summary.runId}: ${summary.outcome} in ${summary.seconds.toFixed(1)} s (settings version ${summary.settingsVersion})`,
    `  read     ${sync.partners} partners, ${sync.deals} deals, ${sync.engagements} engagements in ${sync.requests.total} requests` +
      (sync.rateLimited > 0 ? `, ${sync.rateLimited} of them refused by a rate limit` : ''),
    ...routes.map(([route, count]) => `           ${String(count).padStart(5)}  ${route}`),
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
