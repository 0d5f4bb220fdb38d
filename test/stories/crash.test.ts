/** kill -9 at any point: the next run ends in the same state as an undisturbed one (I1, I2, I3, I7). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import { listRuns } from '../../src/store/runs.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { shownBy } from '../world/account.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';

/** Long past, because a run that counts does not judge a day that has not come. */
const day = '2025-06-15';
const now = Date.parse(`${day}T12:00:00Z`);
const seed = createProgramme({ programme: 'reseller', partners: 250, seed: 11, now, otherCompanies: 20 });

type Moment = 'before' | 'after';
type Installation = {
  sandbox: Sandbox;
  database: TestDatabase;
  /** Runs the command; kills it with `signal` when its `at`-th request arrives, before or after HubSpot saw it. */
  run(stop?: {
    at: number;
    moment: Moment;
    signal: NodeJS.Signals;
  }): Promise<{ code: number | null; requests: number; stderr: string }>;
  close(): Promise<void>;
};

async function install(): Promise<Installation> {
  const sandbox = await startSandbox({ seed, limits: 'off', clock: () => now });
  const database = await createTestDatabase();
  const hubspot = connectHubSpot({ accessToken: seed.accessToken, apiUrl: sandbox.url });
  await saveSettings(database.store.db, seed.settings, { note: '', author: 'test', now });
  await applyProvision(hubspot, await planProvision(hubspot));
  await hubspot.close();
  return {
    sandbox,
    database,
    run: (stop) => runCommand(sandbox, database, stop),
    close: async () => {
      await database.drop();
      await sandbox.close();
    },
  };
}

/** A proxy between the command and the sandbox counts the requests and pulls the plug. */
async function runCommand(
  sandbox: Sandbox,
  database: TestDatabase,
  stop?: { at: number; moment: Moment; signal: NodeJS.Signals },
): Promise<{ code: number | null; requests: number; stderr: string }> {
  let requests = 0;
  const target: { child: ChildProcess | null } = { child: null };
  const kill = (): void => void target.child?.kill(stop?.signal);
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests += 1;
    const hit = stop !== undefined && requests === stop.at;
    if (hit && stop.moment === 'before') kill();
    if (hit && stop.moment === 'before' && stop.signal === 'SIGKILL') return;
    const answer = await fetch(`${sandbox.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (hit && stop.moment === 'after') kill();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const child = spawn(process.execPath, ['src/cli/main.ts', 'run', '--as-of', day, '--json'], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      HUBSPOT_API_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      HUBSPOT_ACCESS_TOKEN: seed.accessToken,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  target.child = child;
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  proxy.closeAllConnections();
  proxy.close();
  return { code, requests, stderr };
}

/** Everything that must not depend on what went wrong on the way. */
async function stateOf({ sandbox, database }: Installation) {
  const { rows } = await sql`
    select source, source_id, kind, partner_id, occurred_at, quantity, amount::text, currency from activity
     order by source, source_id, kind, partner_id`.execute(database.store.db);
  const { rows: episodes } = await sql`
    select partner_id, number from episode order by partner_id, number`.execute(database.store.db);
  return { shown: shownBy(sandbox), activities: rows, episodes };
}

let expected: Awaited<ReturnType<typeof stateOf>>;
let requestsOfRun = 0;

beforeAll(async () => {
  const undisturbed = await install();
  const { code, requests } = await undisturbed.run();
  expect(code).toBe(0);
  requestsOfRun = requests;
  expected = await stateOf(undisturbed);
  await undisturbed.close();
}, 120_000);

const installations: Installation[] = [];
afterAll(async () => {
  for (const installation of installations) await installation.close();
});

/** Ten points over the whole run; the last ones lie in the write-back, whose three batches end it. */
const points: readonly [string, (requests: number) => number, Moment][] = [
  ['the very first request', () => 1, 'before'],
  ['finding partners', () => 5, 'after'],
  ['reading associations', () => 9, 'before'],
  ['a quarter through', (requests) => Math.floor(requests / 4), 'before'],
  ['half through', (requests) => Math.floor(requests / 2), 'after'],
  ['three quarters through', (requests) => Math.floor((requests * 3) / 4), 'before'],
  ['before the first batch is written', (requests) => requests - 2, 'before'],
  ['after HubSpot took the first batch, before we know', (requests) => requests - 2, 'after'],
  ['before the second batch', (requests) => requests - 1, 'before'],
  ['after HubSpot took the last batch', (requests) => requests, 'after'],
];

test.each(points)(
  'killed at %s, the next run ends in the same state as an undisturbed one',
  async (_, at, moment) => {
    const installation = await install();
    installations.push(installation);
    const killed = await installation.run({ at: at(requestsOfRun), moment, signal: 'SIGKILL' });
    expect(killed.code).toBeNull();
    const next = await installation.run();
    expect([next.code, next.stderr]).toEqual([0, expect.not.stringContaining('Another run')]);
    expect(await stateOf(installation)).toEqual(expected);
    const runs = await listRuns(installation.database.store.db, 10);
    expect(runs[0]).toMatchObject({ outcome: 'ok' });
    for (const run of runs.slice(1)) expect(run).toMatchObject({ outcome: 'aborted' });
    const idle = await installation.run();
    expect(idle.code).toBe(0);
    expect(await stateOf(installation)).toEqual(expected);
  },
);

test('SIGTERM in the write-back finishes and records the batch in flight, and the next run writes only the rest', async () => {
  const installation = await install();
  installations.push(installation);
  const stopped = await installation.run({ at: requestsOfRun - 2, moment: 'before', signal: 'SIGTERM' });
  expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringContaining('Run again')]);
  const [run] = await listRuns(installation.database.store.db, 1);
  expect(run).toMatchObject({ outcome: 'aborted', summary: { publish: { changed: 100 } } });
  const published = [...shownBy(installation.sandbox).values()].filter((values) => values['rekindle_status']);
  expect(published).toHaveLength(100);
  await installation.run();
  expect(await stateOf(installation)).toEqual(expected);
});
