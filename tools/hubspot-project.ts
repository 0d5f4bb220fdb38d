/**
 * The HubSpot project: what of this repository HubSpot gets to see, and in which form. The build command assembles it,
 * the browser preview bundles the same extensions the same way.
 *
 * Shapes are our reading of reference/hubspot-platform.md section 2; HubSpot's own schemas are behind a login.
 */
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';

export const repositoryRoot = join(import.meta.dirname, '..');

/** Which source becomes which entry. A card names its entry in its manifest; HubSpot accepts one built file. */
const sources: ReadonlyMap<string, string> = new Map([
  ['/app/cards/PartnerCard.js', 'extensions/card/entry.tsx'],
  ['/app/pages/HomePage.js', 'extensions/home/entry.tsx'],
  ['/app/settings/SettingsPage.js', 'extensions/settings/entry.tsx'],
]);

const uid = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9_\-.]+$/, 'a uid has letters, digits, _, - and . only');

const appManifest = z.strictObject({
  uid,
  type: z.literal('app'),
  config: z.strictObject({
    name: z.string().trim().min(1).max(200),
    description: z.string().min(1).max(8192),
    distribution: z.literal('private'),
    auth: z.strictObject({
      type: z.literal('static'),
      requiredScopes: z.array(z.string()).min(1),
      // "Apps configured with static auth can only define required scopes."
      optionalScopes: z.array(z.string()).length(0),
      conditionallyRequiredScopes: z.array(z.string()).length(0),
    }),
    permittedUrls: z.strictObject({
      fetch: z.array(z.string()).min(1),
      iframe: z.array(z.string()),
      img: z.array(z.string()),
    }),
  }),
});

const cardManifest = z.strictObject({
  uid,
  type: z.literal('card'),
  config: z.strictObject({
    name: z.string().trim().min(1),
    description: z.string().min(1),
    location: z.enum(['crm.record.tab', 'crm.record.sidebar', 'crm.preview', 'helpdesk.sidebar']),
    entrypoint: z.string().regex(/^\/app\/cards\/[A-Za-z]+\.js$/, 'an entrypoint is /app/cards/<Name>.js'),
    objectTypes: z.array(z.enum(['companies', 'contacts', 'deals', 'tickets'])).min(1),
  }),
});

const entrypointIn = (folder: string) =>
  z
    .string()
    .regex(new RegExp(`^/app/${folder}/[A-Za-z]+\\.js$`), `an entrypoint is /app/${folder}/<Name>.js`);

const settingsManifest = z.strictObject({
  uid,
  type: z.literal('settings'),
  config: z.strictObject({ entrypoint: entrypointIn('settings') }),
});

const pageManifest = z.strictObject({
  uid,
  type: z.literal('page'),
  config: z.strictObject({ entrypoint: entrypointIn('pages') }),
});

const fieldOption = z.looseObject({ value: z.string(), label: z.string() });
const actionField = z.looseObject({
  typeDefinition: z.looseObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'a field has lower-case letters, digits and _'),
    type: z.enum(['string', 'number', 'bool', 'enumeration', 'date', 'datetime']),
    fieldType: z.string().optional(),
    options: z.array(fieldOption).optional(),
  }),
});
const actionLabels = z.looseObject({
  actionName: z.string().min(1),
  actionDescription: z.string().min(1),
  actionCardContent: z.string().min(1),
  inputFieldLabels: z.record(z.string(), z.string()).optional(),
  inputFieldDescriptions: z.record(z.string(), z.string()).optional(),
  outputFieldLabels: z.record(z.string(), z.string()).optional(),
});

const workflowActionConfig = z.looseObject({
  actionUrl: z
    .string()
    .startsWith('${API_BASE_URL}/', 'actions go to ${API_BASE_URL}, the address of our own server'),
  isPublished: z.boolean(),
  supportedClients: z.array(z.strictObject({ client: z.literal('WORKFLOWS') })).length(1),
  inputFields: z.array(
    actionField.extend({ isRequired: z.boolean(), supportedValueTypes: z.array(z.string()).min(1) }),
  ),
  outputFields: z.array(actionField).optional(),
  objectRequestOptions: z.looseObject({ properties: z.array(z.string()) }).optional(),
  labels: z.looseObject({ en: actionLabels }),
  objectTypes: z.tuple([z.literal('COMPANY')]),
});

/** HubSpot shows a field without a label by its name, and a placeholder without a field as it stands. */
function wordingProblems(config: z.infer<typeof workflowActionConfig>): string[] {
  const { inputFields, outputFields = [], labels } = config;
  const { inputFieldLabels = {}, outputFieldLabels = {}, actionCardContent } = labels.en;
  const inputs = inputFields.map(({ typeDefinition }) => typeDefinition.name);
  const outputs = outputFields.map(({ typeDefinition }) => typeDefinition.name);
  const unlabelled = [
    ...inputs.filter((name) => !(name in inputFieldLabels)),
    ...outputs.filter((name) => !(name in outputFieldLabels)),
  ];
  const placeholders = [...actionCardContent.matchAll(/\{\{\s*([\w.]+)\s*\}\}/g)].map(
    ([, name = '']) => name,
  );
  return [
    ...unlabelled.map((name) => `field "${name}" has no label in labels.en`),
    ...placeholders
      .filter((name) => !inputs.includes(name))
      .map((name) => `actionCardContent names "${name}", which is no input field`),
  ];
}

const workflowActionManifest = z.strictObject({
  uid,
  type: z.literal('workflow-action'),
  config: workflowActionConfig.superRefine((config, context) => {
    for (const message of wordingProblems(config)) context.addIssue({ code: 'custom', message });
  }),
});

const lifeEvents = ['creation', 'deletion', 'merge', 'restore', 'associationChange'] as const;
const objectType = z.enum([
  'company',
  'deal',
  'call',
  'email',
  'meeting_event',
  'note',
  'task',
  'communication',
]);
const active = z.boolean();

const webhooksManifest = z.strictObject({
  uid,
  type: z.literal('webhooks'),
  config: z.strictObject({
    settings: z.strictObject({
      targetUrl: z.literal('${API_BASE_URL}/webhooks/hubspot', {
        error: 'events go to ${API_BASE_URL}/webhooks/hubspot, the address of our own server',
      }),
      maxConcurrentRequests: z.int().min(1).max(100),
    }),
    subscriptions: z.strictObject({
      crmObjects: z
        .array(
          z.union([
            z.strictObject({
              subscriptionType: z.enum(lifeEvents.map((event) => `object.${event}` as const)),
              objectType,
              active,
            }),
            z.strictObject({
              subscriptionType: z.literal('object.propertyChange'),
              objectType,
              propertyName: z
                .string()
                .regex(/^[a-z][a-z0-9_]*$/, 'a property has lower-case letters, digits and _'),
              active,
            }),
          ]),
        )
        .min(1)
        // hubspot-api.md 2.2
        .max(1000),
      legacyCrmObjects: z.array(z.never()),
      hubEvents: z.array(z.never()),
    }),
  }),
});

const manifestSchema = z.discriminatedUnion('type', [
  appManifest,
  cardManifest,
  settingsManifest,
  pageManifest,
  workflowActionManifest,
  webhooksManifest,
]);
export type Manifest = z.infer<typeof manifestSchema>;
export type AppManifest = z.infer<typeof appManifest>;
export type CardManifest = z.infer<typeof cardManifest>;
export type WebhooksManifest = z.infer<typeof webhooksManifest>;
export type WorkflowActionManifest = z.infer<typeof workflowActionManifest>;

export const profileSchema = z.strictObject({
  accountId: z.int('accountId is the HubSpot account id, a whole number').positive(),
  variables: z.strictObject({
    API_BASE_URL: z
      .url({ protocol: /^https$/, error: 'API_BASE_URL must be an https address' })
      .refine((url) => !url.endsWith('/'), 'API_BASE_URL must not end with /'),
  }),
});

/** What a build cannot go on with; the message says which file and what to do. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

export async function readJson<T>(root: string, path: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(root, path), 'utf8'));
  } catch (cause) {
    throw new ProjectError(`${path} cannot be read as JSON: ${String(cause)}`, { cause });
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new ProjectError(`${path} is not valid:\n${z.prettifyError(result.error)}`);
  return result.data;
}

type Placed<M extends Manifest> = { readonly path: string; readonly manifest: M };
export type ProjectManifests = {
  readonly app: Placed<AppManifest>;
  readonly cards: readonly Placed<CardManifest>[];
  /** HubSpot takes one settings page and one app page at most; null where there is none. */
  readonly settings: Placed<z.infer<typeof settingsManifest>> | null;
  readonly page: Placed<z.infer<typeof pageManifest>> | null;
  readonly workflowActions: readonly Placed<WorkflowActionManifest>[];
  readonly webhooks: Placed<WebhooksManifest>;
};

/** Where HubSpot looks for each type, below app/; it skips a manifest that lies elsewhere (sections 2.2 and 2.3). */
const folders: Readonly<Record<Manifest['type'], string>> = {
  app: '.',
  card: 'cards',
  settings: 'settings',
  page: 'pages',
  'workflow-action': 'workflow-actions',
  webhooks: 'webhooks',
};

/** Every `*-hsmeta.json` below app/, each where HubSpot looks for it. */
export async function readManifests(root: string = repositoryRoot): Promise<ProjectManifests> {
  const names = await readdir(join(root, 'app'), { recursive: true });
  const paths = names.filter((name) => name.endsWith('-hsmeta.json')).sort();
  const all = await Promise.all(
    paths.map(async (name) => ({
      path: `app/${name}`,
      manifest: await readJson(root, `app/${name}`, manifestSchema),
    })),
  );
  const misplaced = all.find(({ path, manifest }) => dirname(path) !== join('app', folders[manifest.type]));
  if (misplaced !== undefined) {
    const { path, manifest } = misplaced;
    throw new ProjectError(
      `${path} is of type ${manifest.type}, which HubSpot looks for in ${join('app', folders[manifest.type])}/ only.`,
    );
  }
  const uids = all.map(({ manifest }) => manifest.uid);
  const repeated = uids.find((uid, index) => uids.indexOf(uid) !== index);
  if (repeated !== undefined) throw new ProjectError(`Two manifests in app/ share the uid "${repeated}".`);
  const of = <T extends Manifest['type']>(type: T): Placed<Extract<Manifest, { type: T }>>[] =>
    all.filter((placed): placed is Placed<Extract<Manifest, { type: T }>> => placed.manifest.type === type);
  return {
    app: onlyOne(of('app'), 'app'),
    cards: of('card'),
    settings: atMostOne(of('settings'), 'settings'),
    page: atMostOne(of('page'), 'page'),
    workflowActions: of('workflow-action'),
    webhooks: onlyOne(of('webhooks'), 'webhooks'),
  };
}

function atMostOne<T>(manifests: readonly T[], kind: string): T | null {
  return manifests.length === 0 ? null : onlyOne(manifests, kind);
}

function onlyOne<T>(manifests: readonly T[], kind: string): T {
  const [only] = manifests;
  if (only === undefined || manifests.length > 1) {
    throw new ProjectError(
      `A HubSpot project has exactly one ${kind} manifest; app/ has ${manifests.length}.`,
    );
  }
  return only;
}

const packageSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/**
 * Bundles one extension into a single ES module. Imports from npm stay imports, so that HubSpot's analysis still sees
 * them; only React sources below extensions/ may go in (section 3.4), and only packages that the component's
 * own package.json lists may be imported, because HubSpot installs nothing else (section 3.2, trap 1).
 */
export async function bundleExtension(entrypoint: string, root: string = repositoryRoot): Promise<string> {
  const source = sources.get(entrypoint);
  if (source === undefined) {
    throw new ProjectError(
      `No source is known for ${entrypoint}. Add it to the table in tools/hubspot-project.ts.`,
    );
  }
  const result = await bundle(source, root);
  const strangers = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith('extensions/'));
  if (strangers.length > 0) {
    throw new ProjectError(
      `${source} pulls in ${strangers.join(', ')}. Extensions may take types from src/, nothing else: use "import type".`,
    );
  }
  const folder = entrypoint.slice(1, entrypoint.lastIndexOf('/'));
  const { dependencies } = await readJson(root, `${folder}/package.json`, packageSchema);
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
  const missing = imports.map(({ path }) => packageOf(path)).filter((name) => !(name in dependencies));
  if (missing.length > 0) {
    throw new ProjectError(
      `${source} imports ${missing.join(', ')}, which ${folder}/package.json does not list: HubSpot would not install it.`,
    );
  }
  const [file] = result.outputFiles;
  if (file === undefined) throw new ProjectError(`esbuild made nothing of ${source}.`);
  return file.text;
}

async function bundle(source: string, root: string) {
  try {
    return await build({
      absWorkingDir: root,
      entryPoints: [source],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      packages: 'external',
      charset: 'utf8',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
  } catch (cause) {
    throw new ProjectError(`${source} cannot be bundled: ${String(cause)}`, { cause });
  }
}

/** `@scope/name/sub/path` -> `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
