/** The server process: start, stop, and what its postmaster.pid says. */
import { spawn } from 'node:child_process';
import { open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RekindleError } from '../../model/errors.ts';
import { isAlive } from './cluster.ts';
import type { Durability } from './cluster.ts';
import { programFailure } from './failure.ts';
import { hasCode, lstatOrNull, readOrNull } from './files.ts';
import type { Place } from './place.ts';

const logLimitBytes = 10_000_000;
const stopTimeoutMs = 30_000;
/** A server that starts fills its lock at once; one that is empty for so long was left by a crash. */
const emptyLockLimitMs = 10_000;

/**
 * A file in the data folder rather than shared memory: a container's /dev/shm has 64 MB, and logind removes a user's
 * shared memory when the user logs out although the server stays.
 */
const settings = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'dynamic_shared_memory_type=mmap',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'max_wal_size=4GB',
  'work_mem=32MB',
  'maintenance_work_mem=128MB',
];
/** For tests only: nothing survives a power cut. */
const volatileSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

export type Launched = {
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<Ending>;
};

export type Ending = { readonly exitCode: number | null; readonly lastWords: string };

/**
 * Starts the server in a session of its own: it outlives this process, so that a `serve` beside us keeps its database,
 * and Ctrl-C does not reach it. Whether it is ready shows by connecting.
 */
export async function launch(place: Place, binaries: string, durability: Durability): Promise<Launched> {
  const program = join(binaries, 'bin', 'postgres');
  const log = await openLog(place);
  const options = ['-D', place.cluster, '-k', place.socketDir];
  for (const setting of durability === 'on' ? settings : [...settings, ...volatileSettings]) {
    options.push('-c', setting);
  }
  try {
    const child = spawn(program, options, {
      ...place.user,
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', 'ignore', log.file.fd],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(programFailure(error, program)));
      child.once('exit', resolve);
    }).then(async (exitCode) => ({ exitCode, lastWords: await lastWords(place, log.size) }));
    // Whoever waits for the server to be ready hears of it; nobody does once it was.
    ended.catch(() => undefined);
    child.unref();
    return { ended };
  } finally {
    await log.file.close();
  }
}

async function openLog(place: Place) {
  const file = await open(place.logFile, 'a', 0o600);
  const { size } = await file.stat();
  if (size <= logLimitBytes) return { file, size };
  await truncate(place.logFile, 0);
  return { file, size: 0 };
}

async function lastWords(place: Place, from: number): Promise<string> {
  const log = await readFile(place.logFile);
  return log.subarray(from).toString('utf8');
}

/**
 * No error: another process was faster, or a server is still shutting down and its lock is in the way, or the server
 * ran and its last user stopped it before we could enter (only an orderly stop exits with 0).
 */
export function lostTheRace({ exitCode, lastWords: output }: Ending): boolean {
  return (
    exitCode === 0 || /lock file ".*" (already exists|is empty)|pre-existing shared memory block/.test(output)
  );
}

export type Postmaster = { readonly pid: number; readonly socketDir: string | null };

/** The server that runs, or ran last and crashed, on this cluster (lines 1 and 5 of postmaster.pid). */
export async function readPostmaster(place: Place): Promise<Postmaster | null> {
  const lines = (await readOrNull(join(place.cluster, 'postmaster.pid')))?.split('\n');
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return null;
  const socketDir = lines[4]?.trim();
  return { pid, socketDir: socketDir === undefined || socketDir === '' ? null : socketDir };
}

/**
 * Removes a lock that no server holds and that PostgreSQL would stumble over. After a restart of the machine or
 * container, the process id of a crashed server may belong to somebody else (only Linux tells whose it is; elsewhere
 * PostgreSQL's own words stand); after a power cut the lock may be empty.
 */
export async function removeStaleLock(place: Place): Promise<void> {
  const lock = join(place.cluster, 'postmaster.pid');
  const state = await lstatOrNull(lock);
  if (state === null) return;
  if (state.size === 0) {
    if (Date.now() - state.mtimeMs > emptyLockLimitMs) await rm(lock, { force: true });
    return;
  }
  const postmaster = await readPostmaster(place);
  if (postmaster === null || !isAlive(postmaster.pid)) return;
  const command = await readOrNull(`/proc/${postmaster.pid}/cmdline`);
  if (command === null || command === '' || command.includes('postgres')) return;
  await rm(lock, { force: true });
}

/** Stops the server without waiting for its clients ("fast"), and waits until it is gone. */
export async function stopServer(place: Place): Promise<void> {
  const postmaster = await readPostmaster(place);
  if (postmaster === null) return;
  try {
    process.kill(postmaster.pid, 'SIGINT');
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return;
    throw error;
  }
  const deadline = performance.now() + stopTimeoutMs;
  while (await isRunning(place, postmaster.pid)) {
    if (performance.now() > deadline) {
      throw new RekindleError(
        `The private PostgreSQL in ${place.dataDir} does not stop (process ${postmaster.pid}). Nothing is lost; the next command uses it as it is.`,
        { retryable: true },
      );
    }
    await wait(10);
  }
}

async function isRunning(place: Place, pid: number): Promise<boolean> {
  try {
    await stat(join(place.cluster, 'postmaster.pid'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  return isAlive(pid) && (await readPostmaster(place))?.pid === pid;
}
