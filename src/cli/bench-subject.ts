/** What a sync bench measures, in a process of its own: Rekindle against the bench's HubSpot, on the bench's clock. */
import { connectHubSpot } from '../hubspot/connect.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { performRun, type RunKind, wholeRun } from '../jobs/run.ts';
import type { Instant } from '../model/instant.ts';
import type { RunSummary } from '../model/run.ts';
import type { Settings } from '../model/settings.ts';
import { applyProvision, planProvision } from '../publish/provision.ts';
import { openStore, type Store } from '../store/connect.ts';
import { saveSettings } from '../store/settings.ts';
import { serveDuties } from './bench-process.ts';

export type SubjectRequest = {
  readonly dataDir: string;
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly portalId: string;
  readonly settings: Settings;
  readonly now: Instant;
};

export type PhaseRequest = {
  /** What time it is in HubSpot. */
  readonly now: Instant;
  /** Creates our properties first, as an administrator does once. */
  readonly provision: boolean;
  readonly kinds: readonly RunKind[];
};

export type PhaseAnswer = {
  readonly seconds: number;
  readonly summaries: readonly RunSummary[];
  readonly warnings: readonly string[];
  readonly peakRssMb: number;
  /** Processor time of this process alone. */
  readonly cpuSeconds: number;
};

type Subject = { readonly store: Store; readonly hubspot: HubSpot; readonly portalId: string };
let subject: Subject | null = null;

const duties = {
  open: async (request: SubjectRequest): Promise<void> => {
    const store = await openStore({ dataDir: request.dataDir });
    await saveSettings(store.db, request.settings, { note: 'Bench', author: 'bench', now: request.now });
    const hubspot = connectHubSpot({ accessToken: request.accessToken, apiUrl: request.apiUrl });
    subject = { store, hubspot, portalId: request.portalId };
  },
  perform: async ({ now, provision, kinds }: PhaseRequest): Promise<PhaseAnswer> => {
    if (subject === null) throw new Error('The subject of the bench was not opened yet.');
    const { store, hubspot, portalId } = subject;
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    const clock = (): Instant => Math.floor(now + performance.now() - startedMs);
    if (provision) await applyProvision(hubspot, await planProvision(hubspot));
    const reports = [];
    for (const kind of kinds) {
      const signal = new AbortController().signal;
      const context = { store, hubspot, clock, expectedPortalId: portalId, signal, onProgress: () => {} };
      reports.push(await performRun(context, { ...wholeRun, kind }));
    }
    const used = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - startedMs) / 1000,
      summaries: reports.map(({ summary }) => summary),
      warnings: reports.flatMap(({ warnings, failures }) => [
        ...warnings,
        ...failures.map(({ id, message }) => `HubSpot refused company ${id}: ${message}`),
      ]),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      cpuSeconds: (used.user + used.system) / 1e6,
    };
  },
};
export type SubjectDuties = typeof duties;

serveDuties(duties, async () => {
  await subject?.hubspot.close();
  await subject?.store.close();
});
