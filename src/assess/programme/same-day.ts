/**
 * Whether too many partners were last seen on the same day, from the counts of a scan: those whom one cause took, though
 * nothing else that we know of them tells them from the others, who go on.
 */
import { fewestPartners, sumOf } from './silence.ts';
import { historyDays, longestSilenceDays, neighbourDays, type StreamTally } from './tally.ts';
import { logAtLeast } from './tails.ts';

/**
 * Days on which they were last seen: what everybody does daily breaks on one day, what they do weekly within a week.
 * Days that follow each other are more alike than chance has it, so several have to be so much less likely.
 */
const widths = [
  { width: 1, share: 1 },
  { width: 3, share: 0.01 },
  { width: 7, share: 0.01 },
];
/** Chance may raise one false issue in ten years of weekly looks: it keeps right verdicts back. */
const falseIssuesPerLook = 1 / 520;
const beyondDoubt = Math.log(1e-9);
/** One or two partners with one last day say nothing of how much days differ. */
const fewestCompared = 3;
/** Many times what the days around it have, however likely that is by chance: days differ. */
const manyTimes = 4;
/** The latest days tell nothing: whoever was seen on them may well act again. */
const shortestSilenceDays = 7;
const daysLookedAt = longestSilenceDays - shortestSilenceDays;

export type SameDay = {
  readonly sinceDay: number;
  readonly untilDay: number;
  readonly partnerIds: readonly string[];
  /** How many would have been last seen on these days by chance. */
  readonly expected: number;
};

/**
 * The least likely of them first; none shares a day with another.
 * @param streamsLookedAt so many chances, times the days, has a look to find what is none
 */
export function sameDaysOf(stream: StreamTally, streamsLookedAt: number): SameDay[] {
  const counts = countsOf(stream);
  const found = widths.flatMap(({ width, share }) => {
    const level = Math.log((share * falseIssuesPerLook) / (daysLookedAt * streamsLookedAt));
    const all: Candidate[] = [];
    for (let ago = shortestSilenceDays; ago + width <= longestSilenceDays; ago += 1) {
      const candidate = examine(counts, ago, width);
      if (candidate !== null) all.push(candidate);
    }
    return all.filter(
      (one) => one.many && one.logChance <= level && standsOut(one, all) && othersGoOn(stream, one.ago),
    );
  });
  found.sort((a, b) => a.logChance - b.logChance || b.ago - a.ago);
  const taken: Candidate[] = [];
  for (const candidate of found) {
    if (!taken.some((other) => overlap(candidate, other))) taken.push(candidate);
  }
  return taken.map((candidate) => sameDayOf(stream, candidate));
}

type Candidate = {
  readonly ago: number;
  readonly width: number;
  readonly expected: number;
  readonly logChance: number;
  /** As many as an issue takes, and many times what is usual. */
  readonly many: boolean;
};

function overlap(one: Candidate, other: Candidate): boolean {
  return one.ago < other.ago + other.width && other.ago < one.ago + one.width;
}

/** Where days differ by more than chance, others are unlikely, too: then this one has to be so much less likely. */
function standsOut(one: Candidate, all: readonly Candidate[]): boolean {
  if (one.logChance <= beyondDoubt) return true;
  const others = all.filter((other) => !overlap(one, other)).map(({ logChance }) => logChance);
  return one.logChance <= 2 * Math.min(0, ...others);
}

/** What is reported once a month ends for everybody on the day of the latest report. */
function othersGoOn({ everybody: { activeOn } }: StreamTally, ago: number): boolean {
  const after = activeOn.subarray(historyDays - ago);
  const before = activeOn.subarray(Math.max(0, historyDays - 2 * ago), historyDays - ago);
  const busyDays = after.reduce((days, count) => days + Number(count > 0), 0);
  return busyDays >= fewestCompared && sumOf(after, 0, ago) >= sumOf(before, 0, ago) / 2;
}

function sameDayOf({ stream, lastSeen }: StreamTally, candidate: Candidate): SameDay {
  const { ago, width, expected } = candidate;
  return {
    sinceDay: stream.knownToDay - ago - width + 1,
    untilDay: stream.knownToDay - ago,
    partnerIds: lastSeen
      .slice(ago, ago + width)
      .flat()
      .sort(),
    expected,
  };
}

/** By days before the last known one. */
type Counts = {
  /** Partners last seen on the day. */
  readonly last: readonly number[];
  /** How many partners such a day sees; more where more of those who acted again were seen on this very day. */
  readonly busy: readonly number[];
};

function countsOf({ lastSeen, everybody, stream }: StreamTally): Counts {
  const last = lastSeen.map((ids) => ids.length);
  const usual = usualByWeekday(everybody.activeOn, stream.knownToDay);
  const busy = last.map((count, ago) => {
    const returned = (everybody.activeOn[historyDays - 1 - ago] ?? 0) - count;
    return Math.max(returned, usual[weekdayOf(stream.knownToDay - ago)] ?? 0);
  });
  return { last, busy };
}

function weekdayOf(day: number): number {
  return day % 7;
}

/** Of an average day: on days when hardly anything happens, a few chances would be a miracle. */
const quietestWeekday = 0.5;

/** Partners per day: a stream has its Mondays. */
function usualByWeekday(activeOn: Int32Array, lastDay: number): readonly number[] {
  const sums = [0, 0, 0, 0, 0, 0, 0];
  for (const [at, count] of activeOn.entries()) {
    const weekday = weekdayOf(lastDay - (historyDays - 1 - at));
    sums[weekday] = (sums[weekday] ?? 0) + count;
  }
  const usual = sums.map((sum) => (7 * sum) / historyDays);
  const quietest = (quietestWeekday * usual.reduce((sum, count) => sum + count, 0)) / usual.length;
  return usual.map((count) => Math.max(count, quietest));
}

/** The days before and after, as many on either side: the closer to today, the more partners were last seen. */
function around(ago: number, days: number, width: number): number[] {
  const reach = Math.min(neighbourDays, ago - shortestSilenceDays + 1, days - ago - width);
  const found: number[] = [];
  for (let distance = 1; distance <= reach; distance += 1)
    found.push(ago - distance, ago + width - 1 + distance);
  return found;
}

function examine(counts: Counts, ago: number, width: number): Candidate | null {
  const here = Array.from({ length: width }, (_item, index) => ago + index);
  const seen = sumAt(here, counts.last);
  const neighbours = around(ago, counts.last.length, width);
  if (seen < fewestCompared || neighbours.length < 2 * shortestSilenceDays) return null;
  const busyHere = sumAt(here, counts.busy);
  const busyAround = sumAt(neighbours, counts.busy);
  const lastAround = sumAt(neighbours, counts.last);
  if (!(busyHere > 0)) return null;
  const expected = (lastAround * busyHere) / busyAround;
  const logChance = logAtLeast(seen, seen + lastAround, busyHere / (busyHere + busyAround));
  const many = seen >= fewestPartners && seen >= manyTimes * expected;
  return { ago, width, expected, logChance, many };
}

function sumAt(days: readonly number[], counts: readonly number[]): number {
  return days.reduce((sum, day) => sum + (counts[day] ?? 0), 0);
}
