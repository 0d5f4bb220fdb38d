/** A connection to one HubSpot account: the contract of hubspot.ts over our transport. */
import { dayOf, nextMidnight, startOfDay, type Day, type Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import type { LinkedType } from '../model/record.ts';
import { readDailyUsage, readDealPipelines, readOwners, readPortal, readUser } from './account.ts';
import type { Api } from './api.ts';
import { systemClock, type Clock } from './clock.ts';
import type { QuotaKeeper } from './daily-quota.ts';
import { HubSpotError } from './errors.ts';
import type { Urgency } from './governor.ts';
import type { DailyUsage, HubSpot, HubSpotConnection } from './hubspot.ts';
import { daily } from './limits.ts';
import { countListMembers, filterOf, findPartnersByList, findPartnersByProperty } from './partners.ts';
import { listRecords, readAssociations, readCompanies, readLinkedCompanies, readRecords } from './records.ts';
import { createRequests } from './requests.ts';
import { readCompanyProperties, readCompanyPropertyGroups } from './schema.ts';
import { countRecords, findChanged, readBySearch } from './search.ts';
import { Transport, type Log } from './transport.ts';
import * as writes from './writes.ts';

export type ConnectOptions = {
  readonly accessToken: string;
  /** HubSpot's address or the sandbox's, with or without a slash at its end. */
  readonly apiUrl: string;
  readonly log?: Log;
  readonly clock?: Clock;
  /** 0 (inclusive) to 1 (exclusive): the jitter. */
  readonly random?: () => number;
  /** Stops reading and waiting. A write that was sent is awaited, so that its answer can be recorded. */
  readonly signal?: AbortSignal;
  /** Counts our requests by the day and knows what we may take; without it nearly all, and no count. */
  readonly quota?: QuotaKeeper;
  /** Per attempt, body included; 30 s unless given. */
  readonly timeoutMs?: number;
};

const silent: Log = { debug: () => {}, warn: () => {} };

/** Sends nothing yet: a wrong token or address shows with the first call. */
export function connectHubSpot(options: ConnectOptions): HubSpotConnection {
  const clock = options.clock ?? systemClock;
  const closed = new AbortController();
  const account = new Account(options.quota?.timeZone ?? null);
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const transport = new Transport({
    accessToken: options.accessToken,
    apiUrl,
    log: options.log ?? silent,
    clock,
    random: options.random ?? Math.random,
    signal: options.signal === undefined ? closed.signal : AbortSignal.any([options.signal, closed.signal]),
    day: account,
    quota: options.quota ?? null,
    timeoutMs: options.timeoutMs,
  });
  const close = async (): Promise<void> => {
    closed.abort(new HubSpotError('The connection to HubSpot was closed.'));
    await transport.close();
  };
  const requests = createRequests(apiUrl);
  const connected = (urgency: Urgency): HubSpot =>
    overApi({ send: transport.sender(urgency), requests }, { transport, account, close });
  return { ...connected('background'), waitedFor: connected('waited_for') };
}

type Connection = {
  readonly transport: Transport;
  readonly account: Account;
  readonly close: () => Promise<void>;
};

function overApi(api: Api, { transport, account, close }: Connection): HubSpot {
  const portal = async (): Promise<Portal> => account.learn(await readPortal(api));
  // Amounts alone need the portal's currency.
  const currency = async (type: LinkedType): Promise<string> =>
    type === 'deal' ? (account.portal ?? (await portal())).currency : '';
  return {
    readPortal: portal,
    readDailyUsage: async () => {
      const usage = account.learnUsage(await readDailyUsage(api));
      transport.learnDailyLimit(usage.limit);
      return usage;
    },
    readOwners: (which) => readOwners(api, which),
    readUser: (userId) => readUser(api, userId),
    readDealPipelines: () => readDealPipelines(api),
    findPartners: (definition, properties, after) =>
      definition.by === 'property'
        ? findPartnersByProperty(api, definition, properties, after, null)
        : findPartnersByList(api, definition.listId, properties, after),
    readCompanies: (ids, properties) => readCompanies(api, ids, properties),
    findNewPartners: (definition, properties, newer, after) =>
      findPartnersByProperty(api, definition, properties, after, newer),
    countPartners: async (definition) =>
      definition.by === 'property' ? countRecords(api, 'company', [filterOf(definition)]) : null,
    countListMembers: (listId) => countListMembers(api, listId),
    countRecords: (type) => countRecords(api, type),
    readRecords: async (type, ids) => readRecords(api, type, ids, await currency(type)),
    readBySearch: async (type, ids) => readBySearch(api, type, ids, await currency(type)),
    findChanged: async (type, window, after) => findChanged(api, type, window, after, await currency(type)),
    listRecords: async (type, after) => listRecords(api, type, after, await currency(type)),
    readAssociations: (to, inputs) => readAssociations(api, to, inputs),
    readLinkedCompanies: (from, inputs) => readLinkedCompanies(api, from, inputs),
    readCompanyProperties: () => readCompanyProperties(api),
    readCompanyPropertyGroups: () => readCompanyPropertyGroups(api),
    createCompanyPropertyGroup: (group) => writes.createPropertyGroup(api, group),
    createCompanyProperties: (definitions) => writes.createProperties(api, definitions),
    updateCompanyPropertyOptions: (name, choices) => writes.updatePropertyOptions(api, name, choices),
    archiveCompanyProperties: (names) => writes.archiveProperties(api, names),
    updateCompanies: (updates) => writes.updateCompanies(api, updates),
    createTask: (task) => writes.createTask(api, task),
    createNote: (note) => writes.createNote(api, note),
    counts: () => transport.counts(),
    answeredAt: () => transport.answeredAt(),
    close,
  };
}

/** What the connection has learned about its account. */
class Account {
  portal: Portal | null = null;
  #resetsAt: Instant | null = null;
  readonly #lastTimeZone: string | null;

  /** @param lastTimeZone that of an earlier connection, until the account tells */
  constructor(lastTimeZone: string | null) {
    this.#lastTimeZone = lastTimeZone;
  }

  learn(portal: Portal): Portal {
    this.portal = portal;
    return portal;
  }

  learnUsage(usage: DailyUsage): DailyUsage {
    this.#resetsAt = usage.resetsAt;
    return usage;
  }

  /** UTC until the account's time zone is known. */
  get #timeZone(): string {
    return this.portal?.timeZone ?? this.#lastTimeZone ?? 'UTC';
  }

  today(now: Instant): Day {
    return dayOf(now, this.#timeZone);
  }

  /** The daily limit begins anew at midnight in the account's time zone (hubspot-api.md 2.1). */
  endOfToday(now: Instant): Instant {
    return nextMidnight(now, this.#timeZone);
  }

  resumeAt(now: Instant): Instant {
    if (this.#resetsAt !== null && this.#resetsAt > now) return this.#resetsAt;
    const certainAt = startOfDay(this.today(now), this.#timeZone) + daily.midnightDoubtMs;
    return now < certainAt ? certainAt : this.endOfToday(now);
  }
}
