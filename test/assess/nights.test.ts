/**
 * Night after night with everything that may happen in between: activities that come late, issues of the programme that
 * open and close, sources that fail and grow old, a pause, another definition. Judging only whom it concerns gives what
 * judging every night gives, and something that the partner does never makes its verdict worse.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessPartner, type Context } from '../../src/assess/assess.ts';
import { ranks } from '../../src/assess/status.ts';
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import { calendarOf, toDay, toDayNumber, type Calendar } from '../../src/model/calendar.ts';
import { kinds, partnerKinds, type Kind } from '../../src/model/kind.ts';
import type { Partner } from '../../src/model/partner.ts';
import type { ProgrammeIssue, SourceKind } from '../../src/model/programme.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { anySettings, arbitraryPartner, arbitraryTimeline, contextAt, still, zones } from './arbitrary.ts';
import { hourMs } from './world.ts';

const firstDay = toDayNumber('2026-03-01');
const nights = 130;
const anyNight = fc.integer({ min: 0, max: nights });
/** A spell of nights: from the first, up to the second. */
const anySpell = fc
  .tuple(anyNight, fc.integer({ min: 1, max: 60 }))
  .map(([from, length]) => ({ from, until: from + length }));
type Spell = { readonly from: number; readonly until: number };

/** What tells of activity: one source that is read every night, and one that is fed now and then. */
const daily = 'csv:test';
const monthly = 'csv:monthly';
const broken: readonly SourceKind[] = [
  { source: daily, kind: 'portal_login' },
  { source: daily, kind: 'click' },
  { source: daily, kind: 'deal_won' },
];

type Break = Spell & {
  readonly sinceNight: number;
  readonly streams: readonly SourceKind[];
  readonly whom: string;
};
const anyBreak: fc.Arbitrary<Break> = fc
  .record({
    spell: anySpell,
    seenAfter: fc.integer({ min: 4, max: 30 }),
    streams: fc.subarray([...broken], { minLength: 1 }),
    whom: fc.constantFrom('everybody', 'region', 'named', 'others'),
  })
  .map(({ spell, seenAfter, streams, whom }) => ({
    ...spell,
    sinceNight: spell.from - seenAfter,
    streams,
    whom,
  }));

function issueOf({ sinceNight, streams, whom }: Break, id: number): ProgrammeIssue {
  return {
    id,
    cause: 'break',
    streams,
    group: { partnerType: null, region: whom === 'region' ? 'emea' : whom === 'others' ? 'APAC' : null },
    partnerIds: whom === 'named' ? ['101', '102'] : null,
    since: toDay(firstDay + sinceNight),
    partners: 40,
    expected: 30,
    observed: 0,
    sentence: 'It broke.',
    openedAt: 0,
    closed: null,
  };
}

const anyWorld = fc.record({
  timeline: arbitraryTimeline,
  /** On which night each entry becomes known; those beyond the list are known from the beginning. */
  late: fc.array(fc.option(anyNight, { freq: 3 }), { maxLength: 12 }),
  definitions: fc.tuple(anySettings, anySettings),
  redefinedAt: fc.option(anyNight),
  who: arbitraryPartner,
  pause: fc.option(fc.record({ setAt: anyNight, days: fc.integer({ min: 1, max: 40 }) })),
  breaks: fc.array(anyBreak, { maxLength: 3 }),
  /** The daily source does not complete. */
  outage: fc.option(anySpell, { freq: 1 }),
  /** Nights on which the other source is fed; it grows old after five weeks. */
  fed: fc.option(fc.array(anyNight, { minLength: 3, maxLength: 6 }), { freq: 1 }),
  zone: fc.constantFrom(...zones),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

function within(night: number, spell: Spell | null): boolean {
  return spell !== null && spell.from <= night && night < spell.until;
}

const growsOldAfterNights = 35;

function sourcesOn(night: number, { outage, fed }: World, calendar: Calendar): SourceState[] {
  const at = (when: number): number => calendar.startOf(firstDay + when) + hourMs;
  const isOut = within(night, outage);
  const known = isOut && outage !== null ? outage.from - 1 : night;
  const states: SourceState[] = [{ source: daily, complete: !isOut, completeUpTo: at(known), kinds }];
  if (fed === null) return states;
  const latest = Math.max(-10, ...fed.filter((when) => when <= night));
  const complete = night - latest <= growsOldAfterNights;
  return [...states, { source: monthly, complete, completeUpTo: at(latest), kinds: ['deal_won', 'click'] }];
}

function partnerOn(night: number, { who, pause }: World): Partner {
  if (pause === null || night < pause.setAt) return who;
  return { ...who, snoozedUntil: toDay(firstDay + pause.setAt + pause.days) };
}

type Night = {
  readonly partner: Partner;
  readonly timeline: readonly TimelineEntry[];
  readonly context: Context;
  /** Whoever writes it has the partner judged anew when it changes. */
  readonly touched: string;
};

function nightOf(night: number, world: World): Night {
  const calendar = calendarOf(world.zone);
  const redefined = world.redefinedAt !== null && night >= world.redefinedAt;
  const partner = partnerOn(night, world);
  const timeline = world.timeline.filter((_entry, index) => (world.late[index] ?? 0) <= night);
  const issues = world.breaks.flatMap((one, index) => (within(night, one) ? issueOf(one, index + 1) : []));
  const sources = sourcesOn(night, world, calendar);
  const definition: Settings = world.definitions[redefined ? 1 : 0];
  const now = calendar.startOf(firstDay + night) + 2 * hourMs;
  const context = { ...contextAt(now, definition, world.zone, sources), issues };
  const touched = JSON.stringify([
    redefined,
    partner.snoozedUntil,
    timeline.length,
    issues.map(({ id }) => id),
    sources.map(({ complete }) => complete),
  ]);
  return { partner, timeline, context, touched };
}

function judge({ partner, timeline, context }: Night, previous: Verdict | null): Verdict {
  return assessPartner(partner, timeline, previous, context);
}

function isDue(verdict: Verdict, before: Night | null, now: Night): boolean {
  if (before?.touched !== now.touched) return true;
  return verdict.nextChangeAt !== null && verdict.nextChangeAt <= now.context.now;
}

test('judging only on change dates, and when something happens, gives what judging every night gives', () => {
  let [judged, skipped] = [0, 0];
  fc.assert(
    fc.property(anyWorld, (world) => {
      let every: Verdict | null = null;
      let due: Verdict | null = null;
      let before: Night | null = null;
      for (let number = 0; number <= nights; number += 1) {
        const night = nightOf(number, world);
        every = judge(night, every);
        if (due === null || isDue(due, before, night)) {
          due = judge(night, due);
          judged += 1;
        } else {
          skipped += 1;
        }
        expect({ number, verdict: still(due) }).toEqual({ number, verdict: still(every) });
        before = night;
      }
    }),
    { numRuns: 400 },
  );
  // Otherwise nothing was shown: every night would have been due.
  expect(skipped).toBeGreaterThan(judged);
});

/** A click that brings no sale is the one activity that may be held against a partner. */
const welcome = partnerKinds.filter((kind) => kind !== 'click');

function isPaused(number: number, { partner: { snoozedUntil } }: Night): boolean {
  return snoozedUntil !== null && toDayNumber(snoozedUntil) > firstDay + number;
}

function plus(night: Night, kind: Kind): Night {
  const occurredAt = night.context.now;
  const done = { kind, occurredAt, quantity: 1, amount: null, source: daily } as const;
  return { ...night, timeline: [...night.timeline, done] };
}

test('something that the partner does now never makes its verdict worse, whatever stood before', () => {
  let compared = 0;
  fc.assert(
    fc.property(anyWorld, anyNight, fc.constantFrom<Kind>(...welcome), (world, last, kind) => {
      let before: Verdict | null = null;
      for (let number = 0; number < last; number += 1) before = judge(nightOf(number, world), before);
      const night = nightOf(last, world);
      const [silent, acting] = [judge(night, before), judge(plus(night, kind), before)];
      expect(ranks[acting.status]).toBeLessThanOrEqual(ranks[silent.status]);
      // A health that a pause or a missing source has kept is of an earlier day.
      if (silent.stale || isPaused(last, night) || silent.health === null) return;
      expect(acting.health).toBeGreaterThanOrEqual(silent.health);
      compared += 1;
    }),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(100);
});
