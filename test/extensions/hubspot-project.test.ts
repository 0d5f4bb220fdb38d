/** What HubSpot would get: an upload folder without surprises, and code that runs where HubSpot runs it. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

// A copy of the sources, so that the tests neither touch dist/ nor find the repository's node_modules.
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rekindle-project-'));
  for (const name of ['app', 'extensions', 'src/model', 'src/web/contract.ts']) {
    await cp(join(repositoryRoot, name), join(root, name), { recursive: true });
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

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

describe('dist/hubspot', () => {
  it('holds the allow-list and nothing else, not even what an earlier build left', async () => {
    await assemble(root);
    await writeFile(join(root, 'dist/hubspot/app/secret.env'), 'TOKEN=1');
    const assembly = await assemble(root);
    expect(await filesBelow(assembly.folder)).toEqual([
      'app/app-hsmeta.json',
      'app/cards/PartnerCard.js',
      'app/cards/package-lock.json',
      'app/cards/package.json',
      'app/cards/partner-card-hsmeta.json',
      'app/cards/partner-preview-hsmeta.json',
      'app/webhooks/webhooks-hsmeta.json',
      'hsprofile.example.json',
    ]);
    expect(assembly.files.every(({ bytes }) => bytes > 0)).toBe(true);
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

  it('bundles outside of the repository without an import that leads nowhere', async () => {
    const { folder } = await assemble(root);
    const elsewhere = await mkdtemp(join(tmpdir(), 'rekindle-upload-'));
    try {
      await cp(folder, elsewhere, { recursive: true });
      const result = await build({
        entryPoints: [join(elsewhere, 'app/cards/PartnerCard.js')],
        bundle: true,
        format: 'esm',
        packages: 'external',
        write: false,
        metafile: true,
        logLevel: 'silent',
      });
      expect(Object.keys(result.metafile.inputs)).toHaveLength(1);
      const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
      const manifest = await readFile(join(elsewhere, 'app/cards/package.json'), 'utf8');
      const { dependencies } = z
        .object({ dependencies: z.record(z.string(), z.string()) })
        .parse(JSON.parse(manifest));
      expect([...new Set(imports.map(({ path }) => packageOf(path)))].sort()).toEqual(
        Object.keys(dependencies).sort(),
      );
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it('has no source map, no test and no path of this machine in the bundle', async () => {
    const text = await bundleExtension('/app/cards/PartnerCard.js', root);
    expect(text).not.toContain('sourceMappingURL');
    expect(text).not.toContain(root);
    expect(text).not.toContain(repositoryRoot);
  });
});

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
      (text) =>
        text.replace("'../shared/ask.ts';", "'../shared/ask.ts';\nexport * from '../../src/model/kind.ts';"),
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
    // reference/hubspot-api.md section 10: base, companies, their properties, deals, engagements and tasks, owners.
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

  it('come with a lockfile of exactly the two packages, in the versions that the tests run', async () => {
    const dependencies = { '@hubspot/ui-extensions': '0.17.0', react: '18.3.1' };
    const packageJson = await readJson(repositoryRoot, 'app/cards/package.json', z.looseObject({}));
    expect(packageJson['dependencies']).toEqual(dependencies);
    const lock = await readJson(
      repositoryRoot,
      'app/cards/package-lock.json',
      z.looseObject({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) }),
    );
    expect(lock.packages['']?.['dependencies']).toEqual(dependencies);
    for (const [name, version] of Object.entries(dependencies)) {
      const installed = await readJson(
        repositoryRoot,
        `node_modules/${name}/package.json`,
        z.looseObject({ version: z.string() }),
      );
      expect([lock.packages[`node_modules/${name}`]?.version, installed.version]).toEqual([version, version]);
    }
  });
});

describe('files of the HubSpot CLI', () => {
  it('hubspot.config.yml names no account and no credential', async () => {
    const lines = (await readFile(join(repositoryRoot, 'hubspot.config.yml'), 'utf8')).split('\n');
    const settings = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const keys = settings.map((line) => line.split(':')[0] ?? '');
    expect(keys.filter((key) => /key|token|secret/i.test(key))).toEqual([]);
    expect(settings).toContain('accounts: []');
    // `hs account auth` deletes a file that is exactly `{accounts: []}`.
    expect(settings.length).toBeGreaterThan(1);
  });

  it('.hsignore exists and has no rule', async () => {
    const lines = (await readFile(join(repositoryRoot, '.hsignore'), 'utf8')).split('\n');
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('the bundle', () => {
  it('keeps to what HubSpot’s worker has: no page, no storage, no network but hubspot.fetch', async () => {
    const text = await bundleExtension('/app/cards/PartnerCard.js', root);
    const beyond =
      /\b(document|window|localStorage|sessionStorage|indexedDB|navigator|XMLHttpRequest|WebSocket|console)\b/;
    expect(beyond.exec(text)?.[0]).toBeUndefined();
    expect(/(?<!hubspot\.)\bfetch\(/.exec(text)?.[0]).toBeUndefined();
    // An HTML tag is a component named by a string.
    expect(/\bjsxs?\("/.exec(text)?.[0]).toBeUndefined();
    expect(text).toContain('hubspot.fetch(');
  });
});
