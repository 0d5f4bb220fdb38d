/**
 * Every limit we keep, and where it comes from. HubSpot's usage guidelines (2026-09-21) unless a line says otherwise;
 * sections are those of reference/hubspot-api.md and reference/reliability.md.
 */

/** Requests per rolling window, per app and account (hubspot-api.md 2.1, 2.2). */
export const rateLimits = {
  burst: {
    windowMs: 10_000,
    /** The smallest account's (Free, Starter). The first answer's X-HubSpot-RateLimit-Max raises it. */
    smallest: 100,
    /** What we take of the limit: 171 of 190 (reliability.md 2.5). The rest is for clocks and other callers. */
    share: 0.9,
  },
  /** All apps of the account share five searches a second; we take four. Search answers carry no limit headers. */
  search: { windowMs: 1000, ceiling: 4 },
  /** Association reads have a burst of their own: 100 on small accounts, 150 on Professional and Enterprise. */
  associations: { windowMs: 10_000, largest: 150 },
  /**
   * How much longer than HubSpot's window we remember a request. A window too short costs a refused request, one too
   * long 2 % of the speed.
   */
  marginMs: 200,
} as const;

/** Requests in flight. Little's law: 19/s at 250 ms needs 5, slow batches more (reliability.md 2.5). */
export const maximumInFlight = { burst: 16, search: 4, associations: 8 } as const;

/** Sizes (hubspot-api.md 2.2). */
export const pageSizes = {
  search: 200,
  list: 100,
  listMemberships: 100,
  owners: 500,
  batch: 100,
  associationInputs: 1000,
  searchBodyCharacters: 3000,
} as const;

/** An attempt, body included. HubSpot's own gateway gives up after 100 s; whoever is that late is better asked again. */
export const attemptTimeoutMs = 30_000;

/**
 * The largest answer we hold: 1,000 companies with 300 links each are about 45 MB. Counted after decompression, so that
 * a small answer cannot unpack without end.
 */
export const maximumResponseBytes = 64 * 1024 * 1024;

/** Repeating failed requests (hubspot-api.md 2.4, reliability.md 2.5). */
export const retries = {
  /** Attempts of one request that fail by themselves (5xx, reset, deadline, unusable body). */
  attempts: 8,
  /** Attempts before any answer has ever come: a wrong address should say so soon. */
  attemptsWhenNeverAnswered: 2,
  /** Refusals by a rate limit of one request. Each waits for the window, so this bounds minutes, not load. */
  rateLimitedAttempts: 30,
  /** Failed attempts that a connection may repeat, over all requests; answers earn some of them back. */
  budget: 500,
  /** A run in which more than every sixth attempt fails for long is not going to end well. */
  earnedPerAnswer: 0.2,
  firstDelayMs: 2000,
  longestDelayMs: 32_000,
  /** 423: HubSpot asks for at least two seconds. */
  lockedDelayMs: 2000,
  /** Longer waits end the run, so that it does not hold its lease for an hour; the next run continues. */
  longestWaitMs: 600_000,
} as const;

/**
 * When everything fails, ask less: a pause for all requests, then one at a time until one succeeds. It opens before a
 * request has used up its attempts, so that even without luck each of them outlasts an outage of half a minute.
 */
export const breaker = { failuresToOpen: 5, firstPauseMs: 5000, longestPauseMs: 60_000 } as const;
