/** `bench card`: how long people wait for a card while many are opened at once, signed as HubSpot signs. */
import type { Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { openStore } from '../store/connect.ts';
import { settleDatabase } from '../store/scratch.ts';
import { firstNight, inOwnProcess, placeFor } from './bench-assess.ts';
import { partnerIdOf, type ProgrammeSize } from './bench-assess-programme.ts';
import type { AssessDuties, Place } from './bench-assess-subject.ts';
import type { Answered, LoadDuties } from './bench-card-load.ts';
import type { CardDuties } from './bench-card-subject.ts';
import { thisMachine, type Machine } from './bench-machine.ts';
import { startPart } from './bench-process.ts';
import { wholeNumber } from './options.ts';
import { print, printError, printJson, table } from './output.ts';
import { stopSignal } from './session.ts';

type Target = {
  readonly measure: string;
  readonly limit: number;
  readonly value: number;
  readonly ok: boolean;
};

export type CardBench = {
  readonly bench: 'card';
  readonly database: string;
  readonly machine: Machine;
  readonly scale: ProgrammeSize;
  readonly load: { readonly ratePerSecond: number; readonly seconds: number };
  readonly answered: Answered;
  /** Of the server alone, without the database and those who ask. */
  readonly server: { readonly cpuSeconds: number; readonly peakRssMb: number };
  readonly targets: readonly Target[];
  readonly ok: boolean;
};

type Options = ProgrammeSize & { rate: number; seconds: number; json?: true };

export function addBenchCard(bench: Command): void {
  bench
    .command('card')
    .description('milliseconds until a card is answered, under load')
    .option('--partners <n>', 'how many partners', wholeNumber(1, 10_000_000), 100_000)
    .option('--activities <n>', 'how many activities of them', wholeNumber(1, 1_000_000_000), 1_000_000)
    .option('--rate <n>', 'cards opened in a second', wholeNumber(1, 10_000), 500)
    .option('--seconds <n>', 'for how long', wholeNumber(1, 600), 30)
    .option('--seed <n>', 'the same seed makes the same programme', wholeNumber(0, 2 ** 31), 1)
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
  await settleDatabase(store.db);
  const server = startPart<CardDuties>(new URL('./bench-card-subject.ts', import.meta.url), { signal });
  resources.defer(() => server.stop());
  const url = await server.call('serve', { place, account, now: firstNight });
  const people = startPart<LoadDuties>(new URL('./bench-card-load.ts', import.meta.url), { signal });
  resources.defer(() => people.stop());

  const companies = Array.from({ length: size.partners }, (_, index) => partnerIdOf(index));
  const load = { url, account, ratePerSecond: rate, seed: size.seed, companies };
  say('Opening cards');
  // The first requests of a process pay for compiling it and for its connections.
  await people.call('load', { ...load, seconds: Math.min(seconds, 5) });
  await server.call('startMeasuring', undefined);
  const answered = await people.call('load', { ...load, seconds });
  const targets = [
    { measure: 'milliseconds until 99 % are answered', limit: 25, value: answered.milliseconds.p99 },
    { measure: 'errors', limit: 0, value: answered.errors },
  ].map((target) => ({ ...target, ok: target.value <= target.limit }));
  return {
    bench: 'card',
    database: store.describe,
    machine: thisMachine(),
    scale: size,
    load: { ratePerSecond: rate, seconds },
    answered,
    server: await server.call('used', undefined),
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

function cardBenchText({ database, machine, scale, load, answered, server, targets }: CardBench): string {
  const { p50, p90, p99, max } = answered.milliseconds;
  return [
    `${scale.partners.toLocaleString('en')} partners; ${load.ratePerSecond} cards a second for ${load.seconds} s; ${database}. ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`,
    table(
      ['requests', 'errors', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'server cpu s', 'server peak RSS MB'],
      [
        [
          answered.requests,
          answered.errors,
          ...[p50, p90, p99, max, server.cpuSeconds].map(rounded),
          server.peakRssMb,
        ],
      ],
    ),
    table(
      ['measure', 'limit', 'value', ''],
      targets.map(({ measure, limit, value, ok }) => [measure, limit, rounded(value), ok ? 'ok' : 'MISSED']),
    ),
    ...answered.examples,
  ].join('\n');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
