/**
 * A judgement counts days in the portal's zone and nothing else: the same history, so many days later or in another zone,
 * is judged the same, across leap days, clock changes and the ends of months and years.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessPartner, type Context } from '../../src/assess/assess.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import { calendarOf, toDay, toDayNumber, type Calendar, type DayNumber } from '../../src/model/calendar.ts';
import { kinds } from '../../src/model/kind.ts';
import type { ProgrammeIssue } from '../../src/model/programme.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { anyKind, anySettings, contextAt } from './arbitrary.ts';
import { hourMs, partner } from './world.ts';

/** Summer and winter time on both hemispheres, a clock change at midnight, odd offsets, and the earliest day of all. */
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Africa/Casablanca',
];
/** Leap days, a year without one that looks like one, clock changes of both hemispheres, a turn of the year. */
const origins = [
  '2028-02-28',
  '2028-03-01',
  '2100-02-28',
  '2026-03-29',
  '2026-10-25',
  '2026-04-05',
  '2026-09-27',
  '2018-11-04',
  '2026-12-31',
].map(toDayNumber);
const reference = toDayNumber('2027-06-15');

/** Days are told from the origin, hours from the beginning of the day; the shortest days have 23. */
const anyMoment = fc.record({
  day: fc.integer({ min: -120, max: 5 }),
  hour: fc.integer({ min: 0, max: 22 }),
});
const anyPast = fc.array(
  fc.record({ moment: anyMoment, kind: anyKind, quantity: fc.integer({ min: 1, max: 6 }) }),
  { maxLength: 25 },
);
const anyWorld = fc.record({
  past: anyPast,
  definition: anySettings,
  joined: fc.option(anyMoment),
  pausedUntil: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 1 }),
  brokenSince: fc.option(fc.integer({ min: -30, max: -4 }), { freq: 1 }),
  /** Verdicts on these days before the origin, one after the other. */
  before: fc.uniqueArray(fc.integer({ min: -80, max: -1 }), { maxLength: 4 }),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;
type Moment = { readonly day: number; readonly hour: number };

class Place {
  readonly #calendar: Calendar;
  readonly #origin: DayNumber;
  readonly #zone: string;

  constructor(origin: DayNumber, zone: string) {
    this.#calendar = calendarOf(zone);
    this.#origin = origin;
    this.#zone = zone;
  }

  #at({ day, hour }: Moment): number {
    return this.#calendar.startOf(this.#origin + day) + hour * hourMs;
  }

  judge(world: World): Verdict {
    const days = [...world.before.toSorted((a, b) => a - b), 0];
    let previous: Verdict | null = null;
    for (const day of days) previous = this.#judgeOn(day, world, previous);
    return previous as Verdict;
  }

  #judgeOn(day: number, world: World, previous: Verdict | null): Verdict {
    const { past, definition, joined, pausedUntil } = world;
    const timeline = past.map(({ moment, kind, quantity }): TimelineEntry => {
      return { kind, quantity, occurredAt: this.#at(moment), amount: null, source: 'csv:test' };
    });
    const who = partner({
      joinedAt: joined === null ? null : this.#at(joined),
      snoozedUntil: pausedUntil === null ? null : toDay(this.#origin + pausedUntil),
    });
    const now = this.#at({ day, hour: 2 });
    const sources: SourceState[] = [{ source: 'csv:test', complete: true, completeUpTo: now, kinds }];
    const context: Context = {
      ...contextAt(now, definition, this.#zone, sources),
      issues: this.#issuesOf(world),
    };
    return assessPartner(who, timeline, previous, context);
  }

  #issuesOf({ brokenSince }: World): ProgrammeIssue[] {
    if (brokenSince === null) return [];
    return [
      {
        id: 1,
        cause: 'break',
        streams: [{ source: 'csv:test', kind: 'portal_login' }],
        group: { partnerType: null, region: null },
        partnerIds: null,
        since: toDay(this.#origin + brokenSince),
        partners: 9,
        expected: 8,
        observed: 0,
        sentence: 'It broke.',
        openedAt: 0,
        closed: null,
      },
    ];
  }

  /** A verdict with every day and instant told from the origin. */
  told(verdict: Verdict): unknown {
    return JSON.parse(JSON.stringify(verdict), (_key, value: unknown) => {
      if (typeof value === 'number' && value > 1e11)
        return `day ${this.#calendar.dayNumberOf(value) - this.#origin}`;
      if (typeof value !== 'string') return value;
      return value.replaceAll(/\d{4}-\d\d-\d\d/g, (text) => `day ${toDayNumber(text) - this.#origin}`);
    });
  }
}

test('the same days are judged the same on every day of the calendar and in every zone', () => {
  const there = new Place(reference, 'UTC');
  fc.assert(
    fc.property(anyWorld, fc.constantFrom(...origins), fc.constantFrom(...zones), (world, origin, zone) => {
      const here = new Place(origin, zone);
      expect(here.told(here.judge(world))).toEqual(there.told(there.judge(world)));
    }),
    { numRuns: 800 },
  );
});
