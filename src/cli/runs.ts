/** `runs list`, `runs show`: the ledger. */
import type { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { toIso } from '../model/instant.ts';
import { readPublishFailures } from '../store/publishing.ts';
import { listRuns, readRun } from '../store/runs.ts';
import { wholeNumber } from './options.ts';
import { print, printJson, table } from './output.ts';
import { runText } from './run-text.ts';
import { withStore } from './session.ts';

export function addRuns(program: Command): void {
  const runs = program.command('runs').description('the ledger of runs');
  runs
    .command('list')
    .description('the latest runs, newest first')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 20)
    .option('--refreshes', 'also the short ones that follow changes in HubSpot')
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(list);
  runs
    .command('show <run>')
    .description('one run with its counts; the first characters of its id are enough')
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(show);
}

async function list(options: { limit: number; refreshes?: true; json?: true }): Promise<void> {
  const found = await withStore(({ store }) =>
    listRuns(store.db, options.limit, { withoutRefreshes: options.refreshes !== true }),
  );
  if (options.json) {
    printJson(found);
    return;
  }
  if (found.length === 0) {
    print('No run yet. `rekindle run --dry-run` is a good first one.');
    return;
  }
  const rows = found.map((run) => [
    run.runId.slice(0, 8),
    toIso(run.startedAt).slice(0, 19),
    run.kind,
    run.trigger,
    run.outcome ?? 'running',
    run.summary?.assess.assessed ?? 0,
    run.summary?.publish.changed ?? 0,
    run.error ?? '',
  ]);
  print(table(['run', 'started (UTC)', 'kind', 'trigger', 'outcome', 'judged', 'written', 'error'], rows));
}

async function show(id: string, options: { json?: true }): Promise<void> {
  const { run, failures } = await withStore(async ({ store }) => {
    const found = await readRun(store.db, id);
    if (found === null) {
      throw new UsageError(
        `There is no run whose id begins with "${id}". \`rekindle runs list\` shows the runs.`,
      );
    }
    return { run: found, failures: await readPublishFailures(store.db, found.runId) };
  });
  if (options.json) {
    printJson({ ...run, failures });
    return;
  }
  print(run.summary === null ? `Run ${run.runId}: ${run.outcome ?? 'running'}` : runText(run.summary));
  print(
    `\nstarted ${toIso(run.startedAt)}, as of ${toIso(run.asOf)}, trigger ${run.trigger}, kind ${run.kind}`,
  );
  if (run.error !== null) print(`error: ${run.error}`);
  if (run.nextAction !== null) print(`next: ${run.nextAction}`);
  for (const { partnerId, message } of failures)
    print(`company ${partnerId} was refused by HubSpot: ${message}`);
}
