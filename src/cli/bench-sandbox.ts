/** The HubSpot of a sync bench, in a process of its own: the reference portal under HubSpot's limits. */
import type { Instant } from '../model/instant.ts';
import type { LinkedType } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import {
  expectPartners,
  expectRecords,
  type ExpectedPartner,
  type ExpectedRecord,
} from '../sandbox/expectation.ts';
import { createReferenceDay, liveThrough } from '../sandbox/programmes/reference-day.ts';
import { createReferencePortal, type ReferencePortal } from '../sandbox/programmes/reference.ts';
import type { RequestRecord } from '../sandbox/request-log.ts';
import { startSandbox, type Sandbox } from '../sandbox/server.ts';
import { serveDuties } from './bench-process.ts';

export type SandboxRequest = {
  readonly scale: number;
  readonly seed: number;
  readonly now: Instant;
  readonly limits: 'on' | 'off';
  readonly latencyMs: number;
};

export type SandboxAnswer = {
  readonly url: string;
  readonly accessToken: string;
  readonly portalId: string;
  readonly settings: Settings;
  readonly records: number;
};

/** HubSpot's search shows a change some seconds late (hubspot-api.md 4). */
const indexLagMs = 5000;

const duties = {
  open: async (request: SandboxRequest): Promise<SandboxAnswer> => {
    const portal = createReferencePortal(request);
    const sandbox = await startSandbox({
      ...request,
      seed: portal.seed,
      clock: clockFrom(request.now),
      indexLagMs,
    });
    opened = { ...request, portal, sandbox };
    const { accessToken, portalId, settings, records } = portal.seed;
    return { url: sandbox.url, accessToken, portalId, settings, records: records.length };
  },
  now: (): Instant => current().sandbox.now(),
  /** Everything that was asked so far, in the order of the answers. */
  requests: (): readonly RequestRecord[] => current().sandbox.requests(),
  /** Lives through a day of work, and on until `until`. @returns how much happened */
  liveThroughDay: ({ until }: { until: Instant }): number => {
    const { sandbox, portal, scale, seed } = current();
    const day = createReferenceDay({ portal, scale, seed, now: sandbox.now() });
    liveThrough(sandbox, day);
    sandbox.setClock(clockFrom(until));
    return day.length;
  },
  partners: (): readonly ExpectedPartner[] => expectPartners(current().sandbox),
  records: (type: LinkedType): readonly ExpectedRecord[] => expectRecords(current().sandbox, type),
  memoryMb: (): number => Math.round(process.resourceUsage().maxRSS / 1024),
};
export type SandboxDuties = typeof duties;

let opened: (SandboxRequest & { portal: ReferencePortal; sandbox: Sandbox }) | null = null;

function current(): NonNullable<typeof opened> {
  if (opened === null) throw new Error('The sandbox of the bench was not opened yet.');
  return opened;
}

/** A clock that shows `now` at this moment and runs on. */
function clockFrom(now: Instant): () => Instant {
  const startedMs = performance.now();
  return () => Math.floor(now + performance.now() - startedMs);
}

serveDuties(duties, async () => {
  await opened?.sandbox.close();
});
