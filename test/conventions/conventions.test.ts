/** Conventions that a reader relies on, turned into a test: a rule nobody checks is a wish. */
import { describe, expect, test } from 'vitest';
import { extensionImports, importDirection, packageHomes } from './imports.ts';
import {
  environmentFile,
  fieldNamesInHubSpot,
  hubSpotMethods,
  oneEnvironment,
  sqlInStore,
  writesInPublish,
} from './language.ts';
import { noEscapes, noMachinePaths, noOrigins, noSilentTests } from './hygiene.ts';
import { pureFiles, purity } from './purity.ts';
import type { Rule } from './rule.ts';
import { sourceFile, sourceFiles } from './source.ts';

const files = sourceFiles();
const textOf = (path: string): string => files.find((file) => file.path === path)?.code ?? '';

const rules: readonly Rule[] = [
  importDirection,
  extensionImports,
  packageHomes,
  purity,
  sqlInStore,
  fieldNamesInHubSpot,
  oneEnvironment,
  writesInPublish,
  noEscapes,
  noSilentTests,
  noMachinePaths,
  noOrigins,
];

describe.each(rules)('$promise', ({ breaches, broken, kept }) => {
  test('everywhere', () => {
    const found = files.flatMap((file) => breaches(file).map((breach) => `${file.path}: ${breach}`));
    expect(found).toEqual([]);
  });

  test.each(broken)('a breach is seen in %s: %s', (path, text) => {
    expect(breaches(sourceFile(path, text))).not.toEqual([]);
  });

  test.each(kept)('nothing is held against %s: %s', (path, text) => {
    expect(breaches(sourceFile(path, text))).toEqual([]);
  });
});

describe('the rules see the tree that they are about', () => {
  test('every room that the rules name has files', () => {
    const rooms = new Set(files.flatMap(({ path }) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []));
    for (const room of [
      'model',
      'hubspot',
      'store',
      'intake',
      'assess',
      'engage',
      'sync',
      'publish',
      'jobs',
    ]) {
      expect(rooms).toContain(room);
    }
  });

  test.each(pureFiles)('%s exists, so that its purity means something', (path) => {
    expect(files.map((file) => file.path)).toContain(path);
  });

  test('the environment is read where it should be', () => {
    expect(textOf(environmentFile)).toContain('process.env');
  });

  test('every method of HubSpot is known to read or to change', () => {
    const contract =
      /export type HubSpot = \{([\s\S]*?)\n\};/.exec(textOf('src/hubspot/hubspot.ts'))?.[1] ?? '';
    const methods = [...contract.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    expect(methods.sort()).toEqual([...hubSpotMethods.reading, ...hubSpotMethods.changing].sort());
  });
});

describe('comments, strings and code are told apart', () => {
  test.each([
    ["const a = 'x // y'; b();", 'b();'],
    ['const a = `x ${y + `${z}`} w`; b();', 'y + '],
    ["const a = /[/']/g.test(t); b();", 'b();'],
    ['const a = (x / y) / z; b();', '/ z; b();'],
    ["/* it's */ b();", 'b();'],
    ["const a = 'it\\'s'; b();", 'b();'],
    ['const a = `${{ x: { y } }.x}`; b();', 'b();'],
  ])('%s', (text, survives) => {
    const { bare } = sourceFile('x.ts', text);
    expect(bare).toContain(survives);
    expect(bare).not.toMatch(/['"`]/);
    expect(bare).toHaveLength(text.length);
  });

  test('strings are listed without their quotes', () => {
    expect(sourceFile('x.ts', "f('one', `two ${three} four`, /five/);").strings.join()).toMatch(
      /^one'?,two \$\{?,? four`$/,
    );
  });
});
