/** What no file of this repository contains. */
import { finds, type Rule } from './rule.ts';

const script = /\.tsx?$/;

export const noEscapes: Rule = {
  promise: 'the compiler is never talked out of its doubts',
  breaches: ({ path, text, bare }) =>
    !script.test(path)
      ? []
      : [
          ...finds(text, /(?:\/\/|\/\*)\s*@ts-(?:ignore|expect-error|nocheck)/, 'a silenced compiler'),
          ...finds(bare, /(?:[:<,|&(]|\bas)\s*any\b(?!\s*[:(.])|\bany\s*\[\s*\]/, 'any'),
        ],
  broken: [
    ['src/web/x.ts', `// ${'@'}ts-ignore\nconst x: number = y;`],
    ['src/web/x.ts', `/* ${'@'}ts-nocheck */`],
    ['test/x.test.ts', 'const body = JSON.parse(text) as any;'],
    ['test/x.test.ts', 'const rows: any[] = [];'],
    ['src/web/x.ts', 'const map = new Map<string, any>();'],
  ],
  kept: [
    ['src/web/x.ts', '// any of them\nconst any = 1; f(any.x, "as any");'],
    ['src/web/x.ts', 'const row: unknown = read(); const signal = AbortSignal.any([one]);'],
  ],
};

export const noSilentTests: Rule = {
  promise: 'no test is switched off and none runs alone',
  breaches: ({ path, bare }) =>
    !path.startsWith('test/') || !script.test(path)
      ? []
      : finds(
          bare,
          /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fails)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/,
          'a switched-off test',
        ),
  broken: [
    ['test/x.test.ts', "test.skip('later', () => {});"],
    ['test/x.test.ts', "describe.only('this', () => {});"],
    ['test/x.test.ts', "it.concurrent.skip('x', f);"],
    ['test/x.test.ts', "test.todo('write me');"],
  ],
  kept: [
    // What depends on the surroundings may say so.
    ['test/x.test.ts', "test.skipIf(!existsSync(file))('reads the file', f);"],
    ['test/x.test.ts', "const name = 'test.skip'; rows.skip(1);"],
  ],
};

const written = /\.(ts|tsx|json|md|yml|css|html)$/;

export const noMachinePaths: Rule = {
  promise: 'no file names a folder of the machine it was written on',
  breaches: ({ path, text }) =>
    written.test(path)
      ? finds(
          text,
          /(?<![\w.}])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.-]+|\b[A-Z]:\\Users\\/,
          'a path of one machine',
        )
      : [],
  broken: [
    ['src/web/x.ts', `const file = '${['', 'work', 'main', 'data'].join('/')}';`],
    ['README.md', `See ${['', 'home', 'ada', 'rekindle'].join('/')}.`],
  ],
  kept: [
    ['README.md', 'See `./data/` and https://example.com/work/x and ../work/x.'],
    ['src/web/x.ts', "const route = '/card/task';"],
  ],
};

/** Each spelt so that this file does not break the rule itself. */
const origins =
  /(?<!user[- ])\b(?:sub-?)?a[g]ents?\b(?!\s*[:(])|\bhelpe[r]s?\b|\b(?:c[l]aude|a[n]thropic|co[p]ilot|chat[g]pt|L[L]Ms?)\b|\bAI[- ](?:written|generated|assisted)|\bco-autho[r]ed-by\b|\bother build[e]rs\b/i;

export const noOrigins: Rule = {
  promise: 'files speak about the product, not about how or by whom it was made',
  breaches: ({ path, text }) => (written.test(path) ? finds(text, origins, 'not about the product') : []),
  broken: [
    ['src/web/x.ts', `// Written by another ${'ag'}ent.`],
    ['README.md', `Made with ${'Clau'}de.`],
    ['test/x.ts', `// Shared ${'help'}ers.`],
  ],
  kept: [['src/hubspot/x.ts', "headers['user-agent'] = 'rekindle'; request({ agent: false });"]],
};
