/** A HubSpot, or a proxy before it, that repeats in its errors what was sent to it: nothing secret of that goes any further. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { performRun, wholeRun } from '../../src/jobs/run.ts';
import { listRuns } from '../../src/store/runs.ts';
import { createLogger } from '../../src/web/log.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { routes, soundCall, startGuardedWorld, type GuardedWorld } from './routes.ts';
import { fromHubSpot, now, portalId, silent } from './world.ts';

/** No shape gives it away, as of a HubSpot that changes what its tokens look like. */
const ownToken = 'canary0token0of0no0known0shape';
const canaries = [ownToken, 'canary-4d1f', 'canary.bearer', 'canary-password', 'canary-key'];
const harmless = 'the moon is full';
const talk =
  `Refused because ${harmless}: Authorization: Bearer canary.bearer; ${ownToken}; pat-na1-canary-4d1f; ` +
  'via http://admin:canary-password@proxy.example/?hapikey=canary-key';

type Talk = { readonly status: number; readonly body: object };
const refused: Talk = {
  status: 400,
  body: { category: 'VALIDATION_ERROR', message: talk, correlationId: talk },
};
let answer: Talk;

let talkative: Server;
let apiUrl: string;
let database: TestDatabase;
let world: GuardedWorld;
let hubspot: HubSpot;
const logged: string[] = [];

beforeAll(async () => {
  talkative = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  talkative.listen(0, '127.0.0.1');
  await once(talkative, 'listening');
  apiUrl = `http://127.0.0.1:${(talkative.address() as AddressInfo).port}`;
  const log = createLogger({
    level: 'debug',
    destination: { write: (line: string) => void logged.push(line) },
  });
  hubspot = connectHubSpot({ accessToken: ownToken, apiUrl, log });
  database = await createTestDatabase();
  world = await startGuardedWorld(database.store, {
    hubspot,
    acting: { hubspot },
    settingsAdmins: [fromHubSpot.userId],
    log,
  });
});
afterAll(async () => {
  await world.server.close();
  await hubspot.close();
  await database.drop();
  talkative.closeAllConnections();
  talkative.close();
});
beforeEach(() => {
  answer = refused;
  logged.length = 0;
});

/** Which of the canaries a text holds. */
const found = (text: string): string[] => canaries.filter((canary) => text.includes(canary));

test('what HubSpot says reaches whoever asks, at every address that passes it on, without what is secret in it', async () => {
  const passing: string[] = [];
  for (const route of routes) {
    const { body } = await world.send(soundCall(route));
    const text = JSON.stringify(body);
    expect([route.path, found(text)]).toEqual([route.path, []]);
    if (text.includes(harmless)) passing.push(route.path);
  }
  expect(passing.toSorted()).toEqual(
    [
      '/card/action',
      '/card/task',
      '/settings/count',
      '/settings/portal',
      '/settings/remove-properties',
      '/workflow-actions/log-outreach',
      '/workflow-actions/recalculate',
      '/workflow-actions/record-root-cause',
      '/workflow-actions/snooze-until',
      '/workflow-actions/start-offboarding-notice',
    ].toSorted(),
  );
  expect(logged.join('')).toContain(harmless);
  expect(found(logged.join(''))).toEqual([]);
});

test('a run that fails of it has the words in the ledger, the home page and the log, without what is secret', async () => {
  const { store } = database;
  const run = performRun(
    {
      store,
      hubspot,
      clock: () => now,
      expectedPortalId: portalId,
      signal: new AbortController().signal,
      onProgress: () => {},
    },
    wholeRun,
  );
  const error = await run.then(() => null, String);
  expect(error).toContain(harmless);
  const [row] = await listRuns(store.db, 1);
  expect(row).toMatchObject({ outcome: 'failed', error: expect.stringContaining(harmless) as unknown });
  const { body } = await world.send({ path: '/home', query: `?${new URLSearchParams(fromHubSpot)}` });
  expect(JSON.stringify(body)).toContain(harmless);
  expect(found([error, JSON.stringify(row), JSON.stringify(body), ...logged].join(''))).toEqual([]);
});

test.each<[string, Talk]>([
  [
    'a missing scope',
    {
      status: 403,
      body: {
        category: 'MISSING_SCOPES',
        message: talk,
        errors: [{ context: { requiredGranularScopes: [talk] } }],
      },
    },
  ],
  ['a whole batch', { status: 409, body: { category: talk, message: talk, policyName: talk } }],
])('what it says of %s is told without what is secret in it', async (_, said) => {
  answer = said;
  const update = hubspot.updateCompanies([{ id: silent.id, properties: { rekindle_status: 'active' } }]);
  const error = await update.then(() => '', String);
  expect(error).toContain(harmless);
  expect(found(error)).toEqual([]);
});

test('what it says of one record in a batch, which the ledger keeps, is kept without what is secret in it', async () => {
  const errors = [{ category: 'VALIDATION_ERROR', message: talk, context: { ids: [silent.id] } }];
  answer = { status: 207, body: { status: 'COMPLETE', results: [], errors, numErrors: 1 } };
  const { failed } = await hubspot.updateCompanies([
    { id: silent.id, properties: { rekindle_status: 'active' } },
  ]);
  expect(failed).toEqual([
    { id: silent.id, category: 'VALIDATION_ERROR', message: expect.stringContaining(harmless) as unknown },
  ]);
  expect(found(JSON.stringify(failed))).toEqual([]);
});

test('an address that nobody answers at is named without its path, which may be a secret of a proxy', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const unreachable = connectHubSpot({
    accessToken: ownToken,
    apiUrl: `http://127.0.0.1:${port}/canary-key`,
  });
  const error = await unreachable.readPortal().then(() => '', String);
  await unreachable.close();
  expect(error).toContain(`Cannot reach HubSpot's API at http://127.0.0.1:${port} (ECONNREFUSED)`);
  expect(found(error)).toEqual([]);
});
