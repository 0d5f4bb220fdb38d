/** The part of `demo` that stays: the real server and a HubSpot look-alike that shows the app. */
import { once } from 'node:events';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { performRefresh } from '../jobs/refresh.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { startPreview, type PreviewUser } from '../sandbox/preview/server.ts';
import type { Store } from '../store/connect.ts';
import type { createLogger } from '../web/log.ts';
import { startServer } from '../web/server.ts';
import type { DemoPortal } from './demo-portal.ts';
import { print } from './output.ts';

/** The address that the card is configured with. Nobody resolves it: the preview stands where HubSpot's proxy would. */
const publicUrl = 'https://rekindle.example';

export async function showInBrowser(options: {
  portal: DemoPortal;
  store: Store;
  sandbox: Sandbox;
  hubspot: HubSpot;
  log: ReturnType<typeof createLogger>;
  port: number;
  signal: AbortSignal;
}): Promise<void> {
  const { portal, store, sandbox, hubspot, log, signal } = options;
  const { seed } = portal;
  const users = previewUsers(portal);
  await using resources = new AsyncDisposableStack();
  const server = await startServer({
    store,
    hubspot,
    clientSecret: seed.clientSecret,
    publicUrl,
    portalId: seed.portalId,
    appId: seed.appId,
    // The reader sees what somebody sees who may not act; the admin may, as HubSpot knows them as a super admin.
    actors: users.filter(({ role }) => role === 'manager').map(({ id }) => id),
    acting: {
      hubspot,
      refresh: (anew) => performRefresh({ store, hubspot, clock: Date.now, signal, anew }),
    },
    port: 0,
    log,
    clock: Date.now,
  });
  resources.defer(() => server.close());
  const preview = await startPreview({
    port: options.port,
    sandboxUrl: sandbox.url,
    clientSecret: seed.clientSecret,
    portalId: seed.portalId,
    appId: seed.appId,
    apiBaseUrl: publicUrl,
    serverUrl: server.url,
    users,
    timeZone: seed.timeZone,
  });
  resources.defer(() => preview.close());
  print(
    `\nOpen ${preview.url} to browse the partners, their cards, the home page, the settings and the workflow actions.\n` +
      `With an API key from the settings page, systems send activity to ${server.url}/v1/activities. Stop with Ctrl+C.`,
  );
  if (!signal.aborted) await once(signal, 'abort');
}

/** Three people of the account, one for each way of using Rekindle; HubSpot knows one of them as a super admin. */
function previewUsers({ seed }: DemoPortal): PreviewUser[] {
  const people = seed.owners.filter(({ archived }) => !archived);
  const admin = people.find(({ superAdmin }) => superAdmin);
  const [manager, reader] = people.filter((person) => person !== admin);
  return Object.entries({ manager, admin, reader }).flatMap(([role, person]) => {
    if (person === undefined) return [];
    const { userId, email, firstName, lastName } = person;
    // Object.entries says text; the keys above are the roles.
    return [{ id: userId, email, firstName, lastName, role: role as PreviewUser['role'] }];
  });
}
