/** What following webhooks promises when things go wrong: disorder, crashes, other runs, failures, and too much at once. */
import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RequestRefusedError } from '../../src/hubspot/errors.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { startRefresher } from '../../src/jobs/refresher.ts';
import type { Activity } from '../../src/model/activity.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { linkedTypes } from '../../src/model/record.ts';
import { everyone, type Settings } from '../../src/model/settings.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { readCard } from '../../src/store/card.ts';
import { latestFacts } from '../../src/store/facts.ts';
import { addHints, hintsAfter, waitingHints } from '../../src/store/hints.ts';
import { countPartners } from '../../src/store/partners.ts';
import { listRuns } from '../../src/store/runs.ts';
import { saveSourceState } from '../../src/store/sources.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinyPartnerIds } from '../world/tiny-portal.ts';
import {
  openWebhookAccount,
  pictureOf,
  type WebhookAccount,
  type WebhookEvent,
} from '../world/webhook-account.ts';

const opened: WebhookAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function open(seed: PortalSeed = createTinyPortal(), now = tinyNow): Promise<WebhookAccount> {
  const account = await openWebhookAccount(seed, now);
  opened.push(account);
  await account.run();
  await account.sandbox.webhooksSettled();
  account.writes();
  return account;
}

const { silent, active, customer, neverActivated, sharing, dormant, merged } = tinyCompanies;

/** A day in the life of an account: everything that webhooks tell of. */
function liveADay({ sandbox }: WebhookAccount): void {
  const deal = (id: string, companyId: string): void => {
    sandbox.mutate({
      do: 'create',
      type: 'deal',
      id,
      properties: { dealname: id, pipeline: 'default', dealstage: 'appointmentscheduled', amount: '10' },
      createdAt: tinyNow - 4 * millisecondsPerDay,
      associations: [{ toType: 'company', toId: companyId }],
    });
  };
  deal('9001', silent);
  deal('9002', neverActivated);
  deal('9003', customer);
  sandbox.mutate({
    do: 'edit',
    type: 'deal',
    id: '9001',
    properties: { dealstage: 'closedwon', amount: '20' },
  });
  sandbox.mutate({ do: 'edit', type: 'deal', id: '9001', properties: { amount: '30' } });
  sandbox.mutate({ do: 'delete', type: 'deal', id: '9002' });
  sandbox.mutate({ do: 'edit', type: 'company', id: customer, properties: { type: 'PARTNER' } });
  sandbox.mutate({ do: 'edit', type: 'company', id: dormant, properties: { type: 'PROSPECT' } });
  sandbox.mutate({ do: 'dissociate', fromType: 'company', fromId: active, toType: 'deal', toId: '201' });
  sandbox.mutate({ do: 'associate', fromType: 'company', fromId: silent, toType: 'deal', toId: '201' });
  sandbox.mutate({ do: 'delete', type: 'meeting', id: '321' });
  sandbox.mutate({ do: 'merge', type: 'company', primaryId: sharing, mergedId: merged });
}

/** Time alone changes verdicts; what was read it does not. */
function readings(rows: unknown): unknown {
  return (rows as { links: unknown; activities: unknown }[]).map(({ links, activities }) => [
    links,
    activities,
  ]);
}

async function shuffled(
  account: WebhookAccount,
  events: readonly WebhookEvent[],
  random: () => number,
): Promise<void> {
  const twice = [...events, ...events].map((event) => ({ event, key: random() }));
  const disorder = twice.sort((left, right) => left.key - right.key).map(({ event }) => event);
  while (disorder.length > 0) {
    const size = 1 + Math.floor(random() * 6);
    expect(await account.deliver(disorder.splice(0, size))).toBe(204);
    if (random() < 0.4) await account.follow();
  }
  await account.follow();
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Somebody clicks more often than others, and at least 50 times in 90 days, and brings no sale. */
const clicksAlone: Pick<Settings, 'combination' | 'rules'> = {
  combination: 'any',
  rules: [
    {
      id: 'clicks_without_sales',
      test: 'conversion',
      behaviour: 'clicks',
      windowDays: 90,
      minimumClicks: 50,
      severity: 'at_risk',
      audience: everyone,
    },
  ],
};

function clicksOf(partnerId: string, quantity: number): Activity {
  const what = { partnerId, kind: 'click' as const, quantity, amount: null };
  return { ...what, occurredAt: tinyNow - 5 * millisecondsPerDay, source: 'csv:clicks', sourceId: partnerId };
}

/** What an installation knows that was told everything once, in order, in time. */
let expected: unknown;
beforeAll(async () => {
  const account = await open();
  liveADay(account);
  await account.follow();
  expected = await pictureOf(account);
});

describe('events are hints', () => {
  test.each([1, 2, 3])(
    'twice, in disorder, and some of them 25 hours late: the picture is that of telling each once, in order (seed %i)',
    async (seed) => {
      const account = await open();
      account.keepBack();
      liveADay(account);
      await account.sandbox.webhooksSettled();
      const random = randomOf(seed);
      const late = account.kept.filter(() => random() < 0.3);
      await shuffled(account, account.kept, random);
      expect(await pictureOf(account)).toEqual(expected);
      account.sandbox.setClock(() => tinyNow + 25 * 3_600_000);
      await shuffled(account, late, random);
      expect(readings(await pictureOf(account))).toEqual(readings(expected));
    },
  );

  test('the next night finds nothing to correct and nothing to write', async () => {
    const account = await open();
    liveADay(account);
    await account.follow();
    account.writes();
    const { summary } = await account.run({ full: true });
    expect(summary).toMatchObject({ sync: { differences: 0 }, publish: { changed: 0 } });
    expect(account.writes()).toBe(0);
  });
});

/** The connection of a process that dies at its n-th request, before it is sent or after HubSpot has carried it out. */
function dying(hubspot: HubSpot, atCall: number, when: 'before' | 'after'): HubSpot {
  let calls = 0;
  return new Proxy(hubspot, {
    get(target, name: keyof HubSpot) {
      if (name === 'counts') return target.counts;
      return async (...given: unknown[]) => {
        calls += 1;
        const dies = calls === atCall;
        if (dies && when === 'before') throw new Error('killed');
        const answer: unknown = await (target[name] as (...all: unknown[]) => unknown)(...given);
        if (dies) throw new Error('killed');
        return answer;
      };
    },
  });
}

describe('a crash loses nothing and repeats nothing in HubSpot', () => {
  test.each(['before', 'after'] as const)('at any request, %s it', async (when) => {
    const account = await open();
    liveADay(account);
    await account.sandbox.webhooksSettled();
    for (let atCall = 1; ; atCall += 1) {
      const died = await account.refresh(dying(account.hubspot, atCall, when)).then(
        () => false,
        (error: unknown) => String(error).includes('killed'),
      );
      if (!died) break;
      expect(atCall).toBeLessThan(60);
    }
    await account.follow();
    expect(await pictureOf(account)).toEqual(expected);
    account.writes();
    await account.run();
    expect(account.writes()).toBe(0);
  });

  test('after the reading and before the hints are gone: followed twice is as good as once', async () => {
    const account = await open();
    const { db } = account.database.store;
    liveADay(account);
    await account.sandbox.webhooksSettled();
    const hints = [];
    for (const type of ['company', ...linkedTypes] as const) {
      hints.push(...(await hintsAfter(db, type, { after: '', limit: 1000 })));
    }
    await account.follow();
    const once = await pictureOf(account);
    account.writes();
    await addHints(db, hints, { now: tinyNow, limit: 1000 });
    await account.follow();
    expect(await pictureOf(account)).toEqual(once);
    expect(account.writes()).toBe(0);
  });

  test('a partner that lost a record is judged although the process died right after reading that', async () => {
    const account = await open();
    account.sandbox.mutate({ do: 'delete', type: 'deal', id: '204' });
    await account.sandbox.webhooksSettled();
    // The account, the companies of the deal; then the properties of ours are looked at, before anything is written.
    const killed = account.refresh(dying(account.hubspot, 3, 'before'));
    await expect(killed).rejects.toThrow('killed');
    await account.follow();
    expect(account.shown().get(silent)?.['rekindle_last_activity_date']).toBeUndefined();
  });
});

async function oneHint(account: WebhookAccount): Promise<void> {
  account.sandbox.mutate({ do: 'edit', type: 'company', id: active, properties: { name: 'Other' } });
  await account.sandbox.webhooksSettled();
}
const waiting = async ({ database }: WebhookAccount) => (await waitingHints(database.store.db)).count;

describe('hints wait', () => {
  test('while another run goes on', async () => {
    const account = await open();
    await oneHint(account);
    const { store } = account.database;
    await withLease(store, new AbortController().signal, async () => {
      expect(await account.refresh()).toEqual({ state: 'busy' });
    });
    expect(await waiting(account)).toBe(1);
    expect(await account.refresh()).toMatchObject({ state: 'done' });
  });

  test('for the first run, which is a person’s decision', async () => {
    const account = await openWebhookAccount(createTinyPortal(), tinyNow);
    opened.push(account);
    await account.sandbox.webhooksSettled();
    await oneHint(account);
    expect(await account.refresh()).toEqual({ state: 'too_early' });
    await account.run();
    expect(await account.refresh()).toMatchObject({ state: 'done' });
    expect(await waiting(account)).toBe(0);
  });

  test('until the time that the latest verdicts speak of has come', async () => {
    const account = await open();
    await account.run({ asOf: tinyNow + 1000 });
    await oneHint(account);
    expect(await account.refresh()).toEqual({ state: 'too_early' });
    account.sandbox.setClock(() => tinyNow + 1000);
    expect(await account.refresh()).toMatchObject({ state: 'done' });
  });

  test('when HubSpot fails, and the ledger says so', async () => {
    const account = await open();
    await oneHint(account);
    account.sandbox.addFault('unauthorized');
    await expect(account.refresh()).rejects.toThrow(/token/);
    expect(await waiting(account)).toBe(1);
    expect((await listRuns(account.database.store.db, 1))[0]).toMatchObject({
      kind: 'refresh',
      outcome: 'failed',
      error: expect.stringMatching(/token/),
      nextAction: expect.stringMatching(/tried again/),
    });
    account.sandbox.clearFaults();
    await account.follow();
    expect(await waiting(account)).toBe(0);
  });

  test('for the token of the right account', async () => {
    const account = await open();
    await oneHint(account);
    const other = new Proxy(account.hubspot, {
      get: (target, name: keyof HubSpot) =>
        name === 'readPortal' ? async () => ({ ...(await target.readPortal()), id: '99' }) : target[name],
    });
    await expect(account.refresh(other)).rejects.toThrow(/belongs to account 99/);
    expect(await waiting(account)).toBe(1);
  });
});

test('a run that is asked for while hints are followed waits for that, instead of failing', async () => {
  const account = await open();
  const { store } = account.database;
  const { signal } = new AbortController();
  const order: string[] = [];
  const holding = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const brief = withLease(
    store,
    signal,
    async () => {
      holding.resolve();
      await release.promise;
      order.push('followed');
    },
    { brief: true },
  );
  await holding.promise;
  const run = account.run().then(() => order.push('ran'));
  release.resolve();
  await Promise.all([brief, run]);
  expect(order).toEqual(['followed', 'ran']);
});

describe('the ledger', () => {
  test('has a row for each that concerned a partner, and neither the list nor the card takes it for a night', async () => {
    const account = await open();
    const { db } = account.database.store;
    await oneHint(account);
    await account.follow();
    const kinds = async (withoutRefreshes: boolean) =>
      (await listRuns(db, 10, { withoutRefreshes })).map(({ kind, trigger }) => `${kind} ${trigger}`);
    expect(await kinds(false)).toEqual(['refresh webhook', 'run command']);
    expect(await kinds(true)).toEqual(['run command']);
    const [night] = await listRuns(db, 1, { withoutRefreshes: true });
    const { run } = await readCard(account.database.store.pool, 'any company');
    expect(run?.startedAt).toBe(night?.startedAt);
  });
});

test('a definition that was saved since the last run waits for the next run, as the card says', async () => {
  const account = await open();
  const seed = account.sandbox.seed;
  await account.save({ ...seed.settings, graceDays: 1 });
  account.sandbox.mutate({ do: 'delete', type: 'deal', id: '204' });
  await account.follow();
  const verdict = await readVerdict(account.database.store.db, silent);
  expect(verdict).toMatchObject({ settingsVersion: 1, lastActivityAt: null });
});

describe('too much at once is for the nightly run, which sees everybody', () => {
  const now = Date.parse('2026-06-15T12:00:00Z');
  const seed = createProgramme({ programme: 'reseller', partners: 150, seed: 3, now });
  const ids = seed.truth.map(({ companyId }) => companyId);

  test('a mark that vanishes from many companies makes nobody leave', async () => {
    const account = await open(seed, now);
    const { db } = account.database.store;
    const unmark = (some: readonly string[]): void => {
      for (const id of some) {
        account.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { type: 'PROSPECT' } });
      }
    };
    unmark(ids.slice(0, 2));
    await account.follow();
    expect(await countPartners(db)).toBe(148);
    unmark(ids.slice(2, 120));
    const results = await account.follow();
    expect(JSON.stringify(results)).toContain('no partners any more');
    expect(await countPartners(db)).toBeGreaterThan(100);
    expect((await waitingHints(db)).count).toBe(0);
  });

  test('nor do all partners of a small programme, which the nightly run would not believe either', async () => {
    const account = await open();
    for (const id of tinyPartnerIds) {
      account.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { type: 'PROSPECT' } });
    }
    const before = account.shown();
    await account.follow();
    expect(await countPartners(account.database.store.db)).toBe(tinyPartnerIds.length);
    expect(account.shown()).toEqual(before);
    await expect(account.run()).rejects.toThrow(/0 partner companies/);
  });

  test('the brake counts what was moved before, so that small steps do not pass it', async () => {
    const account = await open(seed, now);
    await account.save({ ...seed.settings, brake: { share: 0.01, minimum: 3 } });
    await account.run();
    const { db } = account.database.store;
    const stay = new Map([...account.shown()].map(([id, shown]) => [id, shown['rekindle_status']]));
    const quiet = ids.filter((id) => stay.get(id) === 'inactive').slice(0, 4);
    expect(quiet).toHaveLength(4);
    // Of the pipeline whose deals mean something: the first that the programme maps.
    const [mapped = ''] = seed.settings.mapping.deals[0]?.pipelines ?? [];
    const { pipeline = '', dealstage = '' } =
      seed.records.find(({ type, properties }) => type === 'deal' && properties['pipeline'] === mapped)
        ?.properties ?? {};
    const outcomes: string[] = [];
    for (const companyId of quiet) {
      account.sandbox.mutate({
        do: 'create',
        type: 'deal',
        properties: { dealname: 'Back', pipeline, dealstage },
        createdAt: now - millisecondsPerDay,
        associations: [{ toType: 'company', toId: companyId }],
      });
      outcomes.push(
        await account.follow().then(
          () => 'moved',
          (error: unknown) => (error as Error).name,
        ),
      );
    }
    expect(outcomes).toEqual(['moved', 'moved', 'RefusedError', 'RefusedError']);
    expect((await waitingHints(db)).count).toBe(0);
    const [run] = await listRuns(db, 1);
    expect(run).toMatchObject({ kind: 'refresh', outcome: 'aborted', brakeMoves: 3 });
    const shown = account.shown();
    expect(quiet.map((id) => shown.get(id)?.['rekindle_status'] === 'inactive')).toEqual([
      false,
      false,
      true,
      true,
    ]);
    await account.run({ kind: 'publish', approve: run?.runId ?? '' });
    expect(quiet.map((id) => account.shown().get(id)?.['rekindle_status'])).not.toContain('inactive');
  });
});

test('changes that keep coming while others are followed wait for the next time: the first are judged and written soon', async () => {
  const account = await open();
  const { db } = account.database.store;
  let told = 5000;
  const tell = (): Promise<boolean> => {
    told += 1;
    return addHints(db, [{ type: 'deal', recordId: String(told) }], { now: tinyNow, limit: 1000 });
  };
  await tell();
  let readings = 0;
  const busy = new Proxy(account.hubspot, {
    get: (target, name: keyof HubSpot) =>
      name === 'readLinkedCompanies'
        ? async (...asked: Parameters<HubSpot['readLinkedCompanies']>) => {
            readings += 1;
            if (readings > 5) throw new Error('It would never end.');
            await tell();
            return target.readLinkedCompanies(...asked);
          }
        : target[name],
  });
  expect(await account.refresh(busy)).toMatchObject({ state: 'done' });
  expect((await waitingHints(db)).count).toBe(1);
});

const refusing = (account: WebhookAccount, refused: (id: string) => boolean): HubSpot =>
  new Proxy(account.hubspot, {
    get: (target, name: keyof HubSpot) =>
      name === 'readCompanies'
        ? async (...asked: Parameters<HubSpot['readCompanies']>) => {
            if (!asked[0].some(refused)) return target.readCompanies(...asked);
            const said = { category: null, correlationId: null, policyName: null, scopes: [] };
            throw new RequestRefusedError({ ...said, route: 'POST batch', status: 400, message: 'No.' });
          }
        : target[name],
  });
const tellOfCompanies = (account: WebhookAccount, ids: readonly string[]): Promise<boolean> =>
  addHints(
    account.database.store.db,
    ids.map((recordId) => ({ type: 'company' as const, recordId })),
    { now: tinyNow, limit: 1000 },
  );

describe('a record that HubSpot refuses to show', () => {
  test('keeps no other change waiting, and is left to the nightly run', async () => {
    const account = await open();
    account.sandbox.mutate({ do: 'edit', type: 'company', id: silent, properties: { name: 'Renamed' } });
    await account.sandbox.webhooksSettled();
    await tellOfCompanies(account, [active, customer, '4711']);
    const results = await account.follow(refusing(account, (id) => id === '4711'));
    expect(JSON.stringify(results)).toContain('The company 4711 cannot be read');
    expect(JSON.stringify(await pictureOf(account))).toContain('Renamed');
    expect((await waitingHints(account.database.store.db)).count).toBe(0);
  });

  test('with many others like it is no matter of single records: all wait', async () => {
    const account = await open();
    const ids = Array.from({ length: 40 }, (_, index) => String(7000 + index));
    await tellOfCompanies(account, ids);
    await expect(account.refresh(refusing(account, () => true))).rejects.toThrow(RequestRefusedError);
    expect((await waitingHints(account.database.store.db)).count).toBe(40);
  });
});

describe('between an upgrade and the next run', () => {
  test('clicks are held against what is usual, as by the run before, though its facts lack the median', async () => {
    const settings: Settings = { ...createTinyPortal().settings, ...clicksAlone, graceDays: 0 };
    const account = await openWebhookAccount(createTinyPortal({ settings }), tinyNow);
    opened.push(account);
    const { db } = account.database.store;
    await account.run({ kind: 'sync' });
    const quantities = { [active]: 60, [silent]: 1000, [sharing]: 1000 };
    await upsertActivities(
      db,
      Object.entries(quantities).map(([id, quantity]) => clicksOf(id, quantity)),
    );
    await saveSourceState(
      db,
      { source: 'csv:clicks', complete: true, completeUpTo: tinyNow, kinds: ['click', 'sale'] },
      'import',
    );
    await account.run();
    const standing = async () =>
      Promise.all([active, silent].map(async (id) => (await readVerdict(db, id))?.status));
    expect(await standing()).toEqual(['active', 'at_risk']);
    await account.sandbox.webhooksSettled();

    const kept = await latestFacts(db);
    const { medianClicks, ...earlier } = kept?.facts ?? {};
    expect(medianClicks).toBe(1000);
    await sql`update programme_facts set facts = ${JSON.stringify(earlier)}`.execute(db);
    for (const id of [active, silent]) {
      account.sandbox.mutate({ do: 'edit', type: 'company', id, properties: { partner_tier: 'silver' } });
    }
    await account.follow();
    expect(await standing()).toEqual(['active', 'at_risk']);
    expect(await latestFacts(db)).toEqual(kept);
  });
});

describe('the refresher', () => {
  const waits = { collectMs: 1, pollMs: 1, busyMs: 1, afterFailureMs: 1, longestMs: 1 };

  test('follows hints that another process received, goes on after failures, and stops when asked', async () => {
    const account = await open();
    const errors: unknown[] = [];
    const { store } = account.database;
    account.sandbox.addFault('unauthorized');
    const refresher = startRefresher({
      refresh: () =>
        performRefresh({
          store,
          hubspot: account.hubspot,
          clock: () => tinyNow,
          signal: new AbortController().signal,
        }),
      log: { info: () => {}, error: (data) => void errors.push(data) },
      clock: () => tinyNow,
      signal: new AbortController().signal,
      waits,
    });
    account.sandbox.mutate({ do: 'edit', type: 'company', id: active, properties: { name: 'Other' } });
    await expect.poll(() => errors.length).toBeGreaterThan(1);
    account.sandbox.clearFaults();
    await expect.poll(async () => (await waitingHints(store.db)).count).toBe(0);
    await refresher.close();
    const calls = account.sandbox.requests().length;
    account.sandbox.mutate({ do: 'edit', type: 'company', id: active, properties: { name: 'Another' } });
    await account.sandbox.webhooksSettled();
    expect(account.sandbox.requests()).toHaveLength(calls);
    expect((await waitingHints(store.db)).count).toBe(1);
  });

  test('hears a bell that rang while it worked', async () => {
    const began: PromiseWithResolvers<void>[] = [Promise.withResolvers(), Promise.withResolvers()];
    const go = Promise.withResolvers<void>();
    let calls = 0;
    const refresher = startRefresher({
      refresh: async () => {
        began[calls]?.resolve();
        calls += 1;
        if (calls === 1) await go.promise;
        return { state: 'nothing' };
      },
      log: { info: () => {}, error: () => {} },
      clock: () => tinyNow,
      signal: new AbortController().signal,
      waits: { ...waits, pollMs: 600_000 },
    });
    await began[0]?.promise;
    refresher.wake();
    go.resolve();
    await began[1]?.promise;
    expect(calls).toBe(2);
    await refresher.close();
  });
});
