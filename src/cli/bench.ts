/** `bench`: measures parts of Rekindle against accounts of a known size, and says whether they reach what they should. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { addBenchAssess } from './bench-assess.ts';
import { addBenchCard } from './bench-card.ts';
import { addBenchModel } from './bench-model.ts';
import { benchSync } from './bench-sync.ts';
import { syncBenchText } from './bench-sync-text.ts';
import { wholeNumber } from './options.ts';
import { print, printError, printJson } from './output.ts';
import { stopSignal } from './session.ts';

export function addBench(program: Command): void {
  const bench = program.command('bench').description('measure Rekindle; exit code 1 when a target is missed');
  bench
    .command('sync')
    .description('requests, seconds, memory and wrong records of syncing the reference portal')
    .option('--scale <share>', 'of 10,000 partners and 1,000,000 engagements, from 0.01 to 1', scale, 1)
    .option('--seed <n>', 'the same seed makes the same account', wholeNumber(0, 2 ** 31), 1)
    .option('--latency <ms>', 'how long each of its answers takes at least', wholeNumber(0, 10_000), 0)
    .addOption(new Option('--limits <on|off>', "HubSpot's rate limits").choices(['on', 'off']).default('on'))
    .option('--json', 'print the measures as JSON')
    .exitOverride()
    .action(sync);
  addBenchAssess(bench);
  addBenchCard(bench);
  addBenchModel(bench, scale);
}

function scale(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value >= 0.01 && value <= 1)) {
    throw new InvalidArgumentError('Use a number from 0.01 to 1.');
  }
  return value;
}

type Options = { scale: number; seed: number; latency: number; limits: 'on' | 'off'; json?: true };

async function sync({ latency, json, ...options }: Options): Promise<void> {
  const say = process.stderr.isTTY ? printError : () => {};
  const measured = await benchSync({ ...options, latencyMs: latency, signal: stopSignal(), say });
  if (json) printJson(measured);
  else print(syncBenchText(measured));
  if (!measured.ok) process.exitCode = exitCodes.failed;
}
