/** A whole installation on a clock that only waiting moves, so that no retry and no pause takes real time. */
import { afterEach } from 'vitest';
import { listRuns, type RunRecord } from '../../src/store/runs.ts';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import type { HubSpot, Page } from '../../src/hubspot/hubspot.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { createVirtualClock, type VirtualClock } from '../hubspot/virtual-clock.ts';
import { openTestAccount, type TestAccount, type TestAccountOptions } from '../world/account.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { stateOf, type State } from './state.ts';

export type World = TestAccount & {
  readonly clock: VirtualClock;
  /** Requests that HubSpot saw since the last call. */
  requests(): number;
  state(): Promise<State>;
  latestRun(): Promise<RunRecord | undefined>;
};

const opened = new Set<{ close(): Promise<void> }>();

afterEach(async () => {
  for (const one of opened) await one.close();
  opened.clear();
});

/** Faults given here strike from the first request after the installation on; counting starts there, too. */
export async function open(
  options: TestAccountOptions & { readonly now?: number } = {},
  seed: PortalSeed = createTinyPortal(),
): Promise<World> {
  const { faults = [], now = tinyNow, ...others } = options;
  const clock = createVirtualClock(now);
  const account = await openTestAccount(seed, now, {
    tickMs: () => clock.elapsedMs(),
    ...others,
    connection: { clock, random: () => 0.5, ...others.connection },
  });
  account.writes();
  let seen = account.sandbox.requests().length;
  for (const fault of faults) account.sandbox.addFault(fault);
  const world: World = {
    ...account,
    clock,
    close: async () => {
      if (opened.delete(world)) await account.close();
    },
    requests: () => {
      const before = seen;
      seen = account.sandbox.requests().length;
      return seen - before;
    },
    state: () => stateOf(account),
    latestRun: async () => (await listRuns(account.database.store.db, 1))[0],
  };
  opened.add(world);
  return world;
}

/** What a run without any fault ends in, and what it costs. */
export async function undisturbed(
  options: Parameters<typeof open>[0] = {},
  seed?: PortalSeed,
): Promise<{ readonly state: State; readonly requests: number }> {
  const world = await open(options, seed);
  await world.run();
  const ended = { state: await world.state(), requests: world.requests() };
  await world.close();
  return ended;
}

export type Client = {
  readonly sandbox: Sandbox;
  readonly hubspot: HubSpot;
  /** Moves HubSpot's time on. */
  advance(durationMs: number): void;
};

/** An account and a connection to it alone. HubSpot's time stands still unless a test moves it. */
export async function connect(seed: PortalSeed, options: Partial<SandboxOptions> = {}): Promise<Client> {
  const clock = createVirtualClock(tinyNow);
  const sandbox = await startSandbox({
    seed,
    limits: 'off',
    clock: () => tinyNow,
    tickMs: () => clock.elapsedMs(),
    ...options,
  });
  const { accessToken } = seed;
  const hubspot = connectHubSpot({ accessToken, apiUrl: sandbox.url, clock, random: () => 0.5 });
  opened.add({
    close: async () => {
      await hubspot.close();
      await sandbox.close();
    },
  });
  return {
    sandbox,
    hubspot,
    advance: (durationMs) => void sandbox.mutate({ do: 'advanceClock', durationMs }),
  };
}

const mostPages = 1000;

/** Follows pages to their end; one that has none is an error of this test. */
export async function followed<T>(read: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Page<T> = await read(after);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
  throw new Error(`There are more than ${mostPages} pages.`);
}
