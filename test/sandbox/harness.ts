/** A sandbox per test, spoken to over HTTP as any client would. */
import { afterEach } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';

type Row = {
  readonly id: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly from: { readonly id: string };
  readonly to: readonly { readonly toObjectId: string; readonly associationTypes: readonly unknown[] }[];
  readonly paging?: { readonly next: { readonly after: string } };
};

/** What tests look into; `toMatchObject` looks at the rest. */
export type Body = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly mergedIds: readonly string[];
  readonly message: string;
  readonly correlationId: string;
  readonly total: number;
  readonly numErrors: number;
  readonly results: readonly Row[];
  readonly errors: readonly { readonly message: string; readonly category: string }[];
  readonly requests: readonly { readonly sequence: number; readonly route: string }[];
  readonly paging?: { readonly next: { readonly after: string } };
};

export type Received = {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
};

export type World = {
  readonly sandbox: Sandbox;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Received>;
  /** The limits' own clock, milliseconds. */
  readonly tick: { ms: number };
};

const open: Sandbox[] = [];

afterEach(closeWorlds);

/** For tests that must have them closed before something else goes; after each test they are closed anyway. */
export async function closeWorlds(): Promise<void> {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
}

/** The tiny portal at its own noon, on a clock of ticks that only the test moves. */
export async function openWorld(options: Partial<SandboxOptions> = {}): Promise<World> {
  const tick = { ms: 0 };
  const sandbox = await startSandbox({
    seed: createTinyPortal(),
    clock: () => tinyNow,
    tickMs: () => tick.ms,
    ...options,
  });
  open.push(sandbox);
  return { sandbox, tick, ask: (...request) => askSandbox(sandbox, ...request) };
}

async function askSandbox(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Received> {
  const answer = await fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.seed.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    headers: answer.headers,
    // Read when looked at: some answers are no JSON on purpose.
    get body() {
      return JSON.parse(text) as Body;
    },
  };
}

export function idsOf(body: Body): string[] {
  return body.results.map((result) => result.id);
}
