/** An upload as HubSpot has it: the assembled folder alone, outside of the repository, with the packages it would install. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { assemble } from '../../tools/assemble-hubspot.ts';
import { readJson, repositoryRoot } from '../../tools/hubspot-project.ts';

export type Upload = {
  /** Where hsproject.json lies. */
  readonly project: string;
  /** What hsproject.json calls srcDir: the root of what HubSpot gets. */
  readonly source: string;
  readonly entrypoints: readonly string[];
  remove(): Promise<void>;
};

/** Assembles a copy of the repository's sources, so that dist/ is left alone and node_modules is out of reach. */
export async function makeUpload(): Promise<Upload> {
  const project = await mkdtemp(join(tmpdir(), 'rekindle-upload-'));
  for (const name of ['app', 'extensions', 'hsproject.json', 'hubspot.config.yml', '.hsignore']) {
    await cp(join(repositoryRoot, name), join(project, name), { recursive: true });
  }
  const { folder, entrypoints } = await assemble(project);
  for (const name of ['app', 'extensions']) await rm(join(project, name), { recursive: true });
  return {
    project,
    source: folder,
    entrypoints,
    remove: () => rm(project, { recursive: true, force: true }),
  };
}

/** The same once more, for a test that changes it. */
export async function copyUpload({ project, source, entrypoints }: Upload): Promise<Upload> {
  const copy = await mkdtemp(join(tmpdir(), 'rekindle-upload-'));
  await cp(project, copy, { recursive: true });
  return {
    project: copy,
    source: join(copy, relative(project, source)),
    entrypoints,
    remove: () => rm(copy, { recursive: true, force: true }),
  };
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const lockfile = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
});
const installed = z.looseObject({ version: z.string() });

/**
 * Fills a component's node_modules by its own lockfile, as `npm ci` does at HubSpot, but from the repository's packages:
 * tests need no network. A package that is not here in the locked version is left out, which no bundle survives unless
 * it is types alone.
 */
export async function installComponent(folder: string): Promise<void> {
  const { packages } = await readJson(folder, 'package-lock.json', lockfile);
  for (const [path, { version }] of Object.entries(packages)) {
    if (!path.startsWith('node_modules/')) continue;
    const here = await readJson(repositoryRoot, `${path}/package.json`, installed).catch(() => null);
    if (here?.version !== version) continue;
    await cp(join(repositoryRoot, path), join(folder, path), { recursive: true });
  }
}

export function componentOf(upload: Upload, entrypoint: string): string {
  return join(upload.source, dirname(entrypoint));
}
