/**
 * The plays as data: when they help, what to say to whom, what they need and what goes with them. Numbers in brackets are
 * items of reference/domain.md. Which play fits which reason is in choose.ts, who does what by when in approaches.ts.
 *
 * Merge fields: `{partner}` and `{evidence}` always have a value; `{owner}`, `{last}` (last activity and its day),
 * `{clears}` (what would clear the first reason) and `{programme}` may have none, and then their line is left out.
 */
import type { Play } from '../model/play.ts';
import type { IncentiveKind } from '../model/voice.ts';

/** The six parts of a message to a quiet partner (A10-A15), in their order. */
export const blockKeys = [
  'introduction',
  'commission_rates',
  'individual_rate',
  'current_offers',
  'upcoming_offers',
  'feedback',
] as const;
export type BlockKey = (typeof blockKeys)[number];

export type PlayText = {
  /** Why this helps, for the partner manager. */
  readonly argument: string;
  /** The task's subject; uses only fields that always have a value. */
  readonly subject: string;
  /** The task's body, a paragraph a line. */
  readonly body: readonly string[];
  /** The message's subject: the first that can be said. */
  readonly mailSubjects: readonly [string, ...string[]];
  /** What the message asks the partner to do. */
  readonly proposal: string;
  /** Without these the message says too little to be sent; the others are said where they are known. */
  readonly needs: readonly BlockKey[];
  /** What may be offered with it, the cheapest for us first; none where money is no answer. */
  readonly incentives: readonly IncentiveKind[];
  /** What else could be done, best first. */
  readonly alternatives: readonly Play[];
};

const evidence = ['What we see: {evidence}', 'Last activity: {last}.', 'What would clear it: {clears}'];

export const playTexts: Readonly<Record<Play, PlayText>> = {
  welcome_and_activate: {
    argument:
      'Who has never begun mostly lacks access, a contact or a first step, and those are ours to give.',
    subject: 'Welcome {partner} and agree on a first step',
    body: [
      ...evidence,
      'Start from our side: is their access working, do they have a contact, did anything get lost at the start?',
      'Then agree on one first step and its date.',
    ],
    mailSubjects: ['Your first step with {programme}', 'Your first step with us'],
    proposal:
      'Let us agree on one small first step: tell us which customer or project you would begin with, and we bring what you need for it.',
    needs: ['introduction', 'commission_rates'],
    incentives: [],
    alternatives: ['share_new_offer', 'review_partnership'],
  },
  personal_call: {
    argument: 'Why business has stopped only they can tell, and they tell it to a person who asks.',
    subject: 'Call {partner}: they have gone quiet',
    body: [...evidence, 'Note the cause they state, and the next step with its date.'],
    mailSubjects: ['{programme}: how are things on your side?', 'How are things on your side?'],
    proposal: 'Could we talk for fifteen minutes in the next days? Tell us which time suits you.',
    needs: ['introduction', 'feedback'],
    incentives: ['first_sale_bonus', 'temporary_commission'],
    alternatives: ['share_new_offer', 'review_partnership'],
  },
  share_new_offer: {
    argument: 'Something new is a reason to write; an absence alone is none.',
    subject: 'Share a new offer with {partner}',
    body: [
      ...evidence,
      'Tell them what is new since then, what they earn, and what is coming. Give an incentive an end date.',
      'Ask for feedback: what has changed on their side?',
    ],
    mailSubjects: ['What is new at {programme}', 'What is new since we last spoke'],
    proposal: 'There is news that could be of use to you; here it is in short.',
    needs: ['introduction', 'commission_rates', 'current_offers', 'feedback'],
    incentives: ['first_sale_bonus', 'temporary_commission', 'exclusive_voucher'],
    alternatives: ['personal_call', 'review_partnership'],
  },
  fix_conversion: {
    argument:
      'Clicks without a sale are a matter of tracking, landing page or offer more often than of the partner.',
    subject: 'Find out why the clicks of {partner} bring no sale',
    body: [
      ...evidence,
      'Look at our side first: tracking, landing page, price, stock. If several partners show the same, it is one problem of ours and not theirs.',
      'They do send visitors: thank them and work on the conversion together.',
    ],
    mailSubjects: ['Your visitors at {programme}', 'The visitors that you send us'],
    proposal:
      'We are checking your links and our pages, and would like to go through creatives, feed and codes together with you.',
    needs: ['introduction', 'feedback'],
    incentives: ['exclusive_voucher'],
    alternatives: ['share_new_offer', 'early_check_in'],
  },
  training_invitation: {
    argument: 'People change, and who does not know a product today does not sell it tomorrow.',
    subject: 'Invite {partner} to a training',
    body: [
      ...evidence,
      'People may have changed: ask who should learn what. Propose one training and two dates.',
    ],
    mailSubjects: ['A training for your team at {programme}', 'A training for your team'],
    proposal:
      'We would like to invite your team to a training. Tell us who should take part, and which dates suit you.',
    needs: ['introduction', 'feedback'],
    incentives: [],
    alternatives: ['early_check_in', 'share_new_offer', 'review_partnership'],
  },
  portal_reintroduction: {
    argument: 'Who does not log in misses what would help to sell: prices, leads, material, training.',
    subject: 'Show {partner} the portal again',
    body: [
      ...evidence,
      'Check their accounts first. Then show what is new, on a short call, with one thing to do this week.',
    ],
    mailSubjects: ['What is new in the portal of {programme}', 'What is new in our partner portal'],
    proposal:
      'There is something new in our partner portal. Does your access still work? If not, answer this message, and we will see to it.',
    needs: ['introduction', 'feedback'],
    incentives: [],
    alternatives: ['early_check_in', 'share_new_offer', 'review_partnership'],
  },
  marketing_support: {
    argument: 'A campaign that is ready to run costs them little, and brings leads to both.',
    subject: 'Offer {partner} a campaign to run together',
    body: [
      ...evidence,
      'Bring one ready campaign and offer to do the work of the start. Agree on dates and on who follows up.',
    ],
    mailSubjects: ['A campaign with {programme}, ready to run', 'A campaign that is ready to run'],
    proposal:
      'We have campaigns that are ready to run, and help with the start: texts, set-up, and whoever follows up the leads. Shall we show you one?',
    needs: ['introduction', 'feedback'],
    incentives: [],
    alternatives: ['early_check_in', 'share_new_offer', 'review_partnership'],
  },
  early_check_in: {
    argument: 'While they still act, a useful contact costs little and a lost partner much.',
    subject: 'Check in with {partner} before they go quiet',
    body: [...evidence, 'Bring something of use to them.'],
    mailSubjects: ['{programme}: what would help you next?', 'What would help you next?'],
    proposal:
      'What can we do for you in the coming weeks: a lead, material, an answer that you are waiting for?',
    needs: ['introduction', 'feedback'],
    incentives: [],
    alternatives: ['share_new_offer'],
  },
  celebrate_and_build: {
    argument: 'The weeks after a return decide whether it lasts.',
    subject: 'Keep the momentum with {partner}',
    body: [
      'What we see: {evidence}',
      'Last activity: {last}.',
      'Thank them, and agree on the next step while it is warm.',
    ],
    mailSubjects: ['Thank you from {programme}', 'Thank you'],
    proposal: 'Let us make the next step an easy one: what are you planning?',
    needs: ['introduction'],
    incentives: [],
    alternatives: ['share_new_offer'],
  },
  review_partnership: {
    argument:
      'Where silence has become the rule, a decision with evidence is fairer to both sides than another reminder.',
    subject: 'Review the partnership with {partner}',
    body: [
      ...evidence,
      'Before any decision: one documented attempt to speak with them, open deals and payments checked.',
      'Options: continue with a plan, change the tier, or end it with notice, goodwill and an open door.',
    ],
    mailSubjects: ['Your partnership with {programme}', 'Our partnership'],
    proposal:
      'We are reviewing our partnerships, and before we decide anything about ours we would like to hear whether you want to go on, and in which form. Nothing changes until you have had time to answer.',
    needs: ['introduction', 'feedback'],
    incentives: [],
    alternatives: ['personal_call', 'share_new_offer'],
  },
};
