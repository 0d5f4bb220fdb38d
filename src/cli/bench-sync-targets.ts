/** What a sync has to reach (hubspot limits, and the cost model of reliability.md section 2). */
import type { SyncPhase, SyncPhaseName } from './bench-sync.ts';

export type Target = {
  readonly phase: SyncPhaseName | 'all';
  readonly measure: string;
  readonly limit: number;
  readonly value: number;
  readonly ok: boolean;
};

/**
 * Requests are stated for two scales. At others the full sync may cost what fanning out from the partners costs
 * (reliability.md 2.1, plan B) and as much more as is stated for a tenth; the nightly run its share.
 */
const stated: Readonly<Record<'full' | 'nightly', ReadonlyMap<number, number>>> = {
  full: new Map([
    [1, 3_720],
    [0.1, 400],
  ]),
  nightly: new Map([
    [1, 280],
    [0.1, 40],
  ]),
};

function fanOut(scale: number): number {
  const pages = (records: number, perRequest: number): number => Math.ceil((records * scale) / perRequest);
  return pages(10_000, 200) + 7 * pages(10_000, 1000) + pages(60_000, 100) + 6 * pages(50_000, 100);
}

function requestsAt(phase: keyof typeof stated, scale: number): number {
  const limit = stated[phase].get(scale);
  if (limit !== undefined) return limit;
  return phase === 'full' ? fanOut(scale) + 28 : Math.max(40, Math.round(280 * scale));
}

export function targetsOf(scale: number, phases: readonly SyncPhase[]): Target[] {
  const of = (name: SyncPhaseName): SyncPhase => {
    const found = phases.find(({ phase }) => phase === name);
    if (found === undefined) throw new Error(`The phase ${name} was not measured.`);
    return found;
  };
  const atMost = (phase: Target['phase'], measure: string, value: number, limit: number): Target => ({
    phase,
    measure,
    limit,
    value,
    ok: value <= limit,
  });
  const highest = (read: (phase: SyncPhase) => number): number => Math.max(...phases.map(read));
  const [full, writeBack] = [of('full'), of('writeBack')];
  return [
    atMost('full', 'requests', full.requests.total, requestsAt('full', scale)),
    atMost('full', 'seconds per minimum second', full.seconds / full.minimumSeconds, 1.1),
    atMost('nightly', 'requests', of('nightly').requests.total, requestsAt('nightly', scale)),
    atMost('noOp', 'writes', of('noOp').writes, 0),
    atMost('writeBack', 'batch updates', batchUpdates(writeBack), Math.ceil(writeBack.updated / 100)),
    atMost(
      'all',
      'requests in any 10 s',
      highest(({ peakPer10s }) => peakPer10s),
      190,
    ),
    atMost(
      'all',
      'searches in any second',
      highest(({ peakPerSecondSearch }) => peakPerSecondSearch),
      5,
    ),
    atMost(
      'all',
      'answers with status 429',
      highest(({ rateLimited }) => rateLimited),
      0,
    ),
    atMost(
      'all',
      'wrong records',
      highest(({ wrongRecords }) => wrongRecords),
      0,
    ),
    atMost(
      'all',
      'peak RSS in MB',
      highest(({ peakRssMb }) => peakRssMb),
      512,
    ),
  ];
}

function batchUpdates({ requests }: SyncPhase): number {
  return Object.entries(requests.byRoute)
    .filter(([route]) => route.endsWith('/companies/batch/update'))
    .reduce((sum, [, count]) => sum + count, 0);
}
