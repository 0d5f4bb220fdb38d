/**
 * What the sample programmes say of themselves to their partners, as an administrator would have entered it: offers that
 * have ended, are valid and are to come. The distributor's administrator has not come to it yet.
 */
import { addDays, type Day } from '../../model/instant.ts';
import type { Voice } from '../../model/voice.ts';

export function affiliateVoice(today: Day): Voice {
  return {
    name: 'Larkspur Living',
    sellingPoint: 'Furniture made to order in six weeks, with returns free of charge for a hundred days.',
    commissionRates: '7 % on furniture, 10 % on textiles, paid within thirty days.',
    currentOffers: [
      { title: 'Season’s end: sofas at 20 % off', until: addDays(today, -12) },
      { title: 'Free delivery from 300 EUR', until: addDays(today, 40) },
    ],
    upcomingOffers: [{ title: 'New collection of lamps', from: addDays(today, 21), until: null }],
    feedback: 'https://larkspur.example/partners/feedback',
    incentives: [
      {
        kind: 'first_sale_bonus',
        worth: { in: 'money', amount: '25.00', currency: 'EUR' },
        daysValid: 60,
      },
      { kind: 'temporary_commission', worth: { in: 'percent', percent: '2' }, daysValid: 30 },
      {
        kind: 'exclusive_voucher',
        worth: { in: 'percent', percent: '10' },
        daysValid: 30,
        codePrefix: 'LARK',
      },
    ],
  };
}

export function resellerVoice(today: Day): Voice {
  return {
    name: 'Corvid Networks',
    sellingPoint: 'Network security that one engineer rolls out in a day, with support in your language.',
    commissionRates: '18 % on registered deals, 22 % from the gold tier on, 8 % on renewals.',
    currentOffers: [{ title: 'Registered deals are protected for 120 days', until: addDays(today, 55) }],
    upcomingOffers: [
      { title: 'Release 9, with a trial for your customers', from: addDays(today, 34), until: null },
    ],
    feedback: 'partners@corvid.example',
    incentives: [
      { kind: 'first_sale_bonus', worth: { in: 'percent', percent: '3' }, daysValid: 90 },
      { kind: 'temporary_commission', worth: { in: 'percent', percent: '4' }, daysValid: 60 },
    ],
  };
}
