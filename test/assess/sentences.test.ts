import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { presets } from '../../src/assess/presets.ts';
import {
  describeDefinition,
  describeSettings,
  primaryReason,
  verdictSentence,
} from '../../src/assess/sentences.ts';
import type { Audience, Settings } from '../../src/model/settings.ts';
import { absence, at, context, entry, everyone, partner, settings, source } from './world.ts';

const zone = 'Europe/Berlin';
const gold = { ...everyone, partnerTypes: ['Reseller'], tiers: ['Gold'] };

function of(...audiences: Audience[]): Settings {
  return settings({ rules: audiences.map((audience, index) => absence({ id: `rule_${index}`, audience })) });
}

describe('the definition in words', () => {
  test('names who is inactive when', () => {
    const definition = settings({
      rules: [
        absence({ audience: gold }),
        absence({ id: 'portal_90', behaviour: 'portal', windowDays: 90, audience: gold }),
        absence({
          id: 'orders',
          behaviour: 'orders',
          windowDays: 365,
          minimum: 3,
          severity: 'at_risk',
          audience: { ...everyone, regions: ['EMEA'] },
        }),
      ],
    });
    expect(describeSettings(definition)).toEqual([
      'A gold reseller is inactive when no deal was registered or won for 180 days and nobody logged in to the portal for 90 days, and at risk as soon as one of these holds.',
      'A partner in EMEA is at risk when fewer than 3 orders came in 365 days.',
      'New partners are judged 60 days after joining; who has done nothing at all by then was never activated.',
      'A partner is cooling when a rule is 30 days or less away from holding, at most half its window.',
      "Where the account's history shows what is usual for each partner, it is also cooling when its silence breaks its own rhythm; about 5 in 100 silences that end by themselves are warned of.",
      'A reactivated partner is active again after 60 days without a reason to worry.',
    ]);
  });

  test('says "or" where one rule suffices, and mentions exclusions', () => {
    const definition = settings({
      rules: [absence(), absence({ id: 'portal', behaviour: 'portal', windowDays: 1 })],
      combination: 'any',
      graceDays: 0,
      warningDays: 0,
      excludedPartnerIds: ['101', '102'],
    });
    expect(describeSettings(definition)).toEqual([
      'A partner is inactive when no deal was registered or won for 180 days or nobody logged in to the portal for 1 day.',
      'New partners are judged from their first day.',
      'There is no early warning.',
      "Where the account's history shows what is usual for each partner, it is also cooling when its silence breaks its own rhythm; about 5 in 100 silences that end by themselves are warned of.",
      'A reactivated partner is active again after 60 days without a reason to worry.',
      '2 partners will never be judged.',
    ]);
  });

  describe('where audiences overlap and all must hold', () => {
    const together =
      'Whoever several of these describe is inactive only when all of that holds, and at risk as soon as a part of it does.';
    const silver = { ...everyone, tiers: ['Silver'] };

    test.each<[string, Settings, boolean]>([
      ['everyone and gold partners', of(everyone, gold), true],
      ['gold partners and a region', of(gold, { ...everyone, regions: ['EMEA'] }), true],
      ['gold and silver', of(gold, silver), false],
      ['names that differ in their case alone', of(gold, { ...everyone, tiers: [' gold'] }), true],
      [
        'those who joined before and since a day',
        of({ ...everyone, joinedSince: '2025-01-01' }, { ...everyone, joinedBefore: '2025-01-01' }),
        false,
      ],
      ['the types of a preset', presets.mixed, false],
      ['two audiences of which any suffices', { ...of(everyone, gold), combination: 'any' }, false],
    ])('says what that means for whoever is in several: %s', (_case, definition, isSaid) => {
      expect(describeSettings(definition).includes(together)).toBe(isSaid);
    });
  });

  test.each([
    [{ exemptHighPotential: false }, ''],
    [
      { exemptHighPotential: true, exemptTiers: ['gold', 'platinum'], exemptPartnerIds: ['7'] },
      ' Never one that is of high potential, of the tier gold or platinum or on the list (1 partner).',
    ],
  ])('says who is left alone, and who never is: %j', (exempt, never) => {
    const holdOut = { share: 0.1, exemptTiers: [], exemptPartnerIds: [], ...exempt };
    expect(describeSettings(settings({ holdOut })).at(-1)).toBe(
      `When a spell of inactivity opens, 10 in 100 partners are left alone for 90 days, to measure what re-engaging brings.${never}`,
    );
  });

  test.each([
    ['technology', 'A technology partner is inactive'],
    ['Referral', 'A referral partner is inactive'],
    ['affiliate', 'An affiliate is inactive'],
    ['Technology Partner', 'A technology Partner is inactive'],
    ['MSP', 'An MSP is inactive'],
  ])('speaks of the type %s as of somebody', (type, beginning) => {
    const [sentence] = describeSettings(of({ ...everyone, partnerTypes: [type] }));
    expect(sentence?.startsWith(beginning)).toBe(true);
  });

  test('spells names as the portal does', () => {
    const audience = { ...everyone, partnerTypes: ['IT reseller', 'Agency'], regions: ['DACH', 'UK'] };
    const [sentence] = describeSettings(settings({ rules: [absence({ audience })] }));
    expect(sentence).toMatch(/^An IT reseller or agency in DACH or UK is inactive when /);
  });

  test.each([
    [{ joinedSince: '2025-01-01' }, 'A partner that joined on 2025-01-01 or later is inactive when '],
    [{ joinedBefore: '2025-01-01' }, 'A partner that joined before 2025-01-01 is inactive when '],
    [
      { tiers: ['Gold'], regions: ['DACH'], joinedSince: '2024-01-01', joinedBefore: '2025-01-01' },
      'A gold partner in DACH that joined on 2024-01-01 or later and before 2025-01-01 is inactive when ',
    ],
  ])('says who joined when: %j', (overrides, beginning) => {
    const audience = { ...everyone, ...overrides };
    const [sentence] = describeSettings(settings({ rules: [absence({ audience })] }));
    expect(sentence?.startsWith(beginning)).toBe(true);
  });

  test('of each preset is complete: every rule is in it', () => {
    for (const preset of Object.values(presets)) {
      const text = describeSettings(preset).join(' ');
      for (const { windowDays } of preset.rules) expect(text).toContain(`${windowDays} days`);
      expect(text).not.toMatch(/undefined|null|NaN/);
    }
  });

  test('for one partner holds the rules that apply to it', () => {
    expect(describeDefinition(presets.mixed, partner({ partnerType: 'affiliate' }), zone)).toBe(
      'This partner is inactive when neither a click nor a sale came in for 180 days; at risk when neither a click nor a sale came in for 90 days, 50 clicks or more, and no fewer than is usual, brought no sale in 90 days or sales fell by 50 % or more in 90 days, against 90 days before with sales on at least 5 days; cooling when clicks fell by 50 % or more in 90 days, against 90 days before with clicks on at least 5 days.',
    );
    expect(describeDefinition(presets.mixed, partner({ partnerType: null }), zone)).toContain(
      'No rule applies',
    );
    expect(describeDefinition({ ...presets.mixed, excludedPartnerIds: ['101'] }, partner(), zone)).toContain(
      'excluded',
    );
  });
});

const judge = (
  day: string,
  timeline = [entry('deal_won', '2026-01-01')],
  overrides: Parameters<typeof context>[1] = {},
) =>
  assessPartner(
    partner(),
    timeline,
    null,
    context(day, { settings: settings({ rules: [absence()] }), ...overrides }),
  );

describe('the verdict in one line', () => {
  test.each([
    ['2026-01-10', 'Active: last seen on 2026-01-01 (deal won).'],
    [
      '2026-06-10',
      'Cooling. No deal registered or won since 2026-01-01; the 180 days allowed end on 2026-06-30.',
    ],
    [
      '2026-07-10',
      'Inactive since 2026-06-30. No deal registered or won since 2026-01-01; 180 days are allowed.',
    ],
  ])('on %s', (day, sentence) => {
    expect(verdictSentence(judge(day), 'Europe/Berlin')).toBe(sentence);
  });

  test('has no number that moves with the days: tomorrow the stored sentence is still true', () => {
    const first = judge('2026-07-10');
    const later = judge('2026-09-10');
    expect(later.reasons.map(({ sentence }) => sentence)).toEqual(
      first.reasons.map(({ sentence }) => sentence),
    );
  });

  test('tells of never activated, grace, exclusion, unknown and incomplete sources', () => {
    const say = (verdict: ReturnType<typeof judge>) => verdictSentence(verdict, 'Europe/Berlin');
    expect(say(judge('2026-07-10', []))).toBe(
      'Never activated: nothing the partner did is on record. No deal registered or won since the partner joined on 2020-01-01; its time to start ended on 2020-03-01.',
    );
    const newcomer = assessPartner(partner({ joinedAt: at('2026-07-01') }), [], null, context('2026-07-10'));
    expect(say(newcomer)).toBe(
      'Active: no activity yet. New: the partner joined on 2026-07-01 and is judged from 2026-08-30.',
    );
    expect(say(judge('2026-07-10', [], { settings: settings({ excludedPartnerIds: ['101'] }) }))).toContain(
      'Excluded',
    );
    expect(say(judge('2026-07-10', [], { sources: [] }))).toBe(
      'Unknown. No source reports deals, so this rule is not judged.',
    );
    const incomplete = judge('2026-07-10', [entry('deal_won', '2026-07-01')], {
      sources: [source({ complete: false })],
    });
    expect(say(incomplete)).toMatch(/^Active: .* The picture of this partner is not complete/);
  });

  test('leads with the worst reason', () => {
    const rules = [
      absence({ severity: 'at_risk' }),
      absence({ id: 'portal', behaviour: 'portal', windowDays: 90 }),
    ];
    const verdict = judge('2026-07-10', [entry('deal_won', '2026-01-01')], { settings: settings({ rules }) });
    expect(verdict.status).toBe('inactive');
    expect(primaryReason(verdict)).toMatchObject({ code: 'portal_never', severity: 'inactive' });
    expect(primaryReason(judge('2026-01-10'))).toBeNull();
  });
});
