import { execFile } from 'node:child_process';
import { cp, lstat, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { installedBinaries, runnableBinaries } from '../../src/store/private/binaries.ts';
import { temporaryFolder } from './processes/holder.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

/** As npm unpacks them where install scripts are off: without a link. */
async function withoutLinks(to: string): Promise<void> {
  const { folder } = await installedBinaries();
  await cp(folder, to, { recursive: true, filter: isNoLink });
}

async function isNoLink(path: string): Promise<boolean> {
  return !(await lstat(path)).isSymbolicLink();
}

test('the libraries get their links where install scripts are off', async () => {
  const folder = join(await temporaryFolder(), 'native');
  await withoutLinks(folder);
  const binaries = { folder, version: '0' };
  expect(await runnableBinaries(binaries, null, '/nowhere')).toBe(folder);
  const links = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')) as unknown[];
  const made = (await readdir(join(folder, 'lib'), { withFileTypes: true })).filter((entry) =>
    entry.isSymbolicLink(),
  );
  expect(made).toHaveLength(links.length);
  expect((await run(join(folder, 'bin', 'postgres'), ['--version'])).stdout).toContain('18.4');
  expect(await runnableBinaries(binaries, null, '/nowhere')).toBe(folder);
});

test.runIf(isRoot)('from a checkout that is closed to the user of the server, a copy runs', async () => {
  const closed = await temporaryFolder(0o700);
  await withoutLinks(join(closed, 'native'));
  const home = await temporaryFolder();
  await mkdir(join(home, 'data'));
  const binaries = { folder: join(closed, 'native'), version: '0' };
  const copies = await Promise.all([1, 2].map(() => runnableBinaries(binaries, nobody, home)));
  expect(copies).toEqual([join(home, 'postgres-programs-0'), join(home, 'postgres-programs-0')]);
  const program = join(home, 'postgres-programs-0', 'bin', 'postgres');
  expect((await run(program, ['--version'], { ...nobody, env: {} })).stdout).toContain('18.4');
  expect((await readdir(home)).sort()).toEqual(['data', 'postgres-programs-0']);
});
