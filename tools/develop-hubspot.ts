/** What development adds to an assembled folder: calls to a server on this machine, and bundles that follow their sources. */
import { watch } from 'node:fs';
import { access, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Assembly } from './assemble-hubspot.ts';
import { bundleExtension, ProjectError, readJson, repositoryRoot } from './hubspot-project.ts';

/** hubspot-platform.md section 6.6: the dev server compares origins, on both sides without a path. */
const isOrigin = (url: string): boolean => URL.canParse(url) && new URL(url).origin === url;
const localProxySchema = z.strictObject({
  proxy: z
    .record(z.string(), z.string())
    .refine(
      (proxy) => Object.entries(proxy).flat().every(isOrigin),
      'an origin has neither a path nor a slash at its end',
    ),
});

/**
 * Copies app/local.json, which sends the extensions' calls to a server on this machine. Never part of an upload: it is
 * the developer's own, and only the dev server reads it.
 * @returns false where there is none
 */
export async function allowLocalProxy(assembly: Assembly, root: string = repositoryRoot): Promise<boolean> {
  const present = await access(join(root, 'app/local.json')).then(
    () => true,
    () => false,
  );
  if (!present) return false;
  await readJson(root, 'app/local.json', localProxySchema);
  await copyFile(join(root, 'app/local.json'), join(assembly.folder, 'app/local.json'));
  return true;
}

/**
 * Builds the extensions anew whenever something below extensions/ changes, until `signal`. A source that cannot be built
 * is reported, and the next change tries again. A file is written only if its text differs: the dev server reloads on it.
 */
export async function keepBundled(
  assembly: Assembly,
  options: { signal: AbortSignal; report: (line: string) => void; root?: string },
): Promise<void> {
  const { signal, report, root = repositoryRoot } = options;
  const watcher = watch(join(root, 'extensions'), { recursive: true });
  let changed = Promise.withResolvers<void>();
  watcher.on('change', () => changed.resolve());
  let failure: Error | null = null;
  watcher.on('error', (error) => {
    failure = error;
    changed.resolve();
  });
  signal.addEventListener('abort', () => changed.resolve());
  try {
    while (!signal.aborted) {
      await changed.promise;
      // Before the build: what changes meanwhile needs another one.
      changed = Promise.withResolvers();
      if (failure !== null) throw failure;
      if (signal.aborted) return;
      for (const entrypoint of assembly.entrypoints) await refresh(assembly, entrypoint, root, report);
    }
  } finally {
    watcher.close();
  }
}

async function refresh(
  assembly: Assembly,
  entrypoint: string,
  root: string,
  report: (line: string) => void,
): Promise<void> {
  const path = join(assembly.folder, entrypoint.slice(1));
  try {
    const text = await bundleExtension(entrypoint, root);
    if (text === (await readFile(path, 'utf8'))) return;
    await writeFile(path, text);
    report(`Built ${entrypoint} anew.`);
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    report(error.message);
  }
}
