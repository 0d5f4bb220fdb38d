/** Other processes that use a private PostgreSQL, and the folders they use. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { PrivateConnection } from '../../../src/store/private-postgres.ts';

const program = fileURLToPath(new URL('hold.ts', import.meta.url));

export type Holder = {
  readonly connection: PrivateConnection;
  /** Ends as a command does. */
  leave(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
};

type Options = { readonly uid?: number; readonly gid?: number; readonly env?: Record<string, string> };

/** A process that has found or started the server. Rejects with what it wrote when it failed. */
export async function hold(dataDir: string, options: Options = {}): Promise<Holder> {
  const child = spawn(process.execPath, [program, dataDir], { env: {}, ...options, cwd: '/' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const exited = once(child, 'exit');
  const failure = text(child.stderr);
  const first = await Promise.race([once(child.stdout, 'data'), exited.then(() => null)]);
  if (first === null) throw new Error(await failure);
  return {
    connection: JSON.parse(String(first[0])) as PrivateConnection,
    leave: async () => {
      child.stdin.end();
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(await failure);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** An empty folder that every user may enter; gone after the test, with any server that still runs in it. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rk-'));
  await chmod(folder, mode);
  onTestFinished(async () => {
    const pid = await postmasterOf(folder);
    if (pid !== null) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return folder;
}

/** The process that postmaster.pid names; null when no server runs and none crashed. */
export async function postmasterOf(home: string): Promise<number | null> {
  try {
    return Number((await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  } catch {
    return null;
  }
}
