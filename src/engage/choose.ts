/** Which play fits a partner: the one to do next, and what else could be done. */
import { daysBetween } from '../model/instant.ts';
import type { Play } from '../model/play.ts';
import type { Behaviour } from '../model/settings.ts';
import type { Degree, Path, Reason, Shortfall, Verdict } from '../model/verdict.ts';
import { playTexts } from './plays.ts';
import { dayIn } from './words.ts';

/** Before the programme was looked at, nobody knows what a partner could bring: the middle way. */
export function pathOf({ segment }: Pick<Verdict, 'segment'>): Path {
  return segment?.path ?? 'assisted';
}

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

/** The play for one reason on one path. Total: every reason has one on each. */
export function playFor(reason: Shortfall & Pick<Reason, 'severity'>, path: Path): Play {
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
  const play = byDegree[reason.degree];
  // A workflow cannot call: what it can do is write with something new.
  return play === 'personal_call' && path === 'automated' ? 'share_new_offer' : play;
}

/** Silent for so long before anyone looked, or for so many spells, that the question is whether to go on (B26). */
const reviewAfterDays = 365;
const reviewFromEpisode = 3;

/**
 * What is recommended for a partner; null where nothing is: a partner that is well needs nothing, and an excluded or
 * unknown one (verdictSentence says why) must not be acted on.
 * @param timeZone the portal's, for the days
 */
export function choosePlay(verdict: Verdict, timeZone: string): Play | null {
  const reason = verdict.reasons[0];
  const path = pathOf(verdict);
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
      if (reason !== undefined) return playFor(reason, path);
      return path === 'automated' ? 'share_new_offer' : 'personal_call';
    case 'cooling':
    case 'at_risk':
      return reason === undefined ? 'early_check_in' : playFor(reason, path);
  }
}

/** Measured at the day the status changed, so that the answer stands still while nothing happens. */
function needsReview({ inactiveSince, statusChangedAt, episode }: Verdict, timeZone: string): boolean {
  if (episode >= reviewFromEpisode) return true;
  return (
    inactiveSince !== null && daysBetween(inactiveSince, dayIn(timeZone, statusChangedAt)) >= reviewAfterDays
  );
}

/** A choice, not a catalogue: beyond that nobody compares. */
const othersAtMost = 3;

export type Choice = {
  readonly play: Play;
  /** The reason that asks for it; null for what helps with the primary reason in another way. */
  readonly reason: Reason | null;
};

/** What else could be done, best first: what the other reasons ask for, then other ways for the first one. */
export function otherChoices(primary: Play, verdict: Verdict): Choice[] {
  const path = pathOf(verdict);
  const further = verdict.reasons.map((reason) => ({ play: playFor(reason, path), reason }));
  const instead = playTexts[primary].alternatives.map((play) => ({ play, reason: null }));
  const fitting = [...further, ...instead].filter(({ play }) => play !== primary && fits(play, verdict));
  const firsts = fitting.filter(
    ({ play }, index) => fitting.findIndex((other) => other.play === play) === index,
  );
  return firsts.slice(0, othersAtMost);
}

/** Whether to go on is no question about a partner that still acts, and nothing is early about one that does not. */
function fits(play: Play, { status }: Verdict): boolean {
  const isSilent = status === 'inactive' || status === 'never_activated';
  if (play === 'review_partnership') return isSilent;
  return play !== 'early_check_in' || !isSilent;
}
