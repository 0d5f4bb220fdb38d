import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DailyQuota, type QuotaKeeper } from '../../src/hubspot/daily-quota.ts';
import { QuotaExhaustedError } from '../../src/hubspot/errors.ts';
import { dayOf, nextMidnight } from '../../src/model/instant.ts';
import { createVirtualClock } from './virtual-clock.ts';
import { connect, hubspotApi, limited, paths, portalAnswer } from './http-mock.ts';

const newYork = 'America/New_York';
/** 23:59:57 in New York on 15 June 2026. */
const justBeforeMidnight = Date.UTC(2026, 5, 16, 3, 59, 57);

/** A book that remembers what it is told; `before` is what other processes had sent. */
function createBook(
  shares: { dailyShare?: number; before?: Record<string, number>; timeZone?: string } = {},
) {
  const days = new Map(Object.entries(shares.before ?? {}));
  const calls: string[] = [];
  const { timeZone = newYork } = shares;
  let { dailyShare = 0.8 } = shares;
  let failures = 0;
  const keeper: QuotaKeeper = {
    timeZone,
    record: async (day, requests) => {
      calls.push(`${day} +${requests}`);
      if (failures > 0) {
        failures -= 1;
        throw new Error('the database is away');
      }
      days.set(day, (days.get(day) ?? 0) + requests);
      return { requests: days.get(day) ?? 0, burstShare: null, dailyShare };
    },
  };
  return {
    keeper,
    days,
    calls,
    fail: (times: number) => (failures = times),
    /** An administrator saves another share. */
    allow: (share: number) => (dailyShare = share),
  };
}

const connectAt = (start: number) =>
  connect({ quota: createBook().keeper, clock: createVirtualClock(start) }).hubspot;

/** Answers that tell a daily limit. */
function details(times: number, dailyLimit: number | null = 10): void {
  hubspotApi()
    .get(paths.details)
    .times(times)
    .reply(200, portalAnswer, dailyLimit === null ? {} : { 'x-hubspot-ratelimit-daily': String(dailyLimit) });
}

describe('the share of the daily limit', () => {
  test('ends the requests of the day exactly there, and says whose limit it was, when it goes on and what to change', async () => {
    details(8);
    const book = createBook();
    const { hubspot } = connect({ quota: book.keeper });
    for (let count = 0; count < 8; count += 1) await hubspot.readPortal();
    const error = await hubspot.readPortal().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(QuotaExhaustedError);
    // Midnight in New York.
    expect(error).toMatchObject({ resumeAt: Date.UTC(2026, 5, 16, 4), retryable: true });
    expect(String(error)).toContain('Rekindle has sent 8 requests today');
    expect(String(error)).toContain('80 % of the 10 that HubSpot allows this account a day');
    expect(String(error)).toContain('after 2026-06-16T04:00:00.000Z');
    expect(String(error)).toContain('raise quota.dailyShare');
    expect(hubspot.counts()).toMatchObject({ requests: { total: 8 }, rateLimited: 0 });
  });

  test('counts what other processes and earlier ones sent on the same day', async () => {
    details(2);
    const book = createBook({ before: { '2026-06-15': 6, '2026-06-14': 500 } });
    const { hubspot } = connect({ quota: book.keeper });
    await hubspot.readPortal();
    await hubspot.readPortal();
    await expect(hubspot.readPortal()).rejects.toBeInstanceOf(QuotaExhaustedError);
  });

  test('that is raised while nothing may be sent holds seconds after somebody has asked in vain', async () => {
    details(2);
    const book = createBook({ before: { '2026-06-15': 7 } });
    const { hubspot } = connect({ quota: book.keeper });
    await hubspot.readPortal();
    await expect(hubspot.readPortal()).rejects.toBeInstanceOf(QuotaExhaustedError);
    await expect.poll(() => book.days.get('2026-06-15')).toBe(8);
    const before = book.calls.length;
    book.allow(1);
    await expect(hubspot.readPortal()).rejects.toBeInstanceOf(QuotaExhaustedError);
    await expect.poll(() => book.calls.length).toBeGreaterThan(before);
    await hubspot.readPortal();
  });

  test('begins anew at midnight in the account', async () => {
    details(2);
    const book = createBook({ before: { '2026-06-15': 7 } });
    const clock = createVirtualClock(justBeforeMidnight);
    const { hubspot } = connect({ quota: book.keeper, clock });
    await hubspot.readPortal();
    await expect(hubspot.readPortal()).rejects.toBeInstanceOf(QuotaExhaustedError);
    // Writing down takes five seconds: by then it is midnight.
    await expect.poll(() => book.days.get('2026-06-15')).toBe(8);
    await hubspot.readPortal();
    await hubspot.close();
    expect(Object.fromEntries(book.days)).toEqual({ '2026-06-15': 8, '2026-06-16': 1 });
  });

  test('is not asked for while the account has not told its limit', async () => {
    details(12, null);
    const book = createBook();
    const { hubspot } = connect({ quota: book.keeper });
    for (let count = 0; count < 12; count += 1) await hubspot.readPortal();
    await hubspot.close();
    expect(book.days.get('2026-06-15')).toBe(12);
  });

  test('is also that of a limit which the account tells when it is asked for its usage', async () => {
    hubspotApi()
      .get(paths.usage)
      .reply(200, { results: [{ name: 'all', usageLimit: 10, currentUsage: 3, resetsAt: null }] });
    const { hubspot } = connect({ quota: createBook({ before: { '2026-06-15': 7 } }).keeper });
    await hubspot.readDailyUsage();
    await expect(hubspot.readPortal()).rejects.toThrow(/has sent 8 requests today/);
  });
});

describe('requests are written down', () => {
  test('every few seconds and at the end, and none twice', async () => {
    details(3, null);
    const book = createBook();
    const { hubspot } = connect({ quota: book.keeper });
    await hubspot.readPortal();
    await hubspot.readPortal();
    await expect.poll(() => book.days.get('2026-06-15')).toBe(2);
    await hubspot.readPortal();
    await hubspot.close();
    await hubspot.close();
    expect(book.calls).toEqual(['2026-06-15 +0', '2026-06-15 +2', '2026-06-15 +1']);
  });

  test("of the account's day as soon as its time zone is known, of that in UTC before", async () => {
    hubspotApi()
      .get(paths.details)
      .times(2)
      .reply(200, { ...portalAnswer, timeZone: newYork });
    const book = createBook();
    // It is 00:30 in UTC, and the evening before in New York.
    const { hubspot } = connect({
      quota: { ...book.keeper, timeZone: null },
      clock: createVirtualClock(Date.UTC(2026, 5, 16, 0, 30)),
    });
    await hubspot.readPortal();
    await hubspot.readPortal();
    await hubspot.close();
    expect(Object.fromEntries(book.days)).toEqual({ '2026-06-16': 1, '2026-06-15': 1 });
  });

  test('later when they cannot be now', async () => {
    details(2, null);
    const book = createBook();
    const { hubspot, log } = connect({ quota: book.keeper });
    await hubspot.readPortal();
    book.fail(1);
    await expect
      .poll(() => log.map(({ message }) => message))
      .toContainEqual(expect.stringContaining('could not be written down'));
    await hubspot.readPortal();
    await hubspot.close();
    expect(book.days.get('2026-06-15')).toBe(2);
  });

  test('and whoever cannot be asked how many there are keeps the first one from being sent', async () => {
    const book = createBook();
    book.fail(1);
    const { hubspot } = connect({ quota: book.keeper });
    await expect(hubspot.readPortal()).rejects.toThrow('the database is away');
  });
});

describe('a refusal for the day', () => {
  test('says that the account has none left, not our share', async () => {
    hubspotApi().get(paths.details).reply(429, limited('DAILY'));
    const { hubspot } = connect({ quota: createBook().keeper });
    await expect(hubspot.readPortal()).rejects.toThrow(
      /HubSpot says that this account's daily request limit/,
    );
  });

  test('soon after midnight still speaks of yesterday, because clocks differ: a quarter of an hour is enough', async () => {
    hubspotApi().get(paths.details).times(2).reply(429, limited('DAILY'));
    const midnight = Date.UTC(2026, 5, 16, 4);
    const quarterPast = midnight + 15 * 60_000;
    await expect(connectAt(midnight + 60_000).readPortal()).rejects.toMatchObject({ resumeAt: quarterPast });
    await expect(connectAt(quarterPast).readPortal()).rejects.toMatchObject({
      resumeAt: Date.UTC(2026, 5, 17, 4),
    });
  });
});

/** What may happen to a process that sends requests. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ process: fc.nat(2), what: fc.constant('send' as const) }) },
  { weight: 2, arbitrary: fc.record({ process: fc.nat(2), what: fc.constant('end' as const) }) },
  { weight: 1, arbitrary: fc.record({ process: fc.nat(2), what: fc.constant('database fails' as const) }) },
  { weight: 2, arbitrary: fc.record({ process: fc.nat(2), what: fc.constant('an hour passes' as const) }) },
);

test('whatever fails and whoever starts anew, every request is counted once, on its day, and a day has no more than the share', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const book = createBook({ dailyShare: 0.5 });
      let passed = 0;
      const alarms = new Set<() => void>();
      const clock = {
        now: () => justBeforeMidnight + passed,
        elapsedMs: () => passed,
        after: (_delayMs: number, callback: () => void) => {
          alarms.add(callback);
          return () => alarms.delete(callback);
        },
      };
      const start = (): DailyQuota => {
        const quota = new DailyQuota({
          clock,
          warn: () => {},
          keeper: book.keeper,
          today: (now) => dayOf(now, newYork),
          endOfToday: (now) => nextMidnight(now, newYork),
          takeAtMost: () => {},
        });
        quota.learnLimit(20);
        return quota;
      };
      const processes = [start(), start(), start()];
      const sent: Record<string, number> = {};
      const happen = async (what: (typeof steps)[number]['what'], quota: DailyQuota): Promise<void> => {
        if (what === 'database fails') book.fail(1);
        if (what === 'send') {
          await quota.open();
          quota.take();
          const today = dayOf(clock.now(), newYork);
          sent[today] = (sent[today] ?? 0) + 1;
        }
        if (what !== 'an hour passes') return;
        passed += 3_600_000;
        for (const ring of alarms) ring();
      };
      for (const { process, what } of steps) {
        const quota = processes[process] ?? start();
        await happen(what, quota).catch((error: unknown) => {
          // Nothing was sent then.
          if (!(error instanceof QuotaExhaustedError) && !/database is away/.test(String(error))) throw error;
        });
        if (what !== 'end') continue;
        book.fail(0);
        await quota.close();
        processes[process] = start();
      }
      book.fail(0);
      for (const quota of processes) await quota.close();
      const counted = Object.fromEntries([...book.days].filter(([, requests]) => requests > 0));
      expect(counted).toEqual(sent);
      // Ten of twenty; each process may not know yet what the other two have sent since they last wrote it down.
      for (const requests of Object.values(sent)) expect(requests).toBeLessThanOrEqual(3 * 10);
    }),
    {
      // Found by chance: what was being written down when the end came failed, and nobody tried again.
      examples: [
        [
          [
            { process: 0, what: 'send' },
            { process: 0, what: 'database fails' },
            { process: 0, what: 'an hour passes' },
          ],
        ],
      ],
    },
  ));
