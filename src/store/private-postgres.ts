/**
 * A PostgreSQL of our own, for machines without one: programs from npm, data in `<dataDir>/postgres`, reachable by a Unix
 * socket alone (runtime-and-storage.md 4).
 *
 * There is no lock file. Of two processes that start at once, a rename decides whose cluster stays (cluster.ts),
 * PostgreSQL's own lock decides whose server stays (server.ts), and the other one connects to it. A server that a killed
 * process left behind is found the same way: everybody connects first and starts only when nobody answers.
 *
 * Started by root, the server runs as `nobody`. Where that user cannot enter the data folder (a home with mode 0700),
 * the cluster lies in /var/lib/rekindle/<hash> and the data folder holds a file that says so (place.ts); where it cannot
 * read the installed programs, a copy beside the cluster runs (binaries.ts).
 */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { installedBinaries, runnableBinaries } from './private/binaries.ts';
import type { Binaries } from './private/binaries.ts';
import { ensureCluster, superuser } from './private/cluster.ts';
import type { Durability } from './private/cluster.ts';
import { enterOrStart } from './private/entry.ts';
import { folderFailure } from './private/failure.ts';
import { choosePlace } from './private/place.ts';
import type { Place } from './private/place.ts';
import { socketPort } from './private/presence.ts';
import type { Presence } from './private/presence.ts';
import { launch, removeStaleLock } from './private/server.ts';
import type { Launched } from './private/server.ts';

export type PrivateConnection = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

export type PrivatePostgres = {
  readonly version: string;
  /** What pg needs to connect. The same server as long as it lives; a restarted one may be elsewhere, so ask each time. */
  connection(database: string): PrivateConnection;
  /** Ends our use of the server. The last user stops it; a `serve` beside us keeps it. */
  stopIfUnused(): Promise<void>;
};

const reentryDelayMs = 1_000;

/** Finds the running server or starts it. Rejects with a RekindleError that says what to do. */
export async function startPrivatePostgres(options: {
  dataDir: string;
  durability?: Durability;
}): Promise<PrivatePostgres> {
  const durability = options.durability ?? 'on';
  const installed = await installedBinaries();
  try {
    const place = await choosePlace(options.dataDir);
    const start = async () => await launchAt(place, installed, durability);
    const begin = async () => await enterOrStart(place, start);
    return stay(await begin(), begin);
  } catch (error) {
    throw folderFailure(error, options.dataDir);
  }
}

async function launchAt(place: Place, installed: Binaries, durability: Durability): Promise<Launched> {
  const binaries = await runnableBinaries(installed, place.user, place.home);
  await ensureCluster(place, binaries, durability, installed.version);
  await removeStaleLock(place);
  return await launch(place, binaries, durability);
}

/** Keeps us present for as long as we use the server: when it crashes or is restarted, we enter again. */
function stay(first: Presence, reenter: () => Promise<Presence>): PrivatePostgres {
  const leaving = new AbortController();
  let presence: Presence | null = first;
  let socketDir = first.socketDir;
  const staying = (async () => {
    while (!leaving.signal.aborted) {
      if (presence === null) {
        presence = await tryToEnter(reenter);
        socketDir = presence?.socketDir ?? socketDir;
      } else {
        await Promise.race([presence.lost, aborted(leaving.signal)]);
        if (!leaving.signal.aborted) presence = null;
      }
    }
  })();
  return {
    version: first.serverVersion,
    connection: (database) => ({ host: socketDir, port: socketPort, user: superuser, database }),
    stopIfUnused: async () => {
      if (leaving.signal.aborted) return;
      leaving.abort();
      await staying;
      await presence?.leave();
    },
  };
}

async function tryToEnter(reenter: () => Promise<Presence>): Promise<Presence | null> {
  try {
    return await reenter();
  } catch {
    // Whoever queries meanwhile is told by the failing connection itself; here only persistence helps.
    await wait(reentryDelayMs, undefined, { ref: false });
    return null;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  await once(signal, 'abort');
}
