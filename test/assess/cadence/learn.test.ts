/** What a portal's own history teaches: an alarm that keeps its budget, a test on its own past, and who decides. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aucOf, brierOf, logLossOf, reliabilityOf, rocOf } from '../../../src/assess/cadence/accuracy.ts';
import { alarmFor, dialOf } from '../../../src/assess/cadence/alarm.ts';
import { learnStream, retested } from '../../../src/assess/cadence/learn.ts';
import { stateOf, surprise, aliveChance } from '../../../src/assess/cadence/mbg.ts';
import { eachGap } from '../../../src/assess/cadence/rhythm.ts';
import type { EventDays, StreamModel } from '../../../src/model/cadence.ts';
import { toDay } from '../../../src/model/calendar.ts';
import { createRandom } from '../../../src/sandbox/programmes/random.ts';
import { dayNumber, isPresent, readEventDays } from './logs.ts';

function raise(): never {
  throw new Error('Nothing was tested.');
}

function eventsOf(partners: readonly (readonly number[])[]): EventDays {
  const offsets = new Uint32Array(partners.length + 1);
  partners.forEach((days, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + days.length;
  });
  return { days: Int32Array.from(partners.flat()), offsets, partners: partners.length };
}

const outcome = fc.record({ score: fc.constantFrom(0, 0.2, 0.5, 0.9, 1), came: fc.constantFrom(0, 1) });

describe('accuracy', () => {
  test('AUC is the share of pairs that are in the right order, ties counted half', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), (items) => {
        const positives = items.filter(({ came }) => came === 1);
        const negatives = items.filter(({ came }) => came === 0);
        let won = 0;
        for (const { score: high } of positives) {
          for (const { score: low } of negatives) won += high > low ? 1 : high === low ? 0.5 : 0;
        }
        const auc = aucOf(
          items.map(({ score }) => score),
          items.map(({ came }) => came),
        );
        const pairs = positives.length * negatives.length;
        expect(auc === null).toBe(pairs === 0);
        expect(auc ?? 0).toBeCloseTo(pairs === 0 ? 0 : won / pairs, 12);
      }),
    );
  });

  test.each([
    [[1, 0], [1, 0], 0],
    [[0, 1], [1, 0], 1],
    [[0.5, 0.5], [1, 0], 0.25],
  ])('Brier of %j for %j is %d', (chances, outcomes, brier) => {
    expect(brierOf(chances, outcomes)).toBe(brier);
  });

  test.each([
    [[1, 0], [1, 0], 0],
    [[0.5, 0.5], [1, 0], Math.LN2],
    [[0.25, 0.25], [1, 0], (Math.log(4) - Math.log(0.75)) / 2],
  ])('the log-loss of %j for %j is %d', (chances, outcomes, loss) => {
    expect(logLossOf(chances, outcomes)).toBeCloseTo(loss, 12);
  });

  test('a chance that was certain and wrong costs much, not everything', () => {
    const loss = logLossOf([0, 0.5], [1, 1]) ?? NaN;
    expect(loss).toBeGreaterThan(10);
    expect(loss).toBeLessThan(11);
  });

  test('nobody has no accuracy', () => {
    expect(brierOf([], [])).toBeNull();
    expect(logLossOf([], [])).toBeNull();
    expect(rocOf([], [], [1])).toEqual([]);
  });

  test('the ROC says what is found at each price, and never exceeds it', () => {
    const shares = [0, 0.05, 0.5, 1];
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 60 }), (items) => {
        const positives = items.filter(({ came }) => came === 1).map(({ score }) => score);
        const negatives = items.filter(({ came }) => came === 0).map(({ score }) => score);
        const points = rocOf(
          items.map(({ score }) => score),
          items.map(({ came }) => came),
          shares,
        );
        const possible = [...new Set(items.map(({ score }) => score))].map((level) => ({
          level,
          falseAlarms: negatives.filter((score) => score >= level).length / negatives.length,
          found: positives.filter((score) => score >= level).length / positives.length,
        }));
        const best = shares.map((share) =>
          possible.filter(({ falseAlarms }) => falseAlarms <= share).toSorted((x, y) => x.level - y.level),
        );
        const kept = new Set(best.flatMap(([lenient]) => (lenient === undefined ? [] : [lenient])));
        expect(points).toEqual(positives.length === 0 || negatives.length === 0 ? [] : [...kept]);
      }),
    );
  });

  test('the reliability table loses nobody, and an empty band claims nothing', () => {
    const bands = reliabilityOf([0, 0.1, 0.5, 1], [0, 1, 1, 1], [0, 0.2, 0.4, 0.6, 1]);
    expect(bands.map(({ partners }) => partners)).toEqual([2, 0, 1, 1]);
    expect(bands[0]).toMatchObject({ predicted: 0.05, actual: 0.5 });
    expect(bands[1]).toMatchObject({ predicted: null, actual: null });
  });
});

/** Partners with a rate of their own who may leave after each event: what the model assumes. */
function programme(
  partners: number,
  options: { leaves: number; days: number; seed: number; arriving?: number },
): number[][] {
  const random = createRandom(options.seed);
  return Array.from({ length: partners }, () => {
    const gap = 7 + 60 * random.next() ** 2;
    const days: number[] = [];
    let day = 14_000 + Math.floor(random.next() * (options.arriving ?? 200));
    while (day <= 14_000 + options.days) {
      days.push(day);
      if (random.next() < options.leaves) break;
      day += Math.max(1, Math.round(-Math.log(1 - random.next()) * gap));
    }
    return days;
  });
}

/** Of the silences that ended after a day, the share that this alarm warned of. */
function falseAlarms(events: EventDays, { parameters, alarm }: StreamModel, after: number): number {
  const warned: boolean[] = [];
  for (let partner = 0; partner < events.partners; partner += 1) {
    const days = events.days.subarray(events.offsets[partner], events.offsets[partner + 1]);
    eachGap(days, parameters, (before, day) => {
      if (before.repeats < 2 || day <= after) return;
      const state = stateOf(before, day);
      const silence = surprise(parameters, state);
      const level = alarm.by === 'alive' ? aliveChance(parameters, state) : silence;
      warned.push(silence <= 0.5 && level < alarm.level);
    });
  }
  return warned.filter(Boolean).length / warned.length;
}

function sorted(levels: readonly number[]): Float64Array {
  return Float64Array.from(levels).sort();
}

function alarmAt(ended: readonly number[], open: readonly number[], budget: number): StreamModel['alarm'] {
  return alarmFor({ ended: sorted(ended), open: sorted(open) }, budget);
}

describe('the alarm', () => {
  test.each([0.02, 0.05, 0.1])(
    'is raised on about %d of the silences that end after it was set, and not on more',
    (budget) => {
      const partners = programme(3000, { leaves: 0.1, days: 900, seed: 3, arriving: 900 });
      const today = 14_450;
      const known = eventsOf(partners.map((days) => days.filter((day) => day <= today)));
      const model = learnStream(known, today, { falseAlarmShare: budget, ruleDays: 90 });
      if (model === null) throw new Error('Nothing was learned.');
      const raised = falseAlarms(eventsOf(partners), model, today);
      // Two thousand silences: two standard errors of a share of 2 % are a third of it.
      expect(raised).toBeLessThanOrEqual(budget * 1.33);
      expect(raised).toBeGreaterThan(budget / 2);
    },
  );

  const levels = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 100, maxLength: 300 });

  test('is as eager as the budget allows on silences that have all ended', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(0.05, 0.1, 0.3), (endedAt, budget) => {
        const { level } = alarmAt(endedAt, [], budget);
        const share = (raised: (at: number) => boolean): number =>
          endedAt.filter(raised).length / endedAt.length;
        expect(share((at) => at < level)).toBeLessThanOrEqual(budget);
        expect(share((at) => at <= level)).toBeGreaterThan(budget);
      }),
    );
  });

  test('is never more eager for the silences that go on', () => {
    fc.assert(
      fc.property(levels, levels, (endedAt, openAt) => {
        const without = alarmAt(endedAt, [], 0.05).level;
        expect(alarmAt(endedAt, openAt, 0.05).level).toBeLessThanOrEqual(without);
      }),
    );
  });

  test('by hand: of four silences one goes on, so that its share is divided among those that went further', () => {
    // Kaplan and Meier: .9 ends for 1/4; .8 goes on; .6 and .3 each weigh half of the other 3/4.
    const ended = Array.from({ length: 300 }, (_, index) => [0.9, 0.6, 0.3][index % 3] ?? NaN);
    const open = Array.from({ length: 100 }, () => 0.8);
    expect(alarmAt(ended, open, 0.37).level).toBe(0.3);
    expect(alarmAt(ended, open, 0.38).level).toBe(0.6);
    expect(alarmAt(ended, open, 0.74).level).toBe(0.6);
    expect(alarmAt(ended, open, 0.76).level).toBe(0.9);
  });

  test('is the same whether silences that nobody noticed are counted or listed', () => {
    fc.assert(
      fc.property(levels, levels, fc.nat(400), (endedAt, openAt, unnoticed) => {
        const listed = [...endedAt, ...Array.from({ length: unnoticed }, () => 1)];
        const silences = { ended: sorted(endedAt), unnoticed, open: sorted(openAt) };
        expect(alarmFor(silences, 0.05)).toEqual(alarmAt(listed, openAt, 0.05));
      }),
    );
  });

  test('goes by the usual surprise where too few silences have ended to set a level by', () => {
    const events = eventsOf(programme(8, { leaves: 0.1, days: 300, seed: 5 }));
    const { alarm, closedGaps } = dialOf(events, 14_300, { r: 1, alpha: 5, a: 0.5, b: 2 }, 0.05);
    expect(closedGaps).toBeLessThan(100);
    expect(alarm).toEqual({ by: 'surprise', level: 0.1 });
  });
});

describe('learning', () => {
  const options = { falseAlarmShare: 0.05, ruleDays: 90 };

  test('the model decides where it told better than the rule on the past, and says by how much', () => {
    const events = eventsOf(programme(800, { leaves: 0.12, days: 900, seed: 7 }));
    const model = learnStream(events, 14_900, options);
    expect(model).toMatchObject({ decides: 'model', firstDay: '2008-05-01', partners: 800 });
    expect(model?.holdOuts.map(({ weeks }) => weeks)).toEqual([13, 26]);
    for (const { model: ours, rule } of model?.holdOuts ?? []) {
      expect(ours.auc ?? 0).toBeGreaterThan(rule.auc ?? 1);
      expect(ours.brier).toBeLessThan(rule.brier);
    }
    expect(model?.because).toMatch(
      /^Tested on the 26 weeks after 2010-04-19, the rhythm model told better than the rule of 90 days who would be quiet \(of two partners it named the right one \d\d times in 100, the rule \d\d; \d+ partners\)\.$/,
    );
  });

  test('the rule decides where the past is pure chance for the model', () => {
    const random = createRandom(11);
    const regular = Array.from({ length: 200 }, () => {
      // Everybody acts exactly every twelve weeks for ever: one plain day count says all there is to say.
      const start = 14_000 + Math.floor(random.next() * 84);
      const stops = random.next() < 0.3 ? 14_450 + Math.floor(random.next() * 300) : 15_000;
      return Array.from({ length: 12 }, (_, index) => start + index * 84).filter((day) => day <= stops);
    });
    const model = learnStream(eventsOf(regular), 14_900, options);
    expect(model).toMatchObject({ decides: 'rule' });
    expect(model?.because).toMatch(
      /the rhythm model did not beat the rule of 90 days .* so the rule decides\.$/,
    );
  });

  test('nothing is learned from less than half a year, or from fewer than fifteen partners that came back', () => {
    const short = programme(300, { leaves: 0.1, days: 170, seed: 1 });
    expect(learnStream(eventsOf(short), 14_170, options)).toBeNull();
    const few = programme(14, { leaves: 0.05, days: 900, seed: 1 });
    expect(learnStream(eventsOf(few), 14_900, options)).toBeNull();
    expect(learnStream(eventsOf([]), 14_900, options)).toBeNull();
  });

  test('a history too short to be tested on leaves the decision to the rule', () => {
    const events = eventsOf(programme(300, { leaves: 0.1, days: 250, seed: 2 }));
    expect(learnStream(events, 14_250, options)).toMatchObject({
      decides: 'rule',
      holdOuts: [],
      because: 'The history is too short to test the rhythm model on it, so the rule of 90 days decides.',
    });
  });

  test('a test that nobody could fail leaves the decision to the rule, and is called that', () => {
    const weekly = Array.from({ length: 60 }, (_, start) =>
      Array.from({ length: 130 }, (__, week) => 14_000 + (start % 7) + week * 7),
    );
    expect(learnStream(eventsOf(weekly), 14_900, options)).toMatchObject({
      decides: 'rule',
      because:
        'In the weeks that the rhythm model can be tested on, nobody was quiet, so the rule of 90 days decides.',
    });
  });

  test('so does a test on fewer than thirty partners', () => {
    const few = programme(25, { leaves: 0.05, days: 900, seed: 21 });
    expect(learnStream(eventsOf(few), 14_900, options)).toMatchObject({
      decides: 'rule',
      because:
        'The rhythm model can be tested on 30 partners or more, and there were fewer, so the rule of 90 days decides.',
    });
  });

  test('a model that won the longer test and lost the shorter one does not decide', () => {
    const [cut, today] = [14_809, 14_900];
    // In the last quarter exactly those go on whom the rule had not given up.
    const partners = programme(800, { leaves: 0.12, days: 900, seed: 7 }).map((days) => {
      const known = days.filter((day) => day <= cut);
      return cut - (known.at(-1) ?? cut) < 90 ? [...known, cut + 30] : known;
    });
    const model = learnStream(eventsOf(partners), today, options);
    const beaten = model?.holdOuts.map(({ model: ours, rule }) => (ours.auc ?? 0) > (rule.auc ?? 1));
    expect(beaten).toEqual([false, true]);
    expect(model?.decides).toBe('rule');
    expect(model?.because).toContain('Tested on the 13 weeks after');
  });

  test('a model that ranks better but promises too much does not decide, and the sentence says why', () => {
    // Half of them leave at the same time: from gaps alone the model learns too late how surely.
    const random = createRandom(3);
    const partners = Array.from({ length: 400 }, () => {
      const end = random.chance(0.5) ? random.between(14_550, 14_640) : 14_900;
      const gap = 30 * random.between(0.5, 1.5);
      const days: number[] = [];
      for (let day = 14_000 + random.between(0, 60); day <= end; day += random.exponential(gap)) {
        days.push(Math.floor(day));
      }
      return days;
    });
    const model = learnStream(eventsOf(partners), 14_900, options);
    expect(model?.holdOuts[1]).toMatchObject({ weeks: 26, partners: 400 });
    const { model: ours, rule } = model?.holdOuts[1] ?? raise();
    expect([(ours.auc ?? 0) > (rule.auc ?? 1), ours.brier > rule.brier]).toEqual([true, true]);
    expect(model?.decides).toBe('rule');
    expect(model?.because).toMatch(
      /did not beat the rule of 90 days \(of two .* times in 100, the rule \d\d, but its chances were further from what happened: a squared error of 0\.\d{3} against 0\.\d{3}; 400 partners\), so the rule decides\.$/,
    );
  });

  test('a model that stays is told of by the later test, and by what itself can tell', () => {
    const partners = programme(800, { leaves: 0.12, days: 900, seed: 7 });
    const known = eventsOf(partners.map((days) => days.filter((day) => day <= 14_893)));
    const model = learnStream(known, 14_893, options) ?? raise();
    const later = learnStream(eventsOf(partners), 14_900, { ...options, ruleDays: 120 }) ?? raise();
    const { holdOuts, because } = later;
    expect(because).toContain('Tested on the 26 weeks after 2010-04-19, the rhythm model told better');
    expect(retested(model, later, 120)).toEqual({ ruleDays: 120, holdOuts, because });
    const blind = { ...model, parameters: { ...model.parameters, a: 0.001 } };
    expect(retested(blind, later, 120).because).toBe(
      `${because} Whether a partner has left or pauses cannot be told from this history yet, so no chance of having left is shown.`,
    );
  });

  test('is the same whatever the order of the partners', () => {
    const partners = programme(200, { leaves: 0.1, days: 900, seed: 9 });
    const now = learnStream(eventsOf(partners), 14_900, options);
    const reversed = learnStream(eventsOf(partners.toReversed()), 14_900, options);
    expect(reversed?.alarm.level).toBeCloseTo(now?.alarm.level ?? 0, 6);
    expect(reversed?.decides).toBe(now?.decides);
  });

  test.skipIf(!isPresent('cdnow_sample.csv')).each([
    ['cdnow_sample.csv', '1998-06-30'],
    ['onlineretail.csv', '2011-12-09'],
  ])('on the check data %s the model decides, with a plausible back-test', (file, date) => {
    const today = dayNumber(date);
    const events = eventsOf(readEventDays(file).map((days) => days.filter((day) => day <= today)));
    const model = learnStream(events, today, options);
    expect(toDay(today)).toBe(date);
    expect(model?.decides).toBe('model');
    for (const { model: ours } of model?.holdOuts ?? []) expect(ours.auc ?? 0).toBeGreaterThan(0.65);
  });
});
