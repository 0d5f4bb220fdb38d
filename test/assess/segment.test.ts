import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FactsCollector, factsDiffer } from '../../src/assess/facts.ts';
import { readHistory, type History } from '../../src/assess/history.ts';
import { presets } from '../../src/assess/presets.ts';
import { segmentOf, segmentText, type Judged } from '../../src/assess/segment.ts';
import { worthOf, type Worth } from '../../src/assess/worth.ts';
import type { TimelineEntry } from '../../src/model/activity.ts';
import { calendarOf, toDay, toDayNumber } from '../../src/model/calendar.ts';
import type { ProgrammeFacts } from '../../src/model/facts.ts';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import type { Partner } from '../../src/model/partner.ts';
import type { Rule } from '../../src/model/settings.ts';
import { statuses, type Reason, type Segment } from '../../src/model/verdict.ts';
import { absence, at, entry, everyone, partner, settings } from './world.ts';

const today = toDayNumber('2026-06-30');
const now = today * millisecondsPerDay;
const calendar = calendarOf('UTC');
const historyOf = (timeline: readonly TimelineEntry[]): History => readHistory(timeline, calendar, now);
const inEuro = (timeline: readonly TimelineEntry[]): Worth | null => worthOf(historyOf(timeline), 'EUR');

function deal(day: number, amount: string | null, currency = 'EUR'): TimelineEntry {
  return {
    kind: 'deal_won',
    occurredAt: day * millisecondsPerDay,
    quantity: 1,
    amount: amount === null ? null : { amount, currency },
    source: 'csv:test',
  };
}
/** So many deals of so much each, a fortnight apart, the last one `ago` days ago. */
const deals = (count: number, amount: string | null, ago = 10): TimelineEntry[] =>
  Array.from({ length: count }, (_, index) => deal(today - ago - 14 * (count - 1 - index), amount));

type Member = readonly [partner: Partner, timeline: readonly TimelineEntry[]];

function factsOf(members: readonly Member[], definition = presets.reseller): ProgrammeFacts {
  const collector = new FactsCollector({
    settings: definition,
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    now,
  });
  for (const [one, timeline] of members) collector.add(one, timeline);
  return collector.finish();
}
/** A hundred partners that bring 100, 200 ... 10,000 a deal; gold ones more than silver ones; and as many that never began. */
const programme: readonly Member[] = Array.from({ length: 200 }, (_, index): Member => {
  const one = partner({ id: String(index), tier: index < 50 || index >= 100 ? 'silver' : 'Gold' });
  return [one, index < 100 ? deals(2 + Math.floor(index / 10), String(100 * (index + 1))) : []];
});
const facts = factsOf(programme);
const judged: Judged = { status: 'at_risk', reasons: [], inactiveSince: null, cadence: null };
const place = (
  timeline: readonly TimelineEntry[],
  overrides: Partial<Judged> = {},
  tier: string | null = null,
): Segment | null =>
  segmentOf({ tier }, historyOf(timeline), { ...judged, ...overrides }, facts, today).segment;

describe('the worth of a history', () => {
  test('is what the best twelve months brought, however long ago they are', () => {
    const timeline = [deal(100, '10.50'), deal(464, '20'), deal(465, '30'), deal(3000, '40')];
    expect(inEuro(timeline)).toEqual({ amount: 50, peak: 2, history: 3 });
  });

  test('is unknown where no amount is known, and not zero', () => {
    expect(inEuro([deal(100, null)])?.amount).toBeNull();
    expect(inEuro([deal(100, '5', 'USD')])?.amount).toBeNull();
  });

  test('leaves out what we did, what is still to come and empty rows', () => {
    const outreach = entry('email_outbound', '2026-06-01');
    const empty = entry('click', '2026-06-01', 0);
    expect(inEuro([outreach, empty, deal(today + 1, '9')])).toBeNull();
  });

  test('is the same in whatever order the history comes', () => {
    // Some on one day, and amounts whose sum depends on the order in its last digits.
    const one = fc.tuple(fc.integer({ min: 1, max: today }), fc.constantFrom('0.1', '0.2', '0.3', '17.77'));
    const crowd = fc.tuple(fc.integer({ min: today - 3, max: today }), fc.constantFrom('0.1', '0.2', '0.3'));
    fc.assert(
      fc.property(fc.array(fc.oneof(one, crowd), { maxLength: 30 }), (unsorted) => {
        const shuffled = unsorted.map(([day, amount]) => deal(day, amount));
        const sorted = shuffled.toSorted((a, b) => a.occurredAt - b.occurredAt);
        expect(inEuro(shuffled)).toEqual(inEuro(sorted));
        expect(inEuro(sorted.toReversed())).toEqual(inEuro(sorted));
      }),
      { numRuns: 500 },
    );
  });

  test("counts days of the portal's zone: Sundays are a week apart, also over a clock change", () => {
    const sundays = ['2026-03-22', '2026-03-29', '2026-04-05'];
    const timeline = sundays.map((day) => ({ ...entry('click', day), occurredAt: at(day, 1.5) }));
    const berlin = calendarOf('Europe/Berlin');
    expect(worthOf(readHistory(timeline, berlin, now), 'EUR')).toMatchObject({ history: 3 });
    // At that hour the third one is still a Saturday elsewhere, six days after the second.
    expect(inEuro(timeline)).toMatchObject({ history: 2 });
  });

  test('does not move with the calendar', () => {
    const timeline = deals(6, '100');
    const later = now + 900 * millisecondsPerDay;
    expect(worthOf(readHistory(timeline, calendar, later), 'EUR')).toEqual(inEuro(timeline));
  });
});

describe('potential', () => {
  test('is relative to the programme: the upper fifth is high, the lower half low', () => {
    const potentials = programme
      .slice(0, 100)
      .map(([one, timeline]) => place(timeline, {}, one.tier)?.potential);
    const countOf = (potential: string) => potentials.filter((other) => other === potential).length;
    expect([countOf('high'), countOf('medium'), countOf('low')]).toEqual([
      expect.closeTo(20, -1),
      expect.closeTo(30, -1),
      expect.closeTo(50, -1),
    ]);
    expect([potentials[0], potentials[99]]).toEqual(['low', 'high']);
  });

  test('does not fall because amounts are unknown: activity and tier then speak alone', () => {
    expect(place(deals(11, null), {}, 'Gold')?.potential).toBe('high');
    expect(place(deals(11, '1'), {}, 'Gold')?.potential).not.toBe('high');
  });

  test('of a partner that never did anything follows from its tier, and else is the typical one', () => {
    const never = { status: 'never_activated' } as const;
    expect(place([], never, ' GOLD ')?.potential).toBe('medium');
    expect(place([], never, 'silver')?.potential).toBe('low');
    expect(place([], never, 'unheard of')?.potential).toBe('medium');
    expect(place([], never)?.potential).toBe('medium');
  });

  test('never falls when a partner brings more', () => {
    const order = ['low', 'medium', 'high'];
    const rank = (segment: Segment | null) => order.indexOf(segment?.potential ?? '');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 20_000 }), (many, amount) => {
        expect(rank(place(deals(many, String(amount + 500))))).toBeGreaterThanOrEqual(
          rank(place(deals(many, String(amount)))),
        );
      }),
    );
  });

  test('where everybody is alike, nobody is high for being like the others', () => {
    const alike = factsOf(
      Array.from({ length: 50 }, (_, id) => [partner({ id: String(id) }), deals(3, '100')]),
    );
    const potentialOf = (timeline: readonly TimelineEntry[]) =>
      segmentOf({ tier: 'gold' }, historyOf(timeline), judged, alike, today).segment?.potential;
    expect(potentialOf(deals(3, '100'))).toBe('medium');
    expect(potentialOf(deals(4, '200'))).toBe('high');
  });
});

const high = deals(11, '10000');
const low = deals(2, '10');
const reason = (behaviour: Reason['behaviour'], degree: Reason['degree']): Reason =>
  ({ behaviour, degree, severity: 'at_risk' }) as Reason;
const cadence = (band: 'likely' | 'unlikely') => ({ band }) as NonNullable<Judged['cadence']>;

describe('the path', () => {
  test.each<[name: string, path: string | undefined, timeline: readonly TimelineEntry[], Partial<Judged>]>([
    ['much to win while it still acts: a person', 'high_touch', high, {}],
    ['much to win, hardly a chance: a person helps', 'assisted', high, { cadence: cadence('unlikely') }],
    ['little to win: by itself, however likely', 'automated', low, { cadence: cadence('likely') }],
    ['never began: by itself', 'automated', [], { status: 'never_activated' }],
    ['clicks without a sale: at least a look', 'assisted', low, { reasons: [reason('clicks', 'no_sales')] }],
    ['excluded: none', undefined, high, { status: 'excluded' }],
    ['unknown: none', undefined, high, { status: 'unknown' }],
  ])('%s', (_name, path, timeline, overrides) => {
    expect(place(timeline, overrides)?.path).toBe(path);
  });

  test('of a partner that only has to be reminded is automated', () => {
    const path = (reasons: Reason[]) => place(deals(7, '5500'), { reasons }, 'gold')?.path;
    expect(place(deals(7, '5500'), {}, 'gold')).toEqual({ potential: 'medium', path: 'assisted' });
    expect(path([reason('portal', 'stopped'), reason('training', 'stopped')])).toBe('automated');
    expect(path([reason('portal', 'stopped'), reason('sales', 'stopped')])).toBe('assisted');
  });

  const curve: ProgrammeFacts['returns'] = {
    spells: 200,
    returned: 50,
    returnedWithin: [],
    steps: [
      { fromWeek: 0, known: 200, chance: 0.2 },
      { fromWeek: 26, known: 100, chance: 0.1 },
      { fromWeek: 52, known: 50, chance: 0.02 },
    ],
  };
  const withCurve = { ...facts, returns: curve };

  test('of an inactive partner changes on the very days that were foretold, and on no other', () => {
    const since = today - 100;
    const spell: Judged = { ...judged, status: 'inactive', inactiveSince: toDay(since) };
    const on = (day: number) => segmentOf({ tier: null }, historyOf(high), spell, withCurve, day);
    expect(on(today).segment?.path).toBe('high_touch');
    let foretold = on(today).changesOnDay;
    expect(foretold).toBe(since + 7 * 52);
    for (let day = today; day < today + 800; day += 1) {
      const { segment, changesOnDay } = on(day);
      expect(segment?.path).toBe(day < since + 7 * 52 ? 'high_touch' : 'assisted');
      if (day === foretold) foretold = changesOnDay;
      expect(changesOnDay).toBe(foretold);
    }
    expect(foretold).toBe(Infinity);
  });

  test('of an inactive partner is not held against it while the portal has no curve', () => {
    const spell: Partial<Judged> = { status: 'inactive', inactiveSince: '2020-01-01' };
    expect(place(high, spell)?.path).toBe('high_touch');
  });

  test('says in one line why, in numbers of the programme', () => {
    const spell: Judged = { ...judged, status: 'inactive', inactiveSince: '2026-06-01' };
    const { segment } = segmentOf({ tier: 'Gold' }, historyOf(high), spell, withCurve, today);
    expect(segmentText({ tier: 'Gold' }, historyOf(high), { ...spell, segment }, withCurve, today)).toBe(
      'High potential, to be approached personally: its best twelve months brought 110000 EUR, more than 100 % of the partners with amounts; 11 active weeks in its best year, more than 95 % of all; partners of the tier Gold are usually at 75 % of all; of 100 partners that became inactive, about 20 came back within 26 weeks (known of 200 spells).',
    );
    const never: Judged = { ...judged, status: 'never_activated' };
    const fresh = segmentOf({ tier: null }, historyOf([]), never, facts, today).segment;
    expect(segmentText({ tier: null }, historyOf([]), { ...never, segment: fresh }, facts, today)).toBe(
      'Medium potential, to be approached automatically: nothing is known of it yet, so it counts as the typical partner.',
    );
  });
});

describe('the facts of a programme', () => {
  test('do not depend on the order in which partners come', () => {
    expect(factsOf(programme.toReversed())).toEqual(facts);
  });

  test('fit on a page, however many partners there are', () => {
    expect(JSON.stringify(facts).length).toBeLessThan(5000);
  });

  test('survive being stored as JSON', () => {
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test('of an empty programme leave everybody the typical partner', () => {
    const empty = factsOf([]);
    expect(empty).toMatchObject({ partners: 0, amounts: [], returns: null });
    const { segment } = segmentOf(
      { tier: 'gold' },
      historyOf([]),
      { ...judged, status: 'never_activated' },
      empty,
      today,
    );
    expect(segment).toEqual({ potential: 'medium', path: 'automated' });
    for (const status of statuses) {
      expect(() =>
        segmentOf({ tier: null }, historyOf(high), { ...judged, status }, empty, today),
      ).not.toThrow();
    }
  });

  test('count spells by what the rules for the partner ask, and for as long as they allow', () => {
    const rules = [
      absence({ id: 'a', behaviour: 'sales', windowDays: 90 }),
      absence({ id: 'b', behaviour: 'portal', windowDays: 30 }),
    ];
    const timeline = [
      deal(today - 400, null),
      entry('portal_login', toDay(today - 350)),
      deal(today - 300, null),
    ];
    const spellsBy = (combination: 'any' | 'all') =>
      factsOf([[partner(), timeline]], settings({ rules, combination })).returns;
    // By any: 30 days after the only login, for ever since. By all: 90 days after the latest of anything.
    expect(spellsBy('any')).toMatchObject({ spells: 1, returned: 0 });
    expect(spellsBy('all')).toMatchObject({ spells: 1, returned: 0 });
    const back = [...timeline, deal(today - 10, null)];
    expect(factsOf([[partner(), back]], settings({ rules, combination: 'all' })).returns).toMatchObject({
      spells: 1,
      returned: 1,
    });
    const none = settings({ rules: [absence({ severity: 'at_risk' })] });
    expect(factsOf([[partner(), timeline]], none).returns).toBeNull();
  });
});

describe('facts are others', () => {
  const members = programme.slice(0, 100);
  test('where everybody brings more, where a tier stands elsewhere, or where other chances hold', () => {
    const richer = members.map(([one, timeline]): Member => [
      one,
      timeline.map((item) => ({ ...item, amount: { amount: '70000', currency: 'EUR' } })),
    ]);
    const turned = members.map(([one, timeline]): Member => [
      { ...one, tier: one.tier === 'silver' ? 'gold' : 'silver' },
      timeline,
    ]);
    expect(factsDiffer(facts, factsOf(richer))).toBe(true);
    expect(factsDiffer(facts, factsOf(turned))).toBe(true);
    const returns = {
      spells: 90,
      returned: 9,
      returnedWithin: [],
      steps: [{ fromWeek: 0, known: 90, chance: 0.2 }],
    };
    const rarer = { ...returns, steps: [{ fromWeek: 0, known: 90, chance: 0.1 }] };
    const hardly = { ...returns, steps: [{ fromWeek: 0, known: 95, chance: 0.21 }] };
    expect(factsDiffer(facts, { ...facts, returns })).toBe(true);
    expect(factsDiffer({ ...facts, returns }, { ...facts, returns: rarer })).toBe(true);
    expect(factsDiffer({ ...facts, returns }, { ...facts, returns: hardly })).toBe(false);
  });

  test('not for one more deal of one partner in a hundred', () => {
    const [first, ...rest] = members;
    const [one, timeline] = first ?? [partner(), []];
    expect(factsDiffer(facts, factsOf([[one, [...timeline, deal(today - 3, '100')]], ...rest]))).toBe(false);
    expect(factsDiffer(facts, facts)).toBe(false);
  });

  test('nor for one more deal of one partner in six', () => {
    const few = members.slice(94);
    const [first, ...rest] = few;
    const [one, timeline] = first ?? [partner(), []];
    const more = factsOf([[one, [...timeline, deal(today - 3, '900000')]], ...rest]);
    expect(factsDiffer(factsOf(few), more)).toBe(false);
  });
});

const clicks = (ago: number, quantity: number): TimelineEntry => ({
  kind: 'click',
  occurredAt: now - ago * millisecondsPerDay,
  quantity,
  amount: null,
  source: 'csv:test',
});
const mediansDiffer = (before: number | null | undefined, after: number | null): boolean =>
  factsDiffer({ ...facts, medianClicks: before }, { ...facts, medianClicks: after });

describe("the programme's median of clicks", () => {
  const conversion: Rule = {
    id: 'clicks_without_sales',
    test: 'conversion',
    behaviour: 'clicks',
    windowDays: 90,
    minimumClicks: 50,
    severity: 'at_risk',
    audience: everyone,
  };
  const medianOf = (...timelines: TimelineEntry[][]) =>
    factsOf(
      timelines.map((timeline, index): Member => [partner({ id: String(index) }), timeline]),
      settings({ rules: [conversion] }),
    ).medianClicks;

  test('is that of the partners who have any in the window', () => {
    expect(medianOf([])).toBeNull();
    expect(medianOf([clicks(91, 500)], [clicks(-1, 500)])).toBeNull();
    const bothEnds = [clicks(0, 10), clicks(90, 10)];
    expect(medianOf(bothEnds, [clicks(5, 40), clicks(91, 900)], [], [deal(today, '5')])).toBe(30);
    expect(medianOf(bothEnds, [clicks(5, 40)], [clicks(5, 900)])).toBe(40);
  });

  test('is not asked for where no rule needs it', () => {
    expect(factsOf([[partner(), [clicks(5, 40)]]]).medianClicks).toBeNull();
  });

  test('is worth judging everybody anew when it has moved by more than a tenth, or is new', () => {
    expect(mediansDiffer(100, 110)).toBe(false);
    expect(mediansDiffer(100, 111)).toBe(true);
    expect(mediansDiffer(100, 89)).toBe(true);
    expect(mediansDiffer(undefined, 5)).toBe(true);
    expect(mediansDiffer(null, null)).toBe(false);
    expect(mediansDiffer(5, null)).toBe(true);
  });
});
