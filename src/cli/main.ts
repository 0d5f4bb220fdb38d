#!/usr/bin/env node
/** The command line: `npm run rekindle -- <command>`. One file per command; exit codes in model/errors.ts. */
import { Command, CommanderError } from 'commander';
import { exitCodes, RekindleError } from '../model/errors.ts';
import { withoutSecrets } from '../web/log.ts';
import { addActions } from './actions.ts';
import { addBacktest } from './backtest.ts';
import { addBench } from './bench.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { addErase } from './erase.ts';
import { addExplain } from './explain.ts';
import { addImport } from './import.ts';
import { addIssues } from './issues.ts';
import { addKeys } from './keys.ts';
import { printError } from './output.ts';
import { addPreview } from './preview.ts';
import { addProvision } from './provision.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addRuns } from './runs.ts';
import { addSandbox } from './sandbox.ts';
import { addServe } from './serve.ts';
import { addSettings } from './settings.ts';

async function main(): Promise<number> {
  const program = new Command('rekindle')
    .description(
      'Finds partners that are going quiet in HubSpot, says why, and recommends how to win them back.',
    )
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .showHelpAfterError('(rekindle --help shows the commands and their options)');
  const add = [
    addDemo,
    addRun,
    addServe,
    addDoctor,
    addProvision,
    addSettings,
    addPreview,
    addImport,
    addKeys,
    addReport,
    addExplain,
    addIssues,
    addActions,
    addBacktest,
    addRuns,
    addErase,
    addSandbox,
    addBench,
  ];
  for (const addCommand of add) addCommand(program);
  program.commands.forEach((command) => command.exitOverride());
  try {
    await program.parseAsync();
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof RekindleError) {
    printError(
      withoutSecrets(`rekindle: ${error.message}${error.retryable ? ' (trying again can help)' : ''}`),
    );
    return error.exitCode;
  }
  // Nothing we know: the stack is what a maintainer needs, and it may quote a URL with a secret.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(withoutSecrets(`rekindle: unexpected error, please report it.\n${text}`));
  return exitCodes.failed;
}

process.exitCode = await main();
