/** The command line as a person meets it: a process of its own, with only the environment it is given. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** @param environment on top of a quiet log and an empty path to nothing else */
export async function rekindle(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...words], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}
