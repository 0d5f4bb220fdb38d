/**
 * Who the server runs as. PostgreSQL refuses to run as root, so root starts it as an unprivileged user; everybody else
 * starts it as themselves.
 */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './files.ts';

export type ServerUser = { readonly uid: number; readonly gid: number };

/** `nobody` on every current Linux. No user is created: that would outlive the program. */
const nobody: ServerUser = { uid: 65_534, gid: 65_534 };

/**
 * The user to start the server as, or null for ourselves. Root takes on the identity of whoever owns an existing
 * cluster, so that a data folder first used without root goes on working.
 */
export async function serverUser(cluster: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await statOrNull(cluster);
  return existing === null || existing.uid === 0 ? nobody : { uid: existing.uid, gid: existing.gid };
}

/** Whether `user` may pass through `folder` and everything above it. Root's own view says nothing: root may do all. */
export async function canEnter(user: ServerUser | null, folder: string): Promise<boolean> {
  if (user === null) return true;
  for (let path = folder; ; path = dirname(path)) {
    const found = await statOrNull(path);
    if (found !== null && !permits(user, found, 0o1)) return false;
    if (path === dirname(path)) return true;
  }
}

export async function canRead(user: ServerUser | null, path: string): Promise<boolean> {
  if (user === null) return true;
  const found = await statOrNull(path);
  return found !== null && permits(user, found, 0o4);
}

type Access = { readonly uid: number; readonly gid: number; readonly mode: number };

function permits(user: ServerUser, access: Access, bit: 0o1 | 0o4): boolean {
  if (access.uid === user.uid) return (access.mode & (bit << 6)) !== 0;
  if (access.gid === user.gid) return (access.mode & (bit << 3)) !== 0;
  return (access.mode & bit) !== 0;
}

async function statOrNull(path: string): Promise<Access | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
