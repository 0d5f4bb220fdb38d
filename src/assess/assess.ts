/**
 * Step 2: the judgement of one partner at one instant. Pure: the same history, settings, sources, previous verdict and
 * `now` give the same verdict, in whatever order the timeline comes.
 *
 * Days are counted in the portal's zone, so a verdict can change at midnight there or when a known activity happens.
 */
import type { Timeline } from '../model/activity.ts';
import { toDay, type DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { JudgedPartner } from '../model/partner.ts';
import { isExcluded } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import { inactiveFromDay } from './concern.ts';
import { healthOf } from './health.ts';
import { doubtRemark } from './programme.ts';
import { changedDay, freeSinceDay, nothingToSay, propose, type Proposal } from './proposal.ts';
import { reasonsFor, unknownsFor } from './reasons.ts';
import { openScene, type Context, type Scene } from './scene.ts';
import { segmentOf, type Judged, type Placed } from './segment.ts';
import { nextStanding } from './status.ts';

export type { Context } from './scene.ts';

/**
 * Judges one partner.
 *
 * @param timeline any order; entries after `context.now` are ignored until they happen
 * @param previous the partner's latest verdict; null before the first
 */
export function assessPartner(
  partner: JudgedPartner,
  timeline: Timeline,
  previous: Verdict | null,
  context: Context,
): Verdict {
  const scene = openScene(partner, timeline, previous, context);
  const proposal = isExcluded(partner, scene.settings)
    ? ({ ...nothingToSay, status: 'excluded' } satisfies Proposal)
    : propose(scene, previous);
  const placing: Placing = (judged) =>
    segmentOf(partner, scene.history, judged, context.facts, scene.frame.today);
  if (proposal === 'keep' && previous !== null) return keptVerdict(previous, scene, placing, context);
  const taken: Proposal = proposal === 'keep' ? nothingToSay : proposal;
  return newVerdict(partner.id, taken, previous, scene, placing, context);
}

type Placing = (judged: Judged) => Placed;

/** The previous judgement, with what is new and true whatever the judgement. */
function keptVerdict(previous: Verdict, scene: Scene, placing: Placing, context: Context): Verdict {
  const { remark: _outdated, ...kept } = previous;
  const unread = isUnread(scene) || scene.warningStands;
  const known = { ...kept, ...commonParts(scene, context, unread, remarkFor(scene, unread)) };
  const { segment, changesOnDay } = placing(known);
  return {
    ...known,
    segment,
    nextChangeAt: nextChangeAt(scene, [...keptDays(known, scene, unread), changesOnDay]),
  };
}

function newVerdict(
  partnerId: string,
  proposal: Proposal,
  previous: Verdict | null,
  scene: Scene,
  placing: Placing,
  context: Context,
): Verdict {
  const { status, concern, basis, rhythm } = proposal;
  const unread = isUnread(scene);
  // What is said of how others are judged is not true of who never is.
  const remark = status === 'excluded' ? null : remarkFor(scene, unread);
  const judged = {
    partnerId,
    ...nextStanding(previous, status, context.now),
    ...healthOf(status, basis, scene, rhythm),
    reasons: reasonsFor(concern, basis, rhythm, scene.frame),
    inactiveSince: status === 'inactive' ? inactiveSinceDay(proposal, previous, scene) : null,
    expectedInactiveDay: expectedInactiveDay(proposal, previous, scene),
    ...commonParts(scene, context, unread, remark),
  };
  const { segment, changesOnDay } = placing(judged);
  // What is missing tomorrow, too, has this verdict kept then.
  const isKeptTomorrow = scene.incomplete && status !== 'unknown' && status !== 'excluded';
  const days = isKeptTomorrow ? keptDays(judged, scene, unread) : changeDaysOf(proposal, judged, scene);
  return { ...judged, segment, nextChangeAt: nextChangeAt(scene, [...days, changesOnDay]) };
}

/** Something that could tell more of the partner did not complete, or is in doubt for it. */
function isUnread(scene: Scene): boolean {
  return scene.incomplete || scene.mayHaveActed;
}

function commonParts(
  scene: Scene,
  context: Context,
  unread: boolean,
  remark: string | null,
): Pick<
  Verdict,
  | 'unknowns'
  | 'remark'
  | 'lastActivityAt'
  | 'lastActivityKind'
  | 'cadence'
  | 'stale'
  | 'settingsVersion'
  | 'assessedAt'
> {
  const { last } = scene.history;
  const asked = scene.rules.map((rule) => ({ rule, coverage: scene.coverages.ofRule(rule) }));
  return {
    unknowns: unknownsFor(asked, scene.calendar),
    ...(remark === null ? {} : { remark }),
    lastActivityAt: last?.occurredAt ?? null,
    lastActivityKind: last?.kind ?? null,
    cadence: scene.rhythm?.cadence.reading ?? null,
    stale: unread,
    settingsVersion: context.settings.version,
    assessedAt: context.now,
  };
}

function remarkFor(scene: Scene, unread: boolean): string | null {
  const { today, joinedDay, graceEndDay } = scene.frame;
  if (scene.pausedUntilDay !== null) {
    return `A person paused the judgement of this partner until ${toDay(scene.pausedUntilDay)}.`;
  }
  if (scene.rules.length === 0)
    return 'No rule applies to this partner: check its type, tier, region and when it joined.';
  if (joinedDay !== null && today < graceEndDay) {
    return `New: the partner joined on ${toDay(joinedDay)} and is judged from ${toDay(graceEndDay)}.`;
  }
  return unread ? doubtRemark(scene.doubts) : null;
}

/** The day the rules began to hold, which is past on day one; a rule that held since records begin has no such day. */
function inactiveSinceDay({ basis }: Proposal, previous: Verdict | null, scene: Scene): string {
  const day = inactiveFromDay(basis, scene.settings, 'sinceDay');
  if (Number.isFinite(day)) return toDay(day);
  const before = previous?.status === 'inactive' ? previous.inactiveSince : null;
  return before ?? toDay(scene.frame.today);
}

function expectedInactiveDay({ status }: Proposal, previous: Verdict | null, scene: Scene): string | null {
  if (status === 'inactive' || status === 'never_activated' || status === 'excluded' || status === 'unknown')
    return null;
  if (scene.incomplete) return previous?.expectedInactiveDay ?? null;
  if (scene.history.days.length === 0) return null;
  const ruleDay = inactiveFromDay(scene.findings, scene.settings, 'holdsFromDay');
  const day = Math.max(ruleDay, scene.pausedUntilDay ?? -Infinity);
  return Number.isFinite(day) && day > scene.frame.today ? toDay(day) : null;
}

type Taken = Pick<Verdict, 'status' | 'statusChangedAt'>;

/**
 * The days on which something moves in a verdict that is kept. What is said of a newcomer ends with its grace, and
 * momentum holds whatever is missing.
 */
function keptDays(taken: Taken, scene: Scene, unread: boolean): DayNumber[] {
  return [
    asksTomorrow(scene, unread) ? scene.frame.today + 1 : Infinity,
    scene.pausedUntilDay ?? Infinity,
    scene.rhythm?.cadence.bandChangesOnDay ?? Infinity,
    scene.frame.graceEndDay,
    taken.status === 'reactivated' ? momentumHoldsDay(scene, taken) : Infinity,
  ];
}

function asksTomorrow({ onlyDoubted }: Scene, unread: boolean): boolean {
  return unread && !onlyDoubted;
}

function momentumHoldsDay(scene: Scene, taken: Taken): DayNumber {
  return freeSinceDay(scene, taken) + scene.settings.momentumDays;
}

/** The days on which something in a new verdict moves by itself; days that are over are dropped by the caller. */
function changeDaysOf({ status, concern }: Proposal, taken: Taken, scene: Scene): DayNumber[] {
  const { frame, findings } = scene;
  const days = [scene.pausedUntilDay ?? Infinity, scene.rhythm?.cadence.bandChangesOnDay ?? Infinity];
  if (status === 'excluded') return days;
  if (scene.rhythm !== null)
    days.push(scene.rhythm.cadence.quietFromDay, scene.rhythm.cadence.unlikelyFromDay);
  if (asksTomorrow(scene, isUnread(scene)) || (status === 'unknown' && scene.rules.length > 0))
    days.push(frame.today + 1);
  days.push(frame.graceEndDay);
  for (const { reading } of findings) days.push(reading.holdsFromDay, reading.warnsFromDay);
  if (status === 'reactivated') {
    const failsDay = changedDay(scene, taken) + scene.settings.momentumDays;
    days.push(concern === 'at_risk' ? failsDay : momentumHoldsDay(scene, taken));
  }
  return days;
}

/**
 * The earliest instant after now at which this verdict can differ with no new data: midnight of the first of these days
 * in the portal's zone, or a known activity that is still to happen. A verdict that waits for a source is due tomorrow.
 */
function nextChangeAt(scene: Scene, changeDays: readonly DayNumber[]): Instant | null {
  const { calendar, history, frame } = scene;
  let firstDay = Infinity;
  for (const day of changeDays) if (day > frame.today && day < firstDay) firstDay = day;
  if (firstDay === Infinity) return history.nextAt;
  const midnight = calendar.startOf(firstDay);
  return history.nextAt === null ? midnight : Math.min(midnight, history.nextAt);
}
