/** `bench card`: how long people wait for a card while many are opened at once, signed as HubSpot signs. */
import type { Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { openStore } from '../store/connect.ts';
import { settleDatabase } from '../store/scratch.ts';
import { firstNight, inOwnProcess, placeFor, programmeOptions } from './bench-assess.ts';
import { partnerIdOf, type ProgrammeSize } from './bench-assess-programme.ts';
import type { AssessDuties, Place } from './bench-assess-subject.ts';
import type { Answered, Asking, LoadDuties } from './bench-card-load.ts';
import type { CardDuties } from './bench-card-subject.ts';
import { thisMachine, watchIdleness, type Machine, type Usage } from './bench-machine.ts';
import { startPart } from './bench-process.ts';
import { judgedTargets, targetTable, type Target } from './bench-targets.ts';
import { wholeNumber } from './options.ts';
import { print, printError, printJson, table } from './output.ts';
import { stopSignal } from './session.ts';

export type CardBench = {
  readonly bench: 'card';
  readonly database: string;
  readonly machine: Machine;
  readonly scale: ProgrammeSize;
  readonly load: { readonly ratePerSecond: number; readonly seconds: number };
  /** What happened between building the programme and measuring. */
  readonly before: {
    readonly vacuumed: true;
    readonly checkpointed: boolean;
    readonly warmUpSeconds: number;
  };
  readonly answered: Answered;
  /** Of the server alone, without the database and those who ask. */
  readonly server: Usage & { readonly peakRssMb: number };
  readonly asking: Asking;
  /** The share of the processors' time that nobody used meanwhile, whoever else was at work on this machine. */
  readonly idleShare: number;
  readonly targets: readonly Target[];
  readonly ok: boolean;
};

type Options = ProgrammeSize & { rate: number; seconds: number; json?: true };

export function addBenchCard(bench: Command): void {
  const command = bench.command('card').description('milliseconds until a card is answered, under load');
  programmeOptions(command, 1_000_000)
    .option('--rate <n>', 'cards opened in a second', wholeNumber(1, 10_000), 500)
    .option('--seconds <n>', 'for how long', wholeNumber(1, 600), 30)
    .option('--json', 'print the measures as JSON')
    .exitOverride()
    .action(async ({ json, ...options }: Options) => {
      const measured = await benchCard(options);
      if (json) printJson(measured);
      else print(cardBenchText(measured));
      if (!measured.ok) process.exitCode = exitCodes.failed;
    });
}

const account = {
  portalId: '1',
  appId: '2',
  clientSecret: 'a secret of the bench',
  publicUrl: 'https://rekindle.example',
};

async function benchCard({ rate, seconds, ...size }: Options): Promise<CardBench> {
  await using resources = new AsyncDisposableStack();
  const signal = stopSignal();
  const say = process.stderr.isTTY ? printError : () => {};
  const place = await placeFor(resources);
  const store = await openStore(place);
  resources.defer(() => store.close());

  say(`Building and judging ${size.partners} partners with ${size.activities} activities`);
  await buildJudged(place, size, signal);
  const subject = new URL('./bench-card-subject.ts', import.meta.url);
  await inOwnProcess<CardDuties, void>(subject, signal, (part) =>
    part.call('fill', { place, portalId: account.portalId, now: firstNight }),
  );
  const { checkpointed } = await settleDatabase(store.db);
  const server = startPart<CardDuties>(subject, { signal });
  resources.defer(() => server.stop());
  const url = await server.call('serve', { place, account });
  const people = startPart<LoadDuties>(new URL('./bench-card-load.ts', import.meta.url), { signal });
  resources.defer(() => people.stop());

  const companies = Array.from({ length: size.partners }, (_, index) => partnerIdOf(index));
  const load = { url, account, ratePerSecond: rate, seed: size.seed, companies };
  say('Opening cards');
  // The first requests of a process pay for compiling it and for its connections.
  const warmUpSeconds = Math.min(seconds, 5);
  await people.call('load', { ...load, seconds: warmUpSeconds, seed: size.seed + 1 });
  await server.call('startMeasuring', undefined);
  const idleness = watchIdleness();
  const { answered, asking } = await people.call('load', { ...load, seconds });
  const idleShare = idleness();
  const { requests, errors, judged } = answered;
  const targets = judgedTargets([
    { measure: 'milliseconds until 99 % are answered', limit: 25, value: answered.milliseconds.p99 },
    { measure: 'errors', limit: 0, value: errors },
    { measure: 'cards without a verdict', limit: 0, value: requests - errors - judged },
  ]);
  return {
    bench: 'card',
    database: store.describe,
    machine: thisMachine(),
    scale: size,
    load: { ratePerSecond: rate, seconds },
    before: { vacuumed: true, checkpointed, warmUpSeconds },
    answered,
    server: await server.call('used', undefined),
    asking,
    idleShare,
    targets,
    ok: targets.every(({ ok }) => ok),
  };
}

async function buildJudged(place: Place, size: ProgrammeSize, signal: AbortSignal): Promise<void> {
  await inOwnProcess<AssessDuties, void>(
    new URL('./bench-assess-subject.ts', import.meta.url),
    signal,
    async (part) => {
      await part.call('open', place);
      await part.call('build', { size, now: firstNight });
      await part.call('learn', { now: firstNight });
      await part.call('judgeEverybody', { now: firstNight });
    },
  );
}

function cardBenchText({
  database,
  machine,
  scale,
  load,
  answered,
  server,
  asking,
  ...bench
}: CardBench): string {
  const { before, idleShare, targets } = bench;
  const times = [
    ['from when it was due until the answer', answered.milliseconds],
    ['of that, late to be sent', asking.sentLateMs],
    ['from when it was sent until the answer', answered.sinceSentMilliseconds],
  ] as const;
  const used = [
    ['the server', server],
    ['those who ask', asking],
  ] as const;
  return [
    `${scale.partners.toLocaleString('en')} partners; ${load.ratePerSecond} cards a second for ${load.seconds} s: ${answered.requests} opened, ${answered.errors} errors; ${database}. ${machine.cpu}, ${machine.cores} cores, ${Math.round(idleShare * 100)} % of them idle, Node ${machine.node}.`,
    `Before: vacuumed, ${before.checkpointed ? 'written to the disk' : 'not written to the disk for lack of rights'}, ${before.warmUpSeconds} s of cards. The server took ${server.peakRssMb} MB at most.`,
    table(
      ['milliseconds', 'p50', 'p90', 'p99', 'max'],
      times.map(([name, { p50, p90, p99, max }]) => [name, ...[p50, p90, p99, max].map(rounded)]),
    ),
    table(
      ['process', 'processor seconds', 'event loop late, ms: p50', 'p99', 'max'],
      used.map(
        ([
          name,
          {
            cpuSeconds,
            eventLoopLateMs: { p50, p99, max },
          },
        ]) => [name, ...[cpuSeconds, p50, p99, max].map(rounded)],
      ),
    ),
    targetTable(targets, rounded),
    ...answered.examples,
  ].join('\n');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
