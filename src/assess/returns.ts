/**
 * How partners of this portal came back in the past (models.md 6.6): Kaplan-Meier from the day of becoming inactive, since
 * the spells that still go on are part of the answer. What led to a return is unknown, so this is never the effect of
 * outreach.
 */
import type { DayNumber } from '../model/calendar.ts';
import type { ReturnCurve, ReturnStep } from '../model/facts.ts';
import { count } from './words.ts';

/** A spell of inactivity: how long it has lasted, and whether the partner came back. */
export type Spell = { readonly days: number; readonly returned: boolean };

const weeksAhead = 26;
/** The ages of a spell, in weeks, that are told apart. */
const stepWeeks = [0, 4, 13, 26, 52, 104] as const;
const curveWeeks = [4, 13, 26, 52, 104] as const;
/** Longer spells are counted as this long. */
const maximumWeeks = 520;
/** Beta(1, 40): what is usual where nothing is known yet, one in 41, worth 41 spells. */
const prior = { returned: 1, notReturned: 40 };
/** A step that rests on fewer spells is left out. */
const fewestKnown = 20;
/** Where fewer spells were followed so long, the curve ends: the last one of them alone would take it to the bottom. */
const fewestAtRisk = 10;

/**
 * The spells of one partner. It becomes inactive `inactiveAfterDays` days after an activity that nothing followed.
 *
 * @param days of the activities that the programme asks for, ascending; a day may repeat
 */
export function spellsOf(
  days: readonly DayNumber[],
  inactiveAfterDays: number,
  today: DayNumber,
): readonly Spell[] {
  const spells: Spell[] = [];
  for (let index = 0; index < days.length; index += 1) {
    const inactiveDay = (days[index] ?? Infinity) + inactiveAfterDays;
    const next = days[index + 1];
    if (inactiveDay < (next ?? today)) {
      spells.push({ days: (next ?? today) - inactiveDay, returned: next !== undefined });
    }
  }
  return spells;
}

/** Adds up spells, week by week, and so needs no more memory for many than for few. */
export class SpellCounter {
  readonly #returned = new Float64Array(maximumWeeks + 1);
  readonly #open = new Float64Array(maximumWeeks + 1);

  add({ days, returned }: Spell): void {
    const week = Math.min(Math.floor(days / 7), maximumWeeks);
    const counts = returned ? this.#returned : this.#open;
    counts[week] = (counts[week] ?? 0) + 1;
  }

  /** Null without any spell. */
  curve(): ReturnCurve | null {
    const returned = sum(this.#returned, 0, maximumWeeks + 1);
    const spells = returned + sum(this.#open, 0, maximumWeeks + 1);
    if (spells === 0) return null;
    const { survival, atRisk } = kaplanMeier(this.#returned, this.#open, spells);
    const share = (from: number, to: number): number => {
      const [before, after] = [survival[from] ?? 0, survival[to] ?? 0];
      return before === 0 ? 0 : 1 - after / before;
    };
    const steps = stepWeeks.map((fromWeek): ReturnStep => {
      const until = fromWeek + weeksAhead;
      const known = sum(this.#returned, fromWeek, until) + (atRisk[until] ?? 0);
      return { fromWeek, known, chance: shrunk(share(fromWeek, until), known) };
    });
    return {
      spells,
      returned,
      returnedWithin: curveWeeks
        .filter((weeks) => (atRisk[weeks] ?? 0) >= fewestAtRisk)
        .map((weeks) => ({ weeks, share: share(0, weeks) })),
      steps: steps.filter(({ known }) => known >= fewestKnown),
    };
  }
}

/** `survival[w]`: the share that lasts w weeks or longer; `atRisk[w]`: how many spells were seen to last so long. */
function kaplanMeier(
  returned: Float64Array,
  open: Float64Array,
  spells: number,
): { survival: Float64Array; atRisk: Float64Array } {
  const survival = new Float64Array(maximumWeeks + 2).fill(1);
  const atRisk = new Float64Array(maximumWeeks + 2);
  let left = spells;
  for (let week = 0; week <= maximumWeeks; week += 1) {
    atRisk[week] = left;
    const back = returned[week] ?? 0;
    survival[week + 1] = (survival[week] ?? 1) * (left === 0 ? 1 : 1 - back / left);
    left -= back + (open[week] ?? 0);
  }
  return { survival, atRisk };
}

function shrunk(share: number, known: number): number {
  return (prior.returned + share * known) / (prior.returned + prior.notReturned + known);
}

function sum(counts: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index += 1) total += counts[index] ?? 0;
  return total;
}

/** In words, as a frequency; never more digits than the spells carry. */
export function returnText({ chance, fromWeek, known }: ReturnStep): string {
  const times = Math.round(chance * 100);
  const silent =
    fromWeek === 0 ? 'that became inactive' : `inactive for ${count(fromWeek, 'week')} or longer`;
  const frequency = times < 1 ? 'fewer than one' : `about ${times}`;
  return `of 100 partners ${silent}, ${frequency} came back within ${weeksAhead} weeks (known of ${count(known, 'spell')})`;
}
