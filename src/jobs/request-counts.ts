/** What some work cost in requests, from the counts before and after it. Pure. */
import type { HubSpot } from '../hubspot/hubspot.ts';
import type { RunSummary } from '../model/run.ts';

type Counts = ReturnType<HubSpot['counts']>;

export function requestsSince(
  before: Counts,
  after: Counts,
): Pick<RunSummary['sync'], 'requests' | 'rateLimited'> {
  const byRoute = Object.entries(after.requests.byRoute)
    .map(([route, count]) => [route, count - (before.requests.byRoute[route] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return {
    requests: {
      total: after.requests.total - before.requests.total,
      byRoute: Object.fromEntries(byRoute),
    },
    rateLimited: after.rateLimited - before.rateLimited,
  };
}
