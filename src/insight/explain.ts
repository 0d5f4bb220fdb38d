/** One verdict in full: what it rests on, what would change it, and whether it would be made again today. Pure. */
import { assessPartner, type Context } from '../assess/assess.ts';
import { aliveText, evidenceText, outlookOf, outlookText, silenceText } from '../assess/cadence/outlook.ts';
import { describeDefinition, verdictSentence } from '../assess/sentences.ts';
import { readHistory } from '../assess/history.ts';
import { segmentText } from '../assess/segment.ts';
import { upperFirst } from '../assess/words.ts';
import { isMeasured } from '../engage/hold-out.ts';
import type { TimelineEntry } from '../model/activity.ts';
import { streamNames, type Learned } from '../model/cadence.ts';
import { calendarOf, toDayNumber } from '../model/calendar.ts';
import { holdOutDays, type DrawnSpell } from '../model/hold-out.ts';
import { dayOf, toIso, type Day } from '../model/instant.ts';
import { isPartnerKind, kindNames } from '../model/kind.ts';
import type { Partner } from '../model/partner.ts';
import { statusNames, type Contribution, type Reason, type Verdict } from '../model/verdict.ts';
import type { LateActivity } from '../store/activities.ts';
import type { VerdictChange } from '../store/verdicts.ts';
import type { Standing } from './standing.ts';

export type ExplainedVerdict = Pick<
  Standing,
  'judgedId' | 'keptAs' | 'way' | 'before' | 'isBeforeKept' | 'changes' | 'merges'
> & {
  readonly partner: Partner;
  /** The company that was asked for: the partner, or one that was merged into it. */
  readonly companyId: string;
  /** Since when it is no partner any more; null for a current one. */
  readonly former: { readonly since: Day | null } | null;
  readonly verdict: Verdict;
  /** What was drawn for the spell that the verdict is part of; null where nothing was. */
  readonly spell: DrawnSpell | null;
  readonly timeline: readonly TimelineEntry[];
  /** What had happened by then and became known only after it was made, latest first; null where nobody can tell. */
  readonly late: readonly LateActivity[] | null;
  /** What it followed from; null where nothing had been learned. */
  readonly learned: Learned | null;
  /** The definition and sources to judge by, as of the verdict's instant. */
  readonly judging: Omit<Context, 'now' | 'cadence'>;
};

type ExplainedActivity = { readonly day: Day; readonly what: string; readonly source: string };

export type Explanation = {
  /** The company that was judged: the one asked for or, from its merge on, its survivor. */
  readonly partnerId: string;
  /** Null also for a company that was merged since: its name was not kept. */
  readonly name: string | null;
  /** What should be known of the company first: that it was merged, that it is no partner any more. */
  readonly notices: readonly string[];
  readonly judgedAt: string;
  readonly status: string;
  readonly since: Day;
  readonly previously: string | null;
  readonly sentence: string;
  /** Whether it is left alone to measure what re-engaging brings, or compared with those; null where its spell is no part of it. */
  readonly holdOut: string | null;
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
  readonly activities: readonly ExplainedActivity[];
  /** What had happened by then, but was entered or corrected only after the verdict was made; null where nobody can tell. */
  readonly late: readonly (ExplainedActivity & { readonly knownSince: Day })[] | null;
  /** How the status and its primary reason changed, and what was merged, newest first. */
  readonly history: readonly { readonly day: Day; readonly what: string }[];
  readonly next: readonly string[];
  /** `same` is null where it cannot be told. */
  readonly again: { readonly same: boolean | null; readonly sentence: string };
};

const shownActivities = 10;
/** More than these make nothing clearer. */
export const shownLate = 20;
const shownChanges = 12;

export function explain(explained: ExplainedVerdict): Explanation {
  const { partner, verdict, judging } = explained;
  const { timeZone } = judging;
  return {
    partnerId: explained.judgedId,
    name: explained.judgedId === partner.id ? partner.name : null,
    notices: noticesOf(explained),
    judgedAt: toIso(verdict.assessedAt),
    status: statusNames[verdict.status],
    since: verdict.inactiveSince ?? dayOf(verdict.statusChangedAt, timeZone),
    previously: verdict.previousStatus === null ? null : statusNames[verdict.previousStatus],
    sentence: verdictSentence(verdict, timeZone),
    holdOut: holdOutLine(explained),
    settingsVersion: verdict.settingsVersion,
    definition: describeDefinition(judging.settings.settings, partner, timeZone),
    reasons: verdict.reasons,
    health: verdict.health,
    contributions: verdict.contributions,
    unknowns: verdict.unknowns.map(({ sentence }) => sentence),
    rhythm: rhythmOf(explained),
    segment: segmentLine(explained),
    activities: activitiesOf(explained),
    late: lateOf(explained),
    history: historyOf(explained),
    next: explained.former === null ? nextOf(verdict, timeZone) : [],
    again: judgeAgain(explained),
  };
}

/** The same on every later day: what was drawn stands, and until when is a day. */
function holdOutLine({ spell, verdict }: ExplainedVerdict): string | null {
  if (spell === null || !isMeasured(spell, verdict)) return null;
  const { heldUntil, released, share } = spell;
  const inHundred = Math.round(share * 1000) / 10;
  if (heldUntil === null) {
    return `Drawn not to be held out when this spell opened: it is approached as usual, and compared with the ${inHundred} in 100 that are left alone.`;
  }
  return released
    ? `Drawn to be held out until ${heldUntil}, and a person acted anyway: this spell does not count in what re-engaging brings.`
    : `Held out until ${heldUntil}, ${holdOutDays} days from the opening of this spell, as ${inHundred} in 100 are, to measure what re-engaging brings: until then nothing is recommended.`;
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
    cadence.quietFrom === null
      ? []
      : [
          `From ${cadence.quietFrom} on its silence is unusual for it. Pauses that come every year are not known to the model.`,
        ];
  return [
    evidence,
    `On ${day}: ${outlookText(outlook)}.`,
    `${upperFirst(silenceText(outlook))}.`,
    ...stays,
    ...quiet,
    model.because,
  ];
}

function segmentLine(explained: ExplainedVerdict): string | null {
  const { partner, timeline, verdict, judging } = explained;
  const { facts, timeZone } = judging;
  if (facts === null || verdict.segment === null || hasGone(explained)) return null;
  const calendar = calendarOf(timeZone);
  const history = readHistory(timeline, calendar, verdict.assessedAt);
  return segmentText(partner, history, verdict, facts, calendar.dayNumberOf(verdict.assessedAt));
}

/** Whether the verdict is of a company whose activities are another one's now, and cannot be told from the other's. */
function hasGone({ keptAs, partner }: ExplainedVerdict): boolean {
  return keptAs !== partner.id;
}

function activitiesOf(explained: ExplainedVerdict): Explanation['activities'] {
  const { timeline, verdict, judging } = explained;
  if (hasGone(explained)) return [];
  return timeline
    .filter(
      ({ kind, occurredAt, quantity }) =>
        isPartnerKind(kind) && quantity > 0 && occurredAt <= verdict.assessedAt,
    )
    .toSorted((a, b) => b.occurredAt - a.occurredAt)
    .slice(0, shownActivities)
    .map((entry) => told(entry, judging.timeZone));
}

function told({ kind, occurredAt, quantity, source }: TimelineEntry, timeZone: string): ExplainedActivity {
  const what = quantity === 1 ? kindNames[kind] : `${kindNames[kind]} (${quantity})`;
  return { day: dayOf(occurredAt, timeZone), what, source };
}

function lateOf({ late, judging: { timeZone } }: ExplainedVerdict): Explanation['late'] {
  return (
    late?.map((entry) => ({ ...told(entry, timeZone), knownSince: dayOf(entry.knownAt, timeZone) })) ?? null
  );
}

function noticesOf(explained: ExplainedVerdict): string[] {
  const { partner, former, judgedId, verdict, judging } = explained;
  const notices = mergeNotices(explained);
  if (hasGone(explained)) {
    notices.push(
      `What follows is the verdict of company ${judgedId} from before. What it did belongs to ${partner.id} now and is not listed; the definition is as it applies to ${partner.id}.`,
    );
  } else if (verdict.partnerId !== judgedId) {
    notices.push(
      `This verdict was made of company ${verdict.partnerId}, on ${dayOf(verdict.assessedAt, judging.timeZone)}, before it was merged.`,
    );
  }
  if (former !== null) {
    const since = former.since === null ? 'no partner any more' : `no partner since ${former.since}`;
    notices.push(
      `Company ${partner.id} is ${since}, so it is not judged: what follows is a verdict from before.`,
    );
  }
  return notices;
}

function mergeNotices({ companyId, partner, way, judging }: ExplainedVerdict): string[] {
  if (companyId === partner.id) return [];
  if (way.length === 0) return [`Company ${companyId} was merged into ${partner.id}.`];
  return way.map(
    ({ mergedId, survivorId, mergedAt }) =>
      `Company ${mergedId} was merged into ${survivorId} by ${dayOf(mergedAt, judging.timeZone)}.`,
  );
}

function historyOf({ changes, merges, judging: { timeZone } }: ExplainedVerdict): Explanation['history'] {
  const merged = merges.map(({ mergedAt, mergedId, survivorId }) => ({
    at: mergedAt,
    what: `company ${mergedId} was merged into ${survivorId}`,
  }));
  return [...merged, ...changes.map((change) => ({ at: change.changedAt, what: changeText(change) }))]
    .toSorted((a, b) => b.at - a.at)
    .slice(0, shownChanges)
    .map(({ at, what }) => ({ day: dayOf(at, timeZone), what }));
}

function changeText({ from, to, toReason }: VerdictChange): string {
  const before = from === null || from === to ? '' : `${statusNames[from]} -> `;
  const reason = toReason === null ? '' : ` (${toReason})`;
  return `${before}${statusNames[to]}${reason}`;
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
  const { partner, judgedId, verdict, before, isBeforeKept, timeline, learned, judging } = explained;
  if (hasGone(explained)) {
    return {
      same: null,
      sentence: `It cannot be judged again: what company ${judgedId} did belongs to ${partner.id} now, with everything that ${partner.id} did.`,
    };
  }
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
      `${whatCameOfActivity(explained)}, a source was or is not complete, or the partner itself (tier, owner, a pause) is another one now.`,
  };
}

function whatCameOfActivity({ late }: ExplainedVerdict): string {
  if (late === null) return 'activity came in late, was corrected or removed';
  return late.length === 0
    ? 'activity was removed'
    : 'activity came in late or was corrected (it is listed), or was removed';
}
