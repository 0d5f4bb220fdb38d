/** A backfill that needs three days of the account's requests: it stays within its share and goes on by itself. */
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/hubspot/clock.ts';
import { connectHubSpot } from '../../src/hubspot/connect.ts';
import { QuotaExhaustedError } from '../../src/hubspot/errors.ts';
import { quotaKeeper } from '../../src/jobs/quota.ts';
import { startQueue, type Queue } from '../../src/jobs/queue.ts';
import { performRun, type RunReport, type RunRequest, wholeRun } from '../../src/jobs/run.ts';
import { dayOf, nextMidnight, type Instant } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { listRuns } from '../../src/store/runs.ts';
import { addRequests } from '../../src/store/request-days.ts';
import { stateOf } from '../faults/state.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';

const begin = Date.parse('2026-06-15T12:00:00Z');
const seed = createProgramme({
  programme: 'reseller',
  partners: 400,
  seed: 11,
  now: begin,
  otherCompanies: 20,
});
const midnight = (days: number): Instant => {
  let at = begin;
  for (let day = 0; day < days; day += 1) at = nextMidnight(at, seed.timeZone);
  return at;
};

const request: RunRequest = { ...wholeRun, trigger: 'schedule' };

type Installation = {
  readonly account: TestAccount;
  readonly time: { now: Instant };
  /** What `rekindle run` and `rekindle serve` are: processes of their own, which count in one database. */
  startProcess(): Promise<{
    run(): Promise<RunReport>;
    serve(): Promise<Queue>;
    end(): Promise<void>;
  }>;
};

const opened: TestAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function install(): Promise<Installation> {
  const account = await openTestAccount(seed, begin, { limits: 'on' });
  opened.push(account);
  const time = { now: begin };
  account.sandbox.setClock(() => time.now);
  const { store } = account.database;
  const signal = new AbortController().signal;
  const clock = (): Instant => time.now;
  return {
    account,
    time,
    startProcess: async () => {
      const hubspot = connectHubSpot({
        accessToken: seed.accessToken,
        apiUrl: account.sandbox.url,
        clock: { ...systemClock, now: clock },
        quota: await quotaKeeper(store),
      });
      let queue: Queue | null = null;
      const context = { store, hubspot, clock, expectedPortalId: null, signal, onProgress: () => {} };
      const run = (): Promise<RunReport> => performRun(context, request);
      const log = { info: () => {}, error: () => {} };
      const work = async (): Promise<void> => void (await run());
      return {
        run,
        serve: async () => (queue = await startQueue({ store, clock, log, signal, work })),
        end: async () => {
          await queue?.close();
          await hubspot.close();
        },
      };
    },
  };
}

/** How old the sources are is left out: the sync of the disturbed one began on the first day. */
async function outcomeOf({ account }: Installation): Promise<unknown> {
  const { tables, shown } = await stateOf(account);
  const { source: _source, ...others } = tables;
  const text = JSON.stringify({ ...others, shown: [...shown] }).replaceAll(/"asOf":\d+/g, '"asOf":0');
  return JSON.parse(text) as unknown;
}

test('a backfill of three days resumes at each midnight and ends as an undisturbed one, never over its share', async () => {
  const undisturbed = await install();
  undisturbed.time.now = midnight(2);
  const whole = await undisturbed.startProcess();
  const provisioned = undisturbed.account.sandbox.requests().length;
  await whole.run();
  await whole.end();
  const needed = undisturbed.account.sandbox.requests().length - provisioned;

  const { account, time, startProcess } = await install();
  const { sandbox, database } = account;
  // Each day repeats what every run asks for first, so that two days do not suffice and three do.
  const share = Math.ceil(needed / 2.05);
  // Provisioning has used the account's requests of the first day, too, but was not counted as ours.
  sandbox.addFault(`daily-limit:${Math.ceil(share / 0.8)}`);
  let sent = sandbox.requests().length;
  const sentSince = (): number => {
    const before = sent;
    sent = sandbox.requests().length;
    return sent - before;
  };

  const command = await startProcess();
  await expect(command.run()).rejects.toThrow(QuotaExhaustedError);
  await command.end();
  expect(sentSince()).toBe(share);
  const latest = async () => (await listRuns(database.store.db, 1))[0];
  expect(await latest()).toMatchObject({
    outcome: 'failed',
    resumeAt: midnight(1),
    error: expect.stringContaining('80 %'),
    nextAction: expect.stringContaining('goes on after'),
  });

  for (const day of [1, 2]) {
    // The server is started anew each day: what it knows is in the database.
    const server = await startProcess();
    const queue = await server.serve();
    time.now = midnight(day) - 60_000;
    expect(await queue.ask(), 'a minute before midnight, after the nightly slot of 02:30').toBe(false);
    expect(sentSince()).toBe(0);
    time.now = midnight(day);
    expect(await queue.ask()).toBe(true);
    // A day's requests may wait for HubSpot's windows, and the queue looks for work every other second.
    const ended = { timeout: 60_000 };
    await expect
      .poll(async () => {
        const run = await latest();
        return run?.startedAt === midnight(day) && run.finishedAt !== null;
      }, ended)
      .toBe(true);
    expect(await queue.ask(), 'the same midnight is not asked for twice').toBe(false);
    await server.end();
    expect(await latest()).toMatchObject(
      day === 1 ? { outcome: 'failed', resumeAt: midnight(2) } : { outcome: 'ok', resumeAt: null },
    );
    const ofTheDay = sentSince();
    expect(ofTheDay).toBeLessThanOrEqual(share);
    expect(await addRequests(database.store.db, dayOf(time.now, seed.timeZone), 0)).toBe(ofTheDay);
  }
  expect(await listRuns(database.store.db, 9)).toHaveLength(3);
  expect(sandbox.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(await outcomeOf({ account, time, startProcess })).toEqual(await outcomeOf(undisturbed));

  account.writes();
  // How much of the third day's share is left depends on how far each day came before it was stopped.
  sandbox.clearFaults();
  await account.run();
  expect(account.writes()).toBe(0);
});
