/**
 * What may be offered to a partner, within what the settings allow (A16-A18). Whoever gets money for every pause learns to
 * pause, so there is none while a partner only cools down, and none from the third spell on (G17).
 */
import { addDays, type Day } from '../model/instant.ts';
import type { Play } from '../model/play.ts';
import type { AllowedIncentive, IncentiveKind, Voice } from '../model/voice.ts';
import type { Behaviour } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import { playTexts } from './plays.ts';
import { worthText } from './words.ts';

export type Incentive = {
  kind: IncentiveKind;
  title: string;
  /** The most that may be offered. */
  offer: string;
  because: string;
  /** If it is offered today; both days count. */
  from: Day;
  until: Day;
  /** Of a voucher alone. */
  code: string | null;
  /** What bounds it, and what to do before it is promised. */
  conditions: string[];
};

const incentivesUpToEpisode = 2;
/** A voucher is for somebody who has an audience. */
const promotes: ReadonlySet<string> = new Set<Behaviour>(['clicks', 'promotion_sales', 'promotion']);

/** The cheapest that fits and is allowed; null for none. */
export function incentiveFor(play: Play, verdict: Verdict, voice: Voice, today: Day): Incentive | null {
  if (verdict.episode > incentivesUpToEpisode) return null;
  for (const kind of playTexts[play].incentives) {
    const allowed = voice.incentives.find((one) => one.kind === kind);
    if (allowed !== undefined && fits(kind, verdict)) return incentiveOf(allowed, verdict, today);
  }
  return null;
}

function fits(kind: IncentiveKind, { status, reasons }: Verdict): boolean {
  const isPromoter = promotes.has(reasons[0]?.behaviour ?? '');
  switch (kind) {
    case 'first_sale_bonus':
      return status === 'inactive';
    case 'temporary_commission':
      return status === 'inactive' || status === 'at_risk';
    case 'exclusive_voucher':
      return (status === 'inactive' || status === 'at_risk') && isPromoter;
  }
}

function incentiveOf(allowed: AllowedIncentive, verdict: Verdict, today: Day): Incentive {
  const period = { from: today, until: addDays(today, allowed.daysValid - 1) };
  const worth = worthText(allowed.worth);
  const between = `from ${period.from} to ${period.until}`;
  switch (allowed.kind) {
    case 'first_sale_bonus':
      return {
        kind: allowed.kind,
        title: 'Bonus for the first sale after the return',
        offer: `Up to ${worth}${allowed.worth.in === 'percent' ? ' of the sale' : ''}, once, for the first sale ${between}.`,
        because: `It costs nothing unless they sell, and the partner was inactive${verdict.inactiveSince === null ? '' : ` since ${verdict.inactiveSince}`}, before anybody offered it.`,
        ...period,
        code: null,
        conditions: [
          'For the first sale only, and only of a spell that began before the offer.',
          'Enter it where you pay bonuses before you promise it, with its last day.',
        ],
      };
    case 'temporary_commission':
      return {
        kind: allowed.kind,
        title: 'Temporary increase of the commission',
        offer: `Up to ${worth}${allowed.worth.in === 'percent' ? ' more commission (percentage points)' : ' more for each sale'} ${between}.`,
        because: 'A better rate with an end is a reason to act now rather than some day.',
        ...period,
        code: null,
        conditions: [
          'It ends by itself: enter its last day when you enter the rate.',
          'Once in a spell; what comes after it is the usual rate, and the partner is told so.',
        ],
      };
    case 'exclusive_voucher':
      return {
        kind: allowed.kind,
        title: 'Exclusive voucher code for their audience',
        offer: `Up to ${worth} off with a code of their own ${between}.`,
        because: 'A code that nobody else has is something new to tell their audience.',
        ...period,
        code: `${allowed.codePrefix}${verdict.partnerId}`,
        conditions: [
          'Create the code in the shop before you promise it, with its last day.',
          'For this partner’s audience alone: a code that turns up elsewhere is withdrawn.',
        ],
      };
  }
}
