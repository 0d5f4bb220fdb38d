/** What an assess bench measures, in a process of its own: building a programme, and judging it. */
import { presets } from '../assess/presets.ts';
import { gatherFactsIfDue } from '../jobs/facts.ts';
import { judgeAndSave } from '../jobs/judge.ts';
import { learnIfDue } from '../jobs/learn.ts';
import { withLease } from '../jobs/lease-keeper.ts';
import { watchProgramme } from '../jobs/programme.ts';
import type { Instant } from '../model/instant.ts';
import { upsertActivities } from '../store/activities.ts';
import { openStore, type Store } from '../store/connect.ts';
import type { Lease } from '../store/lease.ts';
import { savePartners } from '../store/partners.ts';
import { settleDatabase } from '../store/scratch.ts';
import { saveSourceState } from '../store/sources.ts';
import { refreshTimelines } from '../store/timeline-table.ts';
import {
  benchActivities,
  benchPartners,
  nextDay,
  sourceStates,
  type BenchDay,
  type ProgrammeSize,
} from './bench-assess-programme.ts';
import { peakRssMb } from './bench-machine.ts';
import { serveDuties } from './bench-process.ts';

export type Place = { readonly databaseUrl: string | undefined; readonly dataDir: string };

export type Judged = {
  readonly seconds: number;
  readonly assessed: number;
  /** Processor time of this process alone, without the database's. */
  readonly cpuSeconds: number;
  /** Of this process since it began. */
  readonly peakRssMb: number;
};

const partnersPerPage = 1000;
const activitiesPerPage = 10_000;
/** All that it takes; the mixed preset has every kind of rule, among them the one that asks for the programme's median. */
const settings = { version: 1, settings: presets.mixed };
const portal = { id: '1', timeZone: 'Europe/Berlin', currency: 'EUR' };

let store: Store | null = null;

function opened(): Store {
  if (store === null) throw new Error('The subject of the bench was not opened yet.');
  return store;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

type LeasedRun = { readonly lease: Lease; readonly signal: AbortSignal };

function underLease(work: (run: LeasedRun) => Promise<void>): Promise<void> {
  return withLease(opened(), new AbortController().signal, (lease, signal) => work({ lease, signal }));
}

/** What a run looks at before it judges: everybody once a week, on the nights between what has changed. */
async function prepare(now: Instant, run: LeasedRun): Promise<void> {
  const { timeZone } = portal;
  const context = { store: opened(), settings: settings.settings, timeZone, now, ...run };
  await learnIfDue(context);
  await gatherFactsIfDue({ ...context, portal, settings });
  await watchProgramme(context);
}

function judge(now: Instant, all: boolean, run: LeasedRun): Promise<number> {
  const rest = { runId: String(now), onProgress: () => {} };
  return judgeAndSave({ store: opened(), portal, settings, now, all, ...run, ...rest });
}

async function measured(work: (run: LeasedRun) => Promise<number>): Promise<Judged> {
  const cpu = process.cpuUsage();
  let assessed = 0;
  const seconds = await timed(() =>
    underLease(async (run) => {
      assessed = await work(run);
    }),
  );
  const used = process.cpuUsage(cpu);
  return { seconds, assessed, cpuSeconds: (used.user + used.system) / 1e6, peakRssMb: peakRssMb() };
}

const duties = {
  open: async (place: Place): Promise<void> => {
    store = await openStore(place);
  },
  build: ({ size, now }: { size: ProgrammeSize; now: Instant }): Promise<number> =>
    timed(async () => {
      const { db } = opened();
      for (const page of benchPartners(size, now, partnersPerPage)) await savePartners(db, 'bench', page);
      for (const page of benchActivities(size, now, activitiesPerPage)) await upsertActivities(db, page);
      for (const state of sourceStates(now)) await saveSourceState(db, state, 'bench');
    }),
  /** The day begins with what the server does by itself after so much was written. @returns how many activities came */
  liveThroughDay: async ({ size, day }: { size: ProgrammeSize; day: BenchDay }): Promise<number> => {
    const { db } = opened();
    await settleDatabase(db);
    const happened = nextDay(size, day);
    await upsertActivities(db, happened);
    for (const state of sourceStates(day.now)) await saveSourceState(db, state, 'bench');
    return happened.length;
  },
  /** What a sync left to be done before anybody can be judged. @returns the seconds it took */
  packTimelines: (): Promise<number> => timed(() => refreshTimelines(opened().db)),
  /** What the programme is held against, from its own history; once a week. @returns the seconds it took */
  learn: ({ now }: { now: Instant }): Promise<number> => timed(() => underLease((run) => prepare(now, run))),
  /** Everybody, as the step of a run does it after it has looked. */
  judgeEverybody: ({ now }: { now: Instant }): Promise<Judged> => measured((run) => judge(now, true, run)),
  /** A whole night: the look, and whom it and the day concern. */
  judgeNight: ({ now }: { now: Instant }): Promise<Judged> =>
    measured(async (run) => {
      await prepare(now, run);
      return await judge(now, false, run);
    }),
};
export type AssessDuties = typeof duties;

serveDuties(duties, async () => {
  await store?.close();
});
