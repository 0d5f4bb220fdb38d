/** What holds for every history, every definition and every moment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessPartner, type Context } from '../../src/assess/assess.ts';
import { ranks } from '../../src/assess/status.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import { calendarOf } from '../../src/model/calendar.ts';
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
    programme: { medianClicks: null },
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

  test('has contributions that add up to a health in the band of its status', () => {
    const bands = {
      active: [66, 100],
      reactivated: [33, 65],
      cooling: [33, 65],
      at_risk: [33, 65],
      inactive: [0, 32],
      never_activated: [0, 32],
    } as const;
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const verdict = assessPartner(who, timeline, null, contextAt(origin, definition));
        if (verdict.status === 'unknown' || verdict.status === 'excluded') {
          expect(verdict.health).toBeNull();
          return;
        }
        const sum = verdict.contributions.reduce((total, { points }) => total + points, 0);
        expect(sum).toBe(verdict.health);
        expect(verdict.contributions.every(({ points }) => Number.isInteger(points) && points >= 0)).toBe(
          true,
        );
        const [floor, ceiling] = bands[verdict.status];
        expect(verdict.health).toBeGreaterThanOrEqual(floor);
        expect(verdict.health).toBeLessThanOrEqual(ceiling);
      }),
      runs,
    );
  });

  test('never holds something against a partner without a reason, and never the reverse', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const verdict = assessPartner(
          { ...who, snoozedUntil: null },
          timeline,
          null,
          contextAt(origin, definition),
        );
        const worst = verdict.reasons[0]?.severity ?? null;
        if (verdict.status === 'active') expect(worst).toBeNull();
        if (verdict.status === 'cooling' || verdict.status === 'at_risk' || verdict.status === 'inactive') {
          expect(worst).toBe(verdict.status);
        }
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
        if (earlier.status !== 'unknown')
          expect(ranks[later.status]).toBeLessThanOrEqual(ranks[earlier.status]);
      }),
      runs,
    );
  });
});

describe('more activity', () => {
  const withoutConversion = arbitrarySettings(arbitraryAbsence, arbitraryAbsence, arbitraryDecline);
  const improves = (before: Verdict, after: Verdict) => {
    if (before.health === null || after.health === null) return;
    expect(after.health).toBeGreaterThanOrEqual(before.health);
    expect(ranks[after.status]).toBeLessThanOrEqual(ranks[before.status]);
  };
  const plus = (timeline: TimelineEntry[], kind: Kind): TimelineEntry[] => [
    ...timeline,
    { kind, occurredAt: origin, quantity: 1, amount: null, source: 'csv:test' },
  ];

  test('today never lowers health or worsens the status', () => {
    fc.assert(
      fc.property(
        arbitraryTimeline,
        withoutConversion,
        arbitraryPartner,
        fc.constantFrom(...partnerKinds),
        (timeline, definition, who, kind) => {
          const judged = contextAt(origin, definition);
          improves(
            assessPartner(who, timeline, null, judged),
            assessPartner(who, plus(timeline, kind), null, judged),
          );
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
          improves(
            assessPartner(who, timeline, null, judged),
            assessPartner(who, plus(timeline, kind), null, judged),
          );
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
        arbitraryTimeline,
        anySettings,
        arbitraryPartner,
        fc.constantFrom(...zones),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (timeline, definition, who, zone, share) => {
          const verdict = assessPartner(who, timeline, null, contextAt(origin, definition, zone));
          const end = verdict.nextChangeAt ?? origin + 400 * millisecondsPerDay;
          expect(end).toBeGreaterThan(origin);
          for (const between of [origin + Math.floor((end - 1 - origin) * share), end - 1]) {
            const later = assessPartner(who, timeline, verdict, contextAt(between, definition, zone));
            expect(still(later)).toEqual(still(verdict));
          }
        },
      ),
      { numRuns: 1000 },
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
          let nightly: Verdict | null = null;
          let due: Verdict | null = null;
          for (let day = 0; day <= horizonDays; day += 1) {
            const now = calendar.startOf(firstDay + day) + 2 * hourMs;
            nightly = assessPartner(who, timeline, nightly, contextAt(now, definition, zone));
            if (due === null || (due.nextChangeAt !== null && due.nextChangeAt <= now)) {
              due = assessPartner(who, timeline, due, contextAt(now, definition, zone));
            }
            expect(still(due)).toEqual(still(nightly));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('silence', () => {
  test('never makes a status better, but for momentum that holds, and so never flaps', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const past = timeline.filter(({ occurredAt }) => occurredAt <= origin);
        const seen: Verdict['status'][] = [];
        let verdict: Verdict | null = null;
        for (let day = -60; day <= 150; day += 1) {
          const now = origin + day * millisecondsPerDay;
          const next: Verdict = assessPartner(
            { ...who, snoozedUntil: null },
            past,
            verdict,
            contextAt(now, definition),
          );
          if (now > origin && verdict !== null && next.status !== verdict.status) {
            const momentum = verdict.status === 'reactivated' && next.status === 'active';
            expect(momentum || ranks[next.status] > ranks[verdict.status]).toBe(true);
            expect(seen).not.toContain(next.status);
          }
          if (now > origin && seen.at(-1) !== next.status) seen.push(next.status);
          verdict = next;
        }
      }),
      { numRuns: 150 },
    );
  });

  test('keeps the books of standing: a change names what was before and when, an episode opens once a spell', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const out: ReadonlySet<string> = new Set(['cooling', 'at_risk', 'inactive', 'never_activated']);
        let verdict: Verdict | null = null;
        for (let day = -60; day <= 90; day += 1) {
          const now = origin + day * millisecondsPerDay;
          const next: Verdict = assessPartner(who, timeline, verdict, contextAt(now, definition));
          if (verdict !== null && next.status === verdict.status) {
            expect(next.statusChangedAt).toBe(verdict.statusChangedAt);
            expect(next.previousStatus).toBe(verdict.previousStatus);
          } else {
            expect(next.statusChangedAt).toBe(now);
            expect(next.previousStatus).toBe(verdict?.status ?? null);
          }
          const opens: boolean = out.has(next.status) && !(verdict !== null && out.has(verdict.status));
          expect(next.episode).toBe((verdict?.episode ?? 0) + (opens ? 1 : 0));
          verdict = next;
        }
      }),
      { numRuns: 150 },
    );
  });
});
