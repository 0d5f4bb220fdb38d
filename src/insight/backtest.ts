/**
 * A back-test on any log: what Rekindle would have said on a day, knowing only what was known then, against what happened
 * after it. Pure.
 */
import {
  aucOf,
  brierOf,
  reliabilityOf,
  rocOf,
  type ReliabilityBand,
  type RocPoint,
} from '../assess/cadence/accuracy.ts';
import { columnsAt, countUpTo, daysOfPartner } from '../assess/cadence/columns.ts';
import { fitCadence } from '../assess/cadence/fit.ts';
import { learnStream } from '../assess/cadence/learn.ts';
import type { Parameters } from '../assess/cadence/mbg.ts';
import { scoreAll } from '../assess/cadence/score.ts';
import { assessPartner, type Context } from '../assess/assess.ts';
import type { Accuracy, CadenceModels, EventDays, Stream, StreamModel } from '../model/cadence.ts';
import { streams } from '../model/cadence.ts';
import { toDay, type DayNumber } from '../model/calendar.ts';
import type { Day } from '../model/instant.ts';
import type { Kind, PartnerKind } from '../model/kind.ts';
import type { Status } from '../model/verdict.ts';
import { compareDetection, type Detection } from './detection.ts';
import { eventDaysOf, kindsIn, knownOn, type LogPartner } from './log.ts';

/** The fixed rule that peers use, for comparison (domain.md 9). */
const peerRuleDays = 90;
const bandEdges = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1] as const;
const rocPoints = 12;

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
  const events = eventDaysOf(log, kinds);
  const fitted = columnsAt(events, asOfDay, null).columns;
  if (fitted.count === 0) return null;
  const { parameters } = fitCadence(fitted);
  const { columns, partners } = columnsAt(events, asOfDay, parameters);
  const lastDay = events.days.reduce((last, day) => Math.max(last, day), asOfDay);
  const judged = options.judgedAs === null ? log : pooled(log, kinds, options.judgedAs);
  const learned = learnedOf(judged, asOfDay, falseAlarmShare);
  const context: Context = { ...judging, cadence: { version: 1, streams: learned } };
  const scores = scoreAll(parameters, columns, { weeks: horizonDays / 7, chance: 0.5 });
  return {
    asOf: toDay(asOfDay),
    horizonDays,
    kinds,
    firstDay: toDay(events.days.reduce((first, day) => Math.min(first, day), asOfDay)),
    lastDay: toDay(lastDay),
    partners: log.length,
    predicted: columns.count,
    parameters,
    learned,
    predictions: Array.from(partners, (index, row): Prediction => {
      const one = judged[index] as LogPartner;
      return {
        partnerId: one.partner.id,
        status: assessPartner(one.partner, one.timeline, null, context).status,
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

function pooled(
  log: readonly LogPartner[],
  kinds: readonly PartnerKind[],
  as: PartnerKind,
): readonly LogPartner[] {
  const wanted = new Set<Kind>(kinds);
  return log.map(({ partner, timeline }) => ({
    partner,
    timeline: timeline.filter(({ kind }) => wanted.has(kind)).map((entry) => ({ ...entry, kind: as })),
  }));
}

function learnedOf(
  log: readonly LogPartner[],
  asOfDay: DayNumber,
  falseAlarmShare: number,
): CadenceModels['streams'] & Backtest['learned'] {
  const learn = (stream: Stream): StreamModel | null =>
    learnStream(knownOn(eventDaysOf(log, streams[stream]), asOfDay), asOfDay, {
      falseAlarmShare,
      ruleDays: peerRuleDays,
    });
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
  return {
    days,
    quietShare: quiet.reduce((sum, one) => sum + one, 0) / columns.count,
    model: accuracy(quietChance),
    rule: accuracy(flagged),
    recencyAuc: aucOf(silence, quiet),
    roc: rocOf(quietChance, quiet, rocPoints),
    reliability: reliabilityOf(
      active,
      quiet.map((one) => 1 - one),
      bandEdges,
    ),
  };
}
