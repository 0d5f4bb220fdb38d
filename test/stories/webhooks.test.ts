/** What changes in HubSpot reaches verdicts and properties at once, and the night after finds nothing left to correct. */
import { afterEach, expect, test } from 'vitest';
import { startRefresher } from '../../src/jobs/refresher.ts';
import { dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { waitingHints } from '../../src/store/hints.ts';
import { readPartner } from '../../src/store/partners.ts';
import { latestRun } from '../../src/store/runs.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { startJudge, type RunningJudge } from '../contract/proxy.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { openWebhookAccount, type WebhookAccount } from '../world/webhook-account.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** An installation after its first run. */
async function open(options: Parameters<typeof openWebhookAccount>[2] = {}): Promise<WebhookAccount> {
  const account = await openWebhookAccount(createTinyPortal(), tinyNow, options);
  opened.push(() => account.close());
  await account.run();
  await account.sandbox.webhooksSettled();
  account.writes();
  return account;
}

const { silent, active, customer, neverActivated, sharing } = tinyCompanies;
const zone = createTinyPortal().timeZone;
const daysAgo = (days: number): number => tinyNow - days * millisecondsPerDay;
const lastDay = (account: WebhookAccount, id: string) =>
  account.shown().get(id)?.['rekindle_last_activity_date'];

function newDeal(companyId: string, days = 2): Mutation {
  return {
    do: 'create',
    type: 'deal',
    properties: { dealname: 'Back', pipeline: 'default', dealstage: 'appointmentscheduled' },
    createdAt: daysAgo(days),
    associations: [{ toType: 'company', toId: companyId }],
  };
}

/** A night that reads everything corrects nothing and writes nothing. */
async function expectNothingLeft(account: WebhookAccount): Promise<void> {
  account.writes();
  const { summary } = await account.run({ full: true });
  expect(summary.sync.differences).toBe(0);
  expect(summary.publish.changed).toBe(0);
  expect(account.writes()).toBe(0);
}

test('a deal made in HubSpot reaches the verdict and the properties by itself, in few requests', async () => {
  let judge: RunningJudge | null = null;
  const account = await open({
    apiUrl: async (sandbox) => {
      judge = await startJudge({ upstream: sandbox.url });
      return judge.url;
    },
  });
  opened.unshift(async () => judge?.close());
  const { db } = account.database.store;
  const requests = account.sandbox.requests().length;
  const refresher = startRefresher({
    refresh: account.refresh,
    log: { info: () => {}, error: (data) => expect.unreachable(JSON.stringify(data)) },
    clock: () => tinyNow,
    signal: new AbortController().signal,
    waits: { collectMs: 20, pollMs: 600_000, busyMs: 20, afterFailureMs: 20, longestMs: 20 },
  });
  account.onHints = refresher.wake;
  account.sandbox.mutate(newDeal(silent));
  const day = dayOf(daysAgo(2), zone);
  await expect.poll(() => lastDay(account, silent)).toBe(day);
  await expect.poll(async () => (await waitingHints(db)).count).toBe(0);
  await refresher.close();

  expect((await readVerdict(db, silent))?.lastActivityAt).toBe(daysAgo(2));
  expect(account.sandbox.requests().length - requests).toBeLessThanOrEqual(12);
  expect(await latestRun(db, { committedOnly: true, kind: 'refresh' })).toMatchObject({
    kind: 'refresh',
    trigger: 'webhook',
    outcome: 'ok',
    summary: { sync: { deals: 1 }, assess: { assessed: 1 }, publish: { changed: 1, failed: 0 } },
  });
  expect((judge as RunningJudge | null)?.violations()).toEqual([]);
  await expectNothingLeft(account);
});

test('a held meeting counts, a cancelled or missed one does not, whenever that is known', async () => {
  const account = await open();
  const meeting = (id: string, properties: Record<string, string>): void => {
    account.sandbox.mutate({
      do: 'create',
      type: 'meeting',
      id,
      properties: { hs_timestamp: new Date(daysAgo(3)).toISOString(), ...properties },
      associations: [{ toType: 'company', toId: neverActivated }],
    });
  };
  meeting('9001', { hs_meeting_outcome: 'CANCELED' });
  await account.follow();
  expect(lastDay(account, neverActivated)).toBeUndefined();
  meeting('9002', { hs_meeting_outcome: 'COMPLETED' });
  await account.follow();
  expect(lastDay(account, neverActivated)).toBe(dayOf(daysAgo(3), zone));
  account.sandbox.mutate({
    do: 'edit',
    type: 'meeting',
    id: '9002',
    properties: { hs_meeting_outcome: 'NO_SHOW' },
  });
  await account.follow();
  expect(lastDay(account, neverActivated)).toBeUndefined();
  await expectNothingLeft(account);
});

test('an association that is taken away, given to another, and a deal that is deleted and restored', async () => {
  const account = await open();
  const before = lastDay(account, silent);
  const deal = account.sandbox.mutate(newDeal(silent)).record?.id ?? '';
  const day = dayOf(daysAgo(2), zone);
  await account.follow();
  expect(lastDay(account, silent)).toBe(day);

  const link = { fromType: 'company', fromId: silent, toType: 'deal', toId: deal } as const;
  account.sandbox.mutate({ do: 'dissociate', ...link });
  await account.follow();
  expect(lastDay(account, silent)).toBe(before);

  account.sandbox.mutate({ do: 'associate', ...link, fromId: neverActivated });
  await account.follow();
  expect(lastDay(account, silent)).toBe(before);
  expect(lastDay(account, neverActivated)).toBe(day);

  account.sandbox.mutate({ do: 'delete', type: 'deal', id: deal });
  await account.follow();
  expect(lastDay(account, neverActivated)).toBeUndefined();

  account.sandbox.mutate({ do: 'restore', type: 'deal', id: deal });
  account.sandbox.mutate({ do: 'associate', ...link, fromId: neverActivated });
  await account.follow();
  expect(lastDay(account, neverActivated)).toBe(day);
  await expectNothingLeft(account);
});

test('a company that is marked as a partner comes with its whole history, and is cleared when the mark goes', async () => {
  const account = await open();
  const mark = (type: string): void => {
    account.sandbox.mutate({ do: 'edit', type: 'company', id: customer, properties: { type } });
  };
  mark('PARTNER');
  await account.follow();
  expect(lastDay(account, customer)).toBe(dayOf(daysAgo(3), zone));
  await expectNothingLeft(account);

  mark('PROSPECT');
  await account.follow();
  expect(account.shown().get(customer)).toEqual({});
  expect(await readPartner(account.database.store.db, customer)).toBeNull();

  account.sandbox.mutate({ do: 'delete', type: 'deal', id: '207' });
  mark('PARTNER');
  await account.follow();
  expect(lastDay(account, customer)).toBeUndefined();
  await expectNothingLeft(account);
});

test('a partner that is deleted leaves, and is back with everything when it is restored', async () => {
  const account = await open();
  const { db } = account.database.store;
  const shown = account.shown().get(active);
  account.sandbox.mutate({ do: 'delete', type: 'company', id: active });
  const [result] = await account.follow();
  expect(result).toMatchObject({ state: 'done' });
  expect(await readPartner(db, active)).toBeNull();
  expect(account.writes()).toBe(0);

  account.sandbox.mutate({ do: 'restore', type: 'company', id: active });
  await account.follow();
  expect(await readPartner(db, active)).not.toBeNull();
  expect(account.shown().get(active)).toMatchObject({
    rekindle_status: shown?.['rekindle_status'],
    rekindle_last_activity_date: shown?.['rekindle_last_activity_date'],
  });
  await expectNothingLeft(account);
});

test.each([
  ['two partners', neverActivated, active],
  ['a partner and a company that was none', neverActivated, customer],
])('%s that are merged live on as one with both histories', async (_, primaryId, mergedId) => {
  const account = await open();
  const { db } = account.database.store;
  const expected = mergedId === active ? daysAgo(2) : daysAgo(3);
  const survivor =
    account.sandbox.mutate({ do: 'merge', type: 'company', primaryId, mergedId }).record?.id ?? '';
  await account.follow();
  expect((await readPartner(db, primaryId))?.id).toBe(survivor);
  expect((await readPartner(db, mergedId))?.id).toBe(survivor);
  expect(lastDay(account, survivor)).toBe(dayOf(expected, zone));
  await expectNothingLeft(account);
});

test('a person’s snooze is judged at once, and our own write-back is not answered with another reading', async () => {
  const account = await open();
  const requests = account.sandbox.requests().length;
  await account.follow();
  expect(account.sandbox.requests()).toHaveLength(requests);
  const day = dayOf(tinyNow + 30 * millisecondsPerDay, zone);
  account.sandbox.mutate({
    do: 'edit',
    type: 'company',
    id: silent,
    properties: { rekindle_snoozed_until: day },
  });
  await account.follow();
  expect((await readPartner(account.database.store.db, silent))?.snoozedUntil).toBe(day);
  await account.sandbox.webhooksSettled();
  expect((await waitingHints(account.database.store.db)).count).toBe(0);
});

test('changes of companies and deals that are no partner’s cost three requests, and no row in the ledger', async () => {
  const account = await open();
  const { db } = account.database.store;
  const runs = await latestRun(db, { committedOnly: true });
  const requests = account.sandbox.requests().length;
  for (let times = 0; times < 50; times += 1) {
    account.sandbox.mutate({ do: 'edit', type: 'company', id: customer, properties: { name: `N${times}` } });
    account.sandbox.mutate({ do: 'edit', type: 'deal', id: '207', properties: { dealname: `D${times}` } });
  }
  expect(await account.follow()).toEqual([{ state: 'done', summary: null, warnings: [] }]);
  // The account itself, the company, and which companies the deal hangs on.
  expect(account.sandbox.requests().length - requests).toBe(3);
  expect(await latestRun(db, { committedOnly: true })).toEqual(runs);
});

test('a deal that two partners share is judged for both', async () => {
  const account = await open();
  account.sandbox.mutate({
    do: 'edit',
    type: 'deal',
    id: '203',
    properties: { closedate: new Date(daysAgo(1)).toISOString() },
  });
  await account.follow();
  expect(lastDay(account, active)).toBe(dayOf(daysAgo(1), zone));
  expect(lastDay(account, sharing)).toBe(dayOf(daysAgo(1), zone));
  await expectNothingLeft(account);
});

test('a flood of ten thousand changes of few records is read once, and ends where the truth is', async () => {
  const now = Date.parse('2026-06-15T12:00:00Z');
  const seed = createProgramme({ programme: 'reseller', partners: 60, seed: 9, now });
  const account = await openWebhookAccount(seed, now);
  opened.push(() => account.close());
  await account.run();
  const deals = seed.records
    .filter(({ type, archivedAt }) => type === 'deal' && archivedAt === null)
    .slice(0, 50);
  const requests = account.sandbox.requests().length;
  for (let times = 0; times < 200; times += 1) {
    for (const { id } of deals) {
      const dealstage = times % 2 === 0 ? 'appointmentscheduled' : 'closedwon';
      account.sandbox.mutate({ do: 'edit', type: 'deal', id, properties: { dealstage } });
    }
  }
  await account.follow();
  expect(account.sandbox.requests().length - requests).toBeLessThanOrEqual(10);
  await expectNothingLeft(account);
});
