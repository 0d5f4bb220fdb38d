/** A whole installation on a clock that only waiting moves, so that no retry and no pause takes real time. */
import { afterEach } from 'vitest';
import { listRuns, type RunRecord } from '../../src/store/runs.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
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

const opened = new Set<World>();

afterEach(async () => {
  for (const world of opened) await world.close();
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
