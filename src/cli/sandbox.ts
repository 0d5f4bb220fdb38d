/** `sandbox`: the emulated HubSpot alone, for development against any client. */
import { once } from 'node:events';
import { Option, type Command } from 'commander';
import { programmeNames, type ProgrammeName } from '../sandbox/programmes/programmes.ts';
import { startSandbox } from '../sandbox/server.ts';
import { createDemoPortal, makingInstant } from './demo-portal.ts';
import { calendarDay, wholeNumber } from './options.ts';
import { counted, print } from './output.ts';
import { stopSignal } from './session.ts';

type Options = {
  port: number;
  programme: ProgrammeName;
  partners: number;
  seed: number;
  limits: 'on' | 'off';
  fault: string[];
  asOf?: string;
  webhooks?: string;
};

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('a HubSpot account in a box: the emulated API on 127.0.0.1')
    .option('--port <port>', 'where it listens; 0 takes a free port', wholeNumber(0, 65_535), 4021)
    .addOption(
      new Option('--programme <name>', 'the sample programme').choices(programmeNames).default('reseller'),
    )
    .option('--partners <n>', 'how many partner companies', wholeNumber(1, 100_000), 240)
    .option('--seed <n>', 'the same seed makes the same account', wholeNumber(0, 2 ** 31), 1)
    .addOption(new Option('--limits <on|off>', "HubSpot's rate limits").choices(['on', 'off']).default('on'))
    .option('--fault <spec>', 'make it fail in a known way; may be repeated', collect, [])
    .option('--as-of <date>', "the account's today", calendarDay)
    .option('--webhooks <url>', 'post change events to this URL, signed')
    .action(sandbox);
}

function collect(value: string, values: string[]): string[] {
  return [...values, value];
}

async function sandbox(options: Options): Promise<void> {
  const signal = stopSignal();
  const day = { asOf: options.asOf ?? null, now: Date.now() };
  const portal = createDemoPortal({ ...options, ...day }, makingInstant(day));
  const server = await startSandbox({
    seed: portal.seed,
    port: options.port,
    limits: options.limits,
    clock: portal.clock,
    faults: options.fault,
    ...(options.webhooks === undefined ? {} : { webhookTarget: options.webhooks, webhookClock: Date.now }),
  });
  const { seed } = portal;
  print(
    `Sandbox account ${seed.portalId} (${options.programme}, ${counted(options.partners, 'partner')}) at ${server.url}`,
  );
  print(`export HUBSPOT_API_URL=${server.url}`);
  print(`export HUBSPOT_ACCESS_TOKEN=${seed.accessToken}`);
  print(`export HUBSPOT_CLIENT_SECRET=${seed.clientSecret}`);
  print(`export HUBSPOT_PORTAL_ID=${seed.portalId}`);
  print('Requests: GET /__sandbox/requests, truth: GET /__sandbox/truth. Stop with Ctrl+C.');
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
}
