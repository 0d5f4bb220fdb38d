/**
 * A back-test on any log: what Rekindle would have said on a day, knowing only what was known then, against what happened
 * after it. Pure.
 */
import {
  aucOf,
  brierOf,
  logLossOf,
  reliabilityOf,
  rocOf,
  type ReliabilityBand,
  type RocPoint,
} from '../assess/cadence/accuracy.ts';
import { columnsAt, daysOfPartner } from '../assess/cadence/columns.ts';
import { countUpTo } from '../assess/days.ts';
import { fitCadence } from '../assess/cadence/fit.ts';
import { learnStream } from '../assess/cadence/learn.ts';
import type { Parameters } from '../assess/cadence/mbg.ts';
import { scoreAll } from '../assess/cadence/score.ts';
import { assessPartner, type Context } from '../assess/assess.ts';
import type { Timeline, TimelineEntry } from '../model/activity.ts';
import type { Accuracy, EventDays, Stream, StreamModel } from '../model/cadence.ts';
import { streams } from '../model/cadence.ts';
import { calendarOf, toDay, type DayNumber } from '../model/calendar.ts';
import type { Day } from '../model/instant.ts';
import type { Kind, PartnerKind } from '../model/kind.ts';
import type { Status } from '../model/verdict.ts';
import { compareDetection, type Detection } from './detection.ts';
import { eventDaysOf, kindsIn, knownOn, type LogPartner } from './log.ts';

/** The fixed rule that peers use, for comparison (domain.md 9). */
const peerRuleDays = 90;
const bandEdges = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1] as const;
/** Shares of those that stay that may be flagged; the small ones are those that one can work off. */
const rocShares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1] as const;

export type BacktestOptions = {
  /** What is known ends with this day (UTC). */
  readonly asOfDay: DayNumber;
  readonly horizonDays: number;
  readonly falseAlarmShare: number;
  /** Null takes everything that partners do. */
  readonly stream: Stream | null;
  /** Takes everything for this one kind when it comes to the status; null judges by what it is. */
  readonly judgedAs: PartnerKind | null;
};

export type Prediction = {
  readonly partnerId: string;
  readonly status: Status;
  readonly alive: number;
  /** The chance of activity within the horizon. */
  readonly active: number;
  readonly surprise: number;
};

export type BacktestTruth = {
  /** How many days after the day the log covers, at most the horizon. */
  readonly days: number;
  readonly quietShare: number;
  readonly model: Accuracy;
  readonly rule: Accuracy;
  /** The squared error of the rule if it had known how many would be quiet on either side of it: no rule can know. */
  readonly ruleBrierInHindsight: number;
  /** In nats; beside it that of giving everybody the share that was quiet. */
  readonly logLoss: { readonly model: number; readonly share: number };
  /** The days since the last event as a score: the honest rival. */
  readonly recencyAuc: number | null;
  readonly roc: readonly RocPoint[];
  readonly reliability: readonly ReliabilityBand[];
};

export type Backtest = {
  readonly asOf: Day;
  readonly horizonDays: number;
  readonly kinds: readonly PartnerKind[];
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly partners: number;
  /** Of them, those that had done something by then. */
  readonly predicted: number;
  readonly parameters: Parameters;
  /** Whether everything was judged as one stream. */
  readonly pooled: boolean;
  /** What would have been learned of each stream; null where the history was too short. */
  readonly learned: Readonly<Record<Stream, StreamModel | null>>;
  readonly predictions: readonly Prediction[];
  /** Null where nothing after the day is known. */
  readonly truth: BacktestTruth | null;
  readonly detection: Detection | null;
};

/**
 * @param judging what `assessPartner` needs besides the models, as of the end of the day; its rules give the statuses
 * @returns null where nobody had done anything by then
 */
export function backtest(
  log: readonly LogPartner[],
  judging: Omit<Context, 'cadence'>,
  options: BacktestOptions,
): Backtest | null {
  const { asOfDay, horizonDays, falseAlarmShare } = options;
  const kinds = kindsIn(log).filter(
    (kind) => options.stream === null || (streams[options.stream] as readonly PartnerKind[]).includes(kind),
  );
  const calendar = calendarOf(judging.timeZone);
  const daysOf = (wanted: readonly PartnerKind[]): EventDays => eventDaysOf(log, wanted, calendar);
  const events = daysOf(kinds);
  const fitted = columnsAt(events, asOfDay, null).columns;
  if (fitted.count === 0) return null;
  const { parameters } = fitCadence(fitted);
  const { columns, partners } = columnsAt(events, asOfDay, parameters);
  const lastDay = events.days.reduce((last, day) => Math.max(last, day), asOfDay);
  const learned = learnedOf(daysOf, events, options);
  const context: Context = { ...judging, cadence: { version: 1, streams: learned } };
  const scores = scoreAll(parameters, columns, { weeks: horizonDays / 7, chance: 0.5 });
  return {
    asOf: toDay(asOfDay),
    horizonDays,
    kinds,
    firstDay: toDay(events.days.reduce((first, day) => Math.min(first, day), asOfDay)),
    lastDay: toDay(events.days.reduce((last, day) => Math.max(last, day))),
    partners: log.length,
    predicted: columns.count,
    parameters,
    pooled: options.judgedAs !== null,
    learned,
    predictions: Array.from(partners, (index, row): Prediction => {
      const { partner, timeline } = log[index] as LogPartner;
      return {
        partnerId: partner.id,
        status: assessPartner(partner, judgedTimeline(timeline, kinds, options.judgedAs), null, context)
          .status,
        alive: scores.alive[row] ?? NaN,
        active: scores.active[row] ?? NaN,
        surprise: scores.surprise[row] ?? NaN,
      };
    }),
    truth: truthOf(events, parameters, options, lastDay),
    detection: compareDetection(
      events,
      parameters,
      { cutDay: asOfDay, lastDay, horizonDays },
      falseAlarmShare,
    ),
  };
}

/** One partner at a time, so that a long log is in memory once. */
function judgedTimeline(timeline: Timeline, kinds: readonly PartnerKind[], as: PartnerKind | null): Timeline {
  if (as === null) return timeline;
  const wanted: readonly Kind[] = kinds;
  const judged: TimelineEntry[] = [];
  for (const entry of timeline) if (wanted.includes(entry.kind)) judged.push({ ...entry, kind: as });
  return judged;
}

function learnedOf(
  daysOf: (kinds: readonly PartnerKind[]) => EventDays,
  pooled: EventDays,
  { asOfDay, falseAlarmShare, judgedAs }: BacktestOptions,
): Backtest['learned'] {
  const learn = (stream: Stream): StreamModel | null => {
    const kinds: readonly PartnerKind[] = streams[stream];
    if (judgedAs !== null && !kinds.includes(judgedAs)) return null;
    const events = judgedAs === null ? daysOf(kinds) : pooled;
    return learnStream(knownOn(events, asOfDay), asOfDay, { falseAlarmShare, ruleDays: peerRuleDays });
  };
  return { productive: learn('productive'), engagement: learn('engagement') };
}

function truthOf(
  events: EventDays,
  parameters: Parameters,
  { asOfDay, horizonDays }: BacktestOptions,
  lastDay: DayNumber,
): BacktestTruth | null {
  const days = Math.min(horizonDays, lastDay - asOfDay);
  if (days <= 0) return null;
  const { columns, partners } = columnsAt(events, asOfDay, parameters);
  const { active } = scoreAll(parameters, columns, { weeks: days / 7, chance: 0.5 });
  const silence = new Float64Array(columns.count);
  const quiet = new Float64Array(columns.count);
  partners.forEach((partner, row) => {
    const own = daysOfPartner(events, partner);
    const known = countUpTo(own, asOfDay);
    silence[row] = asOfDay - (own[known - 1] ?? asOfDay);
    quiet[row] = countUpTo(own, asOfDay + days) === known ? 1 : 0;
  });
  const quietChance = active.map((chance) => 1 - chance);
  const flagged = silence.map((since) => (since >= peerRuleDays ? 1 : 0));
  const accuracy = (chances: Float64Array): Accuracy => ({
    auc: aucOf(chances, quiet),
    brier: brierOf(chances, quiet) ?? 0,
  });
  const quietShare = shareOf(quiet, () => true);
  const oneSide = [0, 1].map((side) => shareOf(quiet, (row) => flagged[row] === side));
  return {
    days,
    quietShare,
    model: accuracy(quietChance),
    rule: accuracy(flagged),
    ruleBrierInHindsight:
      brierOf(
        flagged.map((side) => oneSide[side] ?? 0),
        quiet,
      ) ?? 0,
    logLoss: {
      model: logLossOf(quietChance, quiet) ?? 0,
      share: logLossOf(new Float64Array(columns.count).fill(quietShare), quiet) ?? 0,
    },
    recencyAuc: aucOf(silence, quiet),
    roc: rocOf(quietChance, quiet, rocShares),
    reliability: reliabilityOf(
      active,
      quiet.map((one) => 1 - one),
      bandEdges,
    ),
  };
}

/** Of the rows that are wanted, the share with a one; 0 of none. */
function shareOf(ones: Float64Array, isWanted: (row: number) => boolean): number {
  const wanted = ones.filter((_, row) => isWanted(row));
  return wanted.reduce((sum, one) => sum + one, 0) / Math.max(1, wanted.length);
}
