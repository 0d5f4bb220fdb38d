/** Arbitrary partners, histories and definitions, and what was learned of a programme, for properties of the judgement. */
import fc from 'fast-check';
import type { Context } from '../../src/assess/assess.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import type { CadenceModel, CadenceModels } from '../../src/model/cadence.ts';
import type { ProgrammeFacts } from '../../src/model/facts.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import { kinds, type Kind } from '../../src/model/kind.ts';
import type { Partner } from '../../src/model/partner.ts';
import type { Behaviour, Rule, Settings } from '../../src/model/settings.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { at, everyone, hourMs, partner, settings } from './world.ts';

export const zones = ['UTC', 'Pacific/Auckland', 'America/New_York', 'Europe/Berlin'];
export const origin = at('2026-03-01', 0, 'UTC');
/** Few kinds, short windows: histories in which much happens at once. */
const lively: Kind[] = ['deal_won', 'portal_login', 'click', 'sale', 'meeting_held', 'email_outbound'];
export const anyKind = fc.constantFrom(...lively);
const watched: Behaviour[] = ['sales', 'portal', 'promotion', 'clicks', 'conversation'];

/** Amounts whose sum depends on the order in which they are added, to a hair. */
const arbitraryAmount = fc.option(
  fc.record({
    amount: fc.constantFrom('0.10', '0.20', '0.30'),
    currency: fc.constantFrom('EUR', 'EUR', 'USD'),
  }),
);

const arbitraryEntry: fc.Arbitrary<TimelineEntry> = fc.record({
  kind: anyKind,
  occurredAt: fc.integer({ min: -120 * 24, max: 60 * 24 }).map((hours) => origin + hours * hourMs),
  quantity: fc.integer({ min: 0, max: 6 }),
  amount: arbitraryAmount,
  source: fc.constant('csv:test' as const),
});
export const arbitraryTimeline = fc.array(arbitraryEntry, { maxLength: 25 });

const windowDays = fc.integer({ min: 2, max: 40 });
export const arbitraryAbsence: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('absence'),
  audience: fc.constant(everyone),
  test: fc.constant('absence' as const),
  behaviour: fc.constantFrom(...watched),
  windowDays,
  minimum: fc.constantFrom(1, 1, 1, 4),
  severity: fc.constantFrom('at_risk' as const, 'inactive' as const, 'inactive' as const),
});
export const arbitraryDecline: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('decline'),
  audience: fc.constant(everyone),
  test: fc.constant('decline' as const),
  behaviour: fc.constantFrom(...watched),
  windowDays,
  drop: fc.constantFrom(0.3, 0.5, 1),
  baselineMinimum: fc.integer({ min: 1, max: 3 }),
  severity: fc.constantFrom('cooling' as const, 'at_risk' as const),
});
const arbitraryConversion: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('conversion'),
  audience: fc.constant(everyone),
  test: fc.constant('conversion' as const),
  behaviour: fc.constant('clicks' as const),
  windowDays,
  minimumClicks: fc.integer({ min: 1, max: 12 }),
  severity: fc.constantFrom('cooling' as const, 'at_risk' as const),
});

export function arbitrarySettings(...rules: fc.Arbitrary<Rule>[]): fc.Arbitrary<Settings> {
  return fc
    .record({
      rules: fc.array(fc.oneof(...rules), { minLength: 1, maxLength: 4 }),
      combination: fc.constantFrom('any' as const, 'all' as const),
      graceDays: fc.integer({ min: 0, max: 20 }),
      momentumDays: fc.integer({ min: 1, max: 25 }),
      warningDays: fc.integer({ min: 0, max: 15 }),
    })
    .map((part) =>
      settings({ ...part, rules: part.rules.map((rule, index) => ({ ...rule, id: `rule_${index}` })) }),
    );
}
export const anySettings = arbitrarySettings(
  arbitraryAbsence,
  arbitraryAbsence,
  arbitraryDecline,
  arbitraryConversion,
);

/** One behaviour, one rule: what many rules at once would hide behind each other's dates. */
const arbitraryPlainCase = fc.record({
  timeline: fc.array(
    arbitraryEntry.map((item) => ({ ...item, kind: 'deal_won' as const })),
    { minLength: 2, maxLength: 12 },
  ),
  definition: arbitrarySettings(
    fc
      .oneof(arbitraryAbsence, arbitraryDecline)
      .map((rule) => ({ ...rule, behaviour: 'sales' as const }) as Rule),
  ).map((definition) => ({ ...definition, rules: definition.rules.slice(0, 1), graceDays: 0 })),
});
export const arbitraryCase = fc.oneof(
  arbitraryPlainCase,
  fc.record({ timeline: arbitraryTimeline, definition: anySettings }),
);

export const arbitraryPartner: fc.Arbitrary<Partner> = fc
  .record({
    joinedAt: fc.option(fc.integer({ min: -130, max: 20 }).map((day) => origin + day * millisecondsPerDay)),
    snoozedUntil: fc.option(fc.constantFrom('2026-03-20', '2026-04-10'), { freq: 5 }),
  })
  .map((overrides) => partner(overrides));

function sourcesOf(complete: boolean): SourceState[] {
  return [{ source: 'csv:test', complete, completeUpTo: origin, kinds }];
}
const complete = sourcesOf(true);

const byLoyalty: CadenceModel = {
  parameters: { r: 1.2, alpha: 2, a: 0.6, b: 1.5 },
  alarm: { by: 'alive', level: 0.75 },
  decides: 'model',
};
const bySurprise: CadenceModel = {
  parameters: { r: 2, alpha: 3, a: 0.1, b: 9 },
  alarm: { by: 'surprise', level: 0.2 },
  decides: 'model',
};
/** What was learned, if anything: another model from definition to definition, and the same one for the same. */
const learned: readonly (CadenceModels | null)[] = [
  null,
  { version: 1, streams: { productive: byLoyalty, engagement: bySurprise } },
  { version: 2, streams: { productive: bySurprise, engagement: null } },
  { version: 3, streams: { productive: { ...byLoyalty, decides: 'rule' }, engagement: byLoyalty } },
];

/** A programme in which coming back becomes less likely soon, so that segments move within the tests' horizon. */
const facts: ProgrammeFacts = {
  asOf: '2026-01-01',
  partners: 10,
  currency: 'EUR',
  amounts: [0.1, 0.3, 0.6, 0.9],
  peaks: [1, 2, 3, 4, 6],
  histories: [1, 2, 4, 8, 12],
  tiers: { gold: 0.7 },
  bounds: { medium: 0.4, high: 0.6 },
  returns: {
    spells: 30,
    returned: 12,
    returnedWithin: [{ weeks: 26, share: 0.4 }],
    steps: [
      { fromWeek: 0, known: 30, chance: 0.3 },
      { fromWeek: 3, known: 20, chance: 0.1 },
      { fromWeek: 7, known: 10, chance: 0.02 },
    ],
  },
};

export function contextAt(
  now: Instant,
  definition: Settings,
  timeZone = 'UTC',
  sources: readonly SourceState[] = complete,
): Context {
  return {
    settings: { version: 1, settings: definition },
    sources,
    timeZone,
    now,
    facts: definition.graceDays % 3 === 0 ? null : facts,
    cadence: learned[definition.momentumDays % learned.length] ?? null,
  };
}

/** Everything that must not move by itself. */
export function still({ assessedAt: _assessedAt, reasons, ...rest }: Verdict): unknown {
  return { ...rest, reasons: reasons.map(({ asOf: _asOf, ...reason }) => reason) };
}
