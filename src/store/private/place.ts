/** Where the cluster, its socket and its log lie. */
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RekindleError } from '../../model/errors.ts';
import { hasCode, lstatOrNull, readOrNull } from './files.ts';
import { canEnter, serverUser } from './user.ts';
import type { ServerUser } from './user.ts';

export type Place = {
  /** The folder that Rekindle was told to use; named in every message. */
  readonly dataDir: string;
  /** Holds the rest. The data folder itself, unless the server's user cannot enter it. */
  readonly home: string;
  readonly cluster: string;
  readonly socketDir: string;
  readonly logFile: string;
  readonly user: ServerUser | null;
};

/** Where root keeps a cluster whose data folder lies under a home that other users cannot enter. */
const sharedHome = '/var/lib/rekindle';
/** Left in the data folder in that case, so that the folder can be moved and still finds its database. */
const pointerFile = 'postgres-location';
/** Left beside the cluster, for whoever wonders whose it is. */
const backPointerFile = 'data-folder';
/** macOS allows 104 bytes with the closing zero, Linux 108. */
const socketPathBytes = 103;
const socketName = '.s.PGSQL.5432';

/** Creates the folders; the cluster is not created here. */
export async function choosePlace(dataDir: string): Promise<Place> {
  const folder = await ourFolder(resolve(dataDir));
  const home = await chooseHome(folder);
  const cluster = join(home, 'postgres');
  const user = await serverUser(cluster);
  const socketDir = await chooseSocketDir(home, user);
  return { dataDir: folder, home, cluster, socketDir, logFile: join(home, 'postgres.log'), user };
}

/** Creates the data folder; one that root creates is open to the server's user, whatever the umask. */
async function ourFolder(dataDir: string): Promise<string> {
  const created = await mkdir(dataDir, { recursive: true });
  if (created !== undefined && process.getuid?.() === 0) await chmod(dataDir, 0o755);
  return await realpath(dataDir);
}

async function chooseHome(dataDir: string): Promise<string> {
  const cluster = join(dataDir, 'postgres');
  const user = await serverUser(cluster);
  if (await canEnter(user, dataDir)) return dataDir;
  if ((await lstatOrNull(cluster)) !== null) throw shutOut(cluster);

  const pointer = join(dataDir, pointerFile);
  const known = await readOrNull(pointer);
  if (known !== null) return await knownHome(known.trim(), pointer);

  const home = join(sharedHome, hashOf(dataDir));
  await mkdir(home, { recursive: true });
  await chmod(sharedHome, 0o755);
  await chmod(home, 0o755);
  await writeFile(pointer, `${home}\n`);
  await writeFile(join(home, backPointerFile), `${dataDir}\n`);
  return home;
}

/** Beginning anew elsewhere would look like a loss of everything. */
function shutOut(cluster: string): RekindleError {
  return new RekindleError(
    `The user that PostgreSQL runs as cannot enter ${cluster} any more: a folder above it was closed to other users. ` +
      'Open that folder again (chmod o+x), or move the data folder and name it with REKINDLE_DATA_DIR.',
  );
}

async function knownHome(home: string, pointer: string): Promise<string> {
  if ((await lstatOrNull(home)) !== null) return home;
  throw new RekindleError(
    `The private database lay in ${home}, as ${pointer} says, and is gone. ` +
      'Restore that folder from a backup, or delete the file to begin with an empty database.',
  );
}

async function chooseSocketDir(home: string, user: ServerUser | null): Promise<string> {
  const near = join(home, 'socket');
  const fits = Buffer.byteLength(join(near, socketName)) <= socketPathBytes;
  const folder = fits ? near : join(tmpdir(), `rekindle-${hashOf(home)}`);
  await makeOwnFolder(folder, user);
  return folder;
}

/** A folder of the server's user alone: whoever can reach the socket is let in without a password. */
async function makeOwnFolder(folder: string, user: ServerUser | null): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    if (user !== null) await chown(folder, user.uid, user.gid);
    return;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const found = await lstat(folder);
  const uid = user?.uid ?? process.getuid?.();
  // Two processes may be here at once, and the other one may not have come to its chown yet.
  if (found.isDirectory() && user !== null && found.uid === 0) await chown(folder, user.uid, user.gid);
  else if (!found.isDirectory() || found.uid !== uid) {
    throw new RekindleError(
      `${folder} belongs to another user, so the private PostgreSQL cannot put its socket there. ` +
        'Run Rekindle as the user that started it first, or choose another folder with REKINDLE_DATA_DIR.',
    );
  }
  await chmod(folder, 0o700);
}

function hashOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
