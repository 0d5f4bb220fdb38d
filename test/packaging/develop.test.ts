/** `hubspot:dev`: what HubSpot's dev server watches follows the sources, and an upload never notices. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assemble, type Assembly } from '../../tools/assemble-hubspot.ts';
import { allowLocalProxy, keepBundled } from '../../tools/develop-hubspot.ts';
import { ProjectError, repositoryRoot } from '../../tools/hubspot-project.ts';

let root: string;
let assembly: Assembly;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rekindle-develop-'));
  for (const name of ['app', 'extensions']) {
    await cp(join(repositoryRoot, name), join(root, name), { recursive: true });
  }
  assembly = await assemble(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('builds an extension anew when its source changes, and says what is wrong with a source that it cannot build', async () => {
  const ended = new AbortController();
  const lines: string[] = [];
  const source = join(root, 'extensions/card/entry.tsx');
  const bundle = join(assembly.folder, 'app/cards/PartnerCard.js');
  const bundling = keepBundled(assembly, { signal: ended.signal, report: (line) => lines.push(line), root });
  const before = await readFile(source, 'utf8');
  await appendFile(source, "\nexport const freshly = 'marked';\n");
  await expect.poll(() => readFile(bundle, 'utf8')).toContain('marked');
  await expect.poll(() => lines).toContain('Built /app/cards/PartnerCard.js anew.');
  await writeFile(source, `${before}\nexport const = 1;\n`);
  await expect.poll(() => lines.join('\n')).toContain('extensions/card/entry.tsx cannot be bundled');
  await writeFile(source, `${before}\nexport const mended = 'mended';\n`);
  await expect.poll(() => readFile(bundle, 'utf8')).toContain('mended');
  ended.abort();
  await bundling;
});

it('sends calls to a server on this machine only where app/local.json says so', async () => {
  expect(await allowLocalProxy(assembly, root)).toBe(false);
  const proxy = { 'https://rekindle.example.com': 'http://localhost:3000' };
  await writeFile(join(root, 'app/local.json'), JSON.stringify({ proxy }));
  expect(await allowLocalProxy(assembly, root)).toBe(true);
  expect(JSON.parse(await readFile(join(assembly.folder, 'app/local.json'), 'utf8'))).toEqual({ proxy });
});

it('refuses an address with a path, which the dev server would never match', async () => {
  const proxy = { 'https://rekindle.example.com/api': 'http://localhost:3000' };
  await writeFile(join(root, 'app/local.json'), JSON.stringify({ proxy }));
  const refused = allowLocalProxy(assembly, root);
  await expect(refused).rejects.toThrow(ProjectError);
  await expect(refused).rejects.toThrow(/an origin has neither a path nor a slash/);
});
