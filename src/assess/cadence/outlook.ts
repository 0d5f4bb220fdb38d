/** What may be expected of a partner, in numbers that a manager can use: in words and frequencies, never more digits. */
import type { CadenceReading } from '../../model/cadence.ts';
import { toDayNumber, type DayNumber } from '../../model/calendar.ts';
import { count } from '../words.ts';
import {
  activeChance,
  aliveChance,
  dropoutIsIdentified,
  expectedEpisodes,
  stateOf,
  surprise,
  type Parameters,
} from './mbg.ts';

export type Outlook = {
  /** The share of the partner's own gaps that last longer than the present silence. */
  readonly surprise: number;
  /** The chance that the partnership goes on; null where leaving cannot be told from a pause in this portal's history. */
  readonly alive: number | null;
  /** The chance of activity within 90 days. */
  readonly activeIn90Days: number;
  /** How many active weeks to expect within 90 days. */
  readonly expectedIn90Days: number;
};

const weeksAhead = 90 / 7;

/** On a day, if nothing has happened since the reading. */
export function outlookOf(reading: CadenceReading, parameters: Parameters, today: DayNumber): Outlook {
  const state = stateOf(
    {
      repeats: reading.episodes - 1,
      firstDay: toDayNumber(reading.firstDay),
      countedDay: toDayNumber(reading.countedDay),
      lastDay: toDayNumber(reading.lastDay),
    },
    today,
  );
  return {
    surprise: surprise(parameters, state),
    alive: dropoutIsIdentified(parameters) ? aliveChance(parameters, state) : null,
    activeIn90Days: activeChance(parameters, state, weeksAhead),
    expectedIn90Days: expectedEpisodes(parameters, state, weeksAhead),
  };
}

/** How sure one may be of it: what it rests on, said before the number is. */
export function evidenceText({ episodes, gaps }: CadenceReading): string {
  if (episodes === 1)
    return 'One active week so far: what follows is true of such partners in general, not of this one';
  if (gaps === null) return 'Two active weeks so far: its rhythm is known from one gap';
  const range = gaps.from === gaps.to ? '' : `, mostly ${gaps.from} to ${gaps.to}`;
  return `Usually active every ${count(gaps.typical, 'day')}${range} (${episodes - 1} gaps)`;
}

export function outlookText({ activeIn90Days }: Outlook): string {
  const times = Math.round(activeIn90Days * 100);
  if (times < 1) return 'of 100 partners with this history, fewer than one is active again within 90 days';
  if (times > 99) return 'of 100 partners with this history, nearly all are active again within 90 days';
  return `of 100 partners with this history, about ${times} ${times === 1 ? 'is' : 'are'} active again within 90 days`;
}
