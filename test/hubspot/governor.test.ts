import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/hubspot/clock.ts';
import { Governor, type Lane, type Turn, type Urgency } from '../../src/hubspot/governor.ts';
import { maximumInFlight, precedence, rateLimits } from '../../src/hubspot/limits.ts';

/** Events in the order of their time, without waiting: the governor's alarms and the requests' answers. */
class Simulation implements Clock {
  #now = 0;
  readonly #events: { at: number; run: () => void }[] = [];

  now = (): number => this.#now;
  elapsedMs = (): number => this.#now;
  after = (delayMs: number, callback: () => void): (() => void) => {
    const event = { at: this.#now + delayMs, run: callback };
    this.#events.push(event);
    return () => {
      const index = this.#events.indexOf(event);
      if (index >= 0) this.#events.splice(index, 1);
    };
  };

  /** Runs until nothing is left to happen. Promises settle between events. */
  async run(): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
      let earliest = 0;
      for (const [index, { at }] of this.#events.entries()) {
        if (at < (this.#events[earliest]?.at ?? 0)) earliest = index;
      }
      const [event] = this.#events.splice(earliest, 1);
      if (event === undefined) return;
      this.#now = Math.max(this.#now, event.at);
      event.run();
    }
  }
}

type Sent = {
  readonly lane: Lane;
  readonly urgency: Urgency;
  readonly askedAt: number;
  readonly sentAt: number;
  readonly countedAt: number;
  readonly endedAt: number;
};
type Plan = {
  readonly lane: Lane;
  /** In the background unless given. */
  readonly urgency?: Urgency;
  readonly askedAtMs: number;
  readonly latencyMs: number;
  /** Where between sending and answer HubSpot counts the request. */
  readonly countedShare: number;
};

type Answer = { readonly governor: Governor; readonly sent: readonly Sent[]; readonly request: Sent };

/** Sends every planned request through a governor; `answer` may feed it headers when one ends. */
async function simulate(
  plans: readonly Plan[],
  answer: (given: Answer) => void = () => {},
  share: number | null = null,
): Promise<Sent[]> {
  const simulation = new Simulation();
  const governor = new Governor(simulation);
  governor.takeAtMost(share);
  const { signal } = new AbortController();
  const sent: Sent[] = [];
  for (const plan of plans) {
    simulation.after(plan.askedAtMs, () => {
      void governor
        .acquire({ lane: plan.lane, urgency: plan.urgency ?? 'background' }, signal)
        .then((release) => {
          const sentAt = simulation.elapsedMs();
          const countedAt = sentAt + plan.latencyMs * plan.countedShare;
          const { lane, urgency = 'background', askedAtMs: askedAt } = plan;
          const request = { lane, urgency, askedAt, sentAt, countedAt, endedAt: sentAt + plan.latencyMs };
          sent.push(request);
          simulation.after(plan.latencyMs, () => {
            answer({ governor, sent, request });
            release();
          });
          return null;
        });
    });
  }
  await simulation.run();
  return sent;
}

const burst: Turn = { lane: 'burst', urgency: 'background' };

/** The most requests that any window (start, start + windowMs] holds; the fullest one ends at a request. */
function fullestWindow(moments: readonly number[], windowMs: number): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let fullest = 0;
  let first = 0;
  for (const [index, moment] of sorted.entries()) {
    while ((sorted[first] ?? moment) <= moment - windowMs) first += 1;
    fullest = Math.max(fullest, index - first + 1);
  }
  return fullest;
}

/** An account that tells its limit. */
const limitOf =
  (limit: number) =>
  ({ governor, request }: Answer): void =>
    governor.observe({ limit, remaining: null }, request.sentAt);

/** How many requests HubSpot has counted at `moment` in the window that ends there. */
function countedAt(requests: readonly { readonly countedAt: number }[], moment: number): number {
  return requests.filter((one) => one.countedAt <= moment && one.countedAt > moment - 10_000).length;
}

/** An account that tells what is left, of which `others` takes its part. */
const tells =
  (limit: number, others: (moment: number) => number) =>
  ({ governor, sent, request }: Answer): void => {
    const used = countedAt(sent, request.countedAt) + others(request.countedAt);
    governor.observe({ limit, remaining: Math.max(0, limit - used) }, request.sentAt);
  };

const plan: fc.Arbitrary<Plan> = fc.record({
  lane: fc.constantFrom<Lane>('burst', 'burst', 'search', 'associations'),
  askedAtMs: fc.nat(15_000),
  latencyMs: fc.oneof(fc.nat(300), fc.nat(30_000)),
  countedShare: fc.double({ min: 0, max: 1, noNaN: true }),
});
const plans = fc.array(plan, { minLength: 1, maxLength: 400, size: 'max' });

describe('HubSpot never counts more than its limits, whenever between sending and answer it counts', () => {
  test('in any window of an account that says nothing', () =>
    fc.assert(
      fc.asyncProperty(plans, async (plans) => {
        const sent = await simulate(plans);
        expect(sent).toHaveLength(plans.length);
        const counted = (wanted: (lane: Lane) => boolean): number[] =>
          sent.filter(({ lane }) => wanted(lane)).map(({ countedAt }) => countedAt);
        const { burst: whole, search } = rateLimits;
        expect(
          fullestWindow(
            counted(() => true),
            whole.windowMs,
          ),
        ).toBeLessThanOrEqual(whole.smallest * whole.aloneShare);
        expect(
          fullestWindow(
            counted((lane) => lane === 'search'),
            search.windowMs,
          ),
        ).toBeLessThanOrEqual(search.ceiling);
      }),
      { numRuns: 60 },
    ));

  test('in any window of an account that tells its limit', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.constantFrom(100, 190, 250), async (plans, limit) => {
        const sent = await simulate(plans, limitOf(limit));
        expect(sent).toHaveLength(plans.length);
        expect(
          fullestWindow(
            sent.map(({ countedAt }) => countedAt),
            10_000,
          ),
        ).toBeLessThanOrEqual(limit * 0.97);
        const associations = sent
          .filter(({ lane }) => lane === 'associations')
          .map(({ countedAt }) => countedAt);
        expect(fullestWindow(associations, 10_000)).toBeLessThanOrEqual(142);
      }),
      { numRuns: 60 },
    ));

  test('in any window, whoever else is there and however many its requests are', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(190), { minLength: 1 }), async (plans, others) => {
        // Another number of them every two seconds.
        const usedAt = (moment: number): number => others[Math.floor(moment / 2000) % others.length] ?? 0;
        const sent = await simulate(plans, tells(190, usedAt));
        expect(sent).toHaveLength(plans.length);
        expect(
          fullestWindow(
            sent.map(({ countedAt }) => countedAt),
            10_000,
          ),
        ).toBeLessThanOrEqual(184);
      }),
      { numRuns: 60 },
    ));

  test('and never more than the share that it was given', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.double({ min: 0.05, max: 1, noNaN: true }), async (plans, share) => {
        const sent = await simulate(plans, limitOf(190), share);
        expect(
          fullestWindow(
            sent.map(({ countedAt }) => countedAt),
            10_000,
          ),
        ).toBeLessThanOrEqual(190 * share);
      }),
      { numRuns: 30 },
    ));
});

/** More than we send in the 0.3 s of an answer and of the margin. */
const hidden = 5;
const now = (count: number, lane: Lane, latencyMs = 100): Plan[] =>
  Array.from({ length: count }, () => ({ lane, askedAtMs: 0, latencyMs, countedShare: 0.5 }));

describe('the speed', () => {
  test('of an account with 190 requests in ten seconds reaches 184', async () => {
    const sent = await simulate(now(400, 'burst'), limitOf(190));
    expect(
      fullestWindow(
        sent.map(({ sentAt }) => sentAt),
        10_000,
      ),
    ).toBe(184);
    // Three windows' worth minus what the first one held.
    expect(Math.max(...sent.map(({ endedAt }) => endedAt))).toBeLessThan(24_000);
  });

  test('of reading does not suffer from waiting searches', async () => {
    const sent = await simulate([...now(40, 'search'), ...now(40, 'burst')]);
    const ends = (wanted: Lane): number =>
      Math.max(...sent.filter(({ lane }) => lane === wanted).map(({ endedAt }) => endedAt));
    expect(ends('burst')).toBeLessThan(1000);
    expect(ends('search')).toBeGreaterThan(9000);
  });

  test('never has more in flight than a lane allows', async () => {
    const sent = await simulate([...now(60, 'burst', 5000), ...now(10, 'search', 5000)]);
    for (const lane of ['burst', 'search'] as const) {
      const own = sent.filter((one) => one.lane === lane);
      const together = own.map(
        ({ sentAt }) => own.filter((other) => other.sentAt <= sentAt && sentAt < other.endedAt).length,
      );
      expect(Math.max(...together)).toBe(maximumInFlight[lane]);
    }
  });

  test('gives way to another consumer of the same limit, and returns a minute after it was last seen', async () => {
    // Another process takes 40 of the 190 in each of the first two windows.
    const goneAt = 20_000;
    const sent = await simulate(
      now(1900, 'burst'),
      tells(190, (moment) => (moment < goneAt ? 40 : 0)),
    );
    const within = (from: number, to: number): number =>
      fullestWindow(
        sent.map(({ countedAt }) => countedAt).filter((moment) => moment > from && moment <= to),
        10_000,
      );
    // 70 % of 190 are 133. What we sent while an answer travelled may hide that many of the other's.
    expect(within(0, goneAt)).toBeGreaterThanOrEqual(133 - 40);
    expect(within(0, goneAt)).toBeLessThanOrEqual(133 - 40 + hidden);
    expect(within(goneAt + 10_400, goneAt + 45_000)).toBe(133);
    expect(within(goneAt + 80_000, Number.POSITIVE_INFINITY)).toBe(184);
  });

  test('that was set is never exceeded, and what others use comes off it', async () => {
    const sent = await simulate(
      now(600, 'burst'),
      tells(190, (moment) => (moment < 20_000 ? 50 : 0)),
      0.5,
    );
    const moments = sent.map(({ countedAt }) => countedAt);
    expect(
      fullestWindow(
        moments.filter((moment) => moment < 20_000),
        10_000,
      ),
    ).toBeLessThanOrEqual(95 - 50 + hidden);
    expect(fullestWindow(moments, 10_000)).toBe(95);
  });

  test('does not suffer from another who fits into what we leave free', async () => {
    const sent = await simulate(
      now(400, 'burst'),
      tells(190, () => 6),
    );
    expect(
      fullestWindow(
        sent.map(({ countedAt }) => countedAt),
        10_000,
      ),
    ).toBe(184);
  });

  test('never suffers from our own requests taken for another: however late answers come, nobody is seen', () =>
    fc.assert(
      fc.asyncProperty(plans, async (plans) => {
        const limit = 190;
        const told = await simulate(
          plans,
          tells(limit, () => 0),
        );
        const untold = await simulate(plans, limitOf(limit));
        expect(told).toEqual(untold);
      }),
      { numRuns: 60 },
    ));

  test('is that of a shared account for a minute after a refusal, in each lane by itself', async () => {
    const spoken = new Set<Lane>();
    const refuse =
      (lane: Lane) =>
      ({ governor, request }: Answer): void => {
        governor.observe({ limit: 190, remaining: null }, request.sentAt);
        if (request.lane !== lane || spoken.has(lane)) return;
        spoken.add(lane);
        governor.refused(lane, 1000);
      };
    const reads = (await simulate(now(1200, 'burst'), refuse('burst'))).map(({ countedAt }) => countedAt);
    const early = reads.filter((moment) => moment > 1000 && moment < 60_000);
    expect(fullestWindow(early, 10_000)).toBe(133);
    expect(fullestWindow(reads, 10_000)).toBe(184);

    const both = await simulate([...now(300, 'search'), ...now(400, 'burst')], refuse('search'));
    const searches = both.filter(({ lane }) => lane === 'search').map(({ countedAt }) => countedAt);
    const waited = searches.filter((moment) => moment > 1000 && moment < 60_000);
    expect(fullestWindow(waited, 1000)).toBe(rateLimits.search.sharedCeiling);
    expect(fullestWindow(searches, 1000)).toBe(rateLimits.search.ceiling);
    // Reading keeps its rate.
    const all = both.map(({ countedAt }) => countedAt).filter((moment) => moment < 20_000);
    expect(fullestWindow(all, 10_000)).toBe(184);
  });
});

const asked = (count: number, askedAtMs: number, latencyMs = 100): Plan[] =>
  now(count, 'burst', latencyMs).map((plan) => ({ ...plan, urgency: 'waited_for', askedAtMs }));
const waits = (sent: readonly Sent[]): number[] =>
  sent
    .filter(({ urgency }) => urgency === 'waited_for')
    .map(({ askedAt, sentAt }) => Math.round(sentAt - askedAt));

describe('what somebody waits for', () => {
  const windowMs = rateLimits.burst.windowMs * (1 + rateLimits.marginShare);

  test('leaves at once though a run has just used up the window, if it is little', async () => {
    // The window is full after two seconds; an action at the card takes three requests.
    const sent = await simulate([...now(900, 'burst'), ...asked(3, 3000)], limitOf(190));
    expect(waits(sent)).toEqual([0, 0, 0]);
    // The run loses no more than what was sent before it.
    const reads = sent.filter(({ urgency }) => urgency === 'background').map(({ endedAt }) => endedAt);
    const alone = (await simulate(now(903, 'burst'), limitOf(190))).map(({ endedAt }) => endedAt);
    expect(Math.max(...reads)).toBeLessThanOrEqual(Math.max(...alone));
  });

  test('goes before what was there earlier, and waits for a window at most', async () => {
    const sent = await simulate([...now(900, 'burst'), ...asked(40, 3000)], limitOf(190));
    expect(waits(sent).filter((wait) => wait === 0)).toHaveLength(4);
    expect(Math.max(...waits(sent))).toBeLessThan(windowMs);
  });

  test('leaves every fourth turn to the background, however much of it comes', async () => {
    const sent = await simulate([...now(60, 'burst'), ...asked(900, 0)], limitOf(190));
    const order = sent.toSorted((a, b) => a.sentAt - b.sentAt).map(({ urgency }) => urgency);
    const last = order.lastIndexOf('background');
    const passed = order.slice(0, last).filter((urgency) => urgency === 'waited_for').length;
    expect(passed).toBeLessThanOrEqual(3 * 60 + precedence.inFlight);
  });

  test('does not wait for slow answers to the background', async () => {
    const sent = await simulate([...now(16, 'burst', 30_000), ...asked(4, 1000)]);
    expect(waits(sent)).toEqual([0, 0, 0, 0]);
  });

  test('never waits for the background when it comes alone, whatever goes on there', () =>
    fc.assert(
      fc.asyncProperty(plans, fc.nat(40_000), fc.constantFrom(100, 190, 250), async (plans, at, limit) => {
        const sent = await simulate([...plans, ...asked(1, at)], limitOf(limit));
        expect(sent).toHaveLength(plans.length + 1);
        expect(waits(sent)).toEqual([0]);
      }),
      { numRuns: 60 },
    ));

  const mixed = fc.array(
    fc
      .tuple(plan, fc.constantFrom<Urgency>('waited_for', 'background'))
      .map(([given, urgency]) => ({ ...given, urgency })),
    { minLength: 1, maxLength: 400, size: 'max' },
  );

  test('keeps every limit: in any window, in flight, and beside others', () =>
    fc.assert(
      fc.asyncProperty(mixed, fc.nat(100), async (plans, others) => {
        const sent = await simulate(
          plans,
          tells(190, () => others),
        );
        expect(sent).toHaveLength(plans.length);
        const moments = (lane: Lane | null): number[] =>
          sent.filter((one) => lane === null || one.lane === lane).map(({ countedAt }) => countedAt);
        expect(fullestWindow(moments(null), 10_000)).toBeLessThanOrEqual(188);
        expect(fullestWindow(moments('associations'), 10_000)).toBeLessThanOrEqual(150 * 0.97);
        expect(fullestWindow(moments('search'), 1000)).toBeLessThanOrEqual(rateLimits.search.ceiling);
        for (const { lane, sentAt } of sent) {
          const together = sent.filter(
            (other) => other.lane === lane && other.sentAt <= sentAt && sentAt < other.endedAt,
          );
          expect(together.length).toBeLessThanOrEqual(maximumInFlight[lane] + precedence.inFlight);
        }
      }),
      { numRuns: 40 },
    ));

  test.each([0, 3, 6, 120, 187])('keeps the limit together with others who use %i of it', async (others) => {
    const sent = await simulate(
      [...now(900, 'burst'), ...asked(3, 3000), ...asked(3, 25_000)],
      tells(190, () => others),
    );
    expect(sent).toHaveLength(906);
    // Once the first answers have told of them.
    const moments = sent.map(({ countedAt }) => countedAt).filter((moment) => moment > 20_000);
    expect(fullestWindow(moments, 10_000) + others).toBeLessThanOrEqual(190);
  });

  test('takes nothing beyond a share that was set', () =>
    fc.assert(
      fc.asyncProperty(mixed, fc.double({ min: 0.05, max: 0.97, noNaN: true }), async (plans, share) => {
        const sent = await simulate(plans, limitOf(190), share);
        expect(sent).toHaveLength(plans.length);
        const moments = sent.map(({ countedAt }) => countedAt);
        expect(fullestWindow(moments, 10_000)).toBeLessThanOrEqual(190 * share);
      }),
      { numRuns: 30 },
    ));
});

describe('the pause after a refusal', () => {
  test('of one lane leaves the other alone; of the burst it stops both', async () => {
    const simulation = new Simulation();
    const governor = new Governor(simulation);
    const { signal } = new AbortController();
    const left: string[] = [];
    const send = (lane: Lane): void =>
      void governor.acquire({ lane, urgency: 'background' }, signal).then((release) => {
        left.push(`${lane} ${simulation.elapsedMs()}`);
        release();
        return null;
      });
    governor.refused('search', 3000);
    send('search');
    send('burst');
    simulation.after(3500, () => {
      governor.refused('burst', 5000);
      send('search');
      send('burst');
    });
    await simulation.run();
    expect(left).toEqual(['burst 0', 'search 3000', 'search 8500', 'burst 8500']);
  });

  test('is not shortened by a shorter one', async () => {
    const simulation = new Simulation();
    const governor = new Governor(simulation);
    governor.refused('burst', 10_000);
    governor.refused('burst', 1000);
    let leftAt = 0;
    void governor.acquire(burst, new AbortController().signal).then((release) => {
      leftAt = simulation.elapsedMs();
      release();
      return null;
    });
    await simulation.run();
    expect(leftAt).toBe(10_000);
  });
});

test('whoever stops waiting leaves the queue, and the next one gets the turn', async () => {
  const simulation = new Simulation();
  const governor = new Governor(simulation);
  const stop = new AbortController();
  const { signal } = new AbortController();
  governor.refused('burst', 1000);
  const stopped = governor.acquire(burst, stop.signal);
  const patient = governor.acquire(burst, signal);
  stop.abort(new Error('stop'));
  await expect(stopped).rejects.toThrow('stop');
  await simulation.run();
  (await patient)();
  expect(simulation.elapsedMs()).toBe(1000);
});
