/** What may be expected of a partner, in numbers that a manager can use: in words and frequencies, never more digits. */
import type { CadenceReading } from '../../model/cadence.ts';
import { toDayNumber, type DayNumber } from '../../model/calendar.ts';
import { count } from '../words.ts';
import {
  activeChance,
  aliveChance,
  expectedEpisodes,
  stateOf,
  surprise,
  type Parameters,
  type State,
} from './mbg.ts';
import { leavingIsTold, rangeOf, type Fitted, type Range } from './range.ts';

export type Outlook = Return & {
  /** The share of the partner's own gaps that last longer than the present silence. */
  readonly surprise: number;
  /** The chance that the partnership goes on; null where leaving cannot be told from a pause in this portal's history. */
  readonly alive: number | null;
  /** How far that may be off; null where it is not known, or P(alive) itself is not. */
  readonly aliveRange: Range | null;
  /** How many active weeks to expect within 90 days. */
  readonly expectedIn90Days: number;
};

export type Return = {
  /** The chance of activity within 90 days. */
  readonly activeIn90Days: number;
  /** How far that may be off; null where it is not known. */
  readonly activeRange: Range | null;
};

const weeksAhead = 90 / 7;

/** On a day, if nothing has happened since the reading. */
export function outlookOf(reading: CadenceReading, fitted: Fitted, today: DayNumber): Outlook {
  const state = stateOn(reading, today);
  const { parameters } = fitted;
  const alive = (given: Parameters): number => aliveChance(given, state);
  const isTold = leavingIsTold(fitted);
  return {
    surprise: surprise(parameters, state),
    alive: isTold ? alive(parameters) : null,
    aliveRange: isTold ? rangeOf(fitted, alive) : null,
    ...returnOf(reading, fitted, today),
    expectedIn90Days: expectedEpisodes(parameters, state, weeksAhead),
  };
}

/** The part of the outlook that every card shows. */
export function returnOf(reading: CadenceReading, fitted: Fitted, today: DayNumber): Return {
  const state = stateOn(reading, today);
  const active = (given: Parameters): number => activeChance(given, state, weeksAhead);
  return { activeIn90Days: active(fitted.parameters), activeRange: rangeOf(fitted, active) };
}

function stateOn(reading: CadenceReading, today: DayNumber): State {
  return stateOf(
    {
      repeats: reading.episodes - 1,
      firstDay: toDayNumber(reading.firstDay),
      countedDay: toDayNumber(reading.countedDay),
      lastDay: toDayNumber(reading.lastDay),
    },
    today,
  );
}

/** How sure one may be of it: what it rests on, said before the number is. */
export function evidenceText({ episodes, gaps }: CadenceReading): string {
  if (episodes === 1)
    return 'One active week so far: what follows is true of such partners in general, not of this one';
  if (gaps === null) return 'Two active weeks so far: its rhythm is known from one gap';
  const range = gaps.from === gaps.to ? '' : `, mostly ${gaps.from} to ${gaps.to}`;
  return `Usually active every ${count(gaps.typical, 'day')}${range} (${episodes - 1} gaps)`;
}

export function outlookText({ activeIn90Days, activeRange }: Return): string {
  const what = { one: 'is active again within 90 days', many: 'are active again within 90 days' };
  return frequencyText(activeIn90Days, activeRange, what);
}

/** Null where leaving cannot be told from a pause. */
export function aliveText({ alive, aliveRange }: Pick<Outlook, 'alive' | 'aliveRange'>): string | null {
  const what = { one: 'has not left for good', many: 'have not left for good' };
  return alive === null ? null : frequencyText(alive, aliveRange, what);
}

/** How long the silence has become by the partner's own measure, and how much may still be expected of it. */
export function silenceText({ surprise: share, expectedIn90Days }: Outlook): string {
  const silence =
    share > 0.5
      ? 'its silence so far is as usual'
      : `its silence so far is longer than all but about 1 in ${Math.min(1000, Math.round(1 / share))} gaps of such a rhythm`;
  return `${silence}; ${expectedText(expectedIn90Days)} to be expected within 90 days`;
}

function expectedText(weeks: number): string {
  if (weeks < 0.1) return 'hardly any active week is';
  const rounded = weeks < 10 ? Math.round(weeks * 10) / 10 : Math.round(weeks);
  return `about ${count(rounded, 'active week')} ${rounded === 1 ? 'is' : 'are'}`;
}

function frequencyText(
  chance: number,
  range: Range | null,
  { one, many }: { readonly one: string; readonly many: string },
): string {
  const times = Math.round(chance * 100);
  const who =
    times < 1
      ? `fewer than one ${one}`
      : times > 99
        ? `nearly all ${many}`
        : `about ${times} ${times === 1 ? one : many}`;
  return `of 100 partners with this history, ${who}${rangeText(range)}`;
}

/** Whoever reads "about 37" thinks of a third to four in ten: a range no wider than that tells nothing new. */
const telling = 0.1;
/** Ends go outward to the next of these steps: so few draws do not know them better. */
const steps = 20;

function rangeText(range: Range | null): string {
  if (range === null || range.to - range.from <= telling) return '';
  const [from, to] = [Math.floor(range.from * steps), Math.ceil(range.to * steps)];
  return `; it may be between ${(from * 100) / steps} and ${(to * 100) / steps}, because this programme has little history to learn from`;
}
