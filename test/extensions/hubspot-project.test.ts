/** What HubSpot would get: an upload folder without surprises, and code that runs where HubSpot runs it. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { engagementTypes } from '../../src/model/record.ts';
import { assemble, usesExampleProfile } from '../../tools/assemble-hubspot.ts';
import {
  bundleExtension,
  packageOf,
  profileSchema,
  ProjectError,
  readJson,
  readManifests,
  repositoryRoot,
} from '../../tools/hubspot-project.ts';
import { sourceFile } from '../conventions/source.ts';
import { filesBelow } from '../packaging/upload.ts';

// A copy of the sources, so that the tests neither touch dist/ nor find the repository's node_modules.
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rekindle-project-'));
  for (const name of ['app', 'extensions', 'src/model', 'src/web/contract.ts']) {
    await cp(join(repositoryRoot, name), join(root, name), { recursive: true });
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function withChange<T>(
  path: string,
  change: (text: string) => string,
  then: () => Promise<T>,
): Promise<T> {
  const before = await readFile(join(root, path), 'utf8');
  await writeFile(join(root, path), change(before));
  try {
    return await then();
  } finally {
    await writeFile(join(root, path), before);
  }
}

async function inspect(path: string) {
  const { metafile } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return metafile;
}

/** The example profile's, npm's in lockfiles, and HubSpot's own, where records are. */
const knownAddresses: ReadonlySet<string> = new Set([
  'https://rekindle.example.com',
  'https://registry.npmjs.org',
  'https://app.hubspot.com',
]);

describe('dist/hubspot', () => {
  it('holds the allow-list and nothing else, not even what an earlier build left', async () => {
    await assemble(root);
    await writeFile(join(root, 'dist/hubspot/app/secret.env'), 'TOKEN=1');
    const assembly = await assemble(root);
    const { app, cards, settings, page, workflowActions, webhooks } = await readManifests(root);
    const manifests = [app, webhooks, ...workflowActions, ...cards, settings, page].filter(
      (one) => one !== null,
    );
    const folders = new Set(assembly.entrypoints.map((path) => dirname(path).slice(1)));
    const allowed = [
      ...manifests.map(({ path }) => path),
      ...assembly.entrypoints.map((path) => path.slice(1)),
      ...[...folders].flatMap((folder) => [`${folder}/package.json`, `${folder}/package-lock.json`]),
      'hsprofile.example.json',
    ].sort();
    expect(await filesBelow(assembly.folder)).toEqual(allowed);
    expect(allowed).toEqual(expect.arrayContaining(['app/cards/PartnerCard.js', 'app/app-hsmeta.json']));
    expect(assembly.files.map(({ path }) => path)).toEqual(allowed);
    expect(assembly.files.every(({ bytes }) => bytes > 0 && bytes < 1_000_000)).toBe(true);
  });

  it('takes the deployer’s profiles instead of the example', async () => {
    expect(usesExampleProfile(await assemble(root))).toBe(true);
    const profile = {
      accountId: 42,
      variables: { API_BASE_URL: 'https://rekindle.customer.example/partners' },
    };
    const path = join(root, 'app/hsprofile.production.json');
    await writeFile(path, JSON.stringify(profile));
    try {
      const assembly = await assemble(root);
      expect(assembly.profiles).toEqual(['hsprofile.production.json']);
      expect(usesExampleProfile(assembly)).toBe(false);
    } finally {
      await rm(path);
    }
  });

  it('takes nothing along that somebody left beside a manifest', async () => {
    const strays = ['app/local.json', 'app/cards/.env', 'app/cards/notes.md', 'app/cards/node_modules.txt'];
    for (const path of strays) await writeFile(join(root, path), 'SECRET=1');
    try {
      const { folder } = await assemble(root);
      const files = await filesBelow(folder);
      expect(files.filter((path) => strays.includes(path))).toEqual([]);
    } finally {
      for (const path of strays) await rm(join(root, path));
    }
  });

  it('holds no secret, no name of one, and no address but the profile’s and HubSpot’s own', async () => {
    const { folder } = await assemble(root);
    const secret =
      /pat-[a-z]{2,3}\d?-|-----BEGIN|[?&](?:hapikey|access_token)=|\b(?:HUBSPOT|DATABASE|REKINDLE)_[A-Z_]+\b|(?:[sS]ecret|[tT]oken|[pP]assword)["']?\s*[:=]\s*["'][^"']{8,}["']/;
    expect(secret.exec('const token = "pat-na1-0000"')?.[0]).toBeDefined();
    for (const path of await filesBelow(folder)) {
      const text = await readFile(join(folder, path), 'utf8');
      const found = path.endsWith('package-lock.json') ? undefined : secret.exec(text)?.[0];
      const addresses = [...text.matchAll(/https?:\/\/[^/"'`\s]+/g)].map(([address]) => address);
      const strange = addresses.filter((address) => !knownAddresses.has(address));
      expect([path, found, strange]).toEqual([path, undefined, []]);
    }
  });

  it('bundles outside of the repository without an import that leads nowhere', async () => {
    const { folder, entrypoints } = await assemble(root);
    const elsewhere = await mkdtemp(join(tmpdir(), 'rekindle-upload-'));
    try {
      await cp(folder, elsewhere, { recursive: true });
      for (const entrypoint of entrypoints) {
        const { inputs, outputs } = await inspect(join(elsewhere, entrypoint));
        expect(Object.keys(inputs)).toHaveLength(1);
        const imports = Object.values(outputs).flatMap((output) => output.imports);
        const manifest = await readFile(join(elsewhere, dirname(entrypoint), 'package.json'), 'utf8');
        const { dependencies } = z
          .object({ dependencies: z.record(z.string(), z.string()) })
          .parse(JSON.parse(manifest));
        expect([...new Set(imports.map(({ path }) => packageOf(path)))].sort()).toEqual(
          Object.keys(dependencies).sort(),
        );
      }
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('has no source map, no test and no path of this machine in the bundle', async () => {
    const { entrypoints } = await assemble(root);
    for (const entrypoint of entrypoints) {
      const text = await bundleExtension(entrypoint, root);
      expect(text).not.toContain('sourceMappingURL');
      expect(text).not.toContain(root);
      expect(text).not.toContain(repositoryRoot);
    }
  });
});

function actionInput(name: string): object {
  return {
    typeDefinition: { name, type: 'string', fieldType: 'text' },
    supportedValueTypes: ['STATIC_VALUE'],
    isRequired: true,
  };
}

/** A manifest without anything wrong but `changes`; HubSpot finds it misplaced only once its shape is right. */
function workflowAction(changes: object, actionCardContent = 'Recalculate'): string {
  const labels = {
    actionName: 'Recalculate',
    actionDescription: 'Judges the partner now.',
    actionCardContent,
  };
  const config = {
    actionUrl: '${API_BASE_URL}/workflow-actions/recalculate',
    isPublished: true,
    supportedClients: [{ client: 'WORKFLOWS' }],
    inputFields: [],
    labels: { en: labels },
    objectTypes: ['COMPANY'],
    ...changes,
  };
  return JSON.stringify({ uid: 'rekindle_recalculate', type: 'workflow-action', config });
}

describe('a project that HubSpot would refuse is refused here, with the file’s name', () => {
  const refusals: readonly [string, string, (text: string) => string, RegExp][] = [
    ['broken JSON', 'app/app-hsmeta.json', () => '{', /app\/app-hsmeta\.json cannot be read as JSON/],
    [
      'a uid with a blank',
      'app/app-hsmeta.json',
      (text) => text.replace('rekindle_app', 'rekindle app'),
      /a uid has letters/,
    ],
    [
      'an unknown location',
      'app/cards/partner-card-hsmeta.json',
      (text) => text.replace('crm.record.tab', 'crm.index.tab'),
      /location/,
    ],
    [
      'an unknown key',
      'app/app-hsmeta.json',
      (text) => text.replace('"uid"', '"webhooks": {}, "uid"'),
      /Unrecognized key/,
    ],
    [
      'webhooks to another server',
      'app/webhooks/webhooks-hsmeta.json',
      (text) => text.replace('${API_BASE_URL}', 'https://elsewhere.example'),
      /events go to \$\{API_BASE_URL\}\/webhooks\/hubspot/,
    ],
    [
      'a webhook for records that we do not keep',
      'app/webhooks/webhooks-hsmeta.json',
      (text) => text.replace('"objectType": "deal"', '"objectType": "contact"'),
      /crmObjects/,
    ],
    [
      'a uid used twice',
      'app/cards/partner-preview-hsmeta.json',
      (text) => text.replace('rekindle_partner_preview', 'rekindle_partner_card'),
      /share the uid "rekindle_partner_card"/,
    ],
    [
      'an entry without a source',
      'app/cards/partner-card-hsmeta.json',
      (text) => text.replace('PartnerCard.js', 'OtherCard.js'),
      /No source is known for \/app\/cards\/OtherCard\.js/,
    ],
    [
      'a manifest where HubSpot does not look for its type',
      'app/webhooks/webhooks-hsmeta.json',
      () =>
        JSON.stringify({
          uid: 'rekindle_settings',
          type: 'settings',
          config: { entrypoint: '/app/settings/SettingsPage.js' },
        }),
      /app\/webhooks\/webhooks-hsmeta\.json is of type settings, which HubSpot looks for in app\/settings\/ only/,
    ],
    [
      'a workflow action whose server is not ours',
      'app/webhooks/webhooks-hsmeta.json',
      () => workflowAction({ actionUrl: 'https://elsewhere.example/act' }),
      /actions go to \$\{API_BASE_URL\}/,
    ],
    [
      'a workflow action for other records than companies',
      'app/webhooks/webhooks-hsmeta.json',
      () => workflowAction({ objectTypes: ['CONTACT'] }),
      /objectTypes/,
    ],
    [
      'a workflow action with a field that nobody named',
      'app/webhooks/webhooks-hsmeta.json',
      () => workflowAction({ inputFields: [actionInput('reason')] }),
      /field "reason" has no label in labels\.en/,
    ],
    [
      'a workflow action whose text has a gap that no field fills',
      'app/webhooks/webhooks-hsmeta.json',
      () => workflowAction({}, 'Snooze until {{until}}'),
      /actionCardContent names "until", which is no input field/,
    ],
    [
      'a source that does not compile',
      'extensions/card/use-card.ts',
      (text) => `${text}\nexport const = 1;`,
      /extensions\/card\/entry\.tsx cannot be bundled/,
    ],
    [
      'a lockfile that npm would not take',
      'app/cards/package-lock.json',
      () => '{}',
      /app\/cards\/package-lock\.json is not valid/,
    ],
    [
      'an http address',
      'app/hsprofile.example.json',
      (text) => text.replace('https:', 'http:'),
      /API_BASE_URL must be an https address/,
    ],
    [
      'a package that HubSpot would not install',
      'app/cards/package.json',
      (text) => text.replace('"react": "18.3.1"', '"preact": "1.0.0"'),
      /imports react.*, which app\/cards\/package\.json does not list/s,
    ],
    [
      'code from src/',
      'extensions/card/use-card.ts',
      (text) => text.replace("'./answer.ts';", "'./answer.ts';\nexport * from '../../src/model/kind.ts';"),
      /pulls in src\/model\/kind\.ts/,
    ],
  ];

  it.each(refusals)('%s', async (_, path, change, message) => {
    const made = withChange(path, change, () => assemble(root));
    await expect(made).rejects.toThrow(ProjectError);
    await expect(withChange(path, change, () => assemble(root))).rejects.toThrow(message);
  });
});

describe('the manifests', () => {
  it('ask for the documented scopes and no more', async () => {
    const { app } = await readManifests();
    // reference/hubspot-api.md section 10: base, companies, their properties, deals, engagements and tasks, owners, users.
    expect(app.manifest.config.auth.requiredScopes).toEqual([
      'oauth',
      'crm.objects.companies.read',
      'crm.objects.companies.write',
      'crm.schemas.companies.read',
      'crm.schemas.companies.write',
      'crm.objects.deals.read',
      'crm.schemas.deals.read',
      'crm.objects.contacts.read',
      'crm.objects.contacts.write',
      'crm.objects.owners.read',
      'settings.users.read',
    ]);
  });

  it('permit the card to call Rekindle’s server and nobody else', async () => {
    const { app } = await readManifests();
    expect(app.manifest.config.permittedUrls).toEqual({ fetch: ['${API_BASE_URL}'], iframe: [], img: [] });
  });

  it('place the card on the company record and in its preview', async () => {
    const { cards } = await readManifests();
    expect(cards.map(({ manifest }) => [manifest.config.location, manifest.config.objectTypes])).toEqual([
      ['crm.record.tab', ['companies']],
      ['crm.preview', ['companies']],
    ]);
  });

  it('subscribe to every change of the records that we keep, and to the properties that we read of them', async () => {
    const { webhooks } = await readManifests();
    const { crmObjects } = webhooks.manifest.config.subscriptions;
    const told = (wanted: string): string[] =>
      crmObjects
        .filter(({ active, subscriptionType }) => active && subscriptionType === wanted)
        .map(({ objectType }) => objectType);
    const types = [
      'company',
      'deal',
      ...engagementTypes.map((type) => (type === 'meeting' ? 'meeting_event' : type)),
    ];
    for (const event of ['creation', 'deletion', 'restore', 'associationChange']) {
      expect(told(`object.${event}`)).toEqual(types);
    }
    expect(told('object.merge')).toEqual(['company', 'deal']);
    const properties = crmObjects.flatMap((line) =>
      'propertyName' in line ? [`${line.objectType}.${line.propertyName}`] : [],
    );
    expect(new Set(properties).size).toBe(properties.length);
    expect(properties).toEqual(
      expect.arrayContaining(['company.type', 'deal.dealstage', 'meeting_event.hs_meeting_outcome']),
    );
    // Our own write-back must not call us, and the first upload comes before `provision` makes these properties.
    expect(properties.filter((name) => name.includes('rekindle_'))).toEqual([]);
  });

  it('name the platform and the assembled folder', async () => {
    const project = await readJson(
      repositoryRoot,
      'hsproject.json',
      z.strictObject({ name: z.string(), srcDir: z.string(), platformVersion: z.string() }),
    );
    expect(project).toEqual({ name: 'rekindle', srcDir: 'dist/hubspot', platformVersion: '2026.09' });
  });

  it('have a committed profile that is valid', async () => {
    await expect(
      readJson(repositoryRoot, 'app/hsprofile.example.json', profileSchema),
    ).resolves.toBeDefined();
  });

  it('come with lockfiles of exactly the two packages, in the versions that the tests run', async () => {
    const dependencies = { '@hubspot/ui-extensions': '0.17.0', react: '18.3.1' };
    const { entrypoints } = await assemble(root);
    for (const folder of new Set(entrypoints.map((path) => dirname(path).slice(1)))) {
      const packageJson = await readJson(repositoryRoot, `${folder}/package.json`, z.looseObject({}));
      expect([folder, packageJson['dependencies']]).toEqual([folder, dependencies]);
      const lock = await readJson(
        repositoryRoot,
        `${folder}/package-lock.json`,
        z.looseObject({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) }),
      );
      expect(lock.packages['']?.['dependencies']).toEqual(dependencies);
      for (const [name, version] of Object.entries(dependencies)) {
        const installed = await readJson(
          repositoryRoot,
          `node_modules/${name}/package.json`,
          z.looseObject({ version: z.string() }),
        );
        expect([lock.packages[`node_modules/${name}`]?.version, installed.version]).toEqual([
          version,
          version,
        ]);
      }
    }
  });
});

describe('files of the HubSpot CLI', () => {
  it('the npm scripts run one pinned version of it, by the name of its program', async () => {
    const { scripts } = await readJson(
      repositoryRoot,
      'package.json',
      z.looseObject({ scripts: z.record(z.string(), z.string()) }),
    );
    // The package has two programs, so that npx without --package does not know which one is meant.
    const cli = 'npx --yes --package=@hubspot/cli@8.14.0 hs project';
    expect(scripts['hubspot:upload']).toBe(`npm run build:hubspot && ${cli} upload`);
    expect(scripts['hubspot:dev']).toBe(`node tools/dev-hubspot.ts ${cli} dev`);
  });

  it('.hsignore exists and has no rule', async () => {
    const lines = (await readFile(join(repositoryRoot, '.hsignore'), 'utf8')).split('\n');
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('the bundle', () => {
  it('keeps to what HubSpot’s worker has: no page, no storage, no network but hubspot.fetch', async () => {
    const beyond =
      /\b(document|window|localStorage|sessionStorage|indexedDB|navigator|XMLHttpRequest|WebSocket|console)\b/;
    const { entrypoints } = await assemble(root);
    for (const entrypoint of entrypoints) {
      const text = await bundleExtension(entrypoint, root);
      const { bare } = sourceFile('bundle.ts', text);
      expect([entrypoint, beyond.exec(bare)?.[0]]).toEqual([entrypoint, undefined]);
      expect(/(?<!hubspot\.)\bfetch\(/.exec(text)?.[0]).toBeUndefined();
      // An HTML tag is a component named by a string.
      expect(/\bjsxs?\("/.exec(text)?.[0]).toBeUndefined();
      expect(text).toContain('hubspot.fetch(');
    }
  });
});
