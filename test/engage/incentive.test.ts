import { describe, expect, test } from 'vitest';
import { incentiveFor } from '../../src/engage/incentive.ts';
import { plays, type Play } from '../../src/model/play.ts';
import type { Reason, Status, Verdict } from '../../src/model/verdict.ts';
import { silentVoice, type IncentiveKind } from '../../src/model/voice.ts';
import { reason, verdict, voice } from './world.ts';

const today = '2026-07-10';
const promotion = reason({ behaviour: 'promotion', degree: 'stopped' });
const deals = reason({ behaviour: 'sales', degree: 'stopped' });
const clicks = reason({ behaviour: 'clicks', degree: 'no_sales' });

const of = (play: Play, one: Reason, overrides: Partial<Verdict> = {}) =>
  incentiveFor(play, verdict([one], overrides), voice, today);

describe('an incentive', () => {
  test.each<[Play, Reason, Status, IncentiveKind | null]>([
    ['share_new_offer', promotion, 'inactive', 'first_sale_bonus'],
    ['share_new_offer', promotion, 'at_risk', 'temporary_commission'],
    ['share_new_offer', promotion, 'cooling', null],
    ['personal_call', deals, 'inactive', 'first_sale_bonus'],
    ['fix_conversion', clicks, 'at_risk', 'exclusive_voucher'],
    ['portal_reintroduction', deals, 'inactive', null],
    ['celebrate_and_build', deals, 'reactivated', null],
    ['review_partnership', deals, 'inactive', null],
  ])('with %s for a partner (%o) that is %s is %s', (play, one, status, kind) => {
    expect(of(play, one, { status })?.kind ?? null).toBe(kind);
  });

  test('is never offered that the settings do not allow', () => {
    for (const play of plays) expect(incentiveFor(play, verdict([promotion]), silentVoice, today)).toBeNull();
    const onlyVouchers = {
      ...voice,
      incentives: voice.incentives.filter(({ kind }) => kind === 'exclusive_voucher'),
    };
    expect(incentiveFor('share_new_offer', verdict([promotion]), onlyVouchers, today)?.kind).toBe(
      'exclusive_voucher',
    );
    expect(incentiveFor('share_new_offer', verdict([deals]), onlyVouchers, today)).toBeNull();
  });

  test('is not offered from the third spell on: whoever is paid for every pause learns to pause', () => {
    expect(of('share_new_offer', promotion, { episode: 2 })).not.toBeNull();
    expect(of('share_new_offer', promotion, { episode: 3 })).toBeNull();
  });

  test('says what at most, from when to when, and within which limits', () => {
    expect(of('share_new_offer', promotion)).toEqual({
      kind: 'first_sale_bonus',
      title: 'Bonus for the first sale after the return',
      offer: 'Up to 50.00 EUR, once, for the first sale from 2026-07-10 to 2026-09-07.',
      because:
        'It costs nothing unless they sell, and the partner was inactive since 2026-06-30, before anybody offered it.',
      from: '2026-07-10',
      until: '2026-09-07',
      code: null,
      conditions: [
        'For the first sale only, and only of a spell that began before the offer.',
        'Enter it where you pay bonuses before you promise it, with its last day.',
      ],
    });
    expect(of('share_new_offer', promotion, { status: 'at_risk' })?.offer).toBe(
      'Up to 2.5 % more commission (percentage points) from 2026-07-10 to 2026-08-08.',
    );
  });

  test('that is a voucher has a code of this partner alone', () => {
    expect(of('fix_conversion', clicks, { status: 'at_risk' })).toMatchObject({
      offer: 'Up to 10 % off with a code of their own from 2026-07-10 to 2026-07-23.',
      code: 'BACK101',
    });
  });
});
