/** What an action on a partner comes to: which properties, whose judgement, in which words. Pure. */
import { propertyName, type PropertyKey } from '../hubspot/properties.ts';
import { addDays, daysBetween, type Day } from '../model/instant.ts';
import { outreachNames, type ActionName, type PartnerAction } from '../model/partner-action.ts';
import { decisionNames, rootCauseNames, type PlanStage } from '../model/plan.ts';

/** How the partner stands at the moment somebody acts on it. */
export type ActingOn = {
  /** Our properties as HubSpot shows them at this moment, by HubSpot's name. */
  readonly shown: Readonly<Record<string, string | null>>;
  readonly today: Day;
  readonly excludedBecause: string | null;
  readonly excludedBySettings: boolean;
  /** The root cause that the partner itself named in the present spell; null where it named none. */
  readonly statedCause: string | null;
  /** Whether it is out of activity at all: a plan is for winning back. */
  readonly inSpell: boolean;
  /** Whether somebody tried to reach the partner in the present spell. */
  readonly wasContacted: boolean;
  /** Until when it is left alone to measure what re-engaging brings; null where it is not. */
  readonly heldOutUntil: Day | null;
};

/** What is to be done, complete enough to be done again by another process after a crash. */
export type ActionPlan = {
  /** Property values by our keys; an empty text clears one. */
  readonly properties: Partial<Record<PropertyKey, string>>;
  /** What to log on the company's timeline in HubSpot; null for nothing. */
  readonly note: { readonly text: string; readonly on: Day } | null;
  readonly snoozedUntil?: Day | null;
  readonly excludedBecause?: string | null;
  readonly releaseHoldOut?: boolean;
  readonly judgeAnew: boolean;
  readonly state: 'done' | 'unchanged';
  readonly sentence: string;
};

/** Why it is not done, and what to do instead. */
export type ActionRefusal = { readonly refusal: string };

/** Of two actions about the same thing the later one counts. */
export const about: Readonly<Record<ActionName, string>> = {
  log_outreach: 'outreach',
  record_root_cause: 'root_cause',
  snooze_until: 'snooze',
  end_snooze: 'snooze',
  exclude: 'exclusion',
  include: 'exclusion',
  correct: 'correction',
  open_decision: 'decision',
  decide: 'decision',
  act_anyway: 'hold_out',
  recalculate: 'recalculation',
};

/** A pause, an exception and a deadline end within this; whoever needs longer says so again. */
const longestDays = 730;
/** Nobody remembers an outreach better than this. */
const oldestOutreachDays = 365;
/** An exclusion is looked at again, or favours of long ago would never end (B34). */
const reviewExclusionAfterDays = 180;
const longestText = 2000;

export function planAction(action: PartnerAction, partner: ActingOn): ActionPlan | ActionRefusal {
  const tooLong = textsOf(action).find((text) => text.length > longestText);
  if (tooLong !== undefined) return refuse(`Say it in at most ${longestText} characters.`);
  switch (action.do) {
    case 'log_outreach':
      return planOutreach(action, partner);
    case 'record_root_cause':
      return planRootCause(action, partner);
    case 'snooze_until':
      return planSnooze(action, partner);
    case 'end_snooze':
      return planEndOfSnooze(partner);
    case 'exclude':
      return planExclusion(action, partner);
    case 'include':
      return planInclusion(partner);
    case 'correct':
      return action.because.trim() === ''
        ? refuse('Say what is wrong with this verdict, so that an administrator can mend its cause.')
        : plan('Thank you. The verdict stands until its cause is mended; administrators see what you wrote.');
    case 'open_decision':
      return planOpenDecision(action, partner);
    case 'decide':
      return planDecision(action, partner);
    case 'act_anyway':
      return planActingAnyway(partner);
    case 'recalculate':
      return plan('This partner is judged anew.', { judgeAnew: true });
  }
}

function textsOf(action: PartnerAction): string[] {
  return Object.values(action).filter((value) => typeof value === 'string');
}

const refuse = (refusal: string): ActionRefusal => ({ refusal });

function plan(sentence: string, rest: Partial<ActionPlan> = {}): ActionPlan {
  return { properties: {}, note: null, judgeAnew: false, state: 'done', sentence, ...rest };
}

type Of<Name extends ActionName> = Extract<PartnerAction, { do: Name }>;

function planOutreach(
  action: Of<'log_outreach'>,
  { shown, today, inSpell }: ActingOn,
): ActionPlan | ActionRefusal {
  const on = action.on ?? today;
  if (on > today) return refuse('The outreach lies in the future. Log it once it took place.');
  if (daysBetween(on, today) > oldestOutreachDays) {
    return refuse(`The outreach is more than ${oldestOutreachDays} days old. Log what happened since then.`);
  }
  const { followUpOn } = action;
  if (followUpOn !== null && !isWithin(followUpOn, today))
    return refuse(dayRefusal('for the follow-up', today));
  const way = outreachNames[action.way];
  const text = action.note.trim();
  return plan(`${way} on ${on} logged.${followUpOn === null ? '' : ` Next review on ${followUpOn}.`}`, {
    properties: {
      ...(inSpell ? forward(shown, 'contacted') : {}),
      ...(followUpOn === null ? {} : { next_review_date: followUpOn }),
    },
    note: { text: `Outreach (${way.toLowerCase()}) on ${on}.${text === '' ? '' : `\n\n${text}`}`, on },
  });
}

function planRootCause(
  { cause, saidBy }: Of<'record_root_cause'>,
  { shown, statedCause, inSpell }: ActingOn,
): ActionPlan {
  const name = rootCauseNames[cause];
  if (saidBy === 'us' && statedCause !== null) {
    const stated =
      Object.entries(rootCauseNames).find(([value]) => value === statedCause)?.[1] ?? statedCause;
    return plan(
      `Kept as our own view: ${name}. What the partner says beats it, so the root cause stays “${stated}”.`,
      { state: 'unchanged' },
    );
  }
  return plan(`Root cause recorded: ${name}${saidBy === 'us' ? ' (our own view)' : ''}.`, {
    properties: { root_cause: cause, ...(inSpell && saidBy === 'partner' ? forward(shown, 'replied') : {}) },
  });
}

function planSnooze({ until }: Of<'snooze_until'>, { today }: ActingOn): ActionPlan | ActionRefusal {
  if (!isWithin(until, today)) return refuse(dayRefusal('until which to snooze', today));
  return plan(`Snoozed: until ${until} this partner is not called worse than now.`, {
    properties: { snoozed_until: until },
    snoozedUntil: until,
    judgeAnew: true,
  });
}

function planEndOfSnooze({ shown }: ActingOn): ActionPlan {
  if (valueOf(shown, 'snoozed_until') === '') {
    return plan('This partner is not snoozed.', { state: 'unchanged' });
  }
  return plan('The snooze has ended; the partner is judged again.', {
    properties: { snoozed_until: '' },
    snoozedUntil: null,
    judgeAnew: true,
  });
}

function planExclusion(
  action: Of<'exclude'>,
  { excludedBecause, today }: ActingOn,
): ActionPlan | ActionRefusal {
  const reason = action.reason.trim();
  if (reason === '') return refuse('Say why this partner is to be left out: others will ask.');
  if (excludedBecause !== null) {
    return plan(`This partner is excluded already: ${excludedBecause}`, { state: 'unchanged' });
  }
  const reviewOn = action.reviewOn ?? addDays(today, reviewExclusionAfterDays);
  if (!isWithin(reviewOn, today)) return refuse(dayRefusal('for the review', today));
  return plan(`Excluded from judgement. A person should look at it again on ${reviewOn}.`, {
    properties: { next_review_date: reviewOn },
    excludedBecause: reason,
    judgeAnew: true,
  });
}

function planInclusion({ excludedBecause, excludedBySettings }: ActingOn): ActionPlan | ActionRefusal {
  if (excludedBecause !== null) {
    return plan('Judged again from now on.', {
      properties: { next_review_date: '' },
      excludedBecause: null,
      judgeAnew: true,
    });
  }
  return excludedBySettings
    ? refuse('The settings exclude this partner. An administrator takes it off the list there.')
    : plan('This partner is not excluded.', { state: 'unchanged' });
}

/**
 * Never without an attempt on record: partners are not suspended by people who never called (B14). A deadline that
 * stands is not moved, so that a workflow that comes by again takes nobody's time away, and gives none.
 */
function planOpenDecision(
  { dueOn }: Of<'open_decision'>,
  { shown, today, wasContacted }: ActingOn,
): ActionPlan | ActionRefusal {
  if (!isWithin(dueOn, today)) return refuse(dayRefusal('by which to decide', today));
  if (!wasContacted) return refuse(notContacted);
  const open = valueOf(shown, 'decision_due_date');
  if (open !== '' && valueOf(shown, 'decision') === '') {
    return plan(`A decision is due on ${open} already; that day stands.`, { state: 'unchanged' });
  }
  return plan(
    `A decision about this partner is due on ${dueOn}. Nothing happens by itself: a person decides.`,
    {
      properties: {
        decision: '',
        decision_due_date: dueOn,
        next_review_date: dueOn,
        plan_stage: 'review_due' satisfies PlanStage,
      },
    },
  );
}

function planDecision(action: Of<'decide'>, { wasContacted }: ActingOn): ActionPlan | ActionRefusal {
  const { decision } = action;
  if (action.reason.trim() === '') {
    return refuse('Say on what the decision rests: it is kept together with the evidence of today.');
  }
  if (decision === 'offboard' && !wasContacted) return refuse(notContacted);
  const stage: PlanStage = decision === 'offboard' ? 'closed' : 'in_progress';
  return plan(`Decided: ${decisionNames[decision].toLowerCase()}.`, {
    properties: { decision, next_review_date: '', plan_stage: stage },
  });
}

function planActingAnyway({ heldOutUntil }: ActingOn): ActionPlan {
  if (heldOutUntil === null) return plan('This partner is not held out.', { state: 'unchanged' });
  return plan(
    `Held out no more, instead of until ${heldOutUntil}. The partner is to be won back like others, and this spell counts no more in what re-engaging brings.`,
    { properties: { holdout: 'false' }, releaseHoldOut: true, judgeAnew: true },
  );
}

const notContacted =
  'Nobody has tried to reach this partner in the present spell of inactivity, as far as is known. Contact it, log the ' +
  'outreach, and do this again.';

/** The plan moves forward only. What was closed belongs to an earlier spell. */
const early: ReadonlySet<string> = new Set(['', 'flagged', 'momentum', 'closed']);

function forward(
  shown: ActingOn['shown'],
  stage: 'contacted' | 'replied',
): Partial<Record<PropertyKey, string>> {
  const present = valueOf(shown, 'plan_stage');
  const isBehind = early.has(present) || (stage === 'replied' && present === 'contacted');
  return isBehind ? { plan_stage: stage } : {};
}

function valueOf(shown: ActingOn['shown'], key: PropertyKey): string {
  return shown[propertyName(key)] ?? '';
}

function isWithin(day: Day, today: Day): boolean {
  return day > today && daysBetween(today, day) <= longestDays;
}

function dayRefusal(what: string, today: Day): string {
  return `Choose a day ${what} from ${addDays(today, 1)} to ${addDays(today, longestDays)}.`;
}
