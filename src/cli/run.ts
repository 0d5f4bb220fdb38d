/** `run`, `sync`, `assess`, `publish`: the steps of the main job, together or one at a time. */
import type { Command } from 'commander';
import { propertyName } from '../hubspot/properties.ts';
import { performRun, type RunKind, type RunReport, wholeRun } from '../jobs/run.ts';
import { exitCodes } from '../model/errors.ts';
import type { Day } from '../model/instant.ts';
import { counted, print, printError, printJson, progressView, table } from './output.ts';
import { calendarDay, judgedInstant } from './options.ts';
import { withHubSpot, withStore } from './session.ts';
import { planText, runText } from './run-text.ts';

type Options = {
  full?: true;
  dryRun?: true;
  asOf?: Day;
  approve?: string;
  acceptFewerPartners?: true;
  json?: true;
};

const descriptions: Readonly<Record<RunKind, string>> = {
  run: 'sync, assess and publish: the nightly job',
  sync: 'read partners and their history from HubSpot into the store',
  assess: 'judge the partners whose verdict may have changed',
  publish: 'write changed verdicts to HubSpot',
};

export function addRun(program: Command): void {
  for (const kind of Object.keys(descriptions) as RunKind[]) {
    const command = program.command(kind).description(descriptions[kind]);
    if (kind !== 'publish')
      command.option('--full', 'judge every partner, and read every linked record, not only what changed');
    command.option(
      '--dry-run',
      kind === 'sync'
        ? 'show what would be read, and how many requests that costs; read nothing'
        : 'show what would change in HubSpot; write nothing',
    );
    if (kind !== 'sync') command.option('--as-of <date>', 'judge as of the end of this day', calendarDay);
    if (kind === 'run' || kind === 'publish') {
      command.option(
        '--approve <run>',
        'allow as many status changes as this run, which the brake stopped, wanted',
      );
    }
    if (kind === 'run' || kind === 'sync') {
      command.option(
        '--accept-fewer-partners',
        'go on although HubSpot reports less than half of the known partners or of their records',
      );
    }
    command
      .option('--json', 'print the summary as JSON')
      .action((options: Options) => perform(kind, options));
  }
}

async function perform(kind: RunKind, options: Options): Promise<void> {
  const progress = progressView();
  const report = await withStore((session) =>
    withHubSpot(session, async (hubspot) => {
      const portal = options.asOf === undefined ? null : await hubspot.readPortal();
      return performRun(
        {
          store: session.store,
          hubspot,
          clock: Date.now,
          expectedPortalId: session.environment.HUBSPOT_PORTAL_ID ?? null,
          signal: session.signal,
          onProgress: progress.show,
        },
        {
          ...wholeRun,
          kind,
          full: options.full ?? false,
          dryRun: options.dryRun ?? false,
          asOf:
            options.asOf === undefined || portal === null
              ? null
              : judgedInstant(options.asOf, {
                  timeZone: portal.timeZone,
                  now: Date.now(),
                  dryRun: options.dryRun ?? false,
                }),
          approve: options.approve ?? null,
          acceptFewerPartners: options.acceptFewerPartners ?? false,
        },
      );
    }),
  ).finally(progress.stop);
  show(report, options.json ?? false);
  if (report.summary.outcome !== 'ok') process.exitCode = exitCodes.failed;
}

function show(report: RunReport, json: boolean): void {
  for (const warning of report.warnings) printError(`Warning: ${warning}`);
  for (const { id, message } of report.failures) {
    printError(`HubSpot refused company ${id}: ${message} The next run tries again.`);
  }
  if (report.syncPlan !== null) {
    if (json) printJson(report.syncPlan);
    else print(planText(report.syncPlan));
    return;
  }
  if (json) {
    printJson(report.plan === null ? report.summary : { ...report.summary, plan: report.plan });
    return;
  }
  print(runText(report.summary));
  if (report.plan === null) return;
  const { updates, unchanged, moves } = report.plan;
  print(
    `\nDry run: ${counted(updates.length, 'company', 'companies')} would be written (${moves} with another status), ${unchanged} unchanged.`,
  );
  if (updates.length === 0) return;
  const rows = updates
    .slice(0, shownUpdates)
    .map(({ id, statusMove, properties }) => [
      id,
      statusMove === null ? '' : `${statusMove.from} -> ${statusMove.to || 'none'}`,
      Object.keys(properties).length,
      properties[propertyName('reason_detail')] ?? '',
    ]);
  print(table(['company', 'status', 'properties', 'reasons'], rows));
  if (updates.length > shownUpdates)
    print(`... and ${updates.length - shownUpdates} more; --json lists all.`);
}

const shownUpdates = 20;
