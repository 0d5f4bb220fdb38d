/**
 * Before partners are judged: did something break for many of them at once? Everybody is scanned once a week; on the
 * nights between, those alone are read that something happened to, so that a night costs what has changed.
 */
import { findingsOf } from '../assess/programme/find.ts';
import { NightWatch, watchOf } from '../assess/programme/watch.ts';
import { ProgrammeTally, streamsOf } from '../assess/programme/tally.ts';
import { hasActedByScan, reconcile, type IssueChanges } from '../assess/programme.ts';
import { calendarOf, toDayNumber } from '../model/calendar.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { PartnerDays, ProgrammeIssue, ProgrammeWatch, WatchedStream } from '../model/programme.ts';
import type { Store } from '../store/connect.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { streamPartnerDays } from '../store/partner-days.ts';
import {
  closeProgrammeIssue,
  openProgrammeIssue,
  openProgrammeIssues,
  readProgrammeWatch,
  saveProgrammeWatch,
} from '../store/programme-issues.ts';
import { readSourceStates } from '../store/sources.ts';

const daysBetweenScans = 7;
const partnersPerPage = 2000;

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
      await closeProgrammeIssue(transaction, issue, because, now);
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
  for await (const page of pagesOf(context, streams, false)) for (const partner of page) tally.add(partner);
  const changes = reconcile(open, findingsOf(tally.streams), {
    today: todayOf(context),
    hasActed: hasActedByScan(tally.streams),
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
  for await (const page of pagesOf(context, streams, true)) for (const partner of page) night.add(partner);
  const changes = reconcile(open, night.findings(), {
    today: todayOf(context),
    hasActed: (issue) => night.hasActed(issue),
  });
  const watch = night.watch();
  const moved = watch.groups.some(({ lastDay }, index) => lastDay !== known.groups[index]?.lastDay);
  return { changes, watch: moved ? { ...watch, scannedAt: known.scannedAt } : null };
}

async function* pagesOf(
  { store, timeZone, now, signal }: WatchContext,
  streams: readonly WatchedStream[],
  touchedOnly: boolean,
): AsyncGenerator<readonly PartnerDays[]> {
  const options = { now, timeZone, streams, touchedOnly, batchSize: partnersPerPage };
  for await (const page of streamPartnerDays(store.db, options)) {
    signal.throwIfAborted();
    yield page;
  }
}

async function streamsNow({ store, timeZone }: WatchContext): Promise<readonly WatchedStream[]> {
  return streamsOf(await readSourceStates(store.db), calendarOf(timeZone));
}

function todayOf({ now, timeZone }: WatchContext): number {
  return calendarOf(timeZone).dayNumberOf(now);
}
