/** A supervisor knows the process that it started, which is npm: a signal to that one must end the work below it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

test('SIGTERM to npm stops the command that it runs, and npm ends only after it', async () => {
  const npm = spawn('npm', ['run', '--silent', 'rekindle', '--', 'sandbox', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    let address = '';
    for await (const line of createInterface({ input: npm.stdout })) {
      address = /at (http:\S+)/.exec(line)?.[1] ?? address;
      if (line.startsWith('Requests:')) break;
    }
    expect((await fetch(`${address}/__sandbox/requests`)).status).toBe(200);
    npm.kill('SIGTERM');
    await once(npm, 'exit');
    await expect(fetch(`${address}/__sandbox/requests`)).rejects.toThrow('fetch failed');
  } finally {
    stopGroup(npm.pid);
  }
});

/** Whatever npm left behind, should the promise be broken. */
function stopGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
