import { describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { assessPartner } from '../../src/assess/assess.ts';
import { settingsSchema } from '../../src/model/settings.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { context, entry, partner } from './world.ts';

const today = '2026-06-30';

function judge(
  preset: keyof typeof presets,
  timeline: TimelineEntry[],
  partnerType: string | null = null,
): Verdict {
  const sources = context(today).sources;
  return assessPartner(
    partner({ partnerType }),
    timeline,
    null,
    context(today, { settings: presets[preset], sources }),
  );
}

/** `count` activities, one a week, the last on `lastDay`. */
function weekly(kind: TimelineEntry['kind'], lastDay: string, count: number, quantity = 1): TimelineEntry[] {
  return Array.from({ length: count }, (_item, index) => {
    const day = new Date(Date.parse(`${lastDay}T00:00:00Z`) - index * 7 * 86_400_000)
      .toISOString()
      .slice(0, 10);
    return entry(kind, day, quantity);
  });
}

describe('presets', () => {
  test.each(Object.keys(presets) as (keyof typeof presets)[])(
    '%s is valid settings, to the letter',
    (name) => {
      expect(settingsSchema.parse(presets[name])).toEqual(presets[name]);
      expect(presets[name].preset).toBe(name);
      const ids = presets[name].rules.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );
});

describe("the seeds' own examples", () => {
  test.each<[string, keyof typeof presets, TimelineEntry[], Verdict['status'], string[]]>([
    [
      'B6, B51: a reseller without a deal, login or campaign for six months is inactive',
      'reseller',
      [
        entry('deal_registered', '2025-12-20'),
        entry('portal_login', '2025-12-28'),
        entry('campaign_run', '2025-11-01'),
      ],
      'inactive',
      ['sales_stopped', 'portal_stopped', 'marketing_stopped'],
    ],
    [
      'B6: a reseller that still runs campaigns is at risk, not inactive',
      'reseller',
      [
        entry('deal_registered', '2025-12-20'),
        entry('portal_login', '2025-12-28'),
        entry('campaign_run', '2026-06-01'),
      ],
      'at_risk',
      ['sales_stopped', 'portal_stopped'],
    ],
    [
      'B21: a reseller that sells, logs in and runs campaigns is active',
      'reseller',
      [
        entry('deal_won', '2026-06-01'),
        entry('portal_login', '2026-06-20'),
        entry('campaign_run', '2026-05-01'),
      ],
      'active',
      [],
    ],
    [
      'B7, B52: a distributor without order or training for more than a year is inactive',
      'distributor',
      [entry('order', '2025-06-01'), entry('training_completed', '2025-05-01')],
      'inactive',
      ['orders_stopped', 'training_stopped'],
    ],
    [
      'B7: a distributor that still trains is at risk',
      'distributor',
      [entry('order', '2025-06-01'), entry('training_completed', '2026-05-01')],
      'at_risk',
      ['orders_stopped'],
    ],
    [
      'A3: an affiliate without clicks or sales for three months is at risk',
      'affiliate',
      [entry('click', '2026-03-20', 4)],
      'at_risk',
      ['promotion_stopped'],
    ],
    [
      'A3, A7: an affiliate that was active and stopped six months ago is inactive',
      'affiliate',
      [...weekly('click', '2025-12-20', 10, 40), ...weekly('sale', '2025-12-20', 4)],
      'inactive',
      ['promotion_stopped'],
    ],
    [
      'A4: an affiliate with many clicks and no sale has a reason of its own',
      'affiliate',
      weekly('click', '2026-06-25', 4, 30),
      'at_risk',
      ['clicks_no_sales'],
    ],
    [
      'A8: an affiliate whose clicks fell to less than half is cooling',
      'affiliate',
      [
        ...weekly('click', '2026-03-25', 8, 30),
        ...weekly('click', '2026-06-20', 2, 20),
        entry('sale', '2026-06-21'),
      ],
      'cooling',
      ['clicks_declining'],
    ],
    [
      'B43: a partner that never did anything was never activated',
      'affiliate',
      [],
      'never_activated',
      ['promotion_never'],
    ],
  ])('%s', (_promise, preset, timeline, status, codes) => {
    const verdict = judge(preset, timeline);
    expect(verdict.status).toBe(status);
    expect(verdict.reasons.map(({ code }) => code)).toEqual(codes);
  });

  test('the mixed preset judges each type by its own rules, however the portal spells it', () => {
    const clicks = [entry('click', '2026-06-20', 3)];
    expect(judge('mixed', clicks, 'AFFILIATE').status).toBe('active');
    expect(judge('mixed', clicks, 'Reseller').reasons.map(({ code }) => code)).toContain('sales_never');
    expect(judge('mixed', clicks, 'referral').reasons.map(({ code }) => code)).toEqual(['leads_never']);
  });

  test('a partner whom no rule is meant for is unknown, and the verdict says what to check', () => {
    const verdict = judge('mixed', [entry('click', '2026-06-20')], null);
    expect(verdict.status).toBe('unknown');
    expect(verdict.health).toBeNull();
    expect(verdict.remark).toContain('type, tier and region');
  });
});
