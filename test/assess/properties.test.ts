/** What holds for every history, every definition and every moment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { ranks } from '../../src/assess/status.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import { calendarOf } from '../../src/model/calendar.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { partnerKinds, type Kind } from '../../src/model/kind.ts';
import type { Partner } from '../../src/model/partner.ts';
import { behaviours, type Settings } from '../../src/model/settings.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import {
  anySettings,
  arbitraryAbsence,
  arbitraryCase,
  arbitraryDecline,
  arbitraryPartner,
  arbitrarySettings,
  arbitraryTimeline,
  contextAt,
  origin,
  still,
  zones,
} from './arbitrary.ts';
import { hourMs } from './world.ts';

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

describe('more silence', () => {
  /** The same partner looked at for the first time on an earlier and a later day. */
  test('never makes a first verdict better, nor its health', () => {
    fc.assert(
      fc.property(
        arbitraryTimeline,
        anySettings,
        arbitraryPartner,
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 120 }),
        (timeline, definition, who, zone, days) => {
          const past = timeline.filter(({ occurredAt }) => occurredAt <= origin);
          const judged = { ...who, snoozedUntil: null };
          const [earlier, later] = [0, days].map((day) =>
            assessPartner(judged, past, null, contextAt(origin + day * millisecondsPerDay, definition, zone)),
          );
          expect(isNoWorse(later as Verdict, earlier as Verdict)).toBe(true);
        },
      ),
      runs,
    );
  });

  test('never raises the health that stood before, but where momentum holds', () => {
    fc.assert(
      fc.property(arbitraryTimeline, anySettings, arbitraryPartner, (timeline, definition, who) => {
        const past = timeline.filter(({ occurredAt }) => occurredAt <= origin);
        const verdicts = nightly({ ...who, snoozedUntil: null }, past, definition, -60, 120).slice(61);
        for (const [index, { status, health }] of verdicts.entries()) {
          const before = verdicts[index - 1];
          if (before === undefined || (before.status === 'reactivated' && status === 'active')) continue;
          expect(health ?? 0).toBeLessThanOrEqual(before.health ?? 0);
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
