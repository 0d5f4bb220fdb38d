/** What differs between two definitions, word for word. */
import { expect, test } from 'vitest';
import { describeDifferences } from '../../src/assess/differences.ts';
import { presets } from '../../src/assess/presets.ts';
import { everyone, settingsSchema, type Rule, type Settings } from '../../src/model/settings.ts';

const base = presets.reseller;
const rule = (id: string): Rule => base.rules.find((one) => one.id === id) ?? raise(id);
const raise = (id: string): never => {
  throw new Error(`The preset has no rule ${id}.`);
};
const withRules = (...rules: Rule[]): Settings => ({ ...base, rules });
const differences = (changes: Partial<Settings>): string[] =>
  describeDifferences(base, settingsSchema.parse({ ...base, ...changes }));

test('equal settings differ in nothing', () => {
  expect(describeDifferences(base, structuredClone(base))).toEqual([]);
});

test.each<[string, Partial<Settings>, string[]]>([
  [
    'a rule’s window',
    {
      rules: base.rules.map((one) => (one.id === 'portal_90' ? { ...one, windowDays: 120 } : one)),
    },
    [
      'A partner is inactive when nobody logged in to the portal for 120 days. Instead of: A partner is inactive when nobody logged in to the portal for 90 days.',
    ],
  ],
  [
    'a rule’s audience',
    withRules(
      { ...rule('deals_180'), audience: { ...everyone, tiers: ['Gold'], partnerTypes: ['reseller'] } },
      ...base.rules.slice(1),
    ),
    [
      'A gold reseller is inactive when no deal was registered or won for 180 days. Instead of: A partner is inactive when no deal was registered or won for 180 days.',
    ],
  ],
  [
    'what a rule’s sentence does not say',
    {
      rules: base.rules.map((one) => (one.id === 'deals_180' ? { ...one, minimum: 0.5 } : one)),
    },
    [
      'A partner is inactive when no deal was registered or won for 180 days. In detail: minimum 0.5 instead of 1.',
    ],
  ],
  [
    'one rule instead of another',
    withRules(...base.rules.slice(1), {
      id: 'leads_90',
      test: 'absence',
      behaviour: 'leads',
      windowDays: 90,
      minimum: 1,
      severity: 'at_risk',
      audience: everyone,
    }),
    [
      'New: A partner is at risk when no lead was submitted for 90 days.',
      'No longer: A partner is inactive when no deal was registered or won for 180 days.',
    ],
  ],
  [
    'the order of the rules',
    withRules(...base.rules.toReversed()),
    ['The rules stand in another order or occur more than once.'],
  ],
  [
    'who is a partner',
    { partnerDefinition: { by: 'list', listId: '42' } },
    ['Partners are the companies on list 42 instead of the companies whose “type” is PARTNER.'],
  ],
  [
    'the mapping',
    {
      mapping: {
        ...base.mapping,
        tierProperty: 'partner_tier',
        deals: [
          { pipelines: ['registrations'], created: 'deal_registered', won: null },
          { pipelines: null, created: null, won: 'deal_won' },
        ],
        activityDates: [{ property: 'last_login', kind: 'portal_login' }],
      },
    },
    [
      'The tier is read from “partner_tier” instead of nothing.',
      'Deals: in pipeline registrations creating one is “deal registered” and winning one nothing, in any other pipeline creating one is nothing and winning one “deal won”; instead of: in any other pipeline creating one is “deal registered” and winning one “deal won”.',
      'Dates are read from “last_login” as portal login.',
    ],
  ],
  [
    'numbers',
    { graceDays: 30, falseAlarmShare: 0.1, capacityPerOwner: 5, combination: 'any' },
    [
      'A partner is inactive when any one of its inactive rules holds instead of all of its inactive rules hold.',
      'Days after joining in which absence means nothing: 30 instead of 60.',
      'False-alarm budget: 10 % instead of 5 %.',
      'Partners that one owner can take care of in a week: 5 instead of 10.',
    ],
  ],
  [
    'how it runs',
    {
      writeBack: false,
      brake: { share: 0.1, minimum: 20 },
      schedule: { timeUtc: '04:00' },
      quota: { burstShare: 0.5, dailyShare: 0.6 },
    },
    [
      'The brake asks a person: from more than 10 % and 20 status changes on instead of from more than 20 % and 50 status changes on.',
      'The nightly run is due: at 04:00 UTC instead of at 02:30 UTC.',
      'Runs write to HubSpot: no instead of yes.',
      'Requests that Rekindle takes of HubSpot’s limits: 60 % of a day’s and 50 % of ten seconds’ instead of 80 % of a day’s and what others leave of ten seconds’.',
    ],
  ],
  [
    'who is left alone',
    {
      holdOut: {
        share: 0.125,
        exemptHighPotential: false,
        exemptTiers: ['gold', 'silver'],
        exemptPartnerIds: ['12'],
      },
    },
    [
      'Left alone, to measure what re-engaging brings: 12.5 % instead of 0 % of the spells that open from now on.',
      'Partners of high potential are left alone like others instead of never left alone.',
      'Never left alone, by tier: gold and silver.',
      'Never left alone: 12.',
    ],
  ],
  ['who is never judged', { excludedPartnerIds: ['12', '13'] }, ['Never judged any more: 12 and 13.']],
])('%s is told in plain words', (_, changes, sentences) => {
  expect(differences(changes)).toEqual(sentences);
});

test('what is taken out is told, too', () => {
  const from = settingsSchema.parse({ ...base, excludedPartnerIds: ['12', '13'] });
  expect(describeDifferences(from, { ...base, excludedPartnerIds: ['13'] })).toEqual(['Judged again: 12.']);
});

test('whatever differs between two presets leaves no part of them unmentioned', () => {
  for (const from of Object.values(presets)) {
    for (const to of Object.values(presets)) {
      const parts = (Object.keys(to) as (keyof Settings)[]).filter(
        (key) => JSON.stringify(from[key]) !== JSON.stringify(to[key]),
      );
      for (const part of parts) {
        expect(describeDifferences(from, { ...from, [part]: to[part] })).not.toEqual([]);
      }
    }
  }
});

test('a part that this program does not know yet is told by its name', () => {
  const newer = { ...base, forecast: { on: true } } as Settings;
  expect(describeDifferences(base, newer)).toEqual(['“forecast” differs.']);
});
