/** What a partner's own rhythm says of it: how usual the present silence is, and from which days on it is not. */
import {
  streams,
  type CadenceModel,
  type CadenceModels,
  type CadenceReading,
  type ChanceBand,
  type Stream,
} from '../../model/cadence.ts';
import { toDay, type DayNumber } from '../../model/calendar.ts';
import { readSeries, type Past } from '../history.ts';
import { warnedAtWeeks } from './alarm.ts';
import { activeChance, stateOf, surprise } from './mbg.ts';
import { episodeDays, repeatsOfAnOwnRhythm, rhythmOf, rhythmSinceReturn, type Rhythm } from './rhythm.ts';

/** The model's say on one partner, as days: it changes on no other ones while nothing happens. */
export type Cadence = {
  readonly reading: CadenceReading;
  readonly stream: Stream;
  /** The latest activity of the other stream; null where there is none. */
  readonly otherLastDay: DayNumber | null;
  /** The silence is unusual from this day on; Infinity where the model has no say. */
  readonly quietFromDay: DayNumber;
  /** Besides, activity within 90 days is unlikely from this day on. */
  readonly unlikelyFromDay: DayNumber;
  /** One in how many of the partner's own gaps lasts longer than the silence on `quietFromDay`. */
  readonly oneInGaps: number;
  /** The day after today on which the band changes by itself; Infinity when it never does. */
  readonly bandChangesOnDay: DayNumber;
};

const weeksAhead = 90 / 7;
/** Bounds of the bands, in chances of activity within 90 days. */
const likelyFrom = 0.6;
const unlikelyBelow = 0.3;
/** Beyond this no date is of use to anybody. */
const horizonDays = 20 * 365;

type Candidate = {
  readonly stream: Stream;
  readonly model: CadenceModel;
  /** Days with activity of the stream, ascending. */
  readonly days: readonly DayNumber[];
  readonly rhythm: Rhythm;
  /** Repeats before the clock was started anew, too. */
  readonly repeatsEver: number;
};

/** A stream without a model, or without activity. */
type Unread = { readonly days: readonly DayNumber[]; readonly rhythm: null };

/**
 * Business decides where it ever had a rhythm of its own, then engagement (models.md 6.1). Ever: coming back in business
 * must not hand a partner over to a silence in engagement.
 * @returns null for a partner without activity in a stream that has a model
 */
export function readCadence(history: Past, models: CadenceModels, today: DayNumber): Cadence | null {
  const productive = candidateOf('productive', history, models);
  const engagement = candidateOf('engagement', history, models);
  const chosen = chosenOf(productive, engagement);
  if (chosen === null) return null;
  const other = chosen === productive ? engagement : productive;
  return { ...cadenceOf(chosen, models.version, today), otherLastDay: other.days.at(-1) ?? null };
}

function candidateOf(stream: Stream, history: Past, models: CadenceModels): Candidate | Unread {
  const { days } = readSeries(history, streams[stream]);
  const model = models.streams[stream];
  const rhythm = model === null ? null : rhythmSinceReturn(days, model.parameters);
  if (model === null || rhythm === null) return { days, rhythm: null };
  const isFirstClock = rhythm.firstDay === days[0];
  const repeatsEver = isFirstClock ? rhythm.repeats : (rhythmOf(days)?.repeats ?? 0);
  return { stream, model, days, rhythm, repeatsEver };
}

/** The first if it has a rhythm of its own, else the second if it has, else whichever repeated more. */
function chosenOf(first: Candidate | Unread, second: Candidate | Unread): Candidate | null {
  if (first.rhythm === null) return second.rhythm === null ? null : second;
  if (second.rhythm === null) return first;
  return first.repeatsEver >= Math.min(repeatsOfAnOwnRhythm, second.repeatsEver) ? first : second;
}

function cadenceOf(candidate: Candidate, version: number, today: DayNumber): Omit<Cadence, 'otherLastDay'> {
  const { stream, model, days, rhythm } = candidate;
  const { repeats, firstDay, countedDay, lastDay } = rhythm;
  const chanceOn = (day: DayNumber): number =>
    activeChance(model.parameters, stateOf(rhythm, day), weeksAhead);
  const fallsBelow = (chance: number, from: DayNumber): DayNumber =>
    firstDayOn(from, (day) => chanceOn(day) < chance);
  const quietFromDay = quietDay(model, rhythm);
  const band = repeats === 0 ? 'not_enough_history' : bandOf(chanceOn(today));
  const bandEnd = bandEnds[band];
  const bandChangesOnDay = bandEnd === null ? Infinity : fallsBelow(bandEnd, today + 1);
  return {
    reading: {
      stream,
      model: version,
      episodes: repeats + 1,
      firstDay: toDay(firstDay),
      countedDay: toDay(countedDay),
      lastDay: toDay(lastDay),
      gaps: gapsOf(days, firstDay),
      band,
      quietFrom: Number.isFinite(quietFromDay) ? toDay(quietFromDay) : null,
    },
    stream,
    quietFromDay,
    unlikelyFromDay:
      band === 'uncertain'
        ? Math.max(quietFromDay, bandChangesOnDay)
        : fallsBelow(unlikelyBelow, quietFromDay),
    oneInGaps: Number.isFinite(quietFromDay)
      ? 1 / surprise(model.parameters, stateOf(rhythm, quietFromDay))
      : 1,
    bandChangesOnDay,
  };
}

/** Never before a week without any activity, and not while most of the partner's own gaps would still be going on. */
function quietDay({ parameters, alarm, decides }: CadenceModel, rhythm: Rhythm): DayNumber {
  const { repeats, firstDay, countedDay, lastDay } = rhythm;
  if (decides === 'rule' || repeats < repeatsOfAnOwnRhythm) return Infinity;
  const weeks = warnedAtWeeks(alarm, parameters, stateOf(rhythm, countedDay));
  return Math.max(firstDay + Math.ceil(7 * weeks), lastDay + episodeDays);
}

function bandOf(chance: number): ChanceBand {
  if (chance >= likelyFrom) return 'likely';
  return chance < unlikelyBelow ? 'unlikely' : 'uncertain';
}

/** Below these chances the bands end, if at all: silence never makes one better. */
const bandEnds: Readonly<Record<ChanceBand, number | null>> = {
  likely: likelyFrom,
  uncertain: unlikelyBelow,
  unlikely: null,
  not_enough_history: null,
};

/** As far as most dates lie ahead. */
const usualDays = 64;

/** The first day, `from` or later, on which something holds that then holds for good; Infinity when none does. */
function firstDayOn(from: DayNumber, holdsOn: (day: DayNumber) => boolean): DayNumber {
  if (!Number.isFinite(from)) return Infinity;
  let low = from;
  let high = from + usualDays;
  while (!holdsOn(high)) {
    if (high >= from + horizonDays) return Infinity;
    low = high + 1;
    high = Math.min(from + horizonDays, high + 2 * (high - from));
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holdsOn(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

let room = new Int32Array(1024);

/** The same for every partner, to be filled anew: to make one for each costs more than to sort it. */
function roomFor(count: number): Int32Array {
  if (room.length < count) room = new Int32Array(2 * count);
  return room;
}

/**
 * Of the gaps between episodes since `firstDay`: the middle one, and the range that four in five of them keep to. Of an
 * even number, halfway between the two in the middle: of two to ten gaps as the model takes them, with no memory of how
 * long they have lasted, that misses the true middle by less than their geometric mean does, and the upper one alone is
 * too long, of two gaps by 60 %.
 */
function gapsOf(days: readonly DayNumber[], firstDay: DayNumber): CadenceReading['gaps'] {
  const gaps = roomFor(days.length);
  let count = 0;
  let counted = firstDay;
  for (const day of days) {
    if (day - counted < episodeDays) continue;
    gaps[count++] = day - counted;
    counted = day;
  }
  if (count < repeatsOfAnOwnRhythm) return null;
  const sorted = gaps.subarray(0, count).sort();
  const last = count - 1;
  const at = (index: number): number => sorted[index] ?? 0;
  const typical = Math.round((at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2);
  return { typical, from: at(Math.round(0.1 * last)), to: at(Math.round(0.9 * last)) };
}
