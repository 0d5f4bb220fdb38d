/** Every limit of the server in one place, with its reason. */
export const limits = {
  /**
   * The largest body we read. The card's requests are below 200 bytes; HubSpot's proxy allows 1 MB
   * (hubspot-platform.md 6.6), which nobody needs here.
   */
  bodyBytes: 32 * 1024,
  /** A definition may name thousands of partners that are never judged, 12 bytes each. */
  settingsBodyBytes: 256 * 1024,
  /** 100 events of HubSpot's are some 40 kB (hubspot-api.md 7.1); long property values may make them larger. */
  webhookBodyBytes: 1024 * 1024,
  /** What a workflow sends is below 2 kB; a text taken from a property may be longer. */
  workflowBodyBytes: 256 * 1024,
  /** 1,000 rows at their usual length (reliability.md 7.4). */
  batchBodyBytes: 256 * 1024,
  /** Of one key: two a second, or 120,000 rows a minute, a small part of what the database takes. */
  batchesPerKeyPerMinute: 120,
  /** A mistyped key in a loop is slowed down; whoever tries a key by hand is not. */
  refusedKeysPerAddressPerMinute: 20,
  /** Each holds a connection of ten while it is written, and the card needs some, too. */
  batchesAtOnce: 4,
  /** Three requests to HubSpot each: more at once than HubSpot answers in a few seconds would only wait here. */
  workflowActionsAtOnce: 40,
  workflowRetryAfterMs: 10_000,
  /**
   * Records that wait to be read again. Reading 50,000 takes some 1,000 requests, which is about a minute at HubSpot's
   * limits; beyond that HubSpot had better wait and send again, as it does for a day.
   */
  waitingHints: 50_000,
  /** By then the queue has read a good part of them. */
  webhookRetryAfterSeconds: 30,
  /** Time to send a whole request. HubSpot's proxy gives up after 15 s by default (hubspot-platform.md 6.6). */
  requestTimeoutMs: 15_000,
  headersTimeoutMs: 10_000,
  /** How often Node looks for requests beyond the two timeouts above; its default of 30 s would double them. */
  timeoutCheckMs: 2_000,
  /** Longer than the 60 s for which common reverse proxies keep idle connections, so that they hang up first. */
  keepAliveTimeoutMs: 65_000,
  /** A connection without any traffic: longer than any answer takes, shorter than for ever. */
  idleSocketTimeoutMs: 120_000,
  /** A signed request is refused when it is older, or further in the future, than this (reliability.md 7.2). */
  signatureWindowMs: 5 * 60_000,
  /**
   * Signatures of state-changing requests remembered against replay. 10,000 in ten minutes is 16 a second, far above
   * what people press; beyond it requests are turned away rather than let in unchecked.
   */
  rememberedSignatures: 10_000,
  /** Requests of one portal user a minute: opening two cards a second all day long stays below it. */
  requestsPerUserPerMinute: 120,
  /** A database that does not answer a one-row question within this is not ready. */
  readinessTimeoutMs: 2_000,
  /** How long closing waits for requests in flight (reliability.md section 8 asks for 25 s at most, all told). */
  closeTimeoutMs: 24_000,
} as const;
