/** The upload under HubSpot's own libraries: the parser of its CLI, and the builder that its cloud runs. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { getConfig } from '@hubspot/local-dev-lib/config';
import { shouldIgnoreFile } from '@hubspot/local-dev-lib/ignoreRules';
import { getAllHsProfiles } from '@hubspot/project-parsing-lib/profiles';
import { parseProjectConfig } from '@hubspot/project-parsing-lib/projects';
import { translate, type IntermediateRepresentationNode } from '@hubspot/project-parsing-lib/translate';
import {
  collectFileDependencies,
  collectWorkspaceDirectories,
  findAndParsePackageJsonFiles,
} from '@hubspot/project-parsing-lib/workspaces';
import { remoteBuild } from '@hubspot/ui-extensions-dev-server/build';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readJson, readManifests, repositoryRoot } from '../../tools/hubspot-project.ts';
import { componentOf, copyUpload, filesBelow, installComponent, makeUpload, type Upload } from './upload.ts';

let upload: Upload;
beforeAll(async () => {
  upload = await makeUpload();
});
afterAll(() => upload.remove());

/** What HubSpot calls our types. Its schemas of them are behind a login: here any config passes them. */
const componentTypes = ['APPLICATION', 'CARD', 'SETTINGS', 'PAGE', 'WEBHOOKS', 'WORKFLOW_ACTION'];

beforeEach(() => {
  vi.stubEnv('USE_ENVIRONMENT_HUBSPOT_CONFIG', 'true');
  vi.stubEnv('HUBSPOT_ACCOUNT_ID', '123');
  vi.stubEnv('HUBSPOT_PERSONAL_ACCESS_KEY', 'a-key-for-the-parser');
  nock.disableNetConnect();
  nock('https://api.hubapi.com')
    .persist()
    .post(/localdevauth/)
    .query(true)
    .reply(200, {
      oauthAccessToken: 'a-token',
      expiresAtMillis: 4_102_444_800_000,
      hubId: 123,
      userId: 1,
      scopeGroups: [],
      enabledFeatures: {},
      encodedOAuthRefreshToken: 'a-refresh-token',
      hubName: 'test',
      accountType: 'STANDARD',
    })
    .get(/project-schemas\/v3/)
    .query(true)
    .reply(200, Object.fromEntries(componentTypes.map((type) => [type, { type: 'object' }])));
});
afterEach(() => {
  vi.unstubAllEnvs();
  nock.cleanAll();
  nock.enableNetConnect();
});

type Parsed = { nodes: IntermediateRepresentationNode[]; skipped: unknown[] };

async function parse(project: string, profile = 'example'): Promise<Parsed> {
  const { srcDir, platformVersion } = parseProjectConfig(project);
  const { intermediateRepresentation, skippedHsMetaFiles } = await translate(
    { projectSourceDir: join(project, srcDir), platformVersion, accountId: 123 },
    { profile },
  );
  return {
    nodes: Object.values(intermediateRepresentation.intermediateNodesIndexedByUid),
    skipped: skippedHsMetaFiles,
  };
}

describe('HubSpot’s parser', () => {
  it('takes every manifest, with nothing skipped', async () => {
    const { nodes, skipped } = await parse(upload.project);
    expect(skipped).toEqual([]);
    const { app, cards, settings, page, workflowActions, webhooks } = await readManifests();
    const ours = [app, webhooks, ...cards, ...workflowActions, settings, page].filter((one) => one !== null);
    expect(nodes.map(({ uid, metaFilePath }) => [uid, metaFilePath]).sort()).toEqual(
      ours.map(({ manifest, path }) => [manifest.uid, path]).sort(),
    );
    expect(componentTypes).toEqual(expect.arrayContaining(nodes.map(({ componentType }) => componentType)));
  });

  it('fills in the profile everywhere: no address is left open', async () => {
    expect(await getAllHsProfiles(upload.source)).toEqual(['example']);
    const { nodes } = await parse(upload.project);
    const text = JSON.stringify(nodes);
    expect(text).not.toContain('${');
    const addresses = new Set([...text.matchAll(/https?:\/\/[^/"]+/g)].map(([address]) => address));
    expect([...addresses]).toEqual(['https://rekindle.example.com']);
  });

  it('finds each entry point that a manifest names', async () => {
    const { nodes } = await parse(upload.project);
    const entrypoint = z.object({ entrypoint: z.string() });
    const named = nodes.flatMap(({ config }) => entrypoint.safeParse(config).data?.entrypoint ?? []);
    expect(new Set(named)).toEqual(new Set(upload.entrypoints));
    for (const path of named) await expect(readFile(join(upload.source, path))).resolves.not.toHaveLength(0);
  });

  it('finds no package of ours or of a workspace to send along', async () => {
    const packages = await findAndParsePackageJsonFiles(upload.source);
    expect(packages.length).toBeGreaterThan(0);
    expect(await collectWorkspaceDirectories(packages)).toEqual([]);
    expect(await collectFileDependencies(packages)).toEqual([]);
  });

  const damages: readonly [string, (source: string) => Promise<void>, RegExp][] = [
    [
      'a uid with a blank',
      edit('app/app-hsmeta.json', '"rekindle_app"', '"rekindle app"'),
      /'uid' should use only/,
    ],
    [
      'a uid used twice',
      edit('app/cards/partner-preview-hsmeta.json', '"rekindle_partner_preview"', '"rekindle_partner_card"'),
      /rekindle_partner_card/,
    ],
    [
      'a card among the webhooks',
      (source) =>
        rename(
          join(source, 'app/cards/partner-preview-hsmeta.json'),
          join(source, 'app/webhooks/partner-preview-hsmeta.json'),
        ),
      /app\/cards/,
    ],
    [
      'a second list of webhooks',
      async (source) => {
        const path = join(source, 'app/webhooks/webhooks-hsmeta.json');
        const text = await readFile(path, 'utf8');
        await writeFile(
          join(source, 'app/webhooks/more-hsmeta.json'),
          text.replace('"rekindle_webhooks"', '"more"'),
        );
      },
      /webhooks/,
    ],
    [
      'a variable that no profile has',
      edit('app/app-hsmeta.json', '${API_BASE_URL}', '${API_BASE}'),
      /API_BASE/,
    ],
  ];

  it.each(damages)('refuses %s: the checks above can fail', async (_, damage, message) => {
    const damaged = await copyUpload(upload);
    try {
      await damage(damaged.source);
      const refusal: unknown = await parse(damaged.project).then(
        () => 'nothing',
        (error: unknown) => error,
      );
      expect(String(refusal)).toMatch(message);
    } finally {
      await damaged.remove();
    }
  });
});

function edit(path: string, from: string, to: string): (source: string) => Promise<void> {
  return async (source) => {
    const text = await readFile(join(source, path), 'utf8');
    expect(text).toContain(from);
    await writeFile(join(source, path), text.replaceAll(from, to));
  };
}

describe('HubSpot’s CLI', () => {
  it('uploads every file of the folder: its ignore rules leave none out', async () => {
    // With .hsignore beside hsproject.json, as in the repository, paths are taken relative to it.
    const before = process.cwd();
    process.chdir(upload.project);
    try {
      const files = await filesBelow(upload.source);
      expect(files.filter((path) => shouldIgnoreFile(join(upload.source, path), true))).toEqual([]);
      expect(shouldIgnoreFile(join(upload.source, 'app/cards/node_modules/react/index.js'), true)).toBe(true);
    } finally {
      process.chdir(before);
    }
  });

  it('reads hubspot.config.yml, and finds neither an account nor a credential in it', () => {
    vi.stubEnv('USE_ENVIRONMENT_HUBSPOT_CONFIG', 'false');
    vi.stubEnv('HUBSPOT_CONFIG_PATH', join(repositoryRoot, 'hubspot.config.yml'));
    expect(getConfig()).toEqual({
      defaultCmsPublishMode: 'draft',
      httpTimeout: 30_000,
      allowUsageTracking: false,
      accounts: [],
    });
  });
});

const builtManifest = z.object({
  entry: z.string(),
  modules: z.object({
    internal: z.array(z.object({ module: z.string() })),
    external: z.array(z.object({ module: z.string() })),
  }),
  installedSdkVersion: z.string(),
});

/** Builds one extension as HubSpot's cloud does: in the component's folder, with what its lockfile installs. */
async function build(at: Upload, entrypoint: string) {
  const root = componentOf(at, entrypoint);
  await installComponent(root);
  const outputDir = join(root, 'built');
  const entryPoint = join(at.source, entrypoint);
  await remoteBuild({ root, entryPoint, outputDir, logLevel: 'silent', appConfig: { variables: {} } });
  const name = basename(entrypoint, '.js');
  const code = await readFile(join(outputDir, `${name}.js`), 'utf8');
  const manifest = await readJson(outputDir, `${name}-manifest.json`, builtManifest);
  await rm(outputDir, { recursive: true });
  await rm(join(root, 'node_modules'), { recursive: true });
  return { code, manifest };
}

describe('HubSpot’s builder', () => {
  it('bundles every extension from its own folder alone, below 1 MB, and what it makes starts', async () => {
    expect(upload.entrypoints.length).toBeGreaterThan(0);
    for (const entrypoint of upload.entrypoints) {
      const { code, manifest } = await build(upload, entrypoint);
      expect(Buffer.byteLength(code)).toBeLessThan(1_000_000);
      expect(manifest.installedSdkVersion).toBe('0.17.0');
      expect(manifest.modules.internal.map(({ module }) => module)).toEqual([basename(entrypoint)]);
      expect(
        manifest.modules.external
          .map(({ module }) => module)
          .filter((module) => !module.startsWith('node_modules/')),
      ).toEqual([]);
      expect([entrypoint, registrations(code)]).toEqual([entrypoint, 1]);
    }
  });

  it('cannot bundle what the component does not install, although the repository has it', async () => {
    const other = await copyUpload(upload);
    try {
      const [entrypoint = ''] = other.entrypoints;
      const path = join(other.source, entrypoint);
      await writeFile(path, `import { z } from 'zod';\nz.string();\n${await readFile(path, 'utf8')}`);
      await expect(build(other, entrypoint)).rejects.toThrow(/zod/);
    } finally {
      await other.remove();
    }
  });
});

/** Runs a bundle in what HubSpot's worker offers, without a page or Node around it, and counts what it registers. */
function registrations(code: string): number {
  let registered = 0;
  const worker = {
    __HUBSPOT_EXTENSION_WORKER__: true,
    extend_V2: () => {
      registered += 1;
    },
  };
  const anything: object = new Proxy(() => anything, { get: () => anything });
  new Function('self', 'React', 'RemoteUI', 'process', 'document', 'window', 'fetch', code)(
    worker,
    anything,
    anything,
  );
  return registered;
}
