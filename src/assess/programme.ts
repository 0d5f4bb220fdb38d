/**
 * "It's us, not them": when many partners of one source, type or region fall silent at the same time, that is one thing
 * to look at and no verdict on any of them. A scan of everybody counts (programme/tally.ts) and looks for groups that
 * fell silent (programme/silence.ts) and for partners that did on one day (programme/same-day.ts); the nights between two
 * scans look at what changed (programme/watch.ts). Here is what becomes of what they find.
 */
import type { SourceState } from '../model/activity.ts';
import { toDayNumber, type Calendar, type DayNumber } from '../model/calendar.ts';
import type { Partner } from '../model/partner.ts';
import type { ProgrammeFinding, ProgrammeIssue } from '../model/programme.ts';
import { isSameStream, sameTimeDays, sharedCount } from './programme/find.ts';
import { groupKey, longestSilenceDays, type StreamTally } from './programme/tally.ts';
import { concerns } from './programme/watch.ts';
import { doubtSentence } from './programme/words.ts';

export type IssueChanges = {
  readonly opened: readonly ProgrammeFinding[];
  readonly closed: readonly { readonly issue: ProgrammeIssue; readonly because: 'acted' | 'expired' }[];
  /** Those that stay open. */
  readonly kept: readonly ProgrammeIssue[];
};

/** What a person said is no issue, and the day on which that was said. */
export type Dismissed = { readonly issue: ProgrammeIssue; readonly day: DayNumber };

/**
 * An open issue that is found again stays as it is: what it was opened for is what a person was told. What a person has
 * dismissed is not raised again.
 */
export function reconcile(
  open: readonly ProgrammeIssue[],
  found: readonly ProgrammeFinding[],
  {
    today,
    hasActed,
    dismissed,
  }: {
    readonly today: DayNumber;
    readonly hasActed: (issue: ProgrammeIssue) => boolean;
    readonly dismissed: readonly Dismissed[];
  },
): IssueChanges {
  const closed: { issue: ProgrammeIssue; because: 'acted' | 'expired' }[] = [];
  const kept: ProgrammeIssue[] = [];
  for (const issue of open) {
    if (today - toDayNumber(issue.since) > longestSilenceDays) closed.push({ issue, because: 'expired' });
    else if (hasActed(issue) && !found.some((finding) => isSameIssue(issue, finding)))
      closed.push({ issue, because: 'acted' });
    else kept.push(issue);
  }
  const opened = found.filter(
    (finding) =>
      !open.some((issue) => isSameIssue(issue, finding)) && !dismissed.some((one) => covers(one, finding)),
  );
  return { opened, closed, kept };
}

function isSameIssue(issue: ProgrammeIssue, finding: ProgrammeFinding): boolean {
  const sameTime = Math.abs(toDayNumber(issue.since) - toDayNumber(finding.since)) <= sameTimeDays;
  return sameTime && isSameCause(issue, finding);
}

/** A silence that had begun when it was dismissed, whatever day it is dated to since; one that began later is another. */
function covers({ issue, day }: Dismissed, finding: ProgrammeFinding): boolean {
  return toDayNumber(finding.since) <= day && isSameCause(issue, finding);
}

function isSameCause(issue: ProgrammeIssue, finding: ProgrammeFinding): boolean {
  if (issue.cause !== finding.cause) return false;
  if (!issue.streams.some((one) => finding.streams.some((other) => isSameStream(one, other)))) return false;
  if (issue.partnerIds === null || finding.partnerIds === null)
    return issue.partnerIds === finding.partnerIds && groupKey(issue.group) === groupKey(finding.group);
  return 2 * sharedCount(issue.partnerIds, finding.partnerIds) >= Math.min(issue.partners, finding.partners);
}

/** Of those who would be expected to act, so many are no stragglers. */
const groupActsAgain = 0.5;
/** Of partners that fell silent on one day: we know less of what to expect of them. */
const cohortActsAgain = 1 / 3;

/** Whether an issue's partners act again, by the counts of a scan that knew of the issue. */
export function hasActedByScan(streams: readonly StreamTally[]): (issue: ProgrammeIssue) => boolean {
  return (issue) => {
    const since = toDayNumber(issue.since);
    const concerned = streams.filter(({ stream }) => issue.streams.some((one) => isSameStream(one, stream)));
    if (issue.partnerIds !== null) {
      const seen = concerned.flatMap(({ stream, lastSeen }) =>
        lastSeen.slice(0, Math.max(0, stream.knownToDay - since)).flat(),
      );
      return sharedCount(seen, issue.partnerIds) >= cohortActsAgain * issue.partners;
    }
    const key = groupKey(issue.group);
    return concerned.some(({ stream, silences, everybody, groups }) => {
      const tally = key === '' ? everybody : groups.get(key);
      const count = tally?.counts[silences.indexOf(stream.knownToDay - since)];
      return count !== undefined && count.acted > 0 && count.acted >= groupActsAgain * count.expected;
    });
  };
}

/** The open issues that put something of this partner in doubt. A season puts nobody in doubt. */
export function doubtsOf(
  partner: Pick<Partner, 'id' | 'partnerType' | 'region'>,
  open: readonly ProgrammeIssue[],
): readonly ProgrammeIssue[] {
  if (open.length === 0) return open;
  return open.filter((issue) => issue.cause === 'break' && concerns(issue, partner));
}

const known = new WeakMap<readonly SourceState[], Map<string, readonly SourceState[]>>();

/**
 * The sources as they are worth for a partner with these doubts: what broke is not complete since the day it broke, so
 * that silence in it proves nothing. The same list for the same doubts, so that what follows from a list of sources is
 * found out once.
 */
export function sourcesInDoubt(
  sources: readonly SourceState[],
  doubts: readonly ProgrammeIssue[],
  calendar: Calendar,
): readonly SourceState[] {
  if (doubts.length === 0) return sources;
  const lists = known.get(sources) ?? new Map<string, readonly SourceState[]>();
  known.set(sources, lists);
  const key = doubts.map(({ id }) => id).join(' ');
  const list = lists.get(key) ?? sources.flatMap((state) => stateInDoubt(state, doubts, calendar));
  lists.set(key, list);
  return list;
}

function stateInDoubt(
  state: SourceState,
  doubts: readonly ProgrammeIssue[],
  calendar: Calendar,
): readonly SourceState[] {
  const broken = new Map<string, number>();
  for (const { streams, since } of doubts) {
    // The last moment of the day that it is dated to: midnight already bears the name of the next one.
    const end = calendar.startOf(toDayNumber(since) + 1) - 1;
    for (const { source, kind } of streams) {
      if (source === state.source) broken.set(kind, Math.min(end, broken.get(kind) ?? Infinity));
    }
  }
  if (broken.size === 0) return [state];
  const sound = state.kinds.filter((kind) => !broken.has(kind));
  const inDoubt = state.kinds.filter((kind) => broken.has(kind));
  return [
    ...(sound.length === 0 ? [] : [{ ...state, kinds: sound }]),
    ...inDoubt.map((kind) => ({
      ...state,
      kinds: [kind],
      complete: false,
      completeUpTo:
        state.completeUpTo === null ? null : Math.min(state.completeUpTo, broken.get(kind) ?? Infinity),
    })),
  ];
}

/** What the card says of it; null without a doubt. */
export function doubtRemark(doubts: readonly ProgrammeIssue[]): string | null {
  return doubts.length === 0 ? null : doubts.map(doubtSentence).join(' ');
}
