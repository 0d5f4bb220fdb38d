/** `demo`: the main job from end to end on the private PostgreSQL and a sandbox account, then a HubSpot to click through. */
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { connectHubSpot } from '../hubspot/connect.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { quotaKeeper } from '../jobs/quota.ts';
import { performRun, type RunKind, wholeRun } from '../jobs/run.ts';
import { exitCodes, UsageError } from '../model/errors.ts';
import type { Day } from '../model/instant.ts';
import type { RunSummary } from '../model/run.ts';
import { applyProvision, planProvision } from '../publish/provision.ts';
import { programmeNames, type ProgrammeName } from '../sandbox/programmes/programmes.ts';
import { startSandbox, type Sandbox } from '../sandbox/server.ts';
import { openStore, type Store } from '../store/connect.ts';
import { latestLearned } from '../store/learned.ts';
import { saveSettings } from '../store/settings.ts';
import { createLogger } from '../web/log.ts';
import {
  createDemoPortal,
  createDemoPortalFromEvents,
  demoKey,
  makingInstant,
  openDemoAccount,
  type DemoAccount,
  type DemoPortal,
} from './demo-portal.ts';
import { showInBrowser } from './demo-browser.ts';
import { readEnvironment } from './environment.ts';
import { importActivities } from './import.ts';
import { calendarDay, wholeNumber } from './options.ts';
import { counted, print, printError, printJson, progressView } from './output.ts';
import { learnedText } from '../insight/learned-text.ts';
import { callList, callListText } from './report.ts';
import { runText } from './run-text.ts';
import { stopSignal } from './session.ts';

type Options = {
  once?: true;
  json?: true;
  programme: ProgrammeName;
  partners: number;
  seed: number;
  events?: string;
  map?: string;
  asOf?: Day;
  port: number;
};

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('the whole loop on a sample HubSpot account, then the account in your browser')
    .option('--once', 'end after the run instead of staying up')
    .option('--json', 'print the summary as JSON')
    .addOption(
      new Option('--programme <name>', 'the sample programme').choices(programmeNames).default('reseller'),
    )
    .option('--partners <n>', 'how many partner companies', wholeNumber(1, 100_000), 240)
    .option('--seed <n>', 'the same seed makes the same account', wholeNumber(0, 2 ** 31), 1)
    .option('--events <file>', 'make the account of a log of real events (CSV)')
    .option('--map <file>', 'how the columns of the log are named (JSON)')
    .option('--as-of <date>', 'the day on which the account is shown', calendarDay)
    .option('--port <port>', 'of the browser preview; 0 takes a free port', wholeNumber(0, 65_535), 4300)
    .action(demo);
}

async function demo(options: Options): Promise<void> {
  if (options.map !== undefined && options.events === undefined) {
    throw new UsageError('--map says how a log is read, so it needs --events FILE.');
  }
  const environment = readEnvironment();
  const folder = join(environment.REKINDLE_DATA_DIR, 'demo');
  const { portal, account } = await openDemo(options, folder);
  await using resources = new AsyncDisposableStack();
  const store = await openStore({
    dataDir: environment.REKINDLE_DATA_DIR,
    database: account.database,
  });
  resources.defer(() => store.close());
  const sandbox = await startSandbox({
    seed: portal.seed,
    clock: portal.clock,
    stateFile: account.stateFile,
  });
  resources.defer(() => sandbox.close());
  const log = createLogger({ level: options.once ? 'error' : environment.LOG_LEVEL });
  const hubspot = connectHubSpot({
    accessToken: portal.seed.accessToken,
    apiUrl: sandbox.url,
    log: createLogger({ level: 'warn' }),
    signal: stopSignal(),
    quota: await quotaKeeper(store),
  });
  resources.defer(() => hubspot.close());

  const summary = await loop({ portal, store, hubspot });
  if (options.json) printJson(summary);
  else {
    const calls = callListText(await callList(store, portal.clock()));
    const rhythms = learnedText(await latestLearned(store.db));
    print(`\n${runText(summary)}\n\n${calls}\n\nRhythms\n${rhythms}`);
  }
  if (summary.outcome !== 'ok') process.exitCode = exitCodes.failed;
  if (!options.once) await stayUp({ portal, store, sandbox, hubspot, log }, options);
}

async function openDemo(
  options: Options,
  folder: string,
): Promise<{ portal: DemoPortal; account: DemoAccount }> {
  const now = Date.now();
  const asOf = options.asOf ?? null;
  if (options.events !== undefined) {
    const portal = await createDemoPortalFromEvents(options.events, { map: options.map ?? null, asOf, now });
    return { portal, account: await openDemoAccount(folder, portal.key, portal.madeAt) };
  }
  const account = await openDemoAccount(folder, demoKey(options), makingInstant({ asOf, now }));
  return { portal: createDemoPortal({ ...options, asOf, now }, account.anchor), account };
}

type DemoContext = { portal: DemoPortal; store: Store; hubspot: HubSpot };

/** What an administrator does once and the scheduler every night: settings, provision, import, run. */
async function loop(context: DemoContext): Promise<RunSummary> {
  const { portal, store, hubspot } = context;
  const now = portal.clock();
  await saveSettings(store.db, portal.seed.settings, { note: 'Sample programme', author: 'demo', now });
  await applyProvision(hubspot, await planProvision(hubspot));
  if (portal.seed.otherSystems.length > 0) {
    // Another system knows partners by its own ids, which only a sync can resolve.
    await perform(context, 'sync');
    const imported = await importActivities(store, portal.seed.otherSystems, portal.madeAt);
    printError(`Imported ${counted(imported.stored, 'activity', 'activities')} of another system.`);
  }
  return perform(context, 'run');
}

async function perform({ portal, store, hubspot }: DemoContext, kind: RunKind): Promise<RunSummary> {
  const progress = progressView();
  const report = await performRun(
    {
      store,
      hubspot,
      clock: Date.now,
      expectedPortalId: portal.seed.portalId,
      signal: stopSignal(),
      onProgress: progress.show,
    },
    { ...wholeRun, kind, trigger: 'demo', asOf: portal.asOf },
  ).finally(progress.stop);
  return report.summary;
}

async function stayUp(
  context: DemoContext & { sandbox: Sandbox; log: ReturnType<typeof createLogger> },
  options: Options,
): Promise<void> {
  await showInBrowser({ ...context, port: options.port, signal: stopSignal() });
}
