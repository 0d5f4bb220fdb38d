/** The programme at a glance: what the home page tells, gathered in a few bounded questions. */
import { choosePlay } from '../engage/choose.ts';
import { queuesOf, rankForCall, type CallCandidate } from '../engage/rank.ts';
import type { SourceState } from '../model/activity.ts';
import type { Learned } from '../model/cadence.ts';
import { dayOf, millisecondsPerDay, type Day, type Instant } from '../model/instant.ts';
import type { Owner, Portal } from '../model/partner.ts';
import type { Play } from '../model/play.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import { defaultCapacityPerOwner, type SettingsVersion } from '../model/settings.ts';
import type { Status } from '../model/verdict.ts';
import { yearlyAmounts } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { countCorrections } from '../store/corrections.ts';
import { spellOutcomes } from '../store/episodes.ts';
import { latestFacts } from '../store/facts.ts';
import {
  callCandidates,
  countByStatusAndReason,
  definitionChangesSince,
  movementsSince,
  netMovesByWeek,
  type DefinitionChange,
  type Movements,
  type NetMoves,
  type OwnersCandidates,
  type StatusCount,
} from '../store/home.ts';
import { latestLearned } from '../store/learned.ts';
import { readOwners } from '../store/owners.ts';
import { readPortal } from '../store/portal.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';
import { streamToPublish } from '../store/publishing.ts';
import { listRuns, type RunRecord } from '../store/runs.ts';
import { currentSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { liftOf, liftWindows, type Lift } from './lift.ts';

export type Queued = CallCandidate & {
  /** What the partner brought in its best twelve months, in the portal's currency; null when no amount is known. */
  readonly bestYear: string | null;
  readonly play: Play | null;
};

/** `ownerId` is null where nobody owns the partners. */
export type OwnersWeek = {
  readonly ownerId: string | null;
  readonly thisWeek: readonly Queued[];
  readonly waiting: number;
};

type WorkQueue = {
  readonly capacityPerOwner: number;
  /** Owners that have anything to do; more than there are weeks where the page would grow too long. */
  readonly owners: number;
  readonly weeks: readonly OwnersWeek[];
};

/** How many of today's partners had which status then. */
export type TrendPoint = {
  readonly day: Day;
  readonly counts: Readonly<Partial<Record<Status, number>>>;
};

export type HomeFacts = {
  readonly now: Instant;
  readonly timeZone: string;
  readonly currency: string;
  /** Null before the first definition. */
  readonly settings: SettingsVersion | null;
  readonly counts: readonly StatusCount[];
  /** Week by week, oldest first; the last is now. */
  readonly trend: readonly TrendPoint[];
  readonly definitionChanges: readonly DefinitionChange[];
  readonly fell: Movements;
  readonly cameBack: Movements;
  readonly queue: WorkQueue;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly issues: readonly ProgrammeIssue[];
  /** How many verdicts people called wrong in the last 30 days. */
  readonly corrections: number;
  /** What re-engaging brings, by window. */
  readonly lifts: readonly Lift[];
  readonly learned: Learned | null;
  readonly sources: readonly SourceState[];
  /** Latest first, without refreshes. */
  readonly runs: readonly RunRecord[];
};

const weeksShown = 12;
const runsShown = 7;
const movementsShown = 10;
const definitionChangesShown = 5;
/** As many weeks of as many owners as a page can hold; whoever looks stands first. */
const ownersShown = 20;
/** The exact order needs amounts: it is taken among twice as many as will be shown, chosen by potential. */
const shortlistFactor = 2;

const correctionsOfDays = 30;

const weekMs = 7 * millisecondsPerDay;

/** @param email of whoever looks */
export async function readHome(
  { db }: Pick<Store, 'db'>,
  { now, email }: { readonly now: Instant; readonly email: string },
): Promise<HomeFacts> {
  const [portal, settings] = await Promise.all([readPortal(db), currentSettings(db)]);
  const timeZone = portal?.timeZone ?? 'UTC';
  const capacityPerOwner = settings?.settings.capacityPerOwner ?? defaultCapacityPerOwner;
  const since = now - weeksShown * weekMs;
  const [
    counts,
    moves,
    movements,
    owners,
    queue,
    definitionChanges,
    issues,
    corrections,
    outcomes,
    learned,
    sources,
    runs,
  ] = await Promise.all([
    countByStatusAndReason(db),
    netMovesByWeek(db, { now, since }),
    movementsSince(db, { since: now - weekMs, limit: movementsShown }),
    readOwners(db),
    readQueue(db, { portal, capacityPerOwner, now, email }),
    definitionChangesSince(db, { since, limit: definitionChangesShown }),
    openProgrammeIssues(db),
    countCorrections(db, now - correctionsOfDays * millisecondsPerDay),
    spellOutcomes(db, { now, windows: liftWindows }),
    latestLearned(db),
    readSourceStates(db),
    listRuns(db, runsShown, { withoutRefreshes: true }),
  ]);
  return {
    now,
    timeZone,
    currency: portal?.currency ?? '',
    settings,
    counts,
    trend: trendOf(counts, moves, { now, weeks: weeksShown, timeZone }),
    definitionChanges,
    ...movements,
    queue,
    owners,
    issues,
    corrections,
    lifts: liftOf(outcomes),
    learned,
    sources,
    runs,
  };
}

/**
 * Back from today's counts, week by week, by what changed. Weeks before anybody was judged are left out: they would show
 * a programme that grew from nothing.
 */
export function trendOf(
  counts: readonly StatusCount[],
  moves: readonly NetMoves[],
  { now, weeks, timeZone }: { readonly now: Instant; readonly weeks: number; readonly timeZone: string },
): readonly TrendPoint[] {
  const running = new Map<Status, number>();
  for (const { status, partners } of counts) running.set(status, (running.get(status) ?? 0) + partners);
  const points: TrendPoint[] = [];
  for (let week = 0; week <= weeks; week += 1) {
    const known = [...running].filter(([, partners]) => partners > 0);
    if (known.length === 0) break;
    points.push({ day: dayOf(now - week * weekMs, timeZone), counts: Object.fromEntries(known) });
    for (const move of moves) {
      if (move.week === week && move.status !== null) {
        running.set(move.status, (running.get(move.status) ?? 0) - move.net);
      }
    }
  }
  return points.reverse();
}

type QueueOptions = {
  readonly portal: Portal | null;
  readonly capacityPerOwner: number;
  readonly now: Instant;
  readonly email: string;
};

async function readQueue(
  db: Store['db'],
  { portal, capacityPerOwner, now, email }: QueueOptions,
): Promise<WorkQueue> {
  if (portal === null) return { capacityPerOwner, owners: 0, weeks: [] };
  const { timeZone, currency } = portal;
  const { owners, chosen } = await callCandidates(db, {
    today: dayOf(now, timeZone),
    perOwner: capacityPerOwner * shortlistFactor,
    owners: ownersShown,
    email,
  });
  const ids = chosen.flatMap(({ shortlist }) => shortlist);
  const [bestYears, facts] = await Promise.all([
    yearlyAmounts(db, { currency, until: now, only: ids }),
    latestFacts(db),
  ]);
  const candidates: Queued[] = [];
  for await (const batch of streamToPublish(db, 500, ids)) {
    for (const { partner, verdict, spell } of batch) {
      if (verdict === null) continue;
      const bestYear = bestYears.get(partner.id) ?? null;
      const play = choosePlay(verdict, timeZone);
      candidates.push({ partner, verdict, spell, bestYear, value: Number(bestYear) || null, play });
    }
  }
  const ranked = rankForCall(candidates, { now, timeZone, returns: facts?.facts.returns ?? null });
  const queues = new Map(queuesOf(ranked, capacityPerOwner).map((queue) => [queue.ownerId, queue]));
  return { capacityPerOwner, owners, weeks: chosen.map((own) => weekOf(own, queues.get(own.ownerId))) };
}

function weekOf(
  { ownerId, candidates }: OwnersCandidates,
  queue: Pick<OwnersWeek, 'thisWeek'> | undefined,
): OwnersWeek {
  const thisWeek = queue?.thisWeek ?? [];
  return { ownerId, thisWeek, waiting: Math.max(0, candidates - thisWeek.length) };
}
