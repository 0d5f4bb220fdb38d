/** `provision`: creates Rekindle's company properties in HubSpot. */
import type { Command } from 'commander';
import { exitCodes } from '../model/errors.ts';
import { applyProvision, planProvision, type ProvisionPlan } from '../publish/provision.ts';
import { print, printJson } from './output.ts';
import { withHubSpot, withStore } from './session.ts';

type Options = { dryRun?: true; json?: true };

export function addProvision(program: Command): void {
  program
    .command('provision')
    .description("create Rekindle's company properties in HubSpot; what exists stays as it is")
    .option('--dry-run', 'show what is missing; create nothing')
    .option('--json', 'print as JSON')
    .action(provision);
}

async function provision(options: Options): Promise<void> {
  const plan = await withStore((session) =>
    withHubSpot(session, async (hubspot) => {
      const wanted = await planProvision(hubspot);
      if (!options.dryRun && wanted.blocking.length === 0) await applyProvision(hubspot, wanted);
      return wanted;
    }),
  );
  if (options.json)
    printJson({ ...plan, create: plan.create.map(({ name }) => name), dryRun: options.dryRun ?? false });
  else print(provisionText(plan, options.dryRun ?? false));
  if (plan.blocking.length > 0) process.exitCode = exitCodes.failed;
}

function provisionText(plan: ProvisionPlan, dryRun: boolean): string {
  const verb = dryRun || plan.blocking.length > 0 ? 'would create' : 'created';
  const lines = [
    ...(plan.createGroup ? [`${verb} the property group`] : []),
    ...plan.create.map(({ name, label }) => `${verb} ${name} (${label})`),
    ...plan.addOptions.map(({ property, values }) => `${verb} options of ${property}: ${values.join(', ')}`),
    ...plan.blocking.map((sentence) => `Cannot go on: ${sentence}`),
    ...plan.drift.map((sentence) => `Note: ${sentence}`),
  ];
  return lines.length === 0 ? 'Everything is in place; nothing to create.' : lines.join('\n');
}
