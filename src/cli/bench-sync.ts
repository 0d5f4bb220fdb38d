/**
 * `bench sync`: the reference portal synced in full, written back, run again at once, and run again after a day of work,
 * under HubSpot's limits. Three processes: HubSpot, Rekindle, and this one, which compares and counts.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millisecondsPerDay, toIso } from '../model/instant.ts';
import { openStore } from '../store/connect.ts';
import { Comparer, type Comparison } from './bench-compare.ts';
import { thisMachine, type Machine } from './bench-machine.ts';
import { startPart, type Part } from './bench-process.ts';
import { measureRequests, type RequestMeasures } from './bench-requests.ts';
import type { SandboxDuties } from './bench-sandbox.ts';
import type { PhaseAnswer, PhaseRequest, SubjectDuties } from './bench-subject.ts';
import { targetsOf, type Target } from './bench-sync-targets.ts';

export type SyncBenchOptions = {
  readonly scale: number;
  readonly seed: number;
  readonly limits: 'on' | 'off';
  readonly latencyMs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
};

export type SyncPhaseName = 'full' | 'writeBack' | 'noOp' | 'nightly';

export type SyncPhase = RequestMeasures & {
  readonly phase: SyncPhaseName;
  readonly seconds: number;
  /** Processor time of Rekindle's process, without the database's. */
  readonly cpuSeconds: number;
  /** Of the process since it began. */
  readonly peakRssMb: number;
  readonly partners: number;
  /** Companies whose properties were written. */
  readonly updated: number;
  readonly compared: number;
  readonly wrongRecords: number;
  /** The first of the wrong ones, in words. */
  readonly differences: readonly string[];
  readonly warnings: readonly string[];
};

export type SyncBench = {
  readonly bench: 'sync';
  readonly scale: number;
  readonly limits: 'on' | 'off';
  readonly latencyMs: number;
  readonly machine: Machine;
  readonly sandbox: { readonly records: number; readonly peakRssMb: number };
  readonly phases: readonly SyncPhase[];
  readonly targets: readonly Target[];
  readonly ok: boolean;
};

/** Runs are due at this time of the night, a working day apart. */
const firstNight = Date.UTC(2026, 8, 1, 2, 30);
const secondNight = firstNight + millisecondsPerDay;

const steps: readonly { readonly phase: SyncPhaseName; readonly perform: Omit<PhaseRequest, 'now'> }[] = [
  { phase: 'full', perform: { provision: false, kinds: ['sync'] } },
  { phase: 'writeBack', perform: { provision: true, kinds: ['assess', 'publish'] } },
  { phase: 'noOp', perform: { provision: false, kinds: ['run'] } },
  { phase: 'nightly', perform: { provision: false, kinds: ['run'] } },
];

/** The portal of scale 1 takes 0.8 GB, and what it is asked for at the end of a phase as much again. */
const sandboxHeapMb = 4096;

type Bench = {
  readonly sandbox: Part<SandboxDuties>;
  readonly subject: Part<SubjectDuties>;
  readonly comparer: Comparer;
  readonly say: (text: string) => void;
};

export async function benchSync(options: SyncBenchOptions): Promise<SyncBench> {
  const { scale, seed, limits, latencyMs, signal, say } = options;
  await using resources = new AsyncDisposableStack();
  const dataDir = await temporaryFolder(resources);
  const store = await openStore({ dataDir });
  resources.defer(() => store.close());
  const sandbox = startPart<SandboxDuties>(new URL('./bench-sandbox.ts', import.meta.url), {
    heapMb: sandboxHeapMb,
    signal,
  });
  resources.defer(() => sandbox.stop());
  const subject = startPart<SubjectDuties>(new URL('./bench-subject.ts', import.meta.url), { signal });
  resources.defer(() => subject.stop());

  say(`Building the reference portal at scale ${scale}`);
  const account = await sandbox.call('open', { scale, seed, limits, latencyMs, now: firstNight });
  const { url: apiUrl, accessToken, portalId, settings } = account;
  await subject.call('open', { dataDir, apiUrl, accessToken, portalId, settings, now: firstNight });
  const comparer = new Comparer(store.db, {
    mapping: settings.mapping,
    partners: () => sandbox.call('partners', undefined),
    records: (type) => sandbox.call('records', type),
  });

  const phases: SyncPhase[] = [];
  for (const { phase, perform } of steps) {
    if (phase === 'nightly') {
      const happened = await sandbox.call('liveThroughDay', { until: secondNight });
      say(`A day of ${happened} changes has passed; it is ${toIso(secondNight)}`);
    }
    phases.push(await measure({ sandbox, subject, comparer, say }, phase, perform));
  }
  const targets = targetsOf(scale, phases);
  return {
    bench: 'sync',
    scale,
    limits,
    latencyMs,
    machine: thisMachine(),
    sandbox: { records: account.records, peakRssMb: await sandbox.call('memoryMb', undefined) },
    phases,
    targets,
    ok: targets.every(({ ok }) => ok),
  };
}

async function measure(
  { sandbox, subject, comparer, say }: Bench,
  phase: SyncPhaseName,
  perform: Omit<PhaseRequest, 'now'>,
): Promise<SyncPhase> {
  const since = (await sandbox.call('requests', undefined)).length;
  const now = await sandbox.call('now', undefined);
  const answer = await subject.call('perform', { ...perform, now });
  const log = await sandbox.call('requests', undefined);
  const requests = measureRequests(log, since);
  say(`${phase}: ${requests.requests.total} requests in ${answer.seconds.toFixed(1)} s; comparing`);
  return { phase, ...requests, ...told(answer), ...compared(await comparer.compare()) };
}

function told({ seconds, cpuSeconds, peakRssMb, summaries, warnings }: PhaseAnswer) {
  return {
    seconds,
    cpuSeconds,
    peakRssMb,
    partners: Math.max(...summaries.map(({ sync }) => sync.partners)),
    updated: summaries.reduce((sum, { publish }) => sum + publish.changed, 0),
    warnings,
  };
}

function compared({ wrong, compared: count, differences }: Comparison) {
  return { compared: count, wrongRecords: wrong, differences };
}

async function temporaryFolder(resources: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rekindle-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  // Open to the user that runs the private PostgreSQL when we are root.
  await chmod(folder, 0o755);
  return join(folder, 'data');
}
