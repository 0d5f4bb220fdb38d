/** Thinking apart from doing (DESIGN.md sections 4 and 9). */
import { importsOf, packageOf, roomOf } from './imports.ts';
import { finds, type Rule } from './rule.ts';

const pureRooms = new Set(['model', 'assess', 'engage']);
/** Pure files in rooms that act. */
export const pureFiles = [
  'src/jobs/schedule.ts',
  'src/publish/desired.ts',
  'src/publish/plan.ts',
  'src/sync/derive.ts',
];
/** They compute and nothing else, as long as nobody asks luxon for now. */
const purePackages = new Set(['big.js', 'luxon', 'zod']);
/** A hash is the same every time; the rest of node:crypto is caught as chance. */
const hashing = /\bimport \{ createHash \} from 'node:crypto';/g;

const impurities: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a clock', /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^)\s])|(?<!\bnew\s|\w|\.)Date\(|\bperformance\b/],
  ['a clock', /\bDateTime\.(now|local|utc)\s*\(\s*\)|\bDateTime\.now\b/],
  ['chance', /\bMath\.random\b|\bcrypto\b/],
  ['waiting', /\b(async|await|Promise)\b|\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
  ['the process', /\bprocess\s*[.[]|\bglobalThis\b|\bconsole\b|\brequire\s*\(/],
  ['the network', /\b(fetch|XMLHttpRequest|WebSocket)\b\s*\(/],
];

export const purity: Rule = {
  promise: 'a pure file has no clock, no chance, no waiting and no outside world',
  breaches(file) {
    if (!pureRooms.has(roomOf(file.path) ?? '') && !pureFiles.includes(file.path)) return [];
    const considered = pureFiles.includes(file.path) ? file.code.replace(hashing, '') : file.code;
    const imports = importsOf({ ...file, code: considered })
      .filter(({ isPackage, target }) => isPackage && !purePackages.has(packageOf(target)))
      .map(({ target }) => `imports ${target}`);
    return [...imports, ...impurities.flatMap(([what, pattern]) => finds(file.bare, pattern, what))];
  },
  broken: [
    ['src/assess/x.ts', 'const now = Date.now();'],
    ['src/assess/x.ts', 'const now = new Date();'],
    ['src/assess/x.ts', 'const now = new Date;'],
    ['src/engage/x.ts', 'const now = DateTime.utc();'],
    ['src/engage/x.ts', 'const id = Math.random();'],
    ['src/model/x.ts', 'export async function f() {}'],
    ['src/model/x.ts', 'const x = await y;'],
    ['src/model/x.ts', 'process.exitCode = 1;'],
    ['src/model/x.ts', "import { createHash } from 'node:crypto';"],
    ['src/model/x.ts', "import { readFile } from 'fs/promises';"],
    ['src/publish/plan.ts', "fetch('https://example.com');"],
    ['src/sync/derive.ts', 'setTimeout(f, 1);'],
    ['src/jobs/schedule.ts', 'const at = `${Date.now()}`;'],
    ['src/jobs/schedule.ts', "import { createHash, randomUUID } from 'node:crypto';"],
    ['src/assess/x.ts', 'const today = Date();'],
  ],
  kept: [
    ['src/assess/x.ts', 'const date = new Date(now);\n// never Date.now()'],
    ['src/assess/x.ts', "const text = 'await the process. fetch (it)';"],
    ['src/model/x.ts', "import { DateTime } from 'luxon';\nDateTime.fromMillis(now);"],
    ['src/jobs/run.ts', 'const now = Date.now();'],
    ['src/jobs/schedule.ts', "import { createHash } from 'node:crypto';\ncreateHash('sha256').update(slot);"],
  ],
};
