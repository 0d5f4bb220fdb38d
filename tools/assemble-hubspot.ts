/** Puts together the folder that the HubSpot CLI uploads: an allow-list, so that nothing else can ever leave. */
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  bundleExtension,
  profileSchema,
  ProjectError,
  readJson,
  readManifests,
  repositoryRoot,
} from './hubspot-project.ts';

export type AssembledFile = { readonly path: string; readonly bytes: number };
export type Assembly = {
  readonly folder: string;
  readonly files: readonly AssembledFile[];
  /** The built files, as the manifests name them: `/app/cards/PartnerCard.js`. */
  readonly entrypoints: readonly string[];
  /** The profiles in it; the example alone when nobody has written one yet. */
  readonly profiles: readonly string[];
};

/** HubSpot installs by `npm ci`, which refuses a folder without a lockfile. */
const lockfileSchema = z.looseObject({ lockfileVersion: z.int().min(2), packages: z.looseObject({}) });

const exampleProfile = 'hsprofile.example.json';

/** The deployer's own profiles, or the example where there is none, so that the project can be inspected. */
async function profilesIn(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'app'));
  const profiles = names.filter((name) => /^hsprofile\.[a-z0-9_-]+\.json$/.test(name)).sort();
  const own = profiles.filter((name) => name !== exampleProfile);
  const chosen = own.length > 0 ? own : profiles;
  if (chosen.length === 0) throw new ProjectError(`app/${exampleProfile} is missing.`);
  await Promise.all(chosen.map((name) => readJson(root, `app/${name}`, profileSchema)));
  return chosen;
}

/**
 * Empties `root`/dist/hubspot and fills it: manifests, each component folder's package.json and lockfile, one built
 * file per entry point, and the profiles at the top (section 2.4). Throws a ProjectError before anything is written
 * when a source is not as HubSpot needs it.
 */
export async function assemble(root: string = repositoryRoot): Promise<Assembly> {
  const { app, cards, settings, page, workflowActions, webhooks } = await readManifests(root);
  const profiles = await profilesIn(root);
  const withCode = [...cards, settings, page].filter((placed) => placed !== null);
  const entrypoints = [...new Set(withCode.map(({ manifest }) => manifest.config.entrypoint))];
  const bundles = await Promise.all(
    entrypoints.map(async (entrypoint) => ({
      path: entrypoint.slice(1),
      text: await bundleExtension(entrypoint, root),
    })),
  );
  const componentFolders = [...new Set(entrypoints.map((entrypoint) => dirname(entrypoint.slice(1))))];
  await Promise.all(
    componentFolders.map((folder) => readJson(root, `${folder}/package-lock.json`, lockfileSchema)),
  );
  const copies = [
    ...[app, ...withCode, ...workflowActions, webhooks].map(({ path }) => ({ from: path, to: path })),
    ...componentFolders.flatMap((folder) =>
      ['package.json', 'package-lock.json'].map((name) => ({
        from: `${folder}/${name}`,
        to: `${folder}/${name}`,
      })),
    ),
    ...profiles.map((name) => ({ from: `app/${name}`, to: name })),
  ];

  const folder = join(root, 'dist', 'hubspot');
  await rm(folder, { recursive: true, force: true });
  for (const { from, to } of copies) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await copyFile(join(root, from), join(folder, to));
  }
  for (const { path, text } of bundles) await writeFile(join(folder, path), text);

  const paths = [...copies.map(({ to }) => to), ...bundles.map(({ path }) => path)].sort();
  const files = await Promise.all(
    paths.map(async (path) => ({ path, bytes: (await stat(join(folder, path))).size })),
  );
  return { folder, files, entrypoints, profiles };
}

export function usesExampleProfile(assembly: Assembly): boolean {
  return assembly.profiles.includes(exampleProfile);
}
