/**
 * The durable queue: pg-boss in the same PostgreSQL. Every process may ask and every process may work; a slot is
 * enqueued once because its id is, and run once because the queue hands it to one worker and the lease admits one run.
 */
import cron from 'node-cron';
import { PgBoss } from 'pg-boss';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { latestRun } from '../store/runs.ts';
import { currentSettings } from '../store/settings.ts';
import type { Store } from '../store/connect.ts';
import { executeSql } from '../store/queue-connection.ts';
import { isRunInProgress } from './lease-keeper.ts';
import { resumeAtOf } from './resume.ts';
import { dueRun, dueSecondPass, slotId, type Slot } from './schedule.ts';

const nightly = 'nightly-run';
/** Names the slots of runs that go on; they wait in the queue of the nightly ones. */
const resumed = 'resumed-run';
const secondPass = 'second-pass';

/** A worker that died is noticed after this long, and its job handed to another. */
const heartbeatSeconds = 30;
/** The longest a run may take; a backfill within the quota of a small account can need a night. */
const expireInSeconds = 12 * 3600;

type QueueOptions = {
  readonly store: Store;
  readonly clock: () => Instant;
  readonly log: {
    info(data: object, message: string): void;
    error(data: object, message: string): void;
  };
  readonly signal: AbortSignal;
  /** Performs a run that syncs in this way; null is the nightly run, which syncs as is due. */
  readonly work: (sync: 'second_pass' | null) => Promise<void>;
};

export type Queue = {
  /** Enqueues the nightly run, its second pass, or one that goes on, if it is due. @returns whether this call did */
  ask(): Promise<boolean>;
  close(): Promise<void>;
};

/** Starts asking every minute and working on what is enqueued. */
export async function startQueue(options: QueueOptions): Promise<Queue> {
  const { store, log } = options;
  const boss = new PgBoss({ db: { executeSql: executeSql(store) } });
  boss.on('error', (error) => log.error({ error }, 'the job queue reports an error'));
  await boss.start();
  await boss.createQueue(nightly, {
    retryLimit: 3,
    retryDelay: 300,
    retryBackoff: true,
    heartbeatSeconds,
    expireInSeconds,
  });
  await boss.work<JobData>(nightly, { batchSize: 1 }, async (jobs) => {
    for (const { data } of jobs) await workOnce(options, data.sync ?? null);
  });

  const ask = async (): Promise<boolean> => enqueueIfDue(boss, options);
  const task = cron.schedule('* * * * *', () =>
    ask().catch((error: unknown) =>
      log.error({ error }, 'asking whether a run is due failed; the next minute asks again'),
    ),
  );
  return {
    ask,
    async close() {
      await task.stop();
      await boss.stop({ graceful: true, timeout: 20_000 });
    },
  };
}

/** Jobs of before the second pass say nothing. */
type JobData = { readonly sync?: 'second_pass' };

async function enqueueIfDue(boss: PgBoss, { store, clock, log }: QueueOptions): Promise<boolean> {
  const settings = await currentSettings(store.db);
  if (settings === null) return false;
  // A job that finds a run in progress would use up its attempts within the hour, and its slot with them.
  if (await isRunInProgress(store)) return false;
  const now = clock();
  const latest = await latestRun(store.db, { committedOnly: true, kind: 'run' });
  const enqueue = async (job: string, what: string, slot: Slot, data: JobData): Promise<boolean> => {
    const id = await boss.send(nightly, data, { id: slotId(job, slot) });
    if (id === null) return false;
    log.info({ slot: new Date(slot).toISOString() }, `the ${what} is due and was enqueued`);
    return true;
  };
  const due = dueRun(now, settings.settings.schedule.timeUtc, latest);
  if (due !== null) return enqueue(due.what === 'nightly run' ? nightly : resumed, due.what, due.slot, {});
  const latestPass = await latestRun(store.db, { kind: 'second_pass' });
  const ended = latest && { startedAt: latest.startedAt, endedWell: endedWell.has(latest.outcome ?? '') };
  const slot = dueSecondPass(now, ended, latestPass?.startedAt ?? null);
  return slot !== null && enqueue(secondPass, 'second pass', slot, { sync: 'second_pass' });
}

const endedWell: ReadonlySet<string> = new Set(['ok', 'partial']);

/** A failure that trying again cannot mend is logged and done with; the ledger and the log say what to do. */
async function workOnce({ work, log }: QueueOptions, sync: 'second_pass' | null): Promise<void> {
  try {
    await work(sync);
  } catch (error) {
    log.error({ error }, `the ${sync === null ? 'nightly run' : 'second pass'} failed`);
    // It is enqueued again when there are requests; trying before would fill the ledger.
    if (resumeAtOf(error) !== null) return;
    if (!(error instanceof RekindleError) || error.retryable) throw error;
  }
}
