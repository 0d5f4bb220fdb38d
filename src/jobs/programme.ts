/**
 * Before partners are judged: did something break for many of them at once? Everybody is scanned once a week; on the
 * nights between, those alone are read that something happened to, so that a night costs what has changed.
 */
import { findingsOf } from '../assess/programme/find.ts';
import { NightWatch, watchOf } from '../assess/programme/watch.ts';
import { longestSilenceDays, ProgrammeTally, streamsOf } from '../assess/programme/tally.ts';
import { hasActedByScan, reconcile, type Dismissed, type IssueChanges } from '../assess/programme.ts';
import { calendarOf, toDayNumber } from '../model/calendar.ts';
import { UsageError } from '../model/errors.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { PartnerDays, ProgrammeIssue, ProgrammeWatch, WatchedStream } from '../model/programme.ts';
import type { Store } from '../store/connect.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { streamPartnerDays, type DaysWanted } from '../store/partner-days.ts';
import {
  closeProgrammeIssue,
  dismissedProgrammeIssues,
  openProgrammeIssue,
  openProgrammeIssues,
  programmeIssue,
  readProgrammeWatch,
  saveProgrammeWatch,
} from '../store/programme-issues.ts';
import { readSourceStates } from '../store/sources.ts';
import { withLease } from './lease-keeper.ts';

const daysBetweenScans = 7;
/** Of everybody in large pages; of a night's few in small ones, or there would be one and nothing to do beside it. */
const pageOfEverybody = 2000;
const pageOfTheTouched = 500;

type WatchContext = {
  readonly store: Store;
  /** The portal's. */
  readonly timeZone: string;
  readonly now: Instant;
  readonly signal: AbortSignal;
};

/** Looks, opens and closes issues. Whoever one of them concerns is judged by the run that follows. */
export async function watchProgramme(context: WatchContext & { readonly lease: Lease }): Promise<void> {
  const { store, now, lease } = context;
  const { changes, watch } = await look(context);
  await fenced(store.db, lease, async (transaction) => {
    for (const { issue, because } of changes.closed)
      await closeProgrammeIssue(transaction, issue, { at: now, because });
    for (const finding of changes.opened) await openProgrammeIssue(transaction, finding, now);
    if (watch !== null) await saveProgrammeWatch(transaction, watch);
  });
}

/** The issues that a run would judge by now. Saves nothing; what it would open gets the next numbers. */
export async function issuesFor(context: WatchContext): Promise<readonly ProgrammeIssue[]> {
  const { changes } = await look(context);
  const last = Math.max(
    0,
    ...[...changes.kept, ...changes.closed.map(({ issue }) => issue)].map(({ id }) => id),
  );
  const opened = changes.opened.map((finding, index) => ({
    ...finding,
    id: last + 1 + index,
    openedAt: context.now,
    closed: null,
  }));
  return [...changes.kept, ...opened];
}

/**
 * A person says that an issue is none. Under the lease of runs, because one that is judging already has read the issue.
 * @returns how many partners the next run judges anew
 * @throws UsageError where no such issue is open; RunInProgressError while a run goes on
 */
export async function dismissIssue(
  { store, now, signal }: Omit<WatchContext, 'timeZone'>,
  id: number,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<number> {
  const issue = await programmeIssue(store.db, id);
  if (issue === null || issue.closed !== null) {
    const what =
      issue === null ? `There is no programme issue ${id}` : `Programme issue ${id} is over already`;
    throw new UsageError(`${what}, so there is nothing to dismiss. \`rekindle issues list\` shows them.`);
  }
  return await withLease(store, signal, (lease) =>
    fenced(store.db, lease, (transaction) =>
      closeProgrammeIssue(transaction, issue, { at: now, because: 'dismissed', by, reason }),
    ),
  );
}

type Look = {
  readonly changes: IssueChanges;
  /** What is known from now on; null when it is what was known before. */
  readonly watch: (ProgrammeWatch & { readonly scannedAt: Instant }) | null;
};

async function look(context: WatchContext): Promise<Look> {
  const { store, now } = context;
  const [known, open] = [await readProgrammeWatch(store.db), await openProgrammeIssues(store.db)];
  const isRecent = known !== null && Math.abs(now - known.scannedAt) < daysBetweenScans * millisecondsPerDay;
  return isRecent ? await lookAtNews(context, known, open) : await scan(context, open);
}

async function scan(context: WatchContext, open: readonly ProgrammeIssue[]): Promise<Look> {
  const streams = await streamsNow(context);
  const tally = new ProgrammeTally(streams, ({ source, kind }) =>
    open
      .filter((issue) => issue.streams.some((one) => one.source === source && one.kind === kind))
      .map(({ since }) => toDayNumber(since)),
  );
  const everybody = { streams, touchedOnly: false, batchSize: pageOfEverybody };
  for await (const page of pagesOf(context, everybody)) for (const partner of page) tally.add(partner);
  const changes = reconcile(open, findingsOf(tally.streams), {
    today: todayOf(context),
    hasActed: hasActedByScan(tally.streams),
    dismissed: await dismissedLately(context),
  });
  return { changes, watch: { ...watchOf(tally.streams), scannedAt: context.now } };
}

async function lookAtNews(
  context: WatchContext,
  known: ProgrammeWatch & { readonly scannedAt: Instant },
  open: readonly ProgrammeIssue[],
): Promise<Look> {
  const streams = await streamsNow(context);
  const night = new NightWatch(streams, known, open);
  const sinceDay = night.knownDay + 1;
  const touched = { streams, sinceDay, touchedOnly: true, batchSize: pageOfTheTouched };
  if (sinceDay < Infinity) {
    for await (const page of pagesOf(context, touched)) for (const partner of page) night.add(partner);
  }
  const changes = reconcile(open, night.findings(), {
    today: todayOf(context),
    hasActed: (issue) => night.hasActed(issue),
    dismissed: await dismissedLately(context),
  });
  const watch = night.watch();
  const moved = watch.groups.some(({ lastDay }, index) => lastDay !== known.groups[index]?.lastDay);
  return { changes, watch: moved ? { ...watch, scannedAt: known.scannedAt } : null };
}

async function* pagesOf(
  { store, timeZone, now, signal }: WatchContext,
  whose: Omit<DaysWanted, 'now' | 'timeZone'>,
): AsyncGenerator<readonly PartnerDays[]> {
  for await (const page of streamPartnerDays(store.db, { ...whose, now, timeZone })) {
    signal.throwIfAborted();
    yield page;
  }
}

async function streamsNow({ store, timeZone }: WatchContext): Promise<readonly WatchedStream[]> {
  return streamsOf(await readSourceStates(store.db), calendarOf(timeZone));
}

/** Of those that a silence which is still looked at can belong to. */
async function dismissedLately({ store, timeZone, now }: WatchContext): Promise<readonly Dismissed[]> {
  const calendar = calendarOf(timeZone);
  const issues = await dismissedProgrammeIssues(store.db, now - 2 * longestSilenceDays * millisecondsPerDay);
  return issues.flatMap((issue) =>
    issue.closed === null ? [] : [{ issue, day: calendar.dayNumberOf(issue.closed.at) }],
  );
}

function todayOf({ now, timeZone }: WatchContext): number {
  return calendarOf(timeZone).dayNumberOf(now);
}
