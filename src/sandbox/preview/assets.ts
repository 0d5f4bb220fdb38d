/** What the browser loads: the page's own code, and each extension turned into what HubSpot would run in its worker. */
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import {
  bundleExtension,
  readManifests,
  repositoryRoot,
  type ProjectManifests,
  type WorkflowActionManifest,
} from '../../../tools/hubspot-project.ts';

const browserFolder = join(import.meta.dirname, 'browser');

/** HubSpot's build leaves these to its worker, as globals (hubspot-platform.md section 3.4). */
const workerGlobals: ReadonlyMap<string, string> = new Map([
  ['react', 'React'],
  ['@remote-ui/react', 'RemoteUI'],
]);

const fromWorkerGlobals: Plugin = {
  name: 'from-worker-globals',
  setup(build) {
    build.onResolve({ filter: /^(react|@remote-ui\/react)$/ }, ({ path }) => ({ path, namespace: 'global' }));
    build.onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => ({
      contents: `module.exports = self.${workerGlobals.get(path)};`,
      loader: 'js',
    }));
  },
};

const production = { 'process.env.NODE_ENV': '"production"' };

/** The second half of what HubSpot's remote build does: the uploaded file and its packages become one script. */
async function asWorkerScript(uploaded: string): Promise<string> {
  const result = await build({
    stdin: { contents: uploaded, resolveDir: repositoryRoot, loader: 'js' },
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    define: production,
    plugins: [fromWorkerGlobals],
    write: false,
    logLevel: 'silent',
  });
  return result.outputFiles.map(({ text }) => text).join('');
}

/** A place where HubSpot runs an extension of the app. */
export type Surface = { readonly uid: string; readonly name: string; readonly location: string };
export type Assets = {
  /** The cards of company records. */
  readonly cards: readonly Surface[];
  readonly settings: Surface | null;
  readonly home: Surface | null;
  readonly workflowActions: readonly WorkflowActionManifest[];
  /** `permittedUrls.fetch` as the manifest has it, variables still in. */
  readonly permittedUrls: readonly string[];
  /** By URL path. */
  readonly files: ReadonlyMap<string, { readonly type: string; readonly text: string }>;
};

const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
]);

async function bundlePage(): Promise<{ name: string; text: string }[]> {
  const result = await build({
    entryPoints: ['main.tsx', 'worker.ts', 'preview.css'].map((name) => join(browserFolder, name)),
    outdir: '/',
    bundle: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
    charset: 'utf8',
    define: production,
    write: false,
    logLevel: 'silent',
  });
  return result.outputFiles.map(({ path, text }) => ({ name: path.slice(path.lastIndexOf('/') + 1), text }));
}

/** One bundle for each manifest that has code, even where two share an entry. */
function scriptsOf({ cards, settings, page }: ProjectManifests): Promise<{ name: string; text: string }[]> {
  const withCode = [...cards, settings, page].filter((placed) => placed !== null);
  return Promise.all(
    withCode.map(async ({ manifest }) => ({
      name: `extensions/${manifest.uid}.js`,
      text: await asWorkerScript(await bundleExtension(manifest.config.entrypoint)),
    })),
  );
}

/** Bundles everything once; the preview serves it from memory. */
export async function bundleAssets(): Promise<Assets> {
  const manifests = await readManifests();
  const { app, cards, settings, page } = manifests;
  const parts = await Promise.all([bundlePage(), scriptsOf(manifests)]);
  const files = parts.flat().map(({ name, text }) => {
    const type = contentTypes.get(name.slice(name.lastIndexOf('.'))) ?? 'application/octet-stream';
    return [`/assets/${name}`, { type, text }] as const;
  });
  const { name } = app.manifest.config;
  return {
    cards: cards
      .filter(({ manifest }) => manifest.config.objectTypes.includes('companies'))
      .map(({ manifest }) => ({
        uid: manifest.uid,
        name: manifest.config.name,
        location: manifest.config.location,
      })),
    settings: settings && { uid: settings.manifest.uid, name, location: 'settings' },
    home: page && { uid: page.manifest.uid, name, location: 'pages' },
    workflowActions: manifests.workflowActions.map(({ manifest }) => manifest),
    permittedUrls: app.manifest.config.permittedUrls.fetch,
    files: new Map(files),
  };
}
