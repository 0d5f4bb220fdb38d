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
