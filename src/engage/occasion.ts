/**
 * Why we write, in words for the partner: what happened between us, never how we judge it. Data by occasion, with the
 * partner's own behaviour in it (A9: tailored).
 *
 * Fields: `{thing}` and `{things}` always have a value; `{lastDay}` may have none.
 */
import type { Stream } from '../model/cadence.ts';
import type { Behaviour } from '../model/settings.ts';
import type { Reason, Verdict } from '../model/verdict.ts';

export type Occasion =
  | 'welcome'
  | 'back'
  | 'never_began'
  | 'not_yet'
  | 'stopped'
  | 'declining'
  | 'no_sales'
  | 'drifting';

export function occasionOf({ status, reasons, lastActivityAt }: Verdict): Occasion {
  if (status === 'reactivated') return 'back';
  if (status === 'active') return lastActivityAt === null ? 'welcome' : 'back';
  if (status === 'never_activated') return 'never_began';
  const degree = reasons[0]?.degree ?? 'drifting';
  // Who sells but never trained needs no welcome.
  return degree === 'never' ? 'not_yet' : degree;
}

export type OccasionText = {
  /** The message's first words: the first of them that can be said. */
  readonly openings: readonly [string, ...string[]];
  /** What we ask them (A15, B24). */
  readonly ask: string;
};

export const occasionTexts: Readonly<Record<Occasion, OccasionText>> = {
  welcome: {
    openings: ['Welcome: it is good to have you with us. Let us make the start easy for you.'],
    ask: 'What do you need from us to begin?',
  },
  back: {
    openings: ['It is good to work with you again: thank you.'],
    ask: 'What made you come back, and what can we do to make the next step easy?',
  },
  never_began: {
    openings: [
      'You joined us, and we have not heard from you since. We would like to help with the start, and to hear whether something on our side stood in the way.',
    ],
    ask: 'What has kept you from starting, and what would make it worth your while?',
  },
  not_yet: {
    openings: ['The first {thing} has not come yet, and we would like to make it easy for you.'],
    ask: 'What stands in the way, and what would help?',
  },
  stopped: {
    openings: [
      'Your last {thing} was on {lastDay}, and we would like to hear how things stand on your side.',
      'It has been a while since your last {thing}, and we would like to hear how things stand on your side.',
    ],
    ask: 'What made you pause, and what would make it worth your while to start again?',
  },
  declining: {
    openings: [
      'We have seen fewer {things} from you of late than in the months before, and would like to understand why.',
    ],
    ask: 'What has changed on your side, and what would help?',
  },
  no_sales: {
    openings: [
      'You send us visitors: thank you for that. So far they have not bought, and the cause may well be on our side.',
    ],
    ask: 'What do your visitors look for, and what do they miss when they arrive at our site?',
  },
  drifting: {
    openings: ['We have heard less from you than usual, and would like to know how things are on your side.'],
    ask: 'What has changed on your side, and what would help?',
  },
};

export type Thing = { readonly one: string; readonly many: string };

/** As a partner would call it. */
const things: Readonly<Record<Behaviour | Stream, Thing>> = {
  leads: { one: 'lead for us', many: 'leads' },
  sales: { one: 'deal with us', many: 'deals' },
  orders: { one: 'order with us', many: 'orders' },
  co_selling: { one: 'joint deal with us', many: 'joint deals' },
  clicks: { one: 'click', many: 'visitors' },
  promotion_sales: { one: 'sale for us', many: 'sales' },
  promotion: { one: 'click or sale', many: 'visitors and sales' },
  portal: { one: 'visit to our portal', many: 'visits to our portal' },
  training: { one: 'training with us', many: 'trainings' },
  content: { one: 'use of our material', many: 'uses of our material' },
  marketing: { one: 'campaign with us', many: 'campaigns' },
  conversation: { one: 'conversation with us', many: 'conversations' },
  productive: { one: 'piece of business', many: 'business' },
  engagement: { one: 'contact', many: 'contacts' },
};

export function thingOf(reason: Reason | undefined): Thing {
  return reason === undefined ? { one: 'step', many: 'steps' } : things[reason.behaviour];
}
