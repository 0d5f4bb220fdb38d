/**
 * The plays as data: what to do, what to say, and by when. Numbers in brackets are items of reference/domain.md. Which
 * play fits which reason is in recommend.ts.
 *
 * Merge fields: `{partner}` and `{evidence}` always have a value; `{owner}`, `{last}` (last activity and its day)
 * and `{clears}` (what would clear the first reason) may have none, and then their line is left out.
 */
import type { Play } from '../model/play.ts';

export type PlayText = {
  /** What the partner manager does, in order. */
  readonly steps: readonly string[];
  /** The task's subject; uses only fields that always have a value. */
  readonly subject: string;
  /** The task's body, a paragraph a line. */
  readonly body: readonly string[];
  /** Days until the task is due: the hotter the moment, the sooner. */
  readonly dueInDays: number;
};

const evidence = ['What we see: {evidence}', 'Last activity: {last}.', 'What would clear it: {clears}'];
/** B23: understand the situation before offering anything; B24: the answers are the root causes. */
const discovery =
  'Ask first: what has changed on their side, what stands in the way (product, price, people, competitors), and what would make the next step worth their while.';

export const playTexts: Readonly<Record<Play, PlayText>> = {
  // B43 never-activated partners are an onboarding matter; A10 remind them who we are.
  welcome_and_activate: {
    steps: [
      'Check that {partner} has working access, a named contact and what they need to start.',
      'Introduce yourself: who we are, what is in it for them, what a first success looks like.',
      'Agree on one small first step with a date, and stay with them until it is done.',
    ],
    subject: 'Welcome {partner} and agree on a first step',
    body: [
      ...evidence,
      'Start from our side: is their access working, do they have a contact, did anything get lost at the start?',
      'Then agree on one first step and its date.',
    ],
    dueInDays: 5,
  },
  // B16, B23, B28: a person who calls to listen.
  personal_call: {
    steps: [
      'Read the history of {partner} before the call.',
      'Call the person you know best there and ask what has changed.',
      'Write down the cause they state, even if it differs from ours.',
      'Offer one thing that fits the cause, and agree on the next step with a date.',
    ],
    subject: 'Call {partner}: they have gone quiet',
    body: [...evidence, discovery, 'Note the cause they state, and the next step with its date.'],
    dueInDays: 3,
  },
  // A10-A18: reminder, rates, current and upcoming offers, incentives.
  share_new_offer: {
    steps: [
      'Choose what is new since {partner} was last active: an offer, a product, better terms.',
      'Write to them personally: a reminder of what makes us worth promoting, their rate, the current and coming offers.',
      'Consider an incentive with an end date: a temporary rate, an exclusive code, a bonus for the first sale.',
      'Ask why they stopped.',
    ],
    subject: 'Share a new offer with {partner}',
    body: [
      ...evidence,
      'Tell them what is new since then, what they earn, and what is coming. Give an incentive an end date.',
      'Ask for feedback: why did they stop?',
    ],
    dueInDays: 5,
  },
  // A4, A22-A25: clicks without sales are a problem of landing page, tracking or offer, and often ours.
  fix_conversion: {
    steps: [
      'Test the tracking link of {partner} from click to sale.',
      'Look at the page their visitors land on: does it keep what their audience was promised?',
      'Refresh creatives, feed or code with them, and agree to look at the numbers again in four weeks.',
    ],
    subject: 'Find out why the clicks of {partner} bring no sale',
    body: [
      ...evidence,
      'Look at our side first: tracking, landing page, price, stock. If several partners show the same, it is one problem of ours and not theirs.',
      'They do send visitors: thank them and work on the conversion together.',
    ],
    dueInDays: 5,
  },
  // B5, B15, B44: enablement is a primary cause.
  training_invitation: {
    steps: [
      'Find out who at {partner} sells or supports our products today.',
      'Pick the one training that helps their next deal, and propose two dates.',
      'Follow up after the training with a joint opportunity.',
    ],
    subject: 'Invite {partner} to a training',
    body: [
      ...evidence,
      'People may have changed: ask who should learn what. Propose one training and two dates.',
    ],
    dueInDays: 7,
  },
  // B21, B53: the portal is where partners find everything else.
  portal_reintroduction: {
    steps: [
      'Check that the accounts of {partner} work and belong to people who are still there.',
      'Show them in fifteen minutes what is new and what saves them time.',
      'Leave them with one thing to do there this week.',
    ],
    subject: 'Show {partner} the portal again',
    body: [
      ...evidence,
      'Check their accounts first. Then show what is new, on a short call, with one thing to do this week.',
    ],
    dueInDays: 7,
  },
  // B6, B45: through-channel marketing.
  marketing_support: {
    steps: [
      'Choose one ready campaign that suits the market of {partner}.',
      'Offer to set it up with them: texts, budget, leads.',
      'Agree on dates and who follows up the leads.',
    ],
    subject: 'Offer {partner} a campaign to run together',
    body: [
      ...evidence,
      'Bring one ready campaign and offer to do the work of the start. Agree on dates and on who follows up.',
    ],
    dueInDays: 7,
  },
  // B27: early warning; the smaller the occasion, the more it needs a reason of substance.
  early_check_in: {
    steps: [
      'Find something useful to bring: news on their open deals, a product change, a lead.',
      'Get in touch with {partner} with that, not with "just checking in".',
      'Ask what the next weeks look like and what would help.',
    ],
    subject: 'Check in with {partner} before they go quiet',
    body: [...evidence, 'Bring something of use to them. ' + discovery],
    dueInDays: 5,
  },
  // A28-A31, G14: momentum is a stage of its own.
  celebrate_and_build: {
    steps: [
      'Thank {partner} for what they did, by name and soon.',
      'Make the next success easy: a next deal, order or campaign with a date.',
      'Keep in touch at short intervals until the new rhythm holds.',
    ],
    subject: 'Keep the momentum with {partner}',
    body: [
      'What we see: {evidence}',
      'Last activity: {last}.',
      'Thank them, and agree on the next step while it is warm.',
    ],
    dueInDays: 2,
  },
  // B8, B26, B30, B40: a decision with evidence, never automatic, with goodwill.
  review_partnership: {
    steps: [
      'Make one documented attempt to speak with {partner}, and give them time to answer.',
      'Look at the evidence: history, value, what was tried and what came of it.',
      'Decide with your team: continue with a plan, change the tier, or end the partnership well, with notice and an open door.',
    ],
    subject: 'Review the partnership with {partner}',
    body: [
      ...evidence,
      'Before any decision: one documented attempt to speak with them, open deals and payments checked.',
      'Options: continue with a plan, change the tier, or end it with notice, goodwill and an open door.',
    ],
    dueInDays: 14,
  },
};
