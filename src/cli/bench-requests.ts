/** What a stretch of the sandbox's request log says. */
import type { RequestRecord } from '../sandbox/request-log.ts';

export type RequestMeasures = {
  readonly requests: {
    readonly total: number;
    readonly byRoute: Readonly<Record<string, number>>;
    readonly byLane: { readonly burst: number; readonly search: number; readonly associations: number };
  };
  /** What these requests need at least under HubSpot's limits: 190 in any 10 s, 5 searches in any second. */
  readonly minimumSeconds: number;
  /** Of all lanes together: whether searches count in the burst is not documented, so they do. */
  readonly peakPer10s: number;
  readonly peakPerSecondSearch: number;
  /** Answers with status 429. */
  readonly rateLimited: number;
  /** Requests that change something in HubSpot. */
  readonly writes: number;
};

const perSecond = { all: 19, search: 5 };

/** @param log the whole log: windows that end in the stretch may begin before it */
export function measureRequests(log: readonly RequestRecord[], since: number): RequestMeasures {
  const stretch = log.filter(({ sequence }) => sequence > since);
  const byLane = { burst: 0, search: 0, associations: 0 };
  const byRoute: Record<string, number> = {};
  for (const { lane, method, route } of stretch) {
    byLane[lane ?? 'burst'] += 1;
    byRoute[`${method} ${route}`] = (byRoute[`${method} ${route}`] ?? 0) + 1;
  }
  return {
    requests: { total: stretch.length, byRoute: inOrder(byRoute), byLane },
    minimumSeconds: Math.max(stretch.length / perSecond.all, byLane.search / perSecond.search),
    peakPer10s: fullestWindow(log, since, 10_000),
    peakPerSecondSearch: fullestWindow(
      log.filter(({ lane }) => lane === 'search'),
      since,
      1000,
    ),
    rateLimited: stretch.filter(({ status }) => status === 429).length,
    writes: stretch.filter(changesSomething).length,
  };
}

function inOrder(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([, one], [, other]) => other - one));
}

function changesSomething({ method, route }: RequestRecord): boolean {
  return method !== 'GET' && !/\/(search|batch\/read)$/.test(route);
}

/** The most requests that arrived within any window of this length that ends with one of the stretch. */
function fullestWindow(log: readonly RequestRecord[], since: number, lengthMs: number): number {
  const arrivals = log.toSorted((one, other) => one.timeMs - other.timeMs);
  let fullest = 0;
  let start = 0;
  for (const [end, { timeMs, sequence }] of arrivals.entries()) {
    while ((arrivals[start]?.timeMs ?? timeMs) <= timeMs - lengthMs) start += 1;
    if (sequence > since) fullest = Math.max(fullest, end - start + 1);
  }
  return fullest;
}
