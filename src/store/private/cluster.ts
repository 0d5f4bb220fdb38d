/** Making the cluster: PostgreSQL's data folder. */
import { spawn } from 'node:child_process';
import { chown, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RekindleError } from '../../model/errors.ts';
import { programFailure, serverFailure } from './failure.ts';
import { hasCode, lstatOrNull, readOrNull } from './files.ts';
import type { Place } from './place.ts';

/** The database superuser. Only those who can reach the socket can be it, so it has no password. */
export const superuser = 'rekindle';

export type Durability = 'on' | 'off';

/**
 * Makes the cluster where there is none. It is made beside its place and moved there when complete, so that a crash
 * leaves no half cluster and of two processes at once exactly one wins.
 */
export async function ensureCluster(
  place: Place,
  binaries: string,
  durability: Durability,
  serverVersion: string,
): Promise<void> {
  const version = await readOrNull(join(place.cluster, 'PG_VERSION'));
  if (version !== null) {
    refuseOtherVersion(place, version.trim(), serverVersion);
    return;
  }
  if ((await lstatOrNull(place.cluster)) !== null && !(await isEmptyFolder(place.cluster))) {
    throw new RekindleError(
      `${place.cluster} is in the way: it is not the data of a PostgreSQL server. Move it away, or choose another folder with REKINDLE_DATA_DIR.`,
    );
  }
  await removeUnfinished(place);
  const unfinished = await mkdtemp(unfinishedPrefix(place));
  if (place.user !== null) await chown(unfinished, place.user.uid, place.user.gid);
  await initialise(place, binaries, unfinished, durability);
  await moveIntoPlace(unfinished, place.cluster);
}

function refuseOtherVersion(place: Place, found: string, serverVersion: string): void {
  const major = serverVersion.split('.')[0];
  if (found === major) return;
  throw new RekindleError(
    `The data in ${place.cluster} was written by PostgreSQL ${found}; npm now brings PostgreSQL ${major}, which cannot read it. ` +
      'Go back to the Rekindle that wrote it, or move the folder away: the next run fetches everything that HubSpot holds again.',
  );
}

async function isEmptyFolder(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0;
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

function unfinishedPrefix(place: Place): string {
  return `${place.cluster}.new-${process.pid}-`;
}

/** What a crash in the middle of making a cluster left behind; the folders of living processes stay. */
async function removeUnfinished(place: Place): Promise<void> {
  for (const name of await readdir(place.home)) {
    const pid = /^postgres\.new-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(place.home, name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * Text is UTF-8 and sorts by bytes, on every system alike. An empty environment keeps the user's PG* variables out.
 */
async function initialise(
  place: Place,
  binaries: string,
  folder: string,
  durability: Durability,
): Promise<void> {
  const program = join(binaries, 'bin', 'initdb');
  const options = ['-D', folder, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-instructions'];
  options.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (durability === 'off') options.push('--no-sync');
  const child = spawn(program, options, {
    ...place.user,
    cwd: '/',
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(programFailure(error, program)));
    child.once('close', resolve);
  });
  const [code, output] = await Promise.all([exited, text(child.stderr)]);
  if (code === 0) return;
  await rm(folder, { recursive: true, force: true });
  throw serverFailure(output, place.dataDir);
}

async function moveIntoPlace(unfinished: string, cluster: string): Promise<void> {
  try {
    await rename(unfinished, cluster);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    await rm(unfinished, { recursive: true, force: true });
    return;
  }
  // initdb made the files durable; their new name is the parent's to remember.
  const parent = await open(dirname(cluster), 'r');
  await parent.sync();
  await parent.close();
}
