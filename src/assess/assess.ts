/**
 * Step 2: the judgement of one partner at one instant. Pure: the same history, settings, sources, previous verdict and
 * `now` give the same verdict, in whatever order the timeline comes.
 *
 * Days are counted in the portal's zone, so a verdict can change at midnight there or when a known activity happens.
 */
import type { SourceState, TimelineEntry } from '../model/activity.ts';
import { calendarOf, toDay, toDayNumber, type Calendar, type DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import type { Rule, Settings, SettingsVersion } from '../model/settings.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import {
  concernOf,
  concernOn,
  findingsOf,
  inactiveFromDay,
  rulesConcern,
  rulesFor,
  warningFromDay,
  type Concern,
  type Finding,
} from './concern.ts';
import { coveragesOf, type Coverages } from './coverage.ts';
import { healthChangesOnDay, healthOf } from './health.ts';
import { readHistory, type History } from './history.ts';
import { reasonsFor, unknownsFor } from './reasons.ts';
import type { Frame } from './rules.ts';
import { nextStanding, nextStatus, ranks, type Condition } from './status.ts';

/** What is the same for every partner of one run. */
export type Context = {
  readonly settings: SettingsVersion;
  /** Every source that ever reported, complete or not. Build the list once per run: what follows from it is remembered. */
  readonly sources: readonly SourceState[];
  /** The portal's IANA zone. */
  readonly timeZone: string;
  readonly now: Instant;
  /** `medianClicks`: of the programme's partners with clicks, in the conversion rule's window; null where unknown. */
  readonly programme: { readonly medianClicks: number | null };
};

/** Everything that the judgement of one partner looks at. */
type Scene = {
  readonly settings: Settings;
  readonly calendar: Calendar;
  readonly coverages: Coverages;
  readonly rules: readonly Rule[];
  readonly history: History;
  readonly frame: Frame;
  readonly findings: readonly Finding[];
  /** A source that could change the judgement did not complete. */
  readonly incomplete: boolean;
  /** The day on which a person's pause ends; null when there is none today. */
  readonly pausedUntilDay: DayNumber | null;
};

/** A status to take, and the findings it rests on. */
type Proposal = { readonly status: Status; readonly concern: Concern; readonly basis: readonly Finding[] };

/**
 * Judges one partner.
 *
 * @param timeline any order; entries after `context.now` are ignored until they happen
 * @param previous the partner's latest verdict; null before the first
 */
export function assessPartner(
  partner: Partner,
  timeline: readonly TimelineEntry[],
  previous: Verdict | null,
  context: Context,
): Verdict {
  const scene = openScene(partner, timeline, context);
  const proposal = scene.settings.excludedPartnerIds.includes(partner.id)
    ? ({ status: 'excluded', concern: 'clear', basis: [] } satisfies Proposal)
    : propose(scene, previous);
  if (proposal === 'keep' && previous !== null) return keptVerdict(previous, scene, context);
  const taken: Proposal = proposal === 'keep' ? nothingToSay : proposal;
  return newVerdict(partner, taken, previous, scene, context);
}

function openScene(partner: Partner, timeline: readonly TimelineEntry[], context: Context): Scene {
  const { settings } = context.settings;
  const calendar = calendarOf(context.timeZone);
  const coverages = coveragesOf(context.sources);
  const rules = rulesFor(partner, settings);
  const history = readHistory(timeline, calendar, context.now);
  const today = calendar.dayNumberOf(context.now);
  const joinedDay = partner.joinedAt === null ? null : calendar.dayNumberOf(partner.joinedAt);
  const frame: Frame = {
    today,
    joinedDay,
    graceEndDay: joinedDay === null ? -Infinity : joinedDay + settings.graceDays,
    medianClicks: context.programme.medianClicks,
  };
  const findings = findingsOf(rules, coverages, history, frame);
  const pauseEndDay = partner.snoozedUntil === null ? -Infinity : toDayNumber(partner.snoozedUntil);
  return {
    settings,
    calendar,
    coverages,
    rules,
    history,
    frame,
    findings,
    incomplete:
      findings.some(({ coverage }) => coverage.state === 'incomplete') ||
      (findings.length > 0 && history.moments.length === 0 && coverages.everything === 'incomplete'),
    pausedUntilDay: pauseEndDay > today ? pauseEndDay : null,
  };
}

const nothingToSay: Proposal = { status: 'unknown', concern: 'clear', basis: [] };

/** The status to take, or `keep` when the previous verdict must stand: nobody is called worse on missing data or in a pause. */
function propose(scene: Scene, previous: Verdict | null): Proposal | 'keep' {
  const settled = previous !== null && previous.status !== 'unknown' && previous.status !== 'excluded';
  const proposal = scene.incomplete
    ? proposeFromIncomplete(scene, previous, settled)
    : proposeFrom(scene, previous, concernOf(scene.findings, scene.history, scene.settings, scene.frame));
  if (proposal === 'keep' || scene.pausedUntilDay === null) return proposal;
  if (settled) return ranks[proposal.status] > ranks[previous.status] ? 'keep' : proposal;
  return ranks[proposal.status] > ranks.active ? nothingToSay : proposal;
}

/**
 * Missing is not zero. What was seen counts: if it makes the partner better off even when everything unseen is taken as
 * silence, it is better off. What was not seen does not: the status stays, and a first verdict rests on the complete
 * sources alone and never says more than at risk.
 */
function proposeFromIncomplete(scene: Scene, previous: Verdict | null, settled: boolean): Proposal | 'keep' {
  const { findings, history, settings, frame } = scene;
  const pessimistic = proposeFrom(scene, previous, concernOf(findings, history, settings, frame));
  if (previous !== null && settled) {
    return ranks[pessimistic.status] < ranks[previous.status] ? pessimistic : 'keep';
  }
  if (pessimistic.concern === 'clear') return pessimistic;
  const complete = findings.filter(({ coverage }) => coverage.state === 'complete');
  if (complete.length === 0) return nothingToSay;
  const concern = rulesConcern(complete, settings, frame);
  return { ...proposeFrom(scene, previous, concern === 'inactive' ? 'at_risk' : concern), basis: complete };
}

function proposeFrom(scene: Scene, previous: Verdict | null, concern: Concern): Proposal {
  if (scene.findings.length === 0) return nothingToSay;
  const condition = conditionFor(scene, previous, concern);
  return { status: nextStatus(previous?.status ?? 'unknown', condition), concern, basis: scene.findings };
}

function conditionFor(scene: Scene, previous: Verdict | null, concern: Concern): Condition {
  if (previous === null || concern === 'inactive' || concern === 'never_activated') return concern;
  const { today } = scene.frame;
  const { momentumDays } = scene.settings;
  switch (previous.status) {
    case 'inactive':
    case 'never_activated':
      return spellWasReal(scene, previous) ? 'came_back' : concern;
    case 'reactivated':
      if (concern === 'clear' && today >= freeSinceDay(scene, previous) + momentumDays)
        return 'momentum_held';
      if (concern === 'at_risk' && today >= changedDay(scene, previous) + momentumDays)
        return 'momentum_failed';
      return concern;
    default:
      return concern;
  }
}

function changedDay(scene: Scene, previous: Verdict): DayNumber {
  return scene.calendar.dayNumberOf(previous.statusChangedAt);
}

/**
 * Whether the partner was really inactive by what is known today. Otherwise late data or new settings corrected the
 * record, and a correction is no comeback to celebrate.
 */
function spellWasReal(scene: Scene, previous: Verdict): boolean {
  const fromDay =
    previous.inactiveSince === null ? changedDay(scene, previous) : toDayNumber(previous.inactiveSince);
  if (previous.status === 'never_activated') return !scene.history.moments.some(({ day }) => day < fromDay);
  const then = concernAtStartOf(fromDay, scene);
  return then === 'inactive' || then === 'never_activated';
}

/** Since when a reactivated partner has been free of at-risk reasons: they end with activity, so only its days count. */
function freeSinceDay(scene: Scene, previous: Verdict): DayNumber {
  const reactivatedDay = changedDay(scene, previous);
  let checked = Infinity;
  for (let index = scene.history.moments.length - 1; index >= 0; index -= 1) {
    const day = scene.history.moments[index]?.day ?? -Infinity;
    if (day <= reactivatedDay) break;
    if (day === checked) continue;
    checked = day;
    const before = concernAtStartOf(day, scene);
    if (before !== 'clear' && before !== 'cooling') return day;
  }
  return reactivatedDay;
}

function concernAtStartOf(day: DayNumber, scene: Scene): Concern {
  return concernOn(day, scene.rules, scene.coverages, scene.history, scene.settings, scene.frame);
}

/** The previous judgement, with what is new and true whatever the judgement. */
function keptVerdict(previous: Verdict, scene: Scene, context: Context): Verdict {
  const { remark: _outdated, ...kept } = previous;
  const changeDays = [scene.incomplete ? scene.frame.today + 1 : Infinity, scene.pausedUntilDay ?? Infinity];
  return { ...kept, ...commonParts(scene, context), nextChangeAt: nextChangeAt(scene, changeDays) };
}

function newVerdict(
  partner: Partner,
  proposal: Proposal,
  previous: Verdict | null,
  scene: Scene,
  context: Context,
): Verdict {
  const { status, concern, basis } = proposal;
  return {
    partnerId: partner.id,
    ...nextStanding(previous, status, context.now),
    ...healthOf(status, basis, scene.frame),
    reasons: reasonsFor(concern, basis, scene.settings, scene.frame),
    inactiveSince: status === 'inactive' ? inactiveSinceDay(proposal, previous, scene) : null,
    expectedInactiveDay: expectedInactiveDay(proposal, previous, scene),
    ...commonParts(scene, context),
    nextChangeAt: nextChangeAt(scene, changeDaysOf(proposal, previous, scene)),
  };
}

function commonParts(
  scene: Scene,
  context: Context,
): Pick<
  Verdict,
  'unknowns' | 'remark' | 'lastActivityAt' | 'lastActivityKind' | 'stale' | 'settingsVersion' | 'assessedAt'
> {
  const last = scene.history.moments.at(-1);
  const remark = remarkFor(scene);
  const asked = scene.rules.map((rule) => ({ rule, coverage: scene.coverages.ofRule(rule) }));
  return {
    unknowns: unknownsFor(asked, scene.calendar),
    ...(remark === null ? {} : { remark }),
    lastActivityAt: last?.occurredAt ?? null,
    lastActivityKind: last?.kind ?? null,
    stale: scene.incomplete,
    settingsVersion: context.settings.version,
    assessedAt: context.now,
  };
}

function remarkFor(scene: Scene): string | null {
  const { today, joinedDay, graceEndDay } = scene.frame;
  if (scene.pausedUntilDay !== null) {
    return `A person paused the judgement of this partner until ${toDay(scene.pausedUntilDay)}.`;
  }
  if (scene.rules.length === 0) return 'No rule applies to this partner: check its type, tier and region.';
  if (joinedDay !== null && today < graceEndDay) {
    return `New: the partner joined on ${toDay(joinedDay)} and is judged from ${toDay(graceEndDay)}.`;
  }
  return null;
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
  if (scene.history.moments.length === 0) return null;
  const ruleDay = inactiveFromDay(scene.findings, scene.settings, 'holdsFromDay');
  const day = Math.max(ruleDay, scene.pausedUntilDay ?? -Infinity);
  return Number.isFinite(day) && day > scene.frame.today ? toDay(day) : null;
}

/** The days on which something in a new verdict moves by itself; days that are over are dropped by the caller. */
function changeDaysOf({ status, concern }: Proposal, previous: Verdict | null, scene: Scene): DayNumber[] {
  const { frame, findings, settings } = scene;
  const days = [scene.pausedUntilDay ?? Infinity];
  if (status === 'excluded') return days;
  if (scene.incomplete || (status === 'unknown' && scene.rules.length > 0)) days.push(frame.today + 1);
  days.push(frame.graceEndDay, healthChangesOnDay(findings, frame.today));
  for (const { reading } of findings) {
    days.push(
      reading.holdsFromDay,
      warningFromDay(reading, settings, frame),
      reading.observedChangesOnDay ?? Infinity,
    );
  }
  if (status === 'reactivated') {
    const began = previous?.status === 'reactivated' ? previous : null;
    const failsDay = (began === null ? frame.today : changedDay(scene, began)) + settings.momentumDays;
    const holdsDay = (began === null ? frame.today : freeSinceDay(scene, began)) + settings.momentumDays;
    days.push(concern === 'at_risk' ? failsDay : holdsDay);
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
