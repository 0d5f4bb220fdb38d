/** Everything that the judgement of one partner looks at, gathered once. */
import type { SourceState, Timeline } from '../model/activity.ts';
import type { CadenceModels } from '../model/cadence.ts';
import { calendarOf, toDayNumber, type Calendar, type DayNumber } from '../model/calendar.ts';
import type { ProgrammeFacts } from '../model/facts.ts';
import type { Instant } from '../model/instant.ts';
import type { JudgedPartner } from '../model/partner.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import type { Rule, Settings, SettingsVersion } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import { readCadence } from './cadence/reading.ts';
import { findingsOf, rulesFor, type Finding, type Rhythm } from './concern.ts';
import { coveragesOf, type Coverages } from './coverage.ts';
import { readHistory, type History } from './history.ts';
import { doubtsOf, sourcesInDoubt } from './programme.ts';
import type { Frame } from './rules.ts';

/** What is the same for every partner of one run. */
export type Context = {
  readonly settings: SettingsVersion;
  /** Every source that ever reported, complete or not. Build the list once per run: what follows from it is remembered. */
  readonly sources: readonly SourceState[];
  /** The portal's IANA zone. */
  readonly timeZone: string;
  readonly now: Instant;
  /** What was learned from the portal's own history; null before there was enough of it. */
  readonly cadence: CadenceModels | null;
  /** What partners are held against, by the segment and the conversion rule; null before the programme was looked at. */
  readonly facts: ProgrammeFacts | null;
  /** What broke for many partners at once and is still open; none when absent. */
  readonly issues?: readonly ProgrammeIssue[];
};

export type Scene = {
  readonly settings: Settings;
  readonly calendar: Calendar;
  readonly coverages: Coverages;
  readonly rules: readonly Rule[];
  readonly history: History;
  readonly frame: Frame;
  readonly findings: readonly Finding[];
  /** Null for a partner without activity, and before the portal has a model. */
  readonly rhythm: Rhythm | null;
  /** The model may warn of somebody, if not of this partner. */
  readonly modelWarns: boolean;
  /** A source that a rule asks did not complete, or is in doubt for this partner. */
  readonly incomplete: boolean;
  /** Nothing was ever seen of the partner, and a source that could have told did not complete or is in doubt for it. */
  readonly mayHaveActed: boolean;
  /** The partner was warned of a silence that cannot be read now: what ended it may be what we do not see. */
  readonly warningStands: boolean;
  /** Nothing but issues is in the way. One that closes has its partners judged; a source that completes may do so any day. */
  readonly onlyDoubted: boolean;
  /** The open issues that put some of this partner's silence in doubt. */
  readonly doubts: readonly ProgrammeIssue[];
  /** The day on which a person's pause ends; null when there is none today. */
  readonly pausedUntilDay: DayNumber | null;
};

export function openScene(
  partner: JudgedPartner,
  timeline: Timeline,
  previous: Verdict | null,
  context: Context,
): Scene {
  const { settings } = context.settings;
  const calendar = calendarOf(context.timeZone);
  const doubts = doubtsOf(partner, context.issues ?? []);
  const coverages = coveragesOf(sourcesInDoubt(context.sources, doubts, calendar));
  const rules = rulesFor(partner, settings, calendar);
  const history = readHistory(timeline, calendar, context.now);
  const today = calendar.dayNumberOf(context.now);
  const joinedDay = partner.joinedAt === null ? null : calendar.dayNumberOf(partner.joinedAt);
  const frame: Frame = {
    today,
    joinedDay,
    graceEndDay: joinedDay === null ? -Infinity : joinedDay + settings.graceDays,
    warningDays: settings.warningDays,
    medianClicks: context.facts?.medianClicks ?? null,
  };
  const findings = findingsOf(rules, coverages, history, frame);
  const rhythm = rhythmOf(history, coverages, context.cadence, today);
  const pauseEndDay = partner.snoozedUntil === null ? -Infinity : toDayNumber(partner.snoozedUntil);
  return {
    settings,
    calendar,
    coverages,
    rules,
    history,
    frame,
    findings,
    rhythm,
    modelWarns: modelMayWarn(context.cadence),
    incomplete: findings.some(({ coverage }) => coverage.state === 'incomplete'),
    mayHaveActed: findings.length > 0 && history.days.length === 0 && coverages.everything === 'incomplete',
    warningStands: warnedOnNowIncomplete(previous, rhythm),
    onlyDoubted: doubts.length > 0 && coveragesOf(context.sources).everything === 'complete',
    doubts,
    pausedUntilDay: pauseEndDay > today ? pauseEndDay : null,
  };
}

function modelMayWarn(cadence: CadenceModels | null): boolean {
  const { productive, engagement } = cadence?.streams ?? noModels;
  return productive?.decides === 'model' || engagement?.decides === 'model';
}

const noModels: CadenceModels['streams'] = { productive: null, engagement: null };

function rhythmOf(
  history: History,
  coverages: Coverages,
  models: CadenceModels | null,
  today: DayNumber,
): Rhythm | null {
  const cadence = models === null ? null : readCadence(history, models, today);
  return cadence === null ? null : { cadence, coverage: coverages.ofStream(cadence.stream) };
}

function warnedOnNowIncomplete(previous: Verdict | null, rhythm: Rhythm | null): boolean {
  if (rhythm === null || rhythm.coverage.state === 'complete') return false;
  return previous?.reasons.some(({ degree }) => degree === 'drifting') === true;
}
