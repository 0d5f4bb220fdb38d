/** The one place that reads the environment (DESIGN.md section 8). Secrets may come from files, never from arguments. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UsageError } from '../model/errors.ts';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// or http://' });

function isSafeForToken(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function isBare(url: string): boolean {
  const { username, password, search, hash } = new URL(url);
  return [username, password, search, hash].every((part) => part === '');
}

const people = z
  .string()
  .transform((text) => text.split(/[\s,;]+/).filter((person) => person !== ''))
  .refine(
    (named) => named.every((person) => /^\d{1,20}$|^[^@]+@[^@]+$/.test(person)),
    'must be HubSpot user ids or email addresses, with commas between them',
  );

const environmentSchema = z.object({
  HUBSPOT_ACCESS_TOKEN: z.string().min(1).optional(),
  HUBSPOT_CLIENT_SECRET: z.string().min(1).optional(),
  HUBSPOT_PORTAL_ID: z.string().regex(/^\d+$/, 'must be the number of a HubSpot account').optional(),
  HUBSPOT_APP_ID: z.string().regex(/^\d+$/, 'must be the number of the app').optional(),
  HUBSPOT_API_URL: httpUrl
    .refine(
      isSafeForToken,
      'must begin with https://, or the access token would travel in clear; http:// is for 127.0.0.1',
    )
    .refine(isBare, 'must be an address alone, without a user name, a password, a query or a fragment')
    .default('https://api.hubapi.com'),
  PUBLIC_URL: httpUrl.optional(),
  REKINDLE_SETTINGS_ADMINS: people.default([]),
  /** Null where it is not set; an empty list names nobody, and `serve` says at its start what that means. */
  REKINDLE_ACTORS: people.nullable().default(null),
  DATABASE_URL: z.string().min(1).optional(),
  REKINDLE_DATA_DIR: z.string().min(1).default('./data'),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.string().min(1).default('info'),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Values that may be given as `<NAME>_FILE`, a file whose content is the value. */
const secretNames = ['HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_CLIENT_SECRET', 'DATABASE_URL'] as const;

/** @throws UsageError that names the variable and what it must be */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const named: Record<string, string | undefined> = {};
  for (const name of Object.keys(environmentSchema.shape)) named[name] = variables[name] || undefined;
  // Empty is not unset here alone: whoever means nobody, or lost the list, must not get everybody.
  named['REKINDLE_ACTORS'] = variables['REKINDLE_ACTORS'];
  for (const name of secretNames) {
    const file = variables[`${name}_FILE`];
    if (file) named[name] = readSecretFile(`${name}_FILE`, file);
  }
  const parsed = environmentSchema.safeParse(named);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new UsageError(`The environment is not usable: ${problems.join('; ')}.`);
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(
      `${name} names the file ${file}, which cannot be read. Check the path and its permissions.`,
      error,
    );
  }
}

/** The value of a variable that a command cannot do without. */
export function required<Name extends keyof Environment>(
  environment: Environment,
  name: Name,
  whereToFind: string,
): NonNullable<Environment[Name]> {
  const value = environment[name];
  if (value === undefined || value === null) {
    throw new UsageError(`${name} is not set. ${whereToFind}`);
  }
  return value as NonNullable<Environment[Name]>;
}

export const whereToFind = {
  accessToken: "Copy the access token from the app's page in HubSpot (Auth tab); see docs/install.md.",
  clientSecret: "Copy the client secret from the app's page in HubSpot (Auth tab); see docs/install.md.",
  publicUrl: 'Set it to the https address under which HubSpot reaches this server; see docs/install.md.',
  portalId: 'Set it to the number of your HubSpot account (in the address bar after /contacts/).',
} as const;

/** Who may act at the card, for whoever starts the server; doubtful where the list may be empty by mistake. */
export function whoMayAct({ REKINDLE_ACTORS: actors }: Environment): {
  readonly isDoubtful: boolean;
  readonly sentence: string;
} {
  if (actors === null) {
    return {
      isDoubtful: false,
      sentence:
        'Every user of the HubSpot account may act on partners at the card: REKINDLE_ACTORS is not set.',
    };
  }
  if (actors.length === 0) {
    return {
      isDoubtful: true,
      sentence:
        'Only those who may change the settings may act on partners at the card: REKINDLE_ACTORS is set and names nobody. ' +
        'Name HubSpot user ids or email addresses in it, or remove it so that every user may act.',
    };
  }
  return {
    isDoubtful: false,
    sentence:
      `Those whom REKINDLE_ACTORS names (${actors.length}) and those who may change the settings may act on partners at ` +
      'the card; the other users may look.',
  };
}
