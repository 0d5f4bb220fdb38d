/** Whether a group that usually acts has fallen silent as a whole, from the counts of a scan. */
import type { StreamTally, Tally } from './tally.ts';
import { historyDays } from './tally.ts';
import { logAtMost } from './tails.ts';

/** Fewer are a coincidence, or no group. */
export const fewestPartners = 5;
/** One in a million: some forty groups are looked at every night, and a false issue keeps right verdicts back. */
export const strictLevel = Math.log(1e-6);
/** A group that broke has stragglers at most. */
const stragglers = 0.1;
/** Against the quietest time of the same length in its history. */
const ofTheQuietest = 0.5;
/** What is usual has to be known from at least so many days, and as many stretches of the silence's length. */
const fewestHistoryDays = 60;
/** A group that goes on at half its usual pace is quiet, too: what silences another one may silence it. */
const ofTheUsual = 0.5;

export type Silence = {
  readonly sinceDay: number;
  readonly partners: number;
  readonly expected: number;
  readonly observed: number;
  /** What is typical of its partners, in days. */
  readonly gapDays: number;
  /** How far the history goes back with which the silence was compared. */
  readonly historyDays: number;
};

/** The longest silence of the group that chance does not explain; null where there is none. */
export function silenceOf(tally: Tally, stream: StreamTally): Silence | null {
  for (const [index, length] of stream.silences.entries()) {
    const count = tally.counts[index];
    if (count === undefined || count.members < fewestPartners) continue;
    const { members, expected, acted, logGaps } = count;
    if (acted > stragglers * expected) continue;
    if (logAtMost(acted, members, expected / members) > strictLevel) continue;
    const usual = usualOf(tally.activeOn, length);
    const now = sumOf(tally.activeOn, historyDays - length, historyDays);
    if (usual === null || now >= ofTheQuietest * usual.quietest) continue;
    return {
      sinceDay: lastActiveDay(tally, stream, length),
      partners: members,
      expected,
      observed: acted,
      gapDays: Math.exp(logGaps / members),
      historyDays: usual.days,
    };
  }
  return null;
}

function lastActiveDay({ activeOn }: Tally, { stream }: StreamTally, length: number): number {
  let at = historyDays - length - 1;
  while (at > 0 && activeOn[at] === 0) at -= 1;
  return stream.knownToDay - (historyDays - 1 - at);
}

export function sumOf(counts: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let at = Math.max(0, from); at < to; at += 1) sum += counts[at] ?? 0;
  return sum;
}

/**
 * What stretches of `length` days brought before the last one; null where the history is too short to say. Weekends,
 * holidays and the months of a yearly season are among them, so what a group does every year is no news.
 */
function usualOf(
  activeOn: Int32Array,
  length: number,
): { readonly quietest: number; readonly median: number; readonly days: number } | null {
  const end = historyDays - length;
  const start = grownUpAt(activeOn, end);
  if (end - start < fewestHistoryDays + length) return null;
  const sums: number[] = [];
  let sum = sumOf(activeOn, start, start + length);
  for (let from = start; from + length <= end; from += 1) {
    sums.push(sum);
    sum += (activeOn[from + length] ?? 0) - (activeOn[from] ?? 0);
  }
  sums.sort((a, b) => a - b);
  return { quietest: sums[0] ?? 0, median: sums[sums.length >>> 1] ?? 0, days: historyDays - start };
}

const monthDays = 28;

/**
 * A programme that has just begun is quiet: the history counts from the middle of its first month that has at least half
 * the usual, because all of that may lie in the second half.
 */
function grownUpAt(activeOn: Int32Array, end: number): number {
  const months: number[] = [];
  for (let from = 0; from + monthDays <= end; from += 1) months.push(sumOf(activeOn, from, from + monthDays));
  const usual = months.filter((sum) => sum > 0).sort((a, b) => a - b);
  const median = usual[usual.length >>> 1] ?? 0;
  const first = months.findIndex((sum) => sum > 0 && sum >= median / 2);
  if (first === -1) return end;
  return first === 0 ? 0 : first + monthDays / 2;
}

/** How others fared in the `days` before the last known one; null where they are too few to tell. */
export function isQuietToo(activeOn: Int32Array, days: number): boolean | null {
  const length = Math.min(days, longestCompared);
  const usual = usualOf(activeOn, length);
  if (usual === null || usual.median < fewestPartners) return null;
  return sumOf(activeOn, historyDays - length, historyDays) < ofTheUsual * usual.median;
}

const longestCompared = 60;

/** The longest stretch of days without anybody, up to the last day with somebody; and how far back it was looked for. */
export function longestQuiet(activeOn: Int32Array): { readonly days: number; readonly historyDays: number } {
  let end = historyDays;
  while (end > 0 && activeOn[end - 1] === 0) end -= 1;
  const start = grownUpAt(activeOn, end);
  let longest = 0;
  let quiet = 0;
  for (let at = start; at < end; at += 1) {
    quiet = activeOn[at] === 0 ? quiet + 1 : 0;
    longest = Math.max(longest, quiet);
  }
  return { days: longest, historyDays: historyDays - start };
}
