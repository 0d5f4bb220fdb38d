/** One verdict in full: what it rests on, what would change it, and whether it would be made again today. Pure. */
import { assessPartner, type Context } from '../assess/assess.ts';
import { aliveText, evidenceText, outlookOf, outlookText } from '../assess/cadence/outlook.ts';
import { describeDefinition, verdictSentence } from '../assess/sentences.ts';
import { segmentText } from '../assess/segment.ts';
import { upperFirst } from '../assess/words.ts';
import type { TimelineEntry } from '../model/activity.ts';
import { streamNames, type Learned } from '../model/cadence.ts';
import { calendarOf, toDayNumber } from '../model/calendar.ts';
import { dayOf, toIso, type Day } from '../model/instant.ts';
import { isPartnerKind, kindNames } from '../model/kind.ts';
import type { Partner } from '../model/partner.ts';
import { statusNames, type Contribution, type Reason, type Verdict } from '../model/verdict.ts';

export type ExplainedVerdict = {
  readonly partner: Partner;
  readonly verdict: Verdict;
  /** The verdict before it, by which the status machine went; null for the first and where it was not kept. */
  readonly before: Verdict | null;
  readonly isBeforeKept: boolean;
  readonly timeline: readonly TimelineEntry[];
  /** What it followed from; null where nothing had been learned. */
  readonly learned: Learned | null;
  /** The definition and sources to judge by, as of the verdict's instant. */
  readonly judging: Omit<Context, 'now' | 'cadence'>;
};

export type Explanation = {
  readonly partnerId: string;
  readonly name: string | null;
  readonly judgedAt: string;
  readonly status: string;
  readonly since: Day;
  readonly previously: string | null;
  readonly sentence: string;
  readonly settingsVersion: number;
  readonly definition: string;
  readonly reasons: readonly Reason[];
  readonly health: number | null;
  readonly contributions: readonly Contribution[];
  readonly unknowns: readonly string[];
  readonly rhythm: readonly string[];
  /** Where it belongs in the work of winning back, and why; null where nothing can be said. */
  readonly segment: string | null;
  /** What happened last, newest first, with its source. */
  readonly activities: readonly { day: Day; what: string; source: string }[];
  readonly next: readonly string[];
  /** `same` is null where it cannot be told. */
  readonly again: { readonly same: boolean | null; readonly sentence: string };
};

const shownActivities = 10;

export function explain(explained: ExplainedVerdict): Explanation {
  const { partner, verdict, judging } = explained;
  const { timeZone } = judging;
  return {
    partnerId: partner.id,
    name: partner.name,
    judgedAt: toIso(verdict.assessedAt),
    status: statusNames[verdict.status],
    since: verdict.inactiveSince ?? dayOf(verdict.statusChangedAt, timeZone),
    previously: verdict.previousStatus === null ? null : statusNames[verdict.previousStatus],
    sentence: verdictSentence(verdict, timeZone),
    settingsVersion: verdict.settingsVersion,
    definition: describeDefinition(judging.settings.settings, partner, timeZone),
    reasons: verdict.reasons,
    health: verdict.health,
    contributions: verdict.contributions,
    unknowns: verdict.unknowns.map(({ sentence }) => sentence),
    rhythm: rhythmOf(explained),
    segment: segmentLine(explained),
    activities: activitiesOf(explained),
    next: nextOf(verdict, timeZone),
    again: judgeAgain(explained),
  };
}

function rhythmOf({ verdict, learned, judging }: ExplainedVerdict): string[] {
  const { cadence } = verdict;
  if (cadence === null) return [];
  const model = learned?.streams[cadence.stream] ?? null;
  const evidence = `${streamNames[cadence.stream]}. ${evidenceText(cadence)}.`;
  if (model === null) return [evidence];
  const day = dayOf(verdict.assessedAt, judging.timeZone);
  const outlook = outlookOf(cadence, model, toDayNumber(day));
  const alive = aliveText(outlook);
  const stays = alive === null ? [] : [`${upperFirst(alive)}.`];
  const quiet =
    cadence.quietFrom === null ? [] : [`From ${cadence.quietFrom} on its silence is unusual for it.`];
  return [evidence, `On ${day}: ${outlookText(outlook)}.`, ...stays, ...quiet, model.because];
}

function segmentLine({ partner, timeline, verdict, judging }: ExplainedVerdict): string | null {
  const { facts, timeZone } = judging;
  if (facts === null || verdict.segment === null) return null;
  const now = verdict.assessedAt;
  return segmentText(partner, timeline, verdict, facts, { now, calendar: calendarOf(timeZone) });
}

function activitiesOf({ timeline, verdict, judging }: ExplainedVerdict): Explanation['activities'] {
  return timeline
    .filter(
      ({ kind, occurredAt, quantity }) =>
        isPartnerKind(kind) && quantity > 0 && occurredAt <= verdict.assessedAt,
    )
    .toSorted((a, b) => b.occurredAt - a.occurredAt)
    .slice(0, shownActivities)
    .map(({ kind, occurredAt, quantity, source }) => ({
      day: dayOf(occurredAt, judging.timeZone),
      what: quantity === 1 ? kindNames[kind] : `${kindNames[kind]} (${quantity})`,
      source,
    }));
}

function nextOf({ expectedInactiveDay, nextChangeAt, reasons }: Verdict, timeZone: string): string[] {
  return [
    ...reasons.map(({ counterfactual }) => counterfactual),
    ...(expectedInactiveDay === null ? [] : [`If the silence goes on, inactive on ${expectedInactiveDay}.`]),
    nextChangeAt === null
      ? 'Without new activity this verdict does not change.'
      : `Without new activity this verdict stands until ${dayOf(nextChangeAt, timeZone)}.`,
  ];
}

function codes({ reasons }: Verdict): string {
  return reasons.map(({ code }) => code).join(', ');
}

/** From what is known today: what came late, was corrected or deleted since then counts. */
function judgeAgain(explained: ExplainedVerdict): Explanation['again'] {
  const { partner, verdict, before, isBeforeKept, timeline, learned, judging } = explained;
  if (!isBeforeKept) {
    return {
      same: null,
      sentence: 'It cannot be judged again: the verdict before it, by which it went, was not kept.',
    };
  }
  const known = timeline.filter(({ occurredAt }) => occurredAt <= verdict.assessedAt);
  const context: Context = { ...judging, now: verdict.assessedAt, cadence: learned };
  const now = assessPartner(partner, known, before, context);
  if (now.status === verdict.status && codes(now) === codes(verdict)) {
    return { same: true, sentence: 'Judged again from what is known today, it comes out the same.' };
  }
  const reasons = codes(now) === '' ? 'without a reason' : `because of ${codes(now)}`;
  return {
    same: false,
    sentence:
      `Judged again from what is known today, it would be ${upperFirst(statusNames[now.status])} ${reasons}: ` +
      'activity came in late, was corrected or removed, a source was or is not complete, or the partner itself (tier, owner, a pause) is another one now.',
  };
}
