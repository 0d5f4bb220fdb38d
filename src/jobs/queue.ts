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
import { resumeAtOf } from './resume.ts';
import { dueRun, slotId } from './schedule.ts';

const nightly = 'nightly-run';
/** Names the slots of runs that go on; they wait in the queue of the nightly ones. */
const resumed = 'resumed-run';

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
  /** Performs the nightly run. */
  readonly work: () => Promise<void>;
};

export type Queue = {
  /** Enqueues the nightly run, or one that goes on, if it is due. @returns whether this call enqueued it */
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
  await boss.work(nightly, { batchSize: 1 }, () => workOnce(options));

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

async function enqueueIfDue(boss: PgBoss, { store, clock, log }: QueueOptions): Promise<boolean> {
  const settings = await currentSettings(store.db);
  if (settings === null) return false;
  const latest = await latestRun(store.db, { committedOnly: true, kind: 'run' });
  const due = dueRun(clock(), settings.settings.schedule.timeUtc, latest);
  if (due === null) return false;
  const job = due.what === 'nightly run' ? nightly : resumed;
  const id = await boss.send(nightly, {}, { id: slotId(job, due.slot) });
  if (id === null) return false;
  log.info({ slot: new Date(due.slot).toISOString() }, `the ${due.what} is due and was enqueued`);
  return true;
}

/** A failure that trying again cannot mend is logged and done with; the ledger and the log say what to do. */
async function workOnce({ work, log }: QueueOptions): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ error }, 'the nightly run failed');
    // It is enqueued again when there are requests; trying before would fill the ledger.
    if (resumeAtOf(error) !== null) return;
    if (!(error instanceof RekindleError) || error.retryable) throw error;
  }
}
