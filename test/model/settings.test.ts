import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { presets } from '../../src/assess/presets.ts';
import { settingsSchema } from '../../src/model/settings.ts';

const { quota: _quota, ...older } = presets.reseller;

describe('the share of the request limits', () => {
  test('has a default, so that settings which were stored before it existed are still read', () => {
    expect(settingsSchema.parse(older)).toEqual(presets.reseller);
    expect(settingsSchema.parse({ ...older, quota: { dailyShare: 0.5 } }).quota).toEqual({
      burstShare: null,
      dailyShare: 0.5,
    });
  });

  test.each([
    [{ burstShare: 0 }, 'must be at least 0.01 (one hundredth)'],
    [{ burstShare: 1 }, 'must be at most 0.97; null takes that by itself while nobody else is seen'],
    [{ dailyShare: 0 }, 'must be at least 0.01 (one hundredth)'],
    [{ dailyShare: 80 }, 'must be at most 1 (everything that HubSpot allows)'],
  ])('%j is refused with what to write instead', (quota, message) => {
    const parsed = settingsSchema.safeParse({ ...older, quota });
    expect(parsed.success ? '' : z.prettifyError(parsed.error)).toContain(message);
  });
});

describe('the hold-out', () => {
  const { holdOut, ...withoutHoldOut } = presets.reseller;

  test('leaves nobody alone unless somebody says so, also in settings from before there was one', () => {
    expect(holdOut.share).toBe(0);
    expect(settingsSchema.parse(withoutHoldOut).holdOut).toEqual(holdOut);
    expect(settingsSchema.parse({ ...withoutHoldOut, holdOut: { share: 0.1 } }).holdOut).toEqual({
      share: 0.1,
      exemptHighPotential: true,
      exemptTiers: [],
      exemptPartnerIds: [],
    });
  });

  test.each([
    [
      { share: 0.6 },
      'must be at most 0.5: beyond that fewer partners are won back and nothing more is learned',
    ],
    [{ share: -0.1 }, 'must be at least 0 (no hold-out)'],
    [{ share: '10 %' }, 'write a share such as 0.1 (one spell in ten), or 0 for no hold-out'],
    [{ exemptTiers: [' '] }, 'name a tier, or leave it out'],
    [{ exemptPartnerIds: ['Alder'] }, 'a HubSpot company id is a number'],
  ])('%j is refused with what to write instead', (changes, message) => {
    const parsed = settingsSchema.safeParse({ ...withoutHoldOut, holdOut: changes });
    expect(parsed.success ? '' : z.prettifyError(parsed.error)).toContain(message);
  });
});
