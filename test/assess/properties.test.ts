/** What holds for every history, every definition and every moment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessPartner, type Context } from '../../src/assess/assess.ts';
import { ranks } from '../../src/assess/status.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import type { CadenceModel, CadenceModels } from '../../src/model/cadence.ts';
import { calendarOf } from '../../src/model/calendar.ts';
import type { ProgrammeFacts } from '../../src/model/facts.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import { kinds, partnerKinds, type Kind } from '../../src/model/kind.ts';
import type { Partner } from '../../src/model/partner.ts';
import { behaviours, type Behaviour, type Rule, type Settings } from '../../src/model/settings.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { at, everyone, hourMs, partner, settings } from './world.ts';

const zones = ['UTC', 'Pacific/Auckland', 'America/New_York', 'Europe/Berlin'];
const origin = at('2026-03-01', 0, 'UTC');
/** Few kinds, short windows: histories in which much happens at once. */
const lively: Kind[] = ['deal_won', 'portal_login', 'click', 'sale', 'meeting_held', 'email_outbound'];
const watched: Behaviour[] = ['sales', 'portal', 'promotion', 'clicks', 'conversation'];

const arbitraryEntry: fc.Arbitrary<TimelineEntry> = fc.record({
  kind: fc.constantFrom(...lively),
  occurredAt: fc.integer({ min: -120 * 24, max: 60 * 24 }).map((hours) => origin + hours * hourMs),
  quantity: fc.integer({ min: 0, max: 6 }),
  amount: fc.constant(null),
  source: fc.constant('csv:test' as const),
});
const arbitraryTimeline = fc.array(arbitraryEntry, { maxLength: 25 });

const windowDays = fc.integer({ min: 2, max: 40 });
const arbitraryAbsence: fc.Arbitrary<Rule> = fc.record({
  id: fc.constant('absence'),
  audience: fc.constant(everyone),
  test: fc.constant('absence' as const),
  behaviour: fc.constantFrom(...watched),
  windowDays,
  minimum: fc.constantFrom(1, 1, 1, 4),
  severity: fc.constantFrom('at_risk' as const, 'inactive' as const, 'inactive' as const),
});
const arbitraryDecline: fc.Arbitrary<Rule> = fc.record({
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

function arbitrarySettings(...rules: fc.Arbitrary<Rule>[]): fc.Arbitrary<Settings> {
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
const anySettings = arbitrarySettings(
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
const arbitraryCase = fc.oneof(
  arbitraryPlainCase,
  fc.record({ timeline: arbitraryTimeline, definition: anySettings }),
);

const arbitraryPartner: fc.Arbitrary<Partner> = fc
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
  amounts: [],
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

function contextAt(
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
function still({ assessedAt: _assessedAt, reasons, ...rest }: Verdict): unknown {
  return { ...rest, reasons: reasons.map(({ asOf: _asOf, ...reason }) => reason) };
}

const runs = { numRuns: 400 };

describe('a verdict', () => {
  test('depends on nothing but what it is given, and not on the order of the timeline', () => {
    fc.assert(
      fc.property(
        arbitraryTimeline,
        anySettings,
        arbitraryPartner,
        fc.constantFrom(...zones),
        (timeline, definition, who, zone) => {
          const judge = (entries: TimelineEntry[]) =>
            assessPartner(who, entries, null, contextAt(origin, definition, zone));
          const frozen = structuredClone(timeline);
          const first = judge(timeline);
          expect(timeline).toEqual(frozen);
          expect(judge(timeline)).toEqual(first);
          expect(judge(timeline.toReversed())).toEqual(first);
          expect(judge(timeline.toSorted((a, b) => a.quantity - b.quantity))).toEqual(first);
        },
      ),
      runs,
    );
  });

  test('has contributions that add up to a health in the band of its status, or no health at all', () => {
    const bands: Readonly<Record<Verdict['status'], readonly [number, number] | null>> = {
      active: [66, 100],
      reactivated: [33, 65],
      cooling: [33, 65],
      at_risk: [33, 65],
      inactive: [0, 32],
      never_activated: [0, 32],
      excluded: null,
      unknown: null,
    };
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const { status, health, contributions } = assessPartner(
          who,
          timeline,
          null,
          contextAt(origin, definition),
        );
        const band = bands[status];
        expect(health === null).toBe(band === null);
        const [floor, ceiling] = band ?? [0, 0];
        const sum = contributions.reduce((total, { points }) => total + points, 0);
        expect(sum).toBe(health ?? 0);
        expect(sum).toBeGreaterThanOrEqual(floor);
        expect(sum).toBeLessThanOrEqual(ceiling);
        expect(contributions.every(({ points }) => Number.isInteger(points) && points >= 0)).toBe(true);
      }),
      runs,
    );
  });

  test('never holds something against a partner without a reason, and never the reverse', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const judged = { ...who, snoozedUntil: null };
        const verdict = assessPartner(judged, timeline, null, contextAt(origin, definition));
        const worst = verdict.reasons[0]?.severity ?? 'active';
        // A partner that was never activated is told what was never seen, whatever that would be of others.
        expect([worst, 'never_activated']).toContain(verdict.status);
        const codes = verdict.reasons.map(({ code }) => code);
        expect(new Set(codes).size).toBe(codes.length);
        expect(verdict.inactiveSince === null).toBe(verdict.status !== 'inactive');
      }),
      runs,
    );
  });

  test('is never inactive or never activated while a source it needs is incomplete, unless it already was', () => {
    const sources: SourceState[] = [
      {
        source: 'csv:a',
        complete: true,
        completeUpTo: origin,
        kinds: ['deal_won', 'portal_login', 'meeting_held'],
      },
      { source: 'csv:b', complete: false, completeUpTo: null, kinds: ['click', 'sale', 'deal_won'] },
    ];
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const needed = definition.rules.some(({ behaviour }) =>
          (behaviours[behaviour] as readonly Kind[]).some((kind) => sources[1]?.kinds.includes(kind)),
        );
        fc.pre(needed);
        const judged = contextAt(origin, definition, 'UTC', sources);
        const first = assessPartner(who, timeline, null, judged);
        expect(['inactive', 'never_activated']).not.toContain(first.status);
        expect(first.stale).toBe(true);
        const earlier = assessPartner(
          who,
          timeline,
          null,
          contextAt(origin - 40 * millisecondsPerDay, definition),
        );
        const later = assessPartner(who, timeline, earlier, judged);
        fc.pre(earlier.status !== 'unknown');
        expect(ranks[later.status]).toBeLessThanOrEqual(ranks[earlier.status]);
      }),
      runs,
    );
  });
});

/** Whether `after` is nowhere worse than `before`. */
function isNoWorse(before: Verdict, after: Verdict): boolean {
  return (after.health ?? 0) >= (before.health ?? 0) && ranks[after.status] <= ranks[before.status];
}

function plus(timeline: TimelineEntry[], kind: Kind): TimelineEntry[] {
  return [...timeline, { kind, occurredAt: origin, quantity: 1, amount: null, source: 'csv:test' }];
}

describe('more activity', () => {
  const withoutConversion = arbitrarySettings(arbitraryAbsence, arbitraryAbsence, arbitraryDecline);
  test('today never lowers health or worsens the status', () => {
    fc.assert(
      fc.property(
        arbitraryTimeline,
        withoutConversion,
        arbitraryPartner,
        fc.constantFrom(...partnerKinds),
        (timeline, definition, who, kind) => {
          const judged = contextAt(origin, definition);
          const before = assessPartner(who, timeline, null, judged);
          const after = assessPartner(who, plus(timeline, kind), null, judged);
          // A pause or a missing source may leave nothing to compare.
          fc.pre(before.health !== null && after.health !== null);
          expect(isNoWorse(before, after)).toBe(true);
        },
      ),
      runs,
    );
  });

  test('of any kind but a click that brings no sale, also where conversion is judged', () => {
    fc.assert(
      fc.property(
        arbitraryTimeline,
        anySettings,
        arbitraryPartner,
        fc.constantFrom<Kind>('sale', 'deal_won', 'portal_login'),
        (timeline, definition, who, kind) => {
          const judged = contextAt(origin, definition);
          const before = assessPartner(who, timeline, null, judged);
          const after = assessPartner(who, plus(timeline, kind), null, judged);
          // A pause or a missing source may leave nothing to compare.
          fc.pre(before.health !== null && after.health !== null);
          expect(isNoWorse(before, after)).toBe(true);
        },
      ),
      runs,
    );
  });
});

describe('the next change date', () => {
  test('is exact: until then a verdict stands as it is', () => {
    fc.assert(
      fc.property(
        arbitraryCase,
        arbitraryPartner,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ timeline, definition }, who, zone, share) => {
          const verdict = assessPartner(who, timeline, null, contextAt(origin, definition, zone));
          const end = verdict.nextChangeAt ?? origin + 400 * millisecondsPerDay;
          expect(end).toBeGreaterThan(origin);
          for (const between of [origin + Math.floor((end - 1 - origin) * share), end - 1]) {
            const later = assessPartner(who, timeline, verdict, contextAt(between, definition, zone));
            expect(still(later)).toEqual(still(verdict));
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('is enough: judging only on change dates gives what judging every night gives', () => {
    const horizonDays = 150;
    fc.assert(
      fc.property(
        arbitraryTimeline,
        anySettings,
        arbitraryPartner,
        fc.constantFrom(...zones),
        (timeline, definition, who, zone) => {
          const calendar = calendarOf(zone);
          const firstDay = calendar.dayNumberOf(origin);
          let every: Verdict | null = null;
          let due: Verdict | null = null;
          for (let day = 0; day <= horizonDays; day += 1) {
            const now = calendar.startOf(firstDay + day) + 2 * hourMs;
            every = assessPartner(who, timeline, every, contextAt(now, definition, zone));
            if (due === null || (due.nextChangeAt !== null && due.nextChangeAt <= now)) {
              due = assessPartner(who, timeline, due, contextAt(now, definition, zone));
            }
            expect(still(due)).toEqual(still(every));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** The verdicts of nightly runs, from `fromDay` to `untilDay` relative to the origin. */
function nightly(
  who: Partner,
  timeline: TimelineEntry[],
  definition: Settings,
  fromDay: number,
  untilDay: number,
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (let day = fromDay; day <= untilDay; day += 1) {
    const now = origin + day * millisecondsPerDay;
    verdicts.push(assessPartner(who, timeline, verdicts.at(-1) ?? null, contextAt(now, definition)));
  }
  return verdicts;
}

describe('silence', () => {
  test('never makes a status better, but for momentum that holds, and so never flaps', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const past = timeline.filter(({ occurredAt }) => occurredAt <= origin);
        const verdicts = nightly({ ...who, snoozedUntil: null }, past, definition, -60, 150).slice(61);
        const statuses = verdicts.map(({ status }) => status);
        const spells = statuses.filter((status, index) => status !== statuses[index - 1]);
        expect(new Set(spells).size).toBe(spells.length);
        for (const [index, status] of spells.entries()) {
          const before = spells[index - 1] ?? status;
          const momentum = before === 'reactivated' && status === 'active';
          expect(momentum || ranks[status] >= ranks[before]).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('standing', () => {
  test('is kept like books: a change names what was before and when, an episode opens once a spell', () => {
    const out: ReadonlySet<string | undefined> = new Set([
      'cooling',
      'at_risk',
      'inactive',
      'never_activated',
    ]);
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const verdicts = nightly(who, timeline, definition, -60, 90);
        for (const [index, verdict] of verdicts.entries()) {
          const before = verdicts[index - 1];
          const changed = before?.status !== verdict.status;
          const opens = out.has(verdict.status) && !out.has(before?.status);
          expect(verdict.statusChangedAt).toBe(changed ? verdict.assessedAt : before.statusChangedAt);
          expect(verdict.previousStatus).toBe((changed ? before?.status : before.previousStatus) ?? null);
          expect(verdict.episode).toBe((before?.episode ?? 0) + (opens ? 1 : 0));
        }
      }),
      { numRuns: 150 },
    );
  });
});
