/**
 * What a scan of all partners counts, stream by stream (a source's word on a kind) and group by group: enough to tell
 * later whether a group broke, without keeping anybody's days.
 */
import type { Source, SourceState } from '../../model/activity.ts';
import type { Calendar } from '../../model/calendar.ts';
import { isPartnerKind, type PartnerKind } from '../../model/kind.ts';
import type { PartnerDays, PartnerGroup, WatchedStream } from '../../model/programme.ts';
import { episodeDays, repeatsOfAnOwnRhythm } from '../cadence/rhythm.ts';
import { countUpTo } from '../days.ts';

/** A year and a month, so that last year's holidays are among what is usual. */
export const historyDays = 400;
/** A silence that began earlier has been looked at, or never will be. */
export const longestSilenceDays = 120;
/** Lengths of silence that are looked at; each is about a fifth longer than the one before. */
const silences = [4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 25, 30, 36, 43, 52, 62, 75, 90, 105, 120];
/** Some portals write a city into the region: beyond so many groups, further ones are not watched. */
const groupsPerStream = 100;

/** The streams that the sources tell of. The day on which a source was last read is not over, so it does not count. */
export function streamsOf(sources: readonly SourceState[], calendar: Calendar): WatchedStream[] {
  return sources.flatMap(({ source, kinds, completeUpTo }) => {
    if (completeUpTo === null) return [];
    const knownToDay = calendar.dayNumberOf(completeUpTo) - 1;
    return kinds.filter(isPartnerKind).map((kind) => ({ source, kind, knownToDay }));
  });
}

/** Who usually acts, as seen on the last day before a silence of some length, and who has acted since. */
type SilenceCount = { members: number; expected: number; acted: number; logGaps: number };

export type Tally = {
  readonly group: PartnerGroup;
  /** Partners per day of the history; the last entry is the last known day. */
  readonly activeOn: Int32Array;
  /** In the order of the stream's `silences`. */
  readonly counts: readonly SilenceCount[];
  /** Partners by horizon class, for the nights to come. */
  readonly horizons: Map<number, number>;
};

export type StreamTally = {
  readonly stream: WatchedStream;
  /** Lengths in days, longest first. */
  readonly silences: readonly number[];
  readonly groups: ReadonlyMap<string, Tally>;
  readonly everybody: Tally;
  /** Partners by the day of their latest activity, counted back from the last known day. */
  readonly lastSeen: readonly (readonly string[])[];
};

type MutableStreamTally = StreamTally & {
  readonly groups: Map<string, Tally>;
  readonly lastSeen: string[][];
};

/** Horizons are kept by classes of a tenth. */
const horizonStep = Math.log(1.1);

export function horizonOfClass(number: number): number {
  return Math.exp(number * horizonStep);
}

/**
 * The chance that a partner acts within `days`, seen so long silent with such a usual gap. A gap is taken to last longer
 * than t with ((2 gap) / (2 gap + t))^2, and longer than t more when it has lasted s already with the horizon 2 gap + s:
 * a long tail, because partners pause, and because a gap that was seen twice is not known well.
 */
export function actingChance(horizonDays: number, days: number): number {
  return 1 - (horizonDays / (horizonDays + days)) ** 2;
}

/** A partner whose silence is longer than this many of its usual gaps had left before. */
const goneAfterGaps = 2;

export class ProgrammeTally {
  readonly streams: readonly StreamTally[];
  readonly #streams: readonly MutableStreamTally[];

  /** @param alsoSince days of special interest by stream: since when something has been silent */
  constructor(streams: readonly WatchedStream[], alsoSince: (stream: WatchedStream) => readonly number[]) {
    this.#streams = streams.map((stream) => {
      const lengths = new Set([...silences, ...alsoSince(stream).map((day) => stream.knownToDay - day)]);
      const sorted = [...lengths].filter((days) => days > 0).sort((a, b) => b - a);
      const everybody = createTally({ partnerType: null, region: null }, sorted.length);
      const lastSeen = Array.from({ length: longestSilenceDays + 2 * neighbourDays }, () => []);
      return { stream, silences: sorted, groups: new Map(), everybody, lastSeen };
    });
    this.streams = this.#streams;
  }

  add({ id, partnerType, region, days }: PartnerDays): void {
    for (const [index, tally] of this.#streams.entries()) {
      const own = days[index];
      if (own !== undefined) addDays(tally, { id, partnerType, region }, own);
    }
  }
}

/** Days before and after, against which the partners last seen on a day are compared. */
export const neighbourDays = 28;

function createTally(group: PartnerGroup, lengths: number): Tally {
  return {
    group,
    activeOn: new Int32Array(historyDays),
    counts: Array.from({ length: lengths }, () => ({ members: 0, expected: 0, acted: 0, logGaps: 0 })),
    horizons: new Map(),
  };
}

type Who = { readonly id: string } & PartnerGroup;

function addDays(tally: MutableStreamTally, who: Who, days: ArrayLike<number>): void {
  const { knownToDay } = tally.stream;
  const start = countUpTo(days, knownToDay - historyDays);
  const end = countUpTo(days, knownToDay);
  if (start === end) return;
  const tallies = talliesOf(tally, who);
  let before = NaN;
  for (let index = start; index < end; index += 1) {
    const day = days[index] ?? 0;
    if (day === before) continue;
    before = day;
    const at = day - knownToDay + historyDays - 1;
    for (const { activeOn } of tallies) activeOn[at] = (activeOn[at] ?? 0) + 1;
  }
  tally.lastSeen[knownToDay - before]?.push(who.id);
  countSilences(tally, tallies, days, start, end);
}

/** Walks through the days once, and looks around on the last day before each length of silence. */
function countSilences(
  { silences, stream }: StreamTally,
  tallies: readonly Tally[],
  days: ArrayLike<number>,
  start: number,
  end: number,
): void {
  const lastDay = days[end - 1] ?? 0;
  const firstDay = days[start] ?? 0;
  let index = start;
  let countedDay = firstDay;
  let seenDay = firstDay;
  let repeats = 0;
  // One turn more than there are silences: the last one looks at today, for the horizons of the nights to come.
  for (let which = 0; which <= silences.length; which += 1) {
    const length = silences[which] ?? 0;
    const day = stream.knownToDay - length;
    for (; index < end && (days[index] ?? 0) <= day; index += 1) {
      seenDay = days[index] ?? 0;
      if (seenDay - countedDay < episodeDays) continue;
      repeats += 1;
      countedDay = seenDay;
    }
    if (repeats < repeatsOfAnOwnRhythm) continue;
    const gapDays = (countedDay - firstDay) / repeats;
    const silentDays = day - seenDay;
    if (silentDays > goneAfterGaps * gapDays) continue;
    const horizonDays = 2 * gapDays + silentDays;
    for (const { counts, horizons } of tallies) {
      const count = counts[which];
      if (count === undefined) {
        const number = Math.round(Math.log(horizonDays) / horizonStep);
        horizons.set(number, (horizons.get(number) ?? 0) + 1);
      } else {
        count.members += 1;
        count.expected += actingChance(horizonDays, length);
        count.logGaps += Math.log(gapDays);
        if (lastDay > day) count.acted += 1;
      }
    }
  }
}

function talliesOf(tally: MutableStreamTally, { partnerType, region }: PartnerGroup): Tally[] {
  const found = [tally.everybody];
  const groups: PartnerGroup[] = [
    { partnerType, region: null },
    { partnerType: null, region },
  ];
  for (const group of groups) {
    const key = groupKey(group);
    if (key === '') continue;
    const known = tally.groups.get(key);
    if (known !== undefined) {
      found.push(known);
    } else if (tally.groups.size < groupsPerStream) {
      const created = createTally(group, tally.silences.length);
      tally.groups.set(key, created);
      found.push(created);
    }
  }
  return found;
}

/** Names are compared without regard to case, as in rules. Empty for everybody. */
export function groupKey({ partnerType, region }: PartnerGroup): string {
  if (partnerType !== null) return `type ${partnerType.trim().toLowerCase()}`;
  return region === null ? '' : `region ${region.trim().toLowerCase()}`;
}

export function streamKey(source: Source, kind: PartnerKind): string {
  return `${source} ${kind}`;
}
