/** How the assessment calls things in sentences. Dates are ISO 8601: the same sentences are written to HubSpot. */
import { kindNames, type PartnerKind } from '../model/kind.ts';
import type { Behaviour, Rule } from '../model/settings.ts';

/** Headline names: "Portal logins". */
export const behaviourNames: Readonly<Record<Behaviour, string>> = {
  leads: 'Leads',
  sales: 'Deals',
  orders: 'Orders',
  co_selling: 'Co-selling deals',
  clicks: 'Clicks',
  promotion_sales: 'Sales',
  promotion: 'Clicks and sales',
  portal: 'Portal logins',
  training: 'Trainings',
  content: 'Uses of content',
  marketing: 'Campaigns',
  conversation: 'Meetings and messages',
};

const singular: Readonly<Record<Behaviour, string>> = {
  leads: 'lead',
  sales: 'deal',
  orders: 'order',
  co_selling: 'co-selling deal',
  clicks: 'click',
  promotion_sales: 'sale',
  promotion: 'click or sale',
  portal: 'portal login',
  training: 'training',
  content: 'use of content',
  marketing: 'campaign',
  conversation: 'meeting or message',
};

const absences: Readonly<Record<Behaviour, string>> = {
  leads: 'no lead was submitted',
  sales: 'no deal was registered or won',
  orders: 'no order was placed',
  co_selling: 'no deal was sold together with us',
  clicks: 'no click came in',
  promotion_sales: 'no sale came in',
  promotion: 'neither a click nor a sale came in',
  portal: 'nobody logged in to the portal',
  training: 'nobody completed a training',
  content: 'nobody used our content',
  marketing: 'no campaign was run',
  conversation: 'nobody met, called or wrote to us',
};

/** Leaves names such as "IT reseller" alone. */
export function lowerFirst(text: string): string {
  if (/^\p{Lu}{2}/u.test(text)) return text;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a", "a or b", "a, b or c". */
export function list(items: readonly string[], conjunction: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

export function count(quantity: number, one: string, many = `${one}s`): string {
  return `${Math.round(quantity * 100) / 100} ${quantity === 1 ? one : many}`;
}

export function quantityOf(behaviour: Behaviour, quantity: number): string {
  return count(quantity, singular[behaviour], lowerFirst(behaviourNames[behaviour]));
}

/** One of these kinds, as what a person would wait for: "deal registered or won", "meeting held or inbound call". */
export function oneOf(kinds: readonly PartnerKind[]): string {
  const deals = kinds.includes('deal_registered') && kinds.includes('deal_won');
  const names = kinds.filter((kind) => !deals || kind !== 'deal_won').map((kind) => kindNames[kind]);
  return list(
    deals
      ? names.map((name) => (name === kindNames.deal_registered ? 'deal registered or won' : name))
      : names,
    'or',
  );
}

/** What a rule asks, as a clause: "no deal was registered or won for 180 days". */
export function condition(rule: Rule): string {
  const { windowDays } = rule;
  switch (rule.test) {
    case 'absence':
      return rule.minimum <= 1
        ? `${absences[rule.behaviour]} for ${count(windowDays, 'day')}`
        : `fewer than ${quantityOf(rule.behaviour, rule.minimum)} came in ${count(windowDays, 'day')}`;
    case 'decline':
      return declineText(rule);
    case 'conversion':
      return `${quantityOf('clicks', rule.minimumClicks)} or more, and no fewer than is usual, brought no sale in ${count(windowDays, 'day')}`;
  }
}

/** Without much before it there is nothing to fall from. */
function declineText({
  behaviour,
  windowDays,
  drop,
  baselineMinimum,
}: Extract<Rule, { test: 'decline' }>): string {
  const name = lowerFirst(behaviourNames[behaviour]);
  return `${name} fell by ${Math.round(drop * 100)} % or more in ${count(windowDays, 'day')}, against ${count(windowDays, 'day')} before with ${name} on at least ${count(baselineMinimum, 'day')}`;
}
