/** `serve`: the web server for HubSpot with the scheduler and a worker; `worker`: the same without the web server. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { HubSpot, HubSpotConnection } from '../hubspot/hubspot.ts';
import { performRefresh } from '../jobs/refresh.ts';
import { startRefresher, type Refresher } from '../jobs/refresher.ts';
import { performRun, wholeRun } from '../jobs/run.ts';
import { startQueue } from '../jobs/queue.ts';
import { openForRequests } from '../store/connect.ts';
import { startServer } from '../web/server.ts';
import { required, whereToFind, whoMayAct } from './environment.ts';
import { wholeNumber } from './options.ts';
import { withHubSpot, withStore, type Session } from './session.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('answer HubSpot (card and actions) and run the nightly job')
    .option('--port <port>', 'instead of PORT', wholeNumber(0, 65_535))
    .action((options: { port?: number }) =>
      withStore((session) => withHubSpot(session, (hubspot) => serve(session, hubspot, options))),
    );
  program
    .command('worker')
    .description('run due jobs; as many machines as wanted may do so on one database')
    .action(() =>
      withStore((session) =>
        withHubSpot(session, (hubspot) => work(session, hubspot, refresher(session, hubspot))),
      ),
    );
}

async function serve(
  session: Session,
  hubspot: HubSpotConnection,
  options: { port?: number },
): Promise<void> {
  const { environment, log, store } = session;
  const { waitedFor } = hubspot;
  await using resources = new AsyncDisposableStack();
  const changes = refresher(session, hubspot);
  resources.defer(() => changes.close());
  const ofRequests = openForRequests(store);
  resources.defer(() => ofRequests.close());
  const server = await startServer({
    store: ofRequests,
    patientStore: store,
    hubspot: waitedFor,
    clientSecret: required(environment, 'HUBSPOT_CLIENT_SECRET', whereToFind.clientSecret),
    publicUrl: required(environment, 'PUBLIC_URL', whereToFind.publicUrl),
    portalId: required(environment, 'HUBSPOT_PORTAL_ID', whereToFind.portalId),
    appId: environment.HUBSPOT_APP_ID ?? null,
    settingsAdmins: environment.REKINDLE_SETTINGS_ADMINS,
    actors: environment.REKINDLE_ACTORS,
    port: options.port ?? environment.PORT,
    log,
    clock: Date.now,
    onHints: () => changes.wake(),
    acting: {
      hubspot: waitedFor,
      refresh: (anew) =>
        performRefresh({ store, hubspot: waitedFor, clock: Date.now, signal: session.signal, anew }),
    },
  });
  const acting = whoMayAct(environment);
  log[acting.isDoubtful ? 'warn' : 'info']({}, acting.sentence);
  log.info({ url: server.url, store: store.describe }, 'the server is ready');
  // Both stop at the same signal: one after the other could outlast the 30 s after which supervisors kill.
  const stopped = session.signal.aborted ? Promise.resolve() : once(session.signal, 'abort');
  await Promise.all([work(session, hubspot, changes), stopped.then(() => server.close())]);
}

/** Follows webhooks, whichever process received them. */
function refresher({ store, log, signal }: Session, hubspot: HubSpot): Refresher {
  const refresh = () => performRefresh({ store, hubspot, clock: Date.now, signal });
  return startRefresher({ refresh, clock: Date.now, log, signal });
}

async function work(session: Session, hubspot: HubSpot, changes: Refresher): Promise<void> {
  const { environment, log, signal, store } = session;
  await using resources = new AsyncDisposableStack();
  resources.defer(() => changes.close());
  const queue = await startQueue({
    store,
    clock: Date.now,
    log,
    signal,
    work: async (sync) => {
      const report = await performRun(
        {
          store,
          hubspot,
          clock: Date.now,
          expectedPortalId: environment.HUBSPOT_PORTAL_ID ?? null,
          signal,
          onProgress: (progress) => log.debug(progress, 'progress'),
        },
        { ...wholeRun, trigger: 'schedule', sync },
      );
      log.info(
        { summary: report.summary, warnings: report.warnings },
        `the ${sync === null ? 'nightly run' : 'second pass'} ended`,
      );
    },
  });
  log.info({ store: store.describe }, 'the worker is ready');
  if (!signal.aborted) await once(signal, 'abort');
  log.info({}, 'stopping: the batch in flight is finished first');
  await queue.close();
}
