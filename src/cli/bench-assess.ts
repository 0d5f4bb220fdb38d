/**
 * `bench assess`: everybody judged for the first time, everybody again, and nights after days on which one partner in a
 * hundred did something. On a database of its own: beside the one that DATABASE_URL names, or a private one.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { millisecondsPerDay } from '../model/instant.ts';
import { openStore } from '../store/connect.ts';
import { createScratchDatabase } from '../store/scratch.ts';
import type { ProgrammeSize } from './bench-assess-programme.ts';
import type { AssessDuties, Judged, Place } from './bench-assess-subject.ts';
import { thisMachine, type Machine } from './bench-machine.ts';
import { startPart, type Duties, type Part } from './bench-process.ts';
import { judgedTargets, targetTable, type Target } from './bench-targets.ts';
import { readEnvironment } from './environment.ts';
import { wholeNumber } from './options.ts';
import { print, printError, printJson, table } from './output.ts';
import { stopSignal } from './session.ts';

export const firstNight = Date.UTC(2026, 8, 1, 2, 30);
const changedShare = 0.01;
/** So many that one of them in which something else ran on the machine is not the middle one. Within a week of learning. */
const nights = 5;

type Pass = Judged & { readonly partnersPerSecond: number };
type Night = Judged & { readonly changed: number };
type Full = Pass & { readonly activitiesPerSecond: number };

export type AssessBench = {
  readonly bench: 'assess';
  readonly database: string;
  readonly machine: Machine;
  readonly scale: ProgrammeSize;
  /** Not counted: partners and activities saved as a sync and an import save them. */
  readonly build: { readonly seconds: number; readonly activitiesPerSecond: number };
  /** Not counted either, and only after a first sync: the timelines packed, all at once. */
  readonly timelines: { readonly seconds: number; readonly activitiesPerSecond: number };
  /** Once a week: what is usual in the programme, from all timelines. Everybody is judged by it. */
  readonly learning: { readonly seconds: number };
  readonly full: { readonly first: Full; readonly again: Full };
  /** The middle one of the nights, by its seconds. */
  readonly nightly: Pass & {
    readonly changed: number;
    readonly shareOfFull: number;
    readonly nights: readonly Night[];
  };
  readonly peakRssMb: number;
  readonly targets: readonly Target[];
  readonly ok: boolean;
};

type Options = ProgrammeSize & { json?: true };

export function addBenchAssess(bench: Command): void {
  const command = bench
    .command('assess')
    .description('seconds and memory of judging a programme in full and after a night');
  programmeOptions(command, 5_000_000)
    .option('--json', 'print the measures as JSON')
    .exitOverride()
    .action(async ({ json, ...size }: Options) => {
      const measured = await benchAssess(size);
      if (json) printJson(measured);
      else print(assessBenchText(measured));
      if (!measured.ok) process.exitCode = exitCodes.failed;
    });
}

/** @param activities how many there are unless others are asked for */
export function programmeOptions(command: Command, activities: number): Command {
  return command
    .option('--partners <n>', 'how many partners', wholeNumber(1, 10_000_000), 100_000)
    .option('--activities <n>', 'how many activities of them', wholeNumber(1, 1_000_000_000), activities)
    .option('--seed <n>', 'the same seed makes the same programme', wholeNumber(0, 2 ** 31), 1);
}

async function benchAssess(size: ProgrammeSize): Promise<AssessBench> {
  await using resources = new AsyncDisposableStack();
  const signal = stopSignal();
  const say = process.stderr.isTTY ? printError : () => {};
  const place = await placeFor(resources);
  const store = await openStore(place);
  resources.defer(() => store.close());

  say(`Building ${size.partners} partners with ${size.activities} activities`);
  const buildSeconds = await inSubject(place, signal, (part) =>
    part.call('build', { size, now: firstNight }),
  );
  return await inSubject(place, signal, async (part) => {
    say('Packing timelines');
    const packSeconds = await part.call('packTimelines', undefined);
    say('Learning');
    const learnSeconds = await part.call('learn', { now: firstNight });
    say('Judging everybody, twice');
    const first = await part.call('judgeEverybody', { now: firstNight });
    const again = await part.call('judgeEverybody', { now: firstNight });
    say(`Judging after each of ${nights} days`);
    const lived: Night[] = [];
    for (let number = 1; number <= nights; number += 1) {
      const now = firstNight + number * millisecondsPerDay;
      const changed = await part.call('liveThroughDay', { size, day: { number, now, share: changedShare } });
      lived.push({ changed, ...(await part.call('judgeNight', { now })) });
    }
    return summed(size, store.describe, {
      buildSeconds,
      packSeconds,
      learnSeconds,
      first,
      again,
      nights: lived,
    });
  });
}

/** What is measured shares neither memory nor a warm cache with what builds. */
export async function inOwnProcess<D extends Duties, T>(
  program: URL,
  signal: AbortSignal,
  work: (part: Part<D>) => Promise<T>,
): Promise<T> {
  const part = startPart<D>(program, { signal });
  try {
    return await work(part);
  } finally {
    await part.stop();
  }
}

function inSubject<T>(
  place: Place,
  signal: AbortSignal,
  work: (part: Part<AssessDuties>) => Promise<T>,
): Promise<T> {
  const program = new URL('./bench-assess-subject.ts', import.meta.url);
  return inOwnProcess<AssessDuties, T>(program, signal, async (part) => {
    await part.call('open', place);
    return await work(part);
  });
}

export async function placeFor(resources: AsyncDisposableStack): Promise<Place> {
  const { DATABASE_URL } = readEnvironment();
  if (DATABASE_URL !== undefined) {
    const scratch = await createScratchDatabase(DATABASE_URL);
    resources.defer(() => scratch.drop());
    return { databaseUrl: scratch.url, dataDir: '' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'rekindle-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  // Open to the user that runs the private PostgreSQL when we are root.
  await chmod(folder, 0o755);
  return { databaseUrl: undefined, dataDir: join(folder, 'data') };
}

type Measures = {
  readonly buildSeconds: number;
  readonly packSeconds: number;
  readonly learnSeconds: number;
  readonly first: Judged;
  readonly again: Judged;
  readonly nights: readonly Night[];
};

function perSecond(count: number, seconds: number): number {
  return Math.round(count / seconds);
}

function summed(size: ProgrammeSize, database: string, measures: Measures): AssessBench {
  const { buildSeconds, packSeconds, learnSeconds, first, again } = measures;
  const nightly = middleOf(measures.nights);
  const highestRssMb = Math.max(...measures.nights.map((night) => night.peakRssMb));
  const pass = (judged: Judged): Pass => ({
    ...judged,
    partnersPerSecond: perSecond(judged.assessed, judged.seconds),
  });
  const full = (judged: Judged): Full => ({
    ...pass(judged),
    activitiesPerSecond: perSecond(size.activities, judged.seconds),
  });
  const limits = limitsOf(size, first.seconds);
  const targets = judgedTargets([
    { measure: 'seconds of judging everybody first', limit: limits.full, value: first.seconds },
    { measure: 'seconds of judging everybody again', limit: limits.full, value: again.seconds },
    { measure: 'seconds of a night', limit: limits.night, value: nightly.seconds },
    { measure: 'peak RSS in MB', limit: 512, value: highestRssMb },
  ]);
  return {
    bench: 'assess',
    database,
    machine: thisMachine(),
    scale: size,
    build: { seconds: buildSeconds, activitiesPerSecond: perSecond(size.activities, buildSeconds) },
    timelines: { seconds: packSeconds, activitiesPerSecond: perSecond(size.activities, packSeconds) },
    learning: { seconds: learnSeconds },
    full: { first: full(first), again: full(again) },
    nightly: {
      ...pass(nightly),
      changed: nightly.changed,
      shareOfFull: nightly.seconds / first.seconds,
      nights: measures.nights,
    },
    peakRssMb: highestRssMb,
    targets,
    ok: targets.every(({ ok }) => ok),
  };
}

/** Stated for 100,000 partners with 5 million activities and for a million with 20 million; others by their partners. */
function limitsOf({ partners }: ProgrammeSize, fullSeconds: number): { full: number; night: number } {
  return {
    full: partners >= 1_000_000 ? (60 * partners) / 1_000_000 : Math.max(1, partners / 10_000),
    night: Math.max(0.3, 0.02 * fullSeconds),
  };
}

function middleOf(lived: readonly Night[]): Night {
  const bySeconds = lived.toSorted((a, b) => a.seconds - b.seconds);
  const middle = bySeconds[Math.floor(bySeconds.length / 2)];
  if (middle === undefined) throw new Error('No night was measured.');
  return middle;
}

function assessBenchText({
  database,
  machine,
  scale,
  build,
  timelines,
  learning,
  full,
  nightly,
  ...bench
}: AssessBench): string {
  const rows = [
    ['everybody first', full.first],
    ['everybody again', full.again],
    [`a night after ${nightly.changed} activities, the middle one of ${nightly.nights.length}`, nightly],
  ] as const;
  return [
    `${scale.partners.toLocaleString('en')} partners, ${scale.activities.toLocaleString('en')} activities; ${database}. ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`,
    `Built in ${rounded(build.seconds)} s, timelines packed in ${rounded(timelines.seconds)} s, learned in ${rounded(learning.seconds)} s.`,
    table(
      ['', 'judged', 'seconds', 'partners/s', 'processor seconds', 'peak RSS in MB'],
      rows.map(([name, pass]) => [
        name,
        pass.assessed,
        rounded(pass.seconds),
        pass.partnersPerSecond,
        rounded(pass.cpuSeconds),
        pass.peakRssMb,
      ]),
    ),
    targetTable(bench.targets, rounded),
  ].join('\n');
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
