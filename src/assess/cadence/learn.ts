/** What a portal's own history teaches of one stream: the model, its alarm, and whether it may warn. */
import type { BackTest, EventDays, HoldOut, StreamModel } from '../../model/cadence.ts';
import { toDay, toDayNumber, type DayNumber } from '../../model/calendar.ts';
import { count } from '../words.ts';
import { dialOf } from './alarm.ts';
import { columnsAt } from './columns.ts';
import { drawsOf } from './draws.ts';
import { fitCadence, type FitColumns } from './fit.ts';
import { holdOut } from './hold-out.ts';
import { leavingIsTold, type Fitted } from './range.ts';

/** Below this a history says too little for chances (models.md 6.5), and the fit leans on its priors alone. */
const leastHistory = { weeks: 26, returningPartners: 15 } as const;
/** Cuts and horizons of the back-test, in weeks: as far as one looks back, one looks ahead from there. */
const backTests = [13, 26] as const;
/** What was told of fewer partners may be chance. */
const leastTested = 30;

/**
 * @param events of the current partners, up to today
 * @param options.ruleDays after how many days of silence the fixed rule gives a partner up
 * @returns null where the history is too short to learn from
 */
export function learnStream(
  events: EventDays,
  today: DayNumber,
  options: { readonly falseAlarmShare: number; readonly ruleDays: number },
): StreamModel | null {
  const firstDay = firstDayOf(events, today);
  const fit = isLongEnough(firstDay, today) ? fitTo(events, today) : null;
  if (fit === null) return null;
  const { parameters, draws } = fit;
  const { alarm, closedGaps } = dialOf(events, today, parameters, options.falseAlarmShare);
  const holdOuts = backTest(events, firstDay, today, options.ruleDays);
  return {
    parameters,
    draws,
    alarm,
    ...decide(holdOuts, fit, options.ruleDays, canBeTested(firstDay, today)),
    fittedOn: toDay(today),
    firstDay: toDay(firstDay),
    partners: fit.partners,
    repeats: fit.repeats,
    falseAlarmShare: options.falseAlarmShare,
    closedGaps,
    ruleDays: options.ruleDays,
    holdOuts,
  };
}

/** How a model that stays does by what was learned `later`, which decides as it does. */
export function retested(model: StreamModel, later: StreamModel, ruleDays: number): BackTest {
  const { holdOuts, firstDay, fittedOn } = later;
  const testable = canBeTested(toDayNumber(firstDay), toDayNumber(fittedOn));
  return { ruleDays, holdOuts, because: decide(holdOuts, model, ruleDays, testable).because };
}

type FittedTo = Required<Fitted> & { readonly partners: number; readonly repeats: number };

/** Apart, so that what it reads is let go before the rest begins. Null where too few partners came back. */
function fitTo(events: EventDays, today: DayNumber): FittedTo | null {
  const { columns } = columnsAt(events, today, null);
  const { repeats, returning } = repeatsOf(columns);
  if (returning < leastHistory.returningPartners) return null;
  const { parameters } = fitCadence(columns);
  return { parameters, draws: drawsOf(columns, parameters), partners: columns.count, repeats };
}

function firstDayOf({ days, offsets, partners }: EventDays, today: DayNumber): DayNumber {
  let first = today;
  for (let partner = 0; partner < partners; partner += 1) {
    const from = offsets[partner] ?? 0;
    if (from < (offsets[partner + 1] ?? 0)) first = Math.min(first, days[from] ?? first);
  }
  return first;
}

/** Of all partners together, and how many of them came back at all. */
function repeatsOf(columns: FitColumns): { readonly repeats: number; readonly returning: number } {
  let [repeats, returning] = [0, 0];
  for (let index = 0; index < columns.count; index += 1) {
    const x = columns.repeats[index] ?? 0;
    repeats += x;
    if (x > 0) returning += 1;
  }
  return { repeats, returning };
}

function isLongEnough(firstDay: DayNumber, day: DayNumber): boolean {
  return day - firstDay >= leastHistory.weeks * 7;
}

/** Whether there is history enough before the earliest cut. */
function canBeTested(firstDay: DayNumber, today: DayNumber): boolean {
  return isLongEnough(firstDay, today - backTests[0] * 7);
}

function backTest(events: EventDays, firstDay: DayNumber, today: DayNumber, ruleDays: number): HoldOut[] {
  return backTests.flatMap((weeks) => {
    const cutDay = today - weeks * 7;
    const tested = isLongEnough(firstDay, cutDay) ? holdOut(events, cutDay, { weeks, ruleDays }) : null;
    return tested === null || tested.partners < leastTested ? [] : [tested];
  });
}

/**
 * Decisive: where the model did not beat the rule on what it could not know, the rule decides, and the text says so.
 */
function decide(
  holdOuts: readonly HoldOut[],
  fitted: Fitted,
  ruleDays: number,
  testable: boolean,
): Pick<StreamModel, 'decides' | 'because'> {
  const rule = `the rule of ${count(ruleDays, 'day')}`;
  const telling = holdOuts.filter(({ model }) => model.auc !== null);
  const longest = telling.at(-1);
  if (longest === undefined) {
    return { decides: 'rule', because: `${whyUntested(holdOuts, testable)}, so ${rule} decides.` };
  }
  const lost = telling.find((tested) => !beatsRule(tested));
  if (lost !== undefined) {
    return {
      decides: 'rule',
      because: `Tested on the ${count(lost.weeks, 'week')} after ${lost.cutDay}, the rhythm model did not beat ${rule} (${comparison(lost)}), so the rule decides.`,
    };
  }
  const pause = leavingIsTold(fitted)
    ? ''
    : ' Whether a partner has left or pauses cannot be told from this history yet, so no chance of having left is shown.';
  return {
    decides: 'model',
    because: `Tested on the ${count(longest.weeks, 'week')} after ${longest.cutDay}, the rhythm model told better than ${rule} who would be quiet (${comparison(longest)}).${pause}`,
  };
}

function whyUntested(holdOuts: readonly HoldOut[], testable: boolean): string {
  if (!testable) return 'The history is too short to test the rhythm model on it';
  const [tested] = holdOuts;
  if (tested === undefined)
    return `The rhythm model can be tested on ${leastTested} partners or more, and there were fewer`;
  const who = tested.quietShare === 0 ? 'nobody' : 'everybody';
  return `In the weeks that the rhythm model can be tested on, ${who} was quiet`;
}

type Tested = Pick<HoldOut, 'model' | 'rule'>;

function ranksBetter({ model, rule }: Tested): boolean {
  return (model.auc ?? 0) > (rule.auc ?? 0);
}

/** In both measures. */
export function beatsRule(tested: Tested): boolean {
  return ranksBetter(tested) && tested.model.brier < tested.rule.brier;
}

/** Of one partner that goes quiet and one that does not, how often the right one is named; 50 is guessing. */
function comparison(tested: HoldOut): string {
  const { model, rule, partners } = tested;
  const further =
    ranksBetter(tested) && !beatsRule(tested)
      ? `, but its chances were further from what happened: a squared error of ${model.brier.toFixed(3)} against ${rule.brier.toFixed(3)}`
      : '';
  const [ours, theirs] = inHundred(model.auc, rule.auc);
  return `of two partners it named the right one ${ours} times in 100, the rule ${theirs}${further}; ${count(partners, 'partner')}`;
}

/** In whole numbers, unless that would hide which is larger. */
function inHundred(one: number | null, other: number | null): readonly [string, string] {
  const written = (digits: number): [string, string] => [
    (100 * (one ?? 0.5)).toFixed(digits),
    (100 * (other ?? 0.5)).toFixed(digits),
  ];
  const [whole, otherWhole] = written(0);
  return whole === otherWhole && one !== other ? written(1) : written(0);
}
