import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { assessPartner } from '../../src/assess/assess.ts';
import { rulesFor } from '../../src/assess/concern.ts';
import { presets } from '../../src/assess/presets.ts';
import { calendarOf } from '../../src/model/calendar.ts';
import { settingsSchema, type Audience } from '../../src/model/settings.ts';
import type { Partner } from '../../src/model/partner.ts';
import { absence, at, context, entry, everyone, partner, settings } from './world.ts';

const berlin = calendarOf('Europe/Berlin');
function admits(audience: Partial<Audience>, overrides: Partial<Partner>, calendar = berlin): boolean {
  const definition = settings({ rules: [absence({ audience: { ...everyone, ...audience } })] });
  return rulesFor(partner(overrides), definition, calendar).length === 1;
}

describe('a rule is for', () => {
  test.each<[who: string, Partial<Audience>, Partial<Partner>, boolean]>([
    ['everyone unless it says otherwise', {}, { joinedAt: null, tier: null, region: null }, true],
    ['a tier, however it is spelled', { tiers: [' Gold'] }, { tier: 'GOLD' }, true],
    ['no partner without a tier, if it names tiers', { tiers: ['gold'] }, { tier: null }, false],
    ['a region alone', { regions: ['APAC'] }, { region: 'EMEA' }, false],
    ['a day or later', { joinedSince: '2025-01-01' }, { joinedAt: at('2025-01-01', 0) }, true],
    [
      'nobody of the evening before',
      { joinedSince: '2025-01-01' },
      { joinedAt: at('2024-12-31', 23.9) },
      false,
    ],
    [
      'whoever joined before a day',
      { joinedBefore: '2025-01-01' },
      { joinedAt: at('2024-12-31', 23.9) },
      true,
    ],
    ['nobody of that day itself', { joinedBefore: '2025-01-01' }, { joinedAt: at('2025-01-01', 0) }, false],
    [
      'a year',
      { joinedSince: '2024-01-01', joinedBefore: '2025-01-01' },
      { joinedAt: at('2024-06-01') },
      true,
    ],
    [
      'nobody of whom the day is unknown, if it names one',
      { joinedBefore: '2030-01-01' },
      { joinedAt: null },
      false,
    ],
    [
      'those of whom everything fits',
      { joinedSince: '2025-01-01', tiers: ['silver'] },
      { joinedAt: at('2025-06-01'), tier: 'gold' },
      false,
    ],
  ])('%s', (_who, audience, overrides, expected) => {
    expect(admits(audience, overrides)).toBe(expected);
  });

  test("the portal's day decides, not London's", () => {
    const joinedAt = Date.parse('2024-12-31T23:30:00Z');
    expect(admits({ joinedSince: '2025-01-01' }, { joinedAt })).toBe(true);
    expect(admits({ joinedSince: '2025-01-01' }, { joinedAt }, calendarOf('UTC'))).toBe(false);
  });

  test('one of two cohorts, whenever a partner joined', () => {
    const days = fc.date({ min: new Date('2015-01-01'), max: new Date('2026-06-30'), noInvalidDate: true });
    fc.assert(
      fc.property(days, days, (joined, turn) => {
        const day = turn.toISOString().slice(0, 10);
        const joinedAt = joined.getTime();
        expect(admits({ joinedSince: day }, { joinedAt })).toBe(!admits({ joinedBefore: day }, { joinedAt }));
      }),
    );
  });
});

test('newer partners can be judged by a stricter rule than older ones', () => {
  const definition = settings({
    rules: [
      absence({ id: 'old', windowDays: 365, audience: { ...everyone, joinedBefore: '2025-01-01' } }),
      absence({ id: 'new', windowDays: 90, audience: { ...everyone, joinedSince: '2025-01-01' } }),
    ],
  });
  const statusOf = (joinedAt: Partner['joinedAt']) =>
    assessPartner(
      partner({ joinedAt }),
      [entry('deal_won', '2026-02-01')],
      null,
      context('2026-06-30', { settings: definition }),
    );
  expect(statusOf(at('2020-01-01')).status).toBe('active');
  expect(statusOf(at('2025-03-01')).status).toBe('inactive');
  expect(statusOf(null)).toMatchObject({
    status: 'unknown',
    remark: 'No rule applies to this partner: check its type, tier, region and when it joined.',
  });
});

function saved(audience: unknown) {
  return settingsSchema.safeParse({ ...presets.reseller, rules: [{ ...absence(), audience }] });
}

describe('an audience in the settings', () => {
  test('of before there were joining days means any day', () => {
    const older = { partnerTypes: [], tiers: ['gold'], regions: [] };
    expect(saved(older).data?.rules[0]?.audience).toEqual({ ...everyone, tiers: ['gold'] });
    expect(saved(undefined).data?.rules[0]?.audience).toEqual(everyone);
  });

  test.each([
    [{ joinedSince: '31.03.2026' }, 'write a day that exists, such as 2026-03-31, or null for any day'],
    [{ joinedSince: '2026-02-30' }, 'write a day that exists'],
    [{ joinedBefore: 20260331 }, 'joinedBefore'],
    [{ joinedSince: '2026-01-01', joinedBefore: '2026-01-01' }, 'must be later than joinedSince'],
    [{ joinedsince: '2026-01-01' }, 'joinedsince'],
  ])('%j is refused with what to write instead', (audience, message) => {
    const parsed = saved(audience);
    expect(parsed.success ? '' : z.prettifyError(parsed.error)).toContain(message);
  });
});
