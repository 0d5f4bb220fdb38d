/** A whole installation for stories: a sandbox account, a database, a connection, and runs at a time of one's choosing. */
import { connectHubSpot, type ConnectOptions } from '../../src/hubspot/connect.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { performRun, type RunReport, type RunRequest, wholeRun } from '../../src/jobs/run.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export type TestAccount = {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly hubspot: HubSpot;
  save(settings: Settings): Promise<void>;
  /** A run as of the account's time, or of `asOf`. */
  run(request?: Partial<RunRequest>): Promise<RunReport>;
  /** Every living company's `rekindle_*` values, by company; what HubSpot shows of our verdicts. */
  shown(): ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** How many of the requests since the last call changed something in HubSpot. */
  writes(): number;
  close(): Promise<void>;
};

export type TestAccountOptions = Partial<Omit<SandboxOptions, 'clock'>> & {
  readonly apiUrl?: (sandbox: Sandbox) => Promise<string>;
  readonly connection?: Partial<ConnectOptions>;
  /** What our own machine takes for now; HubSpot's time unless given. */
  readonly clock?: () => Instant;
};

export async function openTestAccount(
  seed: PortalSeed,
  now: Instant,
  options: TestAccountOptions = {},
): Promise<TestAccount> {
  const { apiUrl, connection, clock, ...sandboxOptions } = options;
  const sandbox = await startSandbox({ seed, limits: 'off', clock: () => now, ...sandboxOptions });
  const database = await createTestDatabase();
  const hubspot = connectHubSpot({
    accessToken: seed.accessToken,
    apiUrl: apiUrl === undefined ? sandbox.url : await apiUrl(sandbox),
    ...connection,
  });
  const { store } = database;
  let counted = 0;
  const save = async (settings: Settings): Promise<void> => {
    await saveSettings(store.db, settings, { note: '', author: 'test', now });
  };
  await save(seed.settings);
  await applyProvision(hubspot, await planProvision(hubspot));

  return {
    sandbox,
    database,
    hubspot,
    save,
    run: (request = {}) =>
      performRun(
        {
          store,
          hubspot,
          clock: clock ?? (() => sandbox.now()),
          expectedPortalId: seed.portalId,
          signal: new AbortController().signal,
          onProgress: () => {},
        },
        { ...wholeRun, ...request },
      ),
    shown: () => shownBy(sandbox),
    writes: () => {
      const all = sandbox.requests();
      const fresh = all.slice(counted);
      counted = all.length;
      return fresh.filter(({ method, route }) => changes(method, route)).length;
    },
    close: async () => {
      await hubspot.close();
      await database.drop();
      await sandbox.close();
    },
  };
}

function changes(method: string, route: string): boolean {
  return method !== 'GET' && !/\/(search|batch\/read)$/.test(route);
}

export function shownBy(sandbox: Sandbox): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return new Map(
    sandbox
      .truth('company')
      .records.filter(({ archivedAt }) => archivedAt === null)
      .map(({ id, properties }) => [
        id,
        Object.fromEntries(
          Object.entries(properties).filter(([name, value]) => name.startsWith('rekindle_') && value !== ''),
        ),
      ]),
  );
}
