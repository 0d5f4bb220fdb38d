/** The reason that rests on a partner's own rhythm alone. Its numbers are those of the day on which the silence broke it. */
import { streamNames, type Stream } from '../../model/cadence.ts';
import { toDay, toDayNumber } from '../../model/calendar.ts';
import type { Reason } from '../../model/verdict.ts';
import { rhythmConcern, type Rhythm } from '../concern.ts';
import type { Frame } from '../rules.ts';
import { count, lowerFirst, oneOf } from '../words.ts';

/** A sign of life in the other stream that is worth a word: after the silence began. */
const otherStream: Readonly<Record<Stream, Stream>> = { productive: 'engagement', engagement: 'productive' };

/** Null while the silence is usual for the partner, and where it could not be read completely. */
export function driftReason(rhythm: Rhythm | null, frame: Frame): Reason | null {
  const severity = rhythmConcern(rhythm, frame);
  if (rhythm === null || severity === 'clear' || rhythm.coverage.state !== 'complete') return null;
  const { cadence, coverage } = rhythm;
  const { stream, quietFromDay, reading } = cadence;
  return {
    code: `${stream}_drifting`,
    ruleId: 'own_rhythm',
    behaviour: stream,
    degree: 'drifting',
    severity,
    observed: 0,
    expected: 1,
    windowDays: quietFromDay - toDayNumber(reading.lastDay),
    since: toDay(quietFromDay),
    lastActivityDay: reading.lastDay,
    sources: coverage.sources,
    asOf: coverage.asOf,
    sentence: sentenceOf(rhythm, severity),
    counterfactual: `One ${oneOf(coverage.kinds)} clears this.`,
  };
}

function sentenceOf({ cadence }: Rhythm, severity: 'cooling' | 'at_risk'): string {
  const { reading, stream, quietFromDay, oneInGaps, otherLastDay } = cadence;
  const rhythm =
    reading.gaps === null
      ? ''
      : `, after a rhythm of ${count(reading.gaps.typical, 'day')} (${reading.gaps.from} to ${reading.gaps.to})`;
  const rare = `on ${toDay(quietFromDay)} this silence became longer than all but about 1 in ${Math.max(2, Math.round(oneInGaps))} gaps of such a rhythm`;
  const outlook = severity === 'at_risk' ? ', and activity within 90 days has become unlikely' : '';
  const alive =
    otherLastDay !== null && otherLastDay > toDayNumber(reading.lastDay)
      ? ` ${streamNames[otherStream[stream]]} goes on: last on ${toDay(otherLastDay)}.`
      : '';
  return `No ${lowerFirst(streamNames[stream])} since ${reading.lastDay}${rhythm}; ${rare}${outlook}.${alive}`;
}
