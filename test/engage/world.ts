/** What a recommendation rests on besides the partner and its verdict. */
import type { Surroundings } from '../../src/engage/recommend.ts';
import type { Stream } from '../../src/model/cadence.ts';
import type { Behaviour } from '../../src/model/settings.ts';
import type { Degree, Path, Reason, Verdict } from '../../src/model/verdict.ts';
import { silentVoice, type Voice } from '../../src/model/voice.ts';
import { at } from '../assess/world.ts';

/** Everything filled in; one offer has ended, one is valid, one began in the meantime, one is to come. */
export const voice: Voice = {
  name: 'Alder Tools',
  sellingPoint: 'Tools that last ten years, with a warranty as long.',
  commissionRates: '8 % on tools, 12 % on spare parts.',
  currentOffers: [
    { title: 'Spring sale: saws at 20 % off', until: '2026-05-31' },
    { title: 'Free delivery for every order', until: '2026-12-31' },
  ],
  upcomingOffers: [
    { title: 'Summer set of drills', from: '2026-07-01', until: '2026-08-31' },
    { title: 'Cordless week', from: '2026-09-14', until: null },
  ],
  feedback: 'https://alder.example/why',
  incentives: [
    { kind: 'temporary_commission', worth: { in: 'percent', percent: '2.5' }, daysValid: 30 },
    {
      kind: 'exclusive_voucher',
      worth: { in: 'percent', percent: '10' },
      daysValid: 14,
      codePrefix: 'BACK',
    },
    { kind: 'first_sale_bonus', worth: { in: 'money', amount: '50.00', currency: 'EUR' }, daysValid: 60 },
  ],
};

export function surroundings(overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    timeZone: 'Europe/Berlin',
    ownerName: 'Ada Byron',
    now: at('2026-07-10'),
    voice: silentVoice,
    individualRateProperty: null,
    rhythm: null,
    ...overrides,
  };
}

type Shortfall = { behaviour: Behaviour; degree: Degree } | { behaviour: Stream; degree: 'drifting' };

export function reason(shortfall: Shortfall, overrides: Partial<Omit<Reason, keyof Shortfall>> = {}): Reason {
  const common = {
    ruleId: 'rule',
    severity: 'inactive' as const,
    observed: 0,
    expected: 1,
    windowDays: 180,
    since: '2026-06-30',
    lastActivityDay: shortfall.degree === 'never' ? null : '2026-01-01',
    sources: ['csv:test' as const],
    asOf: at('2026-07-10', 1),
    sentence: 'Nothing came since 2026-01-01; 180 days are allowed.',
    counterfactual: 'One of them clears this.',
    ...overrides,
  };
  // The compiler cannot pair behaviour and degree across the union.
  return { ...common, ...shortfall, code: `${shortfall.behaviour}_${shortfall.degree}` } as Reason;
}

export function verdict(reasons: readonly Reason[], overrides: Partial<Verdict> = {}): Verdict {
  return {
    partnerId: '101',
    status: 'inactive',
    previousStatus: 'at_risk',
    statusChangedAt: at('2026-06-30', 2),
    health: 10,
    contributions: [],
    reasons,
    unknowns: [],
    lastActivityAt: at('2026-01-01'),
    lastActivityKind: 'deal_won',
    cadence: null,
    segment: null,
    inactiveSince: '2026-06-30',
    expectedInactiveDay: null,
    episode: 1,
    stale: false,
    nextChangeAt: null,
    settingsVersion: 3,
    assessedAt: at('2026-07-10', 2),
    ...overrides,
  };
}

export const onPath = (path: Path): Partial<Verdict> => ({ segment: { potential: 'medium', path } });
