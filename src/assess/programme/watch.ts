/**
 * The nights between two scans: what a scan left (who usually acts in each group, and since when nobody has) is brought
 * up to date with the partners that something happened to, and nobody else is read. A night so sees a group that fell
 * silent altogether, and one that acts again; what is less plain waits for the next scan.
 */
import type {
  PartnerDays,
  WatchedStream,
  ProgrammeFinding,
  ProgrammeIssue,
  ProgrammeWatch,
  SourceKind,
  WatchedGroup,
} from '../../model/programme.ts';
import { toDayNumber, type DayNumber } from '../../model/calendar.ts';
import { findingOfGroup, togetherByGroup } from './find.ts';
import { fewestPartners, longestQuiet, strictLevel } from './silence.ts';
import {
  actingChance,
  groupKey,
  historyDays,
  horizonOfClass,
  longestSilenceDays,
  streamKey,
  type StreamTally,
  type Tally,
} from './tally.ts';
import { logAtMost } from './tails.ts';
import type { GroupSilence } from './words.ts';

/** A weekend and a day of grace are no silence, whatever the history says. */
const shortestSilenceDays = 4;
/** So many of an issue's partners in one night are no stragglers. */
const actsAgainShare = 0.2;
const fewestActing = 2;

export function watchOf(streams: readonly StreamTally[]): ProgrammeWatch {
  return {
    groups: streams.flatMap((stream) =>
      [stream.everybody, ...stream.groups.values()].flatMap((tally) => watchedGroupOf(stream, tally) ?? []),
    ),
  };
}

function watchedGroupOf({ stream, silences }: StreamTally, tally: Tally): WatchedGroup | null {
  const horizons = [...tally.horizons].sort(([a], [b]) => a - b);
  const partners = horizons.reduce((sum, [, count]) => sum + count, 0);
  if (partners < fewestPartners) return null;
  const { source, kind, knownToDay } = stream;
  const latest = tally.counts[silences.length - 1];
  const quiet = longestQuiet(tally.activeOn);
  return {
    source,
    kind,
    ...tally.group,
    lastDay: knownToDay - (historyDays - 1 - tally.activeOn.findLastIndex((count) => count > 0)),
    longestQuietDays: quiet.days,
    historyDays: quiet.historyDays,
    partners,
    gapDays: latest === undefined || latest.members === 0 ? 0 : Math.exp(latest.logGaps / latest.members),
    horizons: horizons.map(([number, count]) => [horizonOfClass(number), count]),
  };
}

/** An open issue, as far as a partner's latest days can speak against it. */
type Doubted = {
  readonly issue: ProgrammeIssue;
  readonly sinceDay: number;
  readonly streams: readonly number[];
};

export class NightWatch {
  readonly #streams: readonly WatchedStream[];
  readonly #streamNumbers: ReadonlyMap<string, number>;
  readonly #watched: readonly WatchedGroup[];
  /** By group, the day of the latest activity in each stream; NaN where the group is not watched in it. */
  readonly #lastDays = new Map<string, Float64Array>();
  readonly #issues: readonly Doubted[];
  readonly #acted = new Map<number, number>();

  constructor(streams: readonly WatchedStream[], watch: ProgrammeWatch, open: readonly ProgrammeIssue[]) {
    this.#streams = streams;
    this.#streamNumbers = new Map(streams.map(({ source, kind }, index) => [streamKey(source, kind), index]));
    this.#watched = watch.groups;
    for (const group of watch.groups) {
      const stream = this.#streamNumberOf(group);
      if (stream === undefined) continue;
      const key = groupKey(group);
      const days = this.#lastDays.get(key) ?? new Float64Array(streams.length).fill(NaN);
      days[stream] = group.lastDay;
      this.#lastDays.set(key, days);
    }
    this.#issues = open.map((issue) => ({
      issue,
      sinceDay: toDayNumber(issue.since),
      streams: issue.streams.flatMap((stream) => this.#streamNumberOf(stream) ?? []),
    }));
  }

  /** Days up to this one tell nothing new. */
  get knownDay(): DayNumber {
    const known = [...this.#lastDays.values()].flatMap((days) =>
      [...days].filter((day) => !Number.isNaN(day)),
    );
    return Math.min(Infinity, ...known, ...this.#issues.map(({ sinceDay }) => sinceDay));
  }

  /** Of a partner that something happened to since the last night; days up to `knownDay` may be missing. */
  add(partner: PartnerDays): void {
    const lastDays = this.#streams.map(({ knownToDay }, index) => lastUpTo(partner.days[index], knownToDay));
    for (const group of groupsOf(partner)) {
      const known = this.#lastDays.get(groupKey(group));
      if (known !== undefined) raise(known, lastDays);
    }
    for (const { issue, sinceDay, streams } of this.#issues) {
      if (streams.some((stream) => (lastDays[stream] ?? 0) > sinceDay) && concerns(issue, partner))
        this.#acted.set(issue.id, (this.#acted.get(issue.id) ?? 0) + 1);
    }
  }

  watch(): ProgrammeWatch {
    return { groups: this.#watched.map((group) => ({ ...group, lastDay: this.#lastDayOf(group) })) };
  }

  #streamNumberOf({ source, kind }: SourceKind): number | undefined {
    return this.#streamNumbers.get(streamKey(source, kind));
  }

  #lastDayOf(group: WatchedGroup): number {
    const stream = this.#streamNumberOf(group);
    const known = stream === undefined ? undefined : this.#lastDays.get(groupKey(group))?.[stream];
    return known ?? group.lastDay;
  }

  hasActed({ id, partners }: ProgrammeIssue): boolean {
    return (this.#acted.get(id) ?? 0) >= Math.max(fewestActing, actsAgainShare * partners);
  }

  findings(): ProgrammeFinding[] {
    const groups = this.watch().groups.flatMap((group) => {
      const stream = this.#streams[this.#streamNumberOf(group) ?? NaN];
      return stream === undefined ? [] : [{ group, silentDays: stream.knownToDay - group.lastDay }];
    });
    const silent = groups.filter(isSilent);
    const whole = new Set(
      silent
        .filter(({ group }) => groupKey(group) === '')
        .map(({ group }) => streamKey(group.source, group.kind)),
    );
    const told = silent.filter(
      ({ group }) => groupKey(group) === '' || !whole.has(streamKey(group.source, group.kind)),
    );
    return togetherByGroup(told.map((one) => silenceOf(one, groups))).map(findingOfGroup);
  }
}

type Watched = { readonly group: WatchedGroup; readonly silentDays: number };

function isSilent({ group, silentDays }: Watched): boolean {
  if (silentDays < shortestSilenceDays || silentDays <= group.longestQuietDays) return false;
  if (silentDays > longestSilenceDays) return false;
  return logAtMost(0, group.partners, expectedOf(group, silentDays) / group.partners) <= strictLevel;
}

function expectedOf({ horizons }: WatchedGroup, silentDays: number): number {
  return horizons.reduce((sum, [days, partners]) => sum + partners * actingChance(days, silentDays), 0);
}

function silenceOf({ group, silentDays }: Watched, all: readonly Watched[]): GroupSilence {
  const { source, kind, partnerType, region, partners, gapDays, historyDays } = group;
  const isSubgroup = groupKey(group) !== '';
  const others = all.filter(
    (other) =>
      groupKey(other.group) === '' &&
      (other.group.source !== source || (isSubgroup && other.group.kind === kind)),
  );
  // Half the time without anybody is quiet for a source that is watched at all.
  const quiet = others.map((other) => 2 * other.silentDays >= silentDays);
  const meanwhile = quiet.includes(false) ? 'go_on' : 'quiet';
  return {
    streams: [{ source, kind }],
    group: { partnerType, region },
    sinceDay: group.lastDay,
    partners,
    expected: expectedOf(group, silentDays),
    observed: 0,
    gapDays,
    historyDays,
    others: quiet.length === 0 ? 'unknown' : meanwhile,
  };
}

/** What is not watched stays so: no day is later than NaN. */
function raise(days: Float64Array, to: readonly number[]): void {
  for (let index = 0; index < days.length; index += 1) {
    const day = to[index] ?? -Infinity;
    if ((days[index] ?? NaN) < day) days[index] = day;
  }
}

function groupsOf({ partnerType, region }: PartnerDays): Pick<PartnerDays, 'partnerType' | 'region'>[] {
  return [
    { partnerType: null, region: null },
    ...(partnerType === null ? [] : [{ partnerType, region: null }]),
    ...(region === null ? [] : [{ partnerType: null, region }]),
  ];
}

/** Whether an issue is about this partner. */
export function concerns(
  { group, partnerIds }: ProgrammeIssue,
  partner: { readonly id: string; readonly partnerType: string | null; readonly region: string | null },
): boolean {
  if (partnerIds !== null) return partnerIds.includes(partner.id);
  const key = groupKey(group);
  return key === '' || groupsOf({ ...partner, days: [] }).some((one) => groupKey(one) === key);
}

function lastUpTo(days: ArrayLike<number> | undefined, knownToDay: number): number {
  if (days === undefined) return -Infinity;
  let at = days.length - 1;
  while (at >= 0 && (days[at] ?? 0) > knownToDay) at -= 1;
  return days[at] ?? -Infinity;
}
