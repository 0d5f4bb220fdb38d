/**
 * HubSpot's API as an OpenAPI document, derived at test time from the generated code inside the installed
 * `@hubspot/api-client` (Apache-2.0), which neither our client's shapes nor the sandbox wrote (hubspot-api.md section 9).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { createModels, type Schema } from './models.ts';
import { unwrappedOperations } from './unwrapped.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
};
export type Content = { readonly 'application/json': { readonly schema: Schema } };
export type Operation = {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
};
export type Contract = {
  readonly openapi: '3.0.1';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};

const date = '2026-09';
/**
 * The package calls v3 and v4, of which the date version is the same under another name (hubspot-api.md sections 1 and
 * 8). What has no line here is no part of the contract: unsupported soon, or not the CRM's.
 */
const datedNames: readonly (readonly [old: RegExp, dated: string])[] = [
  [/^\/crm\/v[34]\/objects(?=\/)/, `/crm/objects/${date}`],
  [/^\/crm\/(v4\/associations|associations\/v4)(?=\/)/, `/crm/associations/${date}`],
  [/^\/crm\/v3\/properties(?=\/)/, `/crm/properties/${date}`],
  [/^\/crm\/v3\/owners(?=\/|$)/, `/crm/owners/${date}`],
  [/^\/crm\/v3\/pipelines(?=\/)/, `/crm/pipelines/${date}`],
  [/^\/crm\/v3\/lists(?=\/|$)/, `/crm/lists/${date}`],
  [/^\/crm-object-schemas\/v3(?=\/)/, `/crm-object-schemas/${date}`],
];

export function buildContract(): Contract {
  const codegen = join(
    dirname(createRequire(import.meta.url).resolve('@hubspot/api-client/package.json')),
    'lib/codegen',
  );
  const contract: Contract = {
    openapi: '3.0.1',
    info: { title: 'HubSpot as @hubspot/api-client calls it', version: date },
    paths: {},
    components: { schemas: {} },
  };
  const families = readdirSync(codegen, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'apis')
    .map((entry) => entry.parentPath)
    .sort();
  for (const family of families) {
    const name = relative(codegen, family).replaceAll(/[\\/]/g, '.');
    const models = createModels(join(family, 'models'), name, contract.components.schemas);
    for (const file of readdirSync(join(family, 'apis')).filter((name) => name.endsWith('Api.js'))) {
      addOperations(contract, readFileSync(join(family, 'apis', file), 'utf8'), models);
    }
  }
  for (const [path, operation] of unwrappedOperations) contract.paths[path] = { get: operation };
  return contract;
}

type Models = ReturnType<typeof createModels>;

function addOperations(contract: Contract, source: string, models: Models): void {
  const [factory = '', processor = ''] = source.split(/^class \w+ResponseProcessor \{$/m);
  const answers = new Map(
    methodsOf(processor).map(({ name, body }) => [name.replace('WithHttpInfo', ''), body]),
  );
  for (const { name, body } of methodsOf(factory)) {
    const path = datedPath(/localVarPath = '([^']+)'/.exec(body)?.[1] ?? '');
    const method = /HttpMethod\.(\w+)\)/.exec(body)?.[1]?.toLowerCase();
    if (path === null || method === undefined) continue;
    const operations = (contract.paths[path] ??= {});
    operations[method] ??= operationOf(
      `${method.toUpperCase()} ${path}`,
      body,
      answers.get(name) ?? '',
      models,
    );
  }
}

function datedPath(path: string): string | null {
  const line = datedNames.find(([old]) => old.test(path));
  return line === undefined ? null : path.replace(line[0], line[1]).replace(/\/$/, '');
}

function methodsOf(source: string): { name: string; body: string }[] {
  return source
    .split(/^ {4}(?=\w+\([^)]*\) \{$)/m)
    .slice(1)
    .map((body) => ({ name: /^\w+/.exec(body)?.[0] ?? '', body }));
}

function operationOf(operationId: string, body: string, answers: string, models: Models): Operation {
  const required = new Set(
    [...body.matchAll(/RequiredError\("\w+", "\w+", "(\w+)"\)/g)].map(([, name]) => name),
  );
  const sent = /serializedBody = .*?\.serialize\((\w+), "([^"]+)", "([^"]*)"\)/.exec(body);
  return {
    operationId,
    parameters: parametersOf(operationId, body, required, models),
    ...(sent === null
      ? {}
      : {
          requestBody: {
            required: required.has(sent[1]),
            content: json(models.schemaOf(sent[2] ?? '', sent[3] ?? '', 'request')),
          },
        }),
    responses: responsesOf(answers, models),
  };
}

function parametersOf(
  operationId: string,
  body: string,
  required: ReadonlySet<string | undefined>,
  models: Models,
): Parameter[] {
  const inPath = new Set([...operationId.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name));
  const once = /setQueryParam\("([^"]+)", .*?serialize\((\w+), "([^"]+)", "([^"]*)"\)/g;
  const repeated = /serialize\((\w+), "(Array<[^"]+)", "([^"]*)"\);[^"]*?appendQueryParam\("([^"]+)"/g;
  return [
    ...[...inPath].map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const),
    ...[...body.matchAll(once)].map(([, name = '', argument, type = '', format = '']) => ({
      name,
      in: 'query' as const,
      required: required.has(argument),
      schema: models.schemaOf(type, format, 'request'),
    })),
    ...[...body.matchAll(repeated)].map(([, argument, type = '', format = '', name = '']) => ({
      name,
      in: 'query' as const,
      required: required.has(argument),
      schema: models.schemaOf(type, format, 'request'),
    })),
  ];
}

/** The package's status 0 is every other one. */
function responsesOf(answers: string, models: Models): Operation['responses'] {
  const cases = answers.split(/isCodeInRange\)\(/).slice(1);
  return Object.fromEntries(
    cases.map((text) => {
      const status = /^"(\d+)"/.exec(text)?.[1] ?? '0';
      const upToNext = text.split(/response\.httpStatusCode >= 200/)[0] ?? '';
      const type = /contentType\), "([^"]+)"/.exec(upToNext)?.[1];
      const content =
        type === undefined || type === 'void' ? {} : { content: json(models.schemaOf(type, '', 'response')) };
      return [status === '0' ? 'default' : status, { description: `status ${status}`, ...content }];
    }),
  );
}

export function json(schema: Schema): Content {
  return { 'application/json': { schema } };
}
