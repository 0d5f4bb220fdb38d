import { lstat, readFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';

/** The file's text, or null where there is no such file. */
export async function readOrNull(file: string): Promise<string | null> {
  return await orNull(readFile(file, 'utf8'));
}

/** What lies at `path` (a link is not followed), or null where nothing does. */
export async function lstatOrNull(path: string): Promise<Stats | null> {
  return await orNull(lstat(path));
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    // ESRCH: a file of /proc whose process ended while it was read.
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
