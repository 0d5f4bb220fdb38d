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
    /**
     * What we take of the limit while nobody else is seen: 184 of 190. reliability.md 2.5 says 171 for a log of sending
     * times; ours also knows which requests may still be counted, so that 3 % suffice for who comes unannounced.
     */
    aloneShare: 0.97,
    /** While another consumer of our limit is seen, less what it uses (hubspot-api.md 2.5, "normal running"). */
    sharedShare: 0.7,
    /**
     * How long another consumer counts as there after it was last seen. Six windows: what works in batches or asks every
     * half a minute is not gone between two of them. A minute too long costs a quarter of a minute.
     */
    othersStayMs: 60_000,
    /** How long the most that they were seen to use comes off: two windows, for ours may open only after a whole one. */
    othersUseMs: 20_000,
  },
  /**
   * All apps of the account share five searches a second: we take four, and three for a while after a refusal, which
   * only others can have caused. Search answers carry no limit headers, so that nothing else shows them.
   */
  search: { windowMs: 1000, ceiling: 4, sharedCeiling: 3 },
  /** Association reads have a burst of their own: 100 on small accounts, 150 on Professional and Enterprise. */
  associations: { windowMs: 10_000, largest: 150 },
  /**
   * How much longer than HubSpot's window we remember a request, as a share of the window: for clocks that do not run
   * alike, which differ by far less than one in a thousand. A window too short costs a refused request, one too long as
   * much of the speed.
   */
  marginShare: 0.005,
} as const;

/** The daily limit, which all private apps of the account share (hubspot-api.md 2.1). */
export const daily = {
  /**
   * How long a request may wait to be written down: what a crash loses of the count, and how old the counts of other
   * processes are at most. At 19 a second that are 95 requests of 250,000.
   */
  recordEveryMs: 5000,
  /**
   * Clocks may differ by ten minutes (reliability.md 6, row 24). A refusal so soon after midnight still speaks of
   * yesterday: waiting for the next midnight would lose a day.
   */
  midnightDoubtMs: 15 * 60_000,
} as const;

/** Requests in flight. Little's law: 19/s at 250 ms needs 5, slow batches more (reliability.md 2.5). */
export const maximumInFlight = { burst: 16, search: 4, associations: 8 } as const;

/** What somebody waits for, a person at the card or a workflow, goes before background requests. */
export const precedence = {
  /** How many go ahead of one that waits in the background, so that a flood of workflows ends no run. */
  turnsAhead: 3,
  /**
   * Their part of the burst limit beyond the ceiling, where a run fills it: four of the 190, for an action at the card
   * takes three. Two of the six that others find free stay; background loses nothing while nobody waits.
   */
  reserveShare: 0.02,
  /** As many more in flight, whatever slow answers the background waits for. */
  inFlight: 4,
} as const;

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
  /** The longest that HubSpot documents (hubspot-api.md 2.3); a header that says more must not stop us for a week. */
  longestAbsenceMs: 24 * 3_600_000,
} as const;

/**
 * When everything fails, ask less: a pause for all requests, then one at a time until one succeeds. It opens before a
 * request has used up its attempts, so that even without luck each of them outlasts an outage of half a minute.
 */
export const breaker = { failuresToOpen: 5, firstPauseMs: 5000, longestPauseMs: 60_000 } as const;
