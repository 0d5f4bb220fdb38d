/** What a card bench measures, in a process of its own: the server that HubSpot calls, with its own log and limits. */
import { presets } from '../assess/presets.ts';
import { connectHubSpot } from '../hubspot/connect.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import { openStore, type Store } from '../store/connect.ts';
import { saveOwners } from '../store/owners.ts';
import { savePortal } from '../store/portal.ts';
import { finishRun, startRun } from '../store/runs.ts';
import { saveSettings } from '../store/settings.ts';
import type { Db } from '../store/tables.ts';
import { createLogger } from '../web/log.ts';
import { startServer, type RunningServer } from '../web/server.ts';
import type { Place } from './bench-assess-subject.ts';
import { peakRssMb, watchUsage, type Usage } from './bench-machine.ts';
import { serveDuties } from './bench-process.ts';

export type Account = {
  readonly portalId: string;
  readonly appId: string;
  readonly clientSecret: string;
  readonly publicUrl: string;
};

let store: Store | null = null;
let server: RunningServer | null = null;
let usage = watchUsage();

const duties = {
  /** What the card tells besides verdicts. */
  fill: async ({ place, portalId, now }: { place: Place; portalId: string; now: Instant }): Promise<void> => {
    store = await openStore(place);
    await savePortal(store.db, { id: portalId, timeZone: 'Europe/Berlin', currency: 'EUR' });
    await saveOwners(store.db, owners());
    await saveSettings(store.db, presets.mixed, { note: '', author: 'bench', now });
    await fillLedger(store.db, now);
  },
  /** @returns where the server listens */
  serve: async ({ place, account }: { place: Place; account: Account }): Promise<string> => {
    store = await openStore(place);
    server = await startServer({
      ...account,
      store,
      // The bench has no HubSpot, and the card asks it nothing.
      hubspot: connectHubSpot({ accessToken: 'none', apiUrl: 'http://127.0.0.1:9' }),
      port: 0,
      host: '127.0.0.1',
      log: createLogger({ level: 'warn' }),
      clock: () => Date.now(),
    });
    return server.url;
  },
  startMeasuring: (): void => {
    usage = watchUsage();
  },
  used: (): Usage & { peakRssMb: number } => ({ ...usage(), peakRssMb: peakRssMb() }),
};
export type CardDuties = typeof duties;

/** A year of nights, and since the last of them a refresh every minute for a day. */
async function fillLedger(db: Db, lastNight: Instant): Promise<void> {
  const nights = Array.from({ length: 365 }, (_, ago) => lastNight - ago * millisecondsPerDay);
  const refreshes = Array.from({ length: 1440 }, (_, minute) => lastNight + minute * 60_000);
  for (const [kind, times] of [['run', nights] as const, ['refresh', refreshes] as const]) {
    for (const [number, now] of times.entries()) {
      const run = { runId: `${kind}-${number}`, kind, trigger: 'schedule', settingsVersion: 1, fence: 1 };
      await startRun(db, { ...run, now, asOf: now });
      await finishRun(db, run.runId, {
        outcome: 'ok',
        now: now + 10_000,
        summary: null,
        error: null,
        nextAction: null,
      });
    }
  }
}

/** Those that own the bench's partners. */
function owners() {
  return Array.from({ length: 50 }, (_, index) => ({
    id: String(1000 + index),
    name: `Owner ${index}`,
    email: `owner-${index}@example.com`,
    archived: false,
  }));
}

serveDuties(duties, async () => {
  await server?.close();
  await store?.close();
});
