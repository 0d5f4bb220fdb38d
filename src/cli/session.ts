/** What most commands need: the store, a connection to HubSpot, a log, and a signal that a stop was asked for. */
import { connectHubSpot } from '../hubspot/connect.ts';
import type { HubSpotConnection } from '../hubspot/hubspot.ts';
import { quotaKeeper } from '../jobs/quota.ts';
import { RekindleError } from '../model/errors.ts';
import { openStore, type Store } from '../store/connect.ts';
import { createLogger } from '../web/log.ts';
import { readEnvironment, required, whereToFind, type Environment } from './environment.ts';

export type Session = {
  readonly environment: Environment;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly log: ReturnType<typeof createLogger>;
};

/** Opens the store, runs `work`, and closes whatever was opened, also when the work fails. */
export async function withStore<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const environment = readEnvironment();
  const log = createLogger({ level: environment.LOG_LEVEL });
  const signal = stopSignal();
  const store = await openStore({
    databaseUrl: environment.DATABASE_URL,
    dataDir: environment.REKINDLE_DATA_DIR,
  });
  try {
    return await work({ environment, store, signal, log });
  } finally {
    await store.close();
  }
}

export async function withHubSpot<T>(
  session: Session,
  work: (hubspot: HubSpotConnection) => Promise<T>,
): Promise<T> {
  const hubspot = connectHubSpot({
    accessToken: required(session.environment, 'HUBSPOT_ACCESS_TOKEN', whereToFind.accessToken),
    apiUrl: session.environment.HUBSPOT_API_URL,
    log: session.log,
    signal: session.signal,
    quota: await quotaKeeper(session.store),
  });
  try {
    return await work(hubspot);
  } finally {
    await hubspot.close();
  }
}

let signal: AbortSignal | null = null;

/**
 * Aborts on SIGTERM and SIGINT: the page or batch in flight is finished and recorded. A second signal ends the process
 * at once, as does Node's default.
 */
export function stopSignal(): AbortSignal {
  if (signal !== null) return signal;
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      controller.abort(
        new RekindleError(`Stopped by ${name}. What was done so far is recorded; run again to continue.`, {
          retryable: true,
        }),
      );
    });
  }
  signal = controller.signal;
  return signal;
}
