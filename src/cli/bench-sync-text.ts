/** The measures of a sync bench as people read them. */
import type { SyncBench, SyncPhase, SyncPhaseName } from './bench-sync.ts';
import { table } from './output.ts';

const phaseNames: Readonly<Record<SyncPhaseName | 'all', string>> = {
  full: 'full sync',
  writeBack: 'write-back',
  noOp: 'no-op run',
  nightly: 'nightly run',
  all: 'all',
};

export function syncBenchText({
  scale,
  machine,
  sandbox,
  phases,
  targets,
  limits,
  latencyMs,
}: SyncBench): string {
  const head = `Scale ${scale}: ${sandbox.records.toLocaleString('en')} records, limits ${limits}, latency ${latencyMs} ms. ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`;
  const measures = table(
    ['', ...phases.map(({ phase }) => phaseNames[phase])],
    rows.map(([name, read]) => [name, ...phases.map(read)]),
  );
  const reached = table(
    ['phase', 'measure', 'limit', 'value', ''],
    targets.map(({ phase, measure, limit, value, ok }) => [
      phaseNames[phase],
      measure,
      limit,
      rounded(value),
      ok ? 'ok' : 'MISSED',
    ]),
  );
  const wrong = phases.flatMap(({ phase, differences, warnings }) =>
    [...warnings, ...differences].map((text) => `${phaseNames[phase]}: ${text}`),
  );
  return [head, measures, reached, ...wrong].join('\n');
}

const rows: readonly (readonly [name: string, read: (phase: SyncPhase) => number])[] = [
  ['requests', ({ requests }) => requests.total],
  ['of them searches', ({ requests }) => requests.byLane.search],
  ['of them associations', ({ requests }) => requests.byLane.associations],
  ['writes', ({ writes }) => writes],
  ['seconds', ({ seconds }) => rounded(seconds)],
  ['seconds at least', ({ minimumSeconds }) => rounded(minimumSeconds)],
  ['processor seconds', ({ cpuSeconds }) => rounded(cpuSeconds)],
  ['most requests in 10 s', ({ peakPer10s }) => peakPer10s],
  ['most searches in 1 s', ({ peakPerSecondSearch }) => peakPerSecondSearch],
  ['answers with 429', ({ rateLimited }) => rateLimited],
  ['companies written', ({ updated }) => updated],
  ['compared', ({ compared }) => compared],
  ['wrong', ({ wrongRecords }) => wrongRecords],
  ['peak RSS in MB', ({ peakRssMb }) => peakRssMb],
];

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
