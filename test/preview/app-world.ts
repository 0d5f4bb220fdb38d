/** The demo's parts for browser tests: a small programme of today, the real server, and HubSpot's pages as four people see them. */
import type { Browser } from 'playwright-core';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { startPreview, type PreviewUser } from '../../src/sandbox/preview/server.ts';
import { createLogger } from '../../src/web/log.ts';
import { startServer } from '../../src/web/server.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { launchBrowser } from '../world/browser.ts';

// The server refuses signatures of another time, so the programme lives today.
const now = Date.now();
const seed = createProgramme({ programme: 'reseller', partners: 60, seed: 4, now, otherCompanies: 5 });
const people = seed.owners.filter(({ archived }) => !archived);
const admin = people.find(({ superAdmin }) => superAdmin);
const [manager, reader, colleague] = people.filter((person) => person !== admin);
const publicUrl = 'https://rekindle.example';

const users = [
  { owner: manager, role: 'manager' as const },
  { owner: admin, role: 'admin' as const },
  { owner: reader, role: 'reader' as const },
  { owner: colleague, role: 'admin' as const },
].flatMap(({ owner, role }): PreviewUser[] => {
  if (owner === undefined) return [];
  const { userId: id, email, firstName, lastName } = owner;
  return [{ id, email, firstName, lastName, role }];
});

function known(user: PreviewUser | undefined): PreviewUser {
  if (user === undefined) throw new Error('The sample programme has too few owners.');
  return user;
}

export type AppWorld = {
  readonly account: TestAccount;
  readonly browser: Browser;
  /** Of the preview. */
  readonly address: string;
  /** Of Rekindle itself, where programs send activity. */
  readonly serverAddress: string;
  /** The address of a company's record. */
  recordOf(companyId: string): string;
  /** @throws where the sample programme has nobody in this role */
  userOf(role: PreviewUser['role']): PreviewUser;
  /** A second admin: no super admin, but on the server's list. */
  colleague(): PreviewUser;
  close(): Promise<void>;
};

export async function openAppWorld(): Promise<AppWorld> {
  const resources = new AsyncDisposableStack();
  const browser = await launchBrowser();
  resources.defer(() => browser.close());
  const account = await openTestAccount(seed, now, { clock: Date.now });
  resources.defer(() => account.close());
  const { portalId, appId, clientSecret, timeZone } = seed;
  const server = await startServer({
    store: account.database.store,
    hubspot: account.hubspot,
    clientSecret,
    publicUrl,
    portalId,
    appId,
    settingsAdmins: colleague === undefined ? [] : [colleague.email],
    // The reader sees what somebody sees who may not act.
    actors: manager === undefined ? [] : [manager.userId],
    acting: {
      hubspot: account.hubspot,
      refresh: (anew) =>
        performRefresh({
          store: account.database.store,
          hubspot: account.hubspot,
          clock: Date.now,
          signal: new AbortController().signal,
          anew,
        }),
    },
    port: 0,
    host: '127.0.0.1',
    log: createLogger({ level: 'error' }),
    clock: Date.now,
  });
  resources.defer(() => server.close());
  const preview = await startPreview({
    port: 0,
    sandboxUrl: account.sandbox.url,
    clientSecret,
    portalId,
    appId,
    timeZone,
    apiBaseUrl: publicUrl,
    serverUrl: server.url,
    users,
  });
  resources.defer(() => preview.close());
  return {
    account,
    browser,
    address: preview.url,
    serverAddress: server.url,
    recordOf: (companyId) => `${preview.url}/contacts/${portalId}/record/0-2/${companyId}`,
    userOf: (role) => known(users.find((one) => one.role === role)),
    colleague: () => known(users.findLast(({ role }) => role === 'admin')),
    close: () => resources.disposeAsync(),
  };
}
