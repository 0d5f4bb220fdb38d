/**
 * A second opinion: a judge that was not written with this repository, where its folder lies beside it. It builds its own
 * contract from the same installed package and borrows our validators.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startProxy } from './proxy.ts';

export type OutsideJudge = {
  readonly url: string;
  judged(): number;
  violations(): readonly unknown[];
  close(): Promise<void>;
};

type Asked = { readonly op: unknown; readonly path: string };
type Module = {
  createJudge(specification: string): Promise<{
    readonly violations: readonly unknown[];
    request(method: string, url: string, headers: object, body: unknown): Asked;
    response(operation: unknown, method: string, path: string, status: number, text: string): unknown;
  }>;
};

/** The package does not wrap the first and has the second under its old version only (hubspot-api.md section 7). */
const unknownToIt = /^\/(account-info|settings\/users)\//;

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, '../shared/tools/hubspot-judge');

/**
 * Gateway pages in HTML are kept from it: it takes every answer for HubSpot's own.
 * @returns null where there is no such judge
 */
export async function openOutsideJudge(upstream: string): Promise<OutsideJudge | null> {
  if (!existsSync(join(folder, 'hubspot-judge.mjs'))) return null;
  const specifications = await mkdtemp(join(tmpdir(), 'outside-judge-'));
  try {
    const client = join(repository, 'node_modules/@hubspot/api-client');
    await promisify(execFile)('bash', [join(folder, 'build-contract.sh'), client, specifications]);
    process.env['JUDGE_MODULES'] = join(repository, 'node_modules');
    const { createJudge } = (await import(pathToFileURL(join(folder, 'hubspot-judge.mjs')).href)) as Module;
    const judge = await createJudge(join(specifications, '2026-09-wire.json'));
    const asked = new Map<object, Asked>();
    const proxy = await startProxy(upstream, {
      asked(request) {
        const { method, url, headers, body } = request;
        if (unknownToIt.test(url)) return;
        const content: unknown = body === '' ? undefined : JSON.parse(body);
        asked.set(request, judge.request(method, url, headers, content));
      },
      answered(request, status, text) {
        const known = asked.get(request);
        if (known === undefined || (status >= 500 && text.startsWith('<'))) return;
        judge.response(known.op, request.method, known.path, status, text);
      },
    });
    return { ...proxy, judged: () => asked.size, violations: () => judge.violations };
  } finally {
    await rm(specifications, { recursive: true });
  }
}
