import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/hubspot/attempt.ts';
import { retries } from '../../src/hubspot/limits.ts';
import { backoffMs, decide } from '../../src/hubspot/retry.ts';

type Failure = Exclude<Outcome, { is: 'answer' }>;

function refusal(
  status: number,
  given: { policyName?: string; message?: string; retryAfterMs?: number } = {},
): Failure {
  const { policyName = null, message = '', retryAfterMs = null } = given;
  return {
    is: 'refusal',
    refusal: {
      route: 'GET /x',
      status,
      message,
      category: null,
      correlationId: null,
      policyName,
      scopes: [],
    },
    retryAfterMs,
    rate: { limit: null, remaining: null, dailyLimit: null },
  };
}

describe('what is repeated, and whether it may have happened already (hubspot-api.md 2.4)', () => {
  test.each([
    [400, 'no'],
    [401, 'no'],
    [403, 'no'],
    [404, 'no'],
    [409, 'no'],
    [414, 'no'],
    [501, 'no'],
    [505, 'no'],
    [423, 'not carried out'],
    [429, 'not carried out'],
    [477, 'not carried out'],
    [408, 'unknown'],
    [500, 'unknown'],
    [502, 'unknown'],
    [503, 'unknown'],
    [504, 'unknown'],
    [521, 'unknown'],
    [522, 'unknown'],
    [523, 'unknown'],
    [524, 'unknown'],
  ])('status %i: %s', (status, expected) => {
    const decision = decide(refusal(status), 'burst');
    const found = decision.do === 'repeat' ? (decision.mayHaveLanded ? 'unknown' : 'not carried out') : 'no';
    expect(found).toBe(expected);
  });
});

describe('which lane waits for a 429, and how long', () => {
  test.each([
    ['TEN_SECONDLY_ROLLING', 'burst', 'burst', 10_000],
    ['TEN_SECONDLY_ROLLING', 'search', 'burst', 10_000],
    ['TEN_SECONDLY_ROLLING', 'associations', 'burst', 10_000],
    ['SECONDLY', 'search', 'search', 1000],
    ['', 'search', 'search', 1000],
    ['', 'burst', 'burst', 10_000],
  ] as const)('policy "%s" on a %s request: %s for %i ms', (policyName, lane, waiting, waitMs) => {
    expect(decide(refusal(429, { policyName }), lane)).toMatchObject({
      do: 'repeat',
      limited: true,
      lane: waiting,
      waitMs,
    });
  });

  test('the message tells where the policy is not named', () => {
    const ten = refusal(429, { message: 'You have reached your ten_secondly_rolling limit.' });
    expect(decide(ten, 'search')).toMatchObject({ lane: 'burst', waitMs: 10_000 });
    const second = refusal(429, { message: 'You have reached your secondly limit.' });
    expect(decide(second, 'search')).toMatchObject({ lane: 'search', waitMs: 1000 });
    expect(decide(refusal(429, { message: 'You have reached your daily limit.' }), 'burst')).toEqual({
      do: 'stop_for_today',
    });
  });

  test('Retry-After beats both', () => {
    const decision = decide(refusal(429, { policyName: 'SECONDLY', retryAfterMs: 7000 }), 'search');
    expect(decision).toMatchObject({ lane: 'search', waitMs: 7000 });
  });
});

test('a delay never exceeds the longest one, nor its exponential bound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, random) => {
        const delayMs = backoffMs(failures, random);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(
          Math.min(retries.longestDelayMs, retries.firstDelayMs * 2 ** (failures - 1)),
        );
      },
    ),
  );
});
