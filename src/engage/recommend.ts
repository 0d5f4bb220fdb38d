/** Step 3: the one next action for a partner, chosen from its own reasons. Pure. */
import { daysBetween, dayOf } from '../model/instant.ts';
import { kindNames } from '../model/kind.ts';
import type { Partner } from '../model/partner.ts';
import { playNames, type Play } from '../model/play.ts';
import type { Behaviour } from '../model/settings.ts';
import type { Degree, Reason, Shortfall, Verdict } from '../model/verdict.ts';
import { fill, fillLines, type Fields } from './fill.ts';
import { playTexts } from './plays.ts';

/** What the card shows and the primary button turns into a task; the shape is a contract (web/contract.ts). */
export type Recommendation = {
  play: Play;
  title: string;
  because: string;
  steps: string[];
  taskSubject: string;
  taskBody: string;
  dueInDays: number;
};

/** B16, B25: from what fell silent to what helps. Severity matters only where a call can still come early. */
const playsForSilence: Readonly<Record<Behaviour, Play>> = {
  leads: 'personal_call',
  sales: 'personal_call',
  orders: 'personal_call',
  co_selling: 'personal_call',
  clicks: 'share_new_offer',
  promotion_sales: 'share_new_offer',
  promotion: 'share_new_offer',
  portal: 'portal_reintroduction',
  training: 'training_invitation',
  content: 'training_invitation',
  marketing: 'marketing_support',
  conversation: 'early_check_in',
};

/** A behaviour that never was is an onboarding matter where it is the partner's core business (B43). */
const playsForNever: Readonly<Partial<Record<Behaviour, Play>>> = {
  leads: 'welcome_and_activate',
  sales: 'welcome_and_activate',
  orders: 'welcome_and_activate',
  co_selling: 'welcome_and_activate',
  clicks: 'welcome_and_activate',
  promotion_sales: 'welcome_and_activate',
  promotion: 'welcome_and_activate',
};

/** The play for one reason. Total: every reason has one. */
export function playFor(reason: Shortfall & Pick<Reason, 'severity'>): Play {
  // The rhythm broke before a rule did: a call can still come early.
  if (reason.degree === 'drifting') return 'early_check_in';
  const silence = playsForSilence[reason.behaviour];
  const byDegree: Readonly<Record<Degree, Play>> = {
    no_sales: 'fix_conversion',
    never: playsForNever[reason.behaviour] ?? silence,
    // While they still act, though less, a call that says "you have gone quiet" would be wrong.
    declining: silence === 'personal_call' ? 'early_check_in' : silence,
    stopped: silence === 'personal_call' && reason.severity === 'cooling' ? 'early_check_in' : silence,
  };
  return byDegree[reason.degree];
}

/** Silent for so long before anyone looked, or for so many spells, that the question is whether to go on (B26). */
const reviewAfterDays = 365;
const reviewFromEpisode = 3;

/**
 * The next action for a partner; null where none fits: a partner that is well needs none, and an excluded or unknown one
 * (verdictSentence says why) must not be acted on.
 *
 * @param context.timeZone the portal's, for days in sentences
 * @param context.ownerName who will do it; null when the partner has no owner
 */
export function recommend(
  partner: Partner,
  verdict: Verdict,
  context: { timeZone: string; ownerName: string | null },
): Recommendation | null {
  const play = choosePlay(verdict, context.timeZone);
  if (play === null) return null;
  const text = playTexts[play];
  const because = evidenceOf(verdict, context.timeZone);
  const fields = fieldsOf(partner, verdict, because, context);
  return {
    play,
    title: playNames[play],
    because,
    steps: [...fillLines(text.steps, fields), ...furtherSteps(verdict)],
    taskSubject: fill(text.subject, fields) ?? playNames[play],
    taskBody: fillLines(['For {owner}.', ...text.body], fields).join('\n\n'),
    dueInDays: text.dueInDays,
  };
}

function choosePlay(verdict: Verdict, timeZone: string): Play | null {
  const reason = verdict.reasons[0];
  switch (verdict.status) {
    case 'excluded':
    case 'unknown':
      return null;
    case 'active':
      // Only a partner in its grace is active without any activity.
      if (verdict.lastActivityAt === null) return 'welcome_and_activate';
      return verdict.previousStatus === 'reactivated' ? 'celebrate_and_build' : null;
    case 'reactivated':
      return 'celebrate_and_build';
    case 'never_activated':
      return 'welcome_and_activate';
    case 'inactive':
      if (needsReview(verdict, timeZone)) return 'review_partnership';
      return reason === undefined ? 'personal_call' : playFor(reason);
    case 'cooling':
    case 'at_risk':
      return reason === undefined ? 'early_check_in' : playFor(reason);
  }
}

/** Measured at the day the status changed, so that the answer stands still while nothing happens. */
function needsReview({ inactiveSince, statusChangedAt, episode }: Verdict, timeZone: string): boolean {
  if (episode >= reviewFromEpisode) return true;
  return (
    inactiveSince !== null && daysBetween(inactiveSince, dayOf(statusChangedAt, timeZone)) >= reviewAfterDays
  );
}

function evidenceOf(verdict: Verdict, timeZone: string): string {
  const [first, second] = verdict.reasons;
  const last = lastActivityOf(verdict, timeZone);
  if (verdict.status === 'reactivated') {
    return `Back since ${dayOf(verdict.statusChangedAt, timeZone)}${last === null ? '' : `, last seen with a ${last}`}.`;
  }
  if (first !== undefined)
    return second === undefined ? first.sentence : `${first.sentence} ${second.sentence}`;
  if (last !== null) return `Last seen with a ${last}.`;
  return verdict.remark ?? 'Nothing the partner did is on record.';
}

function lastActivityOf({ lastActivityAt, lastActivityKind }: Verdict, timeZone: string): string | null {
  if (lastActivityAt === null || lastActivityKind === null) return null;
  return `${kindNames[lastActivityKind]} on ${dayOf(lastActivityAt, timeZone)}`;
}

function fieldsOf(
  partner: Partner,
  verdict: Verdict,
  because: string,
  context: { timeZone: string; ownerName: string | null },
): Fields {
  return {
    partner: partner.name?.trim() || partner.domain?.trim() || `company ${partner.id}`,
    owner: context.ownerName?.trim() || null,
    evidence: because,
    last: lastActivityOf(verdict, context.timeZone),
    clears: verdict.reasons[0]?.counterfactual ?? null,
  };
}

/** What else is open, so that one contact can settle it all. */
function furtherSteps({ reasons, status }: Verdict): string[] {
  const open = status === 'reactivated' ? reasons : reasons.slice(1);
  return open.slice(0, 2).map(({ counterfactual }) => `While you are at it: ${counterfactual}`);
}
