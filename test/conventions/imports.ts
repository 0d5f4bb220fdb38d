/** Which room may use which (DESIGN.md section 4). */
import { posix } from 'node:path';
import type { Rule } from './rule.ts';
import type { SourceFile } from './source.ts';

type Import = {
  /** A path from the repository's root, or the name of a package. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
};

const statements = [
  /\b(?:import|export)\s+(?<typeOnly>type\s+(?!from\b))?[^'";]*?\bfrom\s*['"](?<target>[^'"]+)['"]/g,
  /\bimport\s*\(?\s*['"`](?<target>[^'"`]+)['"`]/g,
];

export function importsOf({ path, code }: SourceFile): Import[] {
  return statements.flatMap((statement) =>
    [...code.matchAll(statement)].map(({ groups = {} }) => {
      const { target = '', typeOnly } = groups;
      const isPackage = !target.startsWith('.');
      return {
        target: isPackage ? target : posix.join(posix.dirname(path), target),
        isPackage,
        typeOnly: typeOnly !== undefined,
      };
    }),
  );
}

const speakers = ['hubspot', 'store', 'intake', 'assess', 'engage'];
const steps = ['sync', 'publish', 'insight'];

/** The rooms that each room stands on. `web` is a room of its own for `cli`, whose `serve` starts it. */
const below: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ...Object.fromEntries(speakers.map((room) => [room, ['model']])),
  ...Object.fromEntries(steps.map((room) => [room, ['model', ...speakers]])),
  // A preview shows what publishing would write.
  insight: ['model', ...speakers, 'publish'],
  jobs: ['model', ...speakers, ...steps],
  web: ['model', ...speakers, ...steps, 'jobs'],
  cli: ['model', ...speakers, ...steps, 'jobs', 'web'],
  // It judges the client, so it shares nothing with it.
  sandbox: ['model'],
};

const exceptions: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^src\/cli\/(demo[a-z-]*|bench[a-z-]*|sandbox)\.ts$/, /^src\/sandbox\//],
  [/^src\/sandbox\/programmes\//, /^src\/assess\/presets\.ts$/],
  // The preview shows the same bundles that are uploaded.
  [/^src\/sandbox\/preview\//, /^tools\/(build-hubspot|hubspot-project)\.ts$/],
];

export const importDirection: Rule = {
  promise: 'a room uses only the rooms below it',
  breaches(file) {
    const room = roomOf(file.path);
    if (room === null) return [];
    const lower = below[room];
    if (lower === undefined)
      return [`src/${room} is no room of ARCHITECTURE.md: place it in the table of rooms.`];
    return importsOf(file)
      .filter(({ isPackage, target }) => {
        if (isPackage) return false;
        if (exceptions.some(([from, to]) => from.test(file.path) && to.test(target))) return false;
        const used = roomOf(target);
        return used !== room && (used === null || !lower.includes(used));
      })
      .map(({ target }) => `${room} may not import ${target}`);
  },
  broken: [
    ['src/model/kind.ts', "import { x } from '../assess/x.ts';"],
    ['src/assess/x.ts', "import type { X } from '../store/x.ts';"],
    ['src/sync/x.ts', "export * from '../publish/x.ts';"],
    ['src/publish/x.ts', "export * from '../insight/x.ts';"],
    ['src/jobs/x.ts', "const x = await import('../web/x.ts');"],
    ['src/web/x.ts', "import '../cli/x.ts';"],
    ['src/web/x.ts', "import {\n  a,\n  b,\n} from '../sandbox/server.ts';"],
    ['src/cli/serve.ts', "import { startSandbox } from '../sandbox/server.ts';"],
    ['src/sandbox/api/x.ts', "import { apiVersion } from '../../hubspot/paths.ts';"],
    ['src/sandbox/api/x.ts', "import { presets } from '../../assess/presets.ts';"],
    ['src/sandbox/programmes/x.ts', "import { assess } from '../../assess/assess.ts';"],
    ['src/store/x.ts', "import { database } from '../../test/world/database.ts';"],
    ['src/lib/x.ts', 'export {};'],
  ],
  kept: [
    ['src/cli/demo.ts', "import { startSandbox } from '../sandbox/server.ts';"],
    ['src/cli/bench-sync.ts', "import { startSandbox } from '../sandbox/server.ts';"],
    ['src/cli/serve.ts', "import { startServer } from '../web/server.ts';"],
    ['src/sandbox/programmes/x.ts', "import { presets } from '../../assess/presets.ts';"],
    ['src/model/x.ts', "// import { x } from '../assess/x.ts';\nimport { day } from './instant.ts';"],
    ['test/store/x.test.ts', "import { x } from '../../src/web/x.ts';"],
  ],
};

export const extensionImports: Rule = {
  promise: 'the extensions take nothing but types, from the contract and the model',
  breaches: (file) =>
    roomOf(file.path) !== null || !file.path.startsWith('extensions/')
      ? []
      : importsOf(file)
          .filter(({ isPackage, target, typeOnly }) => {
            if (isPackage || target.startsWith('extensions/')) return false;
            return !typeOnly || !/^src\/(web\/([a-z-]+-)?contract\.ts|model\/)/.test(target);
          })
          .map(({ target }) => `an extension may not import ${target} like this`),
  broken: [
    ['extensions/card/x.tsx', "import { statusNames } from '../../src/model/verdict.ts';"],
    ['extensions/card/x.tsx', "import { type Status } from '../../src/model/verdict.ts';"],
    ['extensions/card/x.tsx', "import type { Store } from '../../src/store/types.ts';"],
  ],
  kept: [
    ['extensions/card/x.tsx', "import type { Status } from '../../src/model/verdict.ts';"],
    ['extensions/card/x.tsx', "import type { Card } from '../../src/web/contract.ts';"],
    ['extensions/card/x.tsx', "import { ask } from '../shared/ask.ts';"],
  ],
};

/** Each foreign system has one room that speaks its language. */
const packageRooms: Readonly<Record<string, readonly string[]>> = {
  '@hubspot/api-client': ['hubspot'],
  kysely: ['store'],
  pg: ['store'],
  'pg-cursor': ['store'],
  'pg-boss': ['jobs'],
  'node-cron': ['jobs'],
  'csv-parse': ['intake'],
  // The preview shows the extensions in a browser of its own.
  express: ['web', 'sandbox'],
  'express-rate-limit': ['web'],
  helmet: ['web'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  'cli-table3': ['cli'],
};

export const packageHomes: Rule = {
  promise: 'a package that speaks to the outside is used in its own room',
  breaches(file) {
    const room = roomOf(file.path);
    if (room === null) return [];
    return importsOf(file)
      .filter(
        ({ isPackage, target }) => isPackage && packageRooms[packageOf(target)]?.includes(room) === false,
      )
      .map(({ target }) => `${target} is for src/${packageRooms[packageOf(target)]?.join(', src/')} only`);
  },
  broken: [
    ['src/jobs/x.ts', "import { sql } from 'kysely';"],
    ['src/sync/x.ts', "import { Client } from '@hubspot/api-client/index.js';"],
    ['src/assess/x.ts', "import { parse } from 'csv-parse/sync';"],
  ],
  kept: [
    ['src/store/x.ts', "import { Migrator } from 'kysely/migration';"],
    ['src/web/x.ts', "import express from 'express';"],
  ],
};

export function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}

export function roomOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}
