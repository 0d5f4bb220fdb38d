/** The report of a back-test, for whoever has to decide whether to trust the predictions. */
import { beatsRule } from '../assess/cadence/learn.ts';
import { count } from '../assess/words.ts';
import type { Backtest, BacktestTruth } from '../insight/backtest.ts';
import type { Detection } from '../insight/detection.ts';
import { streamNames, type Stream } from '../model/cadence.ts';
import { kindNames } from '../model/kind.ts';
import { counted, table } from './output.ts';

export function backtestText(result: Backtest, name: string): string {
  return [
    readText(result, name),
    modelText(result),
    result.truth === null
      ? `Nothing after ${result.asOf} is known, so nothing can be tested: the predictions stand alone.`
      : truthText(result, result.truth),
    result.detection === null
      ? 'Too few silences ended after the day to compare how soon departures are seen.'
      : detectionText(result.detection, result.horizonDays),
    limitsText(result),
    verdictText(result),
  ].join('\n\n');
}

function readText({ kinds, firstDay, lastDay, partners, predicted, asOf }: Backtest, name: string): string {
  return [
    `${name}: ${counted(partners, 'partner')} from ${firstDay} to ${lastDay} (${kinds.map((kind) => kindNames[kind]).join(', ')}).`,
    `Known on ${asOf}: ${counted(predicted, 'partner')} had done something by then.`,
  ].join('\n');
}

function modelText({ parameters: { r, alpha, a, b } }: Backtest): string {
  const leave = Math.round((100 * a) / (a + b));
  return [
    `The model learned (MBG/NBD on active weeks: r ${round(r)}, alpha ${round(alpha)}, a ${round(a)}, b ${round(b)}):`,
    `a partner of average pace is active every ${counted(Math.round((7 * alpha) / r), 'day')} while it is with us; after an active week about ${leave} in 100 do not come back.`,
  ].join('\n');
}

function truthText(result: Backtest, truth: BacktestTruth): string {
  const shortened =
    truth.days < result.horizonDays
      ? ` The log ends before the ${counted(result.horizonDays, 'day')} asked for, so these are tested.`
      : '';
  return [
    `Of them ${percent(truth.quietShare)} were quiet for the next ${counted(truth.days, 'day')}.${shortened} Who would be?`,
    table(
      ['', 'AUC', 'Brier'],
      [
        ['own rhythm (model)', fixed(truth.model.auc), fixed(truth.model.brier)],
        ['90 days without activity (rule)', fixed(truth.rule.auc), fixed(truth.rule.brier)],
        ['the rule, had it known the chances on either side', '', fixed(truth.ruleBrierInHindsight)],
        ['days since the last activity (order only)', fixed(truth.recencyAuc), ''],
      ],
    ),
    gainText(truth),
    '',
    rocText(truth),
    '',
    'When the model says so many are active again, so many were (reliability):',
    table(
      ['chance of activity', 'partners', 'predicted', 'actual'],
      truth.reliability
        .filter(({ partners }) => partners > 0)
        .map(({ from, to, partners, predicted, actual }) => [
          `${percent(from)} to ${percent(to)}`,
          partners,
          percent(predicted ?? 0),
          percent(actual ?? 0),
        ]),
    ),
  ].join('\n');
}

function rocText({ roc, quietShare }: BacktestTruth): string {
  if (roc.length === 0) {
    return `${quietShare === 0 ? 'Nobody' : 'Everybody'} was quiet, so nobody can be told from the others (no AUC, no ROC).`;
  }
  return [
    'Of those that went quiet, so many are found when so many of the others are flagged, too (ROC):',
    table(
      ['when the chance of quiet is', 'others flagged', 'quiet found'],
      roc.map(({ level, falseAlarms, found }) => [
        `${fixed(level)} or more`,
        percent(falseAlarms),
        percent(found),
      ]),
    ),
  ].join('\n');
}

function gainText({ model, rule, logLoss }: BacktestTruth): string {
  if (rule.brier === 0) return 'The rule was right about everybody.';
  const gain = 1 - model.brier / rule.brier;
  return [
    `The model's squared error is ${percent(Math.abs(gain))} ${gain >= 0 ? 'smaller' : 'larger'} than the rule's.`,
    `Its log-loss is ${fixed(logLoss.model)}; giving everybody the share that was quiet has ${fixed(logLoss.share)}.`,
  ].join(' ');
}

function detectionText(detection: Detection, horizonDays: number): string {
  const { falseAlarmShare, ruleDays, alarm, learned, groups } = detection;
  return [
    `How soon is a departure seen, when ${percent(falseAlarmShare)} of the silences that ended are flagged? (rule: ${counted(ruleDays, 'day')}; model: ${alarmText(alarm)})`,
    table(
      [
        'partners',
        'ended',
        'false alarms: rule',
        'model',
        `silent ${counted(horizonDays, 'day')}`,
        'days to flag: rule',
        'model',
      ],
      groups.map(({ pace, ended, falseAlarms, long, daysToFlag }) => [
        pace,
        ended,
        percent(falseAlarms.rule),
        percent(falseAlarms.model),
        long,
        daysToFlag.rule ?? '-',
        daysToFlag.model ?? '-',
      ]),
    ),
    `The alarm that would have been set on the day (${alarmText(learned.alarm)}) flagged ${percent(learned.falseAlarms)} of the silences that ended since then; the budget was ${percent(falseAlarmShare)}.`,
  ].join('\n');
}

function alarmText({ by, level }: Detection['alarm']): string {
  return `${by === 'alive' ? 'P(alive)' : 'the surprise'} below ${fixed(level)}`;
}

function limitsText({ firstDay, asOf }: Backtest): string {
  const weeks = Math.floor((Date.parse(asOf) - Date.parse(firstDay)) / 604_800_000);
  const short =
    weeks < 52
      ? ` ${counted(weeks, 'week')} ${weeks === 1 ? 'is' : 'are'} a short history: chances tend to come out too good.`
      : '';
  return `What the model does not know: the season (a quiet summer looks like leaving), what happened before ${firstDay}, and why.${short}`;
}

function verdictText(result: Backtest): string {
  const { truth, asOf } = result;
  if (truth === null || truth.model.auc === null) return verdictOnTheDay(result);
  const won = beatsRule(truth) ? 'told better than' : 'did not beat';
  return `${verdictOnTheDay(result)}\nHindsight: on the ${count(truth.days, 'day')} after ${asOf} the model ${won} the rule of 90 days.`;
}

/** What would have been decided knowing only what was known. */
function verdictOnTheDay({ learned, pooled }: Backtest): string {
  const lines = (Object.keys(streamNames) as Stream[]).flatMap((stream) => {
    const model = learned[stream];
    if (model === null) return [];
    const verdict = model.decides === 'model' ? 'the model may warn' : 'the rule decides';
    return [`${pooled ? 'Verdict' : streamNames[stream]}: ${verdict}. ${model.because}`];
  });
  return lines.length > 0
    ? lines.join('\n')
    : 'Verdict: too little history to learn from (26 weeks and 15 partners that came back are needed): the rules decide alone.';
}

function round(value: number): string {
  return value.toPrecision(3);
}

function fixed(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
