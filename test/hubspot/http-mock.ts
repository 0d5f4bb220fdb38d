/**
 * nock with teeth: no test reaches the network, a request nobody expected fails, and so does an expected one that never
 * came. Import it in every test that talks HTTP without a sandbox.
 */
import assert from 'node:assert/strict';
import nock from 'nock';
import { afterEach, beforeEach } from 'vitest';
import { connectHubSpot, type ConnectOptions } from '../../src/hubspot/connect.ts';
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const apiUrl = 'https://api.hubspot.test';
export const accessToken = 'pat-na1-test-0000-secret';

/** nock answers what nobody expected with status 501, which a test of failures could take for its own. */
const unexpected: string[] = [];
const remember = (request: { method?: string; url?: string; path?: string }): void => {
  unexpected.push(`${request.method ?? ''} ${request.url ?? request.path ?? ''}`);
};

beforeEach(() => {
  unexpected.length = 0;
  nock.disableNetConnect();
  nock.emitter.on('no match', remember);
});

afterEach(() => {
  const pending = nock.pendingMocks();
  nock.emitter.off('no match', remember);
  nock.abortPendingRequests();
  nock.cleanAll();
  nock.enableNetConnect();
  assert.deepEqual(unexpected, [], 'Requests that no test expected: mock them with hubspotApi()');
  assert.deepEqual(pending, [], 'Expected requests that were never sent: remove them or find out why');
});

/** Expects requests to the API, each with the token. */
export function hubspotApi(): nock.Scope {
  return nock(apiUrl, { reqheaders: { authorization: `Bearer ${accessToken}` } });
}

type LogLine = { readonly message: string; readonly data: object };
export type Connected = { hubspot: HubSpot; clock: VirtualClock; log: LogLine[] };

/** Waits cost no time, and jitter is half of what it can be. */
export function connect(options: Partial<ConnectOptions> = {}): Connected {
  const clock = createVirtualClock();
  const log: LogLine[] = [];
  const write = (data: object, message: string): void => void log.push({ message, data });
  const hubspot = connectHubSpot({
    accessToken,
    apiUrl,
    clock,
    random: () => 0.5,
    log: { debug: write, warn: write },
    ...options,
  });
  return { hubspot, clock, log };
}

export const paths = {
  details: '/account-info/2026-09/details',
  usage: '/account-info/2026-09/api-usage/daily/private-apps',
  search: '/crm/objects/2026-09/companies/search',
  companies: '/crm/objects/2026-09/companies/batch/read',
  update: '/crm/objects/2026-09/companies/batch/update',
  deals: '/crm/objects/2026-09/deals/batch/read',
  links: '/crm/associations/2026-09/companies/deals/batch/read',
  owners: '/crm/owners/2026-09',
  properties: '/crm/properties/2026-09/companies',
  tasks: '/crm/objects/2026-09/tasks',
} as const;

export const portalAnswer = {
  portalId: 7654321,
  accountType: 'STANDARD',
  timeZone: 'America/New_York',
  companyCurrency: 'USD',
  additionalCurrencies: [],
  utcOffset: '-05:00',
};

/** A record as HubSpot answers it. */
export function record(
  id: string | number,
  properties: Readonly<Record<string, string | null>> = {},
): object {
  return {
    id,
    properties: { hs_object_id: String(id), ...properties },
    createdAt: '2024-03-01T10:00:00.000Z',
    updatedAt: '2026-06-01T08:30:00.123Z',
    archived: false,
  };
}

/** A batch answer; with errors as in a 207. */
export function batch(results: readonly object[], errors: readonly object[] = []): object {
  return {
    status: 'COMPLETE',
    results,
    startedAt: '2026-06-15T12:00:00.000Z',
    completedAt: '2026-06-15T12:00:00.010Z',
    ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
  };
}

/** A 429 as HubSpot sends it: without a category (hubspot-api.md 2.3). */
export function limited(policyName: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY'): object {
  return {
    status: 'error',
    message: `You have reached your ${policyName.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId: 'c033cdaa-2c40-4a64-ae48-b4cec88dad24',
    policyName,
  };
}
