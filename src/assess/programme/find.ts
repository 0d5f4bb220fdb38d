/** From the counts of a scan to what is worth telling an administrator, one finding for each cause. */
import { toDay } from '../../model/calendar.ts';
import type { PartnerGroup, ProgrammeFinding, SourceKind } from '../../model/programme.ts';
import { sameDaysOf } from './same-day.ts';
import { isQuietToo, silenceOf } from './silence.ts';
import { groupKey, type StreamTally, type Tally } from './tally.ts';
import { sameDaySentence, silenceSentence, type GroupSilence } from './words.ts';

/** One cause need not show in all streams on one day: some are used once a week. */
export const sameTimeDays = 7;

export function findingsOf(streams: readonly StreamTally[]): ProgrammeFinding[] {
  const silences = streams.flatMap((stream) => groupSilencesOf(stream, streams));
  const groups = togetherByGroup(silences);
  const cohorts = togetherByPartners(cohortsOfAll(streams)).filter(
    (cohort) => !silences.some((silence) => explains(silence, cohort)),
  );
  return [...groups.map(findingOfGroup), ...cohorts.map((cohort) => findingOfCohort(cohort, streams))];
}

export function findingOfGroup(silence: GroupSilence): ProgrammeFinding {
  const { streams, group, sinceDay, partners, expected, observed, others } = silence;
  return {
    cause: others === 'quiet' ? 'season' : 'break',
    streams,
    group,
    partnerIds: null,
    since: toDay(sinceDay),
    partners,
    expected,
    observed,
    sentence: silenceSentence(silence),
  };
}

/** Everybody, or else the groups: what is true of everybody need not be said of each. */
function groupSilencesOf(stream: StreamTally, streams: readonly StreamTally[]): GroupSilence[] {
  const whole = groupSilenceOf(stream, stream.everybody, streams);
  if (whole !== null) return [whole];
  return [...stream.groups.values()].flatMap((tally) => groupSilenceOf(stream, tally, streams) ?? []);
}

function groupSilenceOf(
  stream: StreamTally,
  tally: Tally,
  streams: readonly StreamTally[],
): GroupSilence | null {
  const silence = silenceOf(tally, stream);
  if (silence === null) return null;
  const { source, kind } = stream.stream;
  return {
    ...silence,
    streams: [{ source, kind }],
    group: tally.group,
    others: othersMeanwhile(stream, tally, silence.sinceDay, streams),
  };
}

function othersMeanwhile(
  stream: StreamTally,
  tally: Tally,
  sinceDay: number,
  streams: readonly StreamTally[],
): GroupSilence['others'] {
  const compared = streams
    .filter((other) => other.stream.source !== stream.stream.source)
    .map(({ stream: { knownToDay }, everybody }) => ({ knownToDay, activeOn: everybody.activeOn }));
  if (tally !== stream.everybody) {
    const rest = stream.everybody.activeOn.map((count, at) => count - (tally.activeOn[at] ?? 0));
    compared.push({ knownToDay: stream.stream.knownToDay, activeOn: rest });
  }
  const quiet = compared.flatMap(({ knownToDay, activeOn }) =>
    knownToDay <= sinceDay ? [] : (isQuietToo(activeOn, knownToDay - sinceDay) ?? []),
  );
  if (quiet.length === 0) return 'unknown';
  return quiet.includes(false) ? 'go_on' : 'quiet';
}

/** What one group stopped in several streams at about one time is one finding. */
export function togetherByGroup(silences: readonly GroupSilence[]): GroupSilence[] {
  const found: GroupSilence[] = [];
  for (const silence of silences.toSorted((a, b) => b.partners - a.partners)) {
    const at = found.findIndex(
      (other) =>
        groupKey(other.group) === groupKey(silence.group) &&
        (other.others === 'quiet') === (silence.others === 'quiet') &&
        Math.abs(other.sinceDay - silence.sinceDay) <= sameTimeDays,
    );
    const known = found[at];
    if (known === undefined) found.push(silence);
    else found[at] = { ...known, streams: [...known.streams, ...silence.streams] };
  }
  return found;
}

type Cohort = {
  readonly streams: readonly SourceKind[];
  readonly sinceDay: number;
  readonly untilDay: number;
  readonly partnerIds: readonly string[];
  readonly expected: number;
};

function cohortsOfAll(streams: readonly StreamTally[]): Cohort[] {
  const used = streams.filter(({ lastSeen }) => lastSeen.some((ids) => ids.length > 0));
  return used.flatMap((tally) => {
    const { source, kind } = tally.stream;
    return sameDaysOf(tally, used.length).map((found) => ({ ...found, streams: [{ source, kind }] }));
  });
}

function togetherByPartners(cohorts: readonly Cohort[]): Cohort[] {
  const found: Cohort[] = [];
  for (const cohort of cohorts.toSorted((a, b) => b.partnerIds.length - a.partnerIds.length)) {
    const at = found.findIndex((other) => isSameCohort(other, cohort));
    const known = found[at];
    if (known === undefined) {
      found.push(cohort);
    } else {
      found[at] = {
        ...known,
        streams: [...known.streams, ...cohort.streams],
        partnerIds: [...new Set([...known.partnerIds, ...cohort.partnerIds])].sort(),
      };
    }
  }
  return found;
}

function isSameCohort(one: Cohort, other: Cohort): boolean {
  const shared = sharedCount(one.partnerIds, other.partnerIds);
  return (
    one.streams[0]?.source === other.streams[0]?.source &&
    Math.abs(one.untilDay - other.untilDay) <= sameTimeDays &&
    2 * shared >= Math.min(one.partnerIds.length, other.partnerIds.length)
  );
}

export function sharedCount(one: readonly string[], other: readonly string[]): number {
  const ids = new Set(one);
  return other.filter((id) => ids.has(id)).length;
}

/** Whoever belongs to a group that fell silent at that time is no case of its own. */
function explains(silence: GroupSilence, cohort: Cohort): boolean {
  return (
    Math.abs(silence.sinceDay - cohort.untilDay) <= sameTimeDays &&
    silence.streams.some((one) => cohort.streams.some((other) => isSameStream(one, other)))
  );
}

export function isSameStream(one: SourceKind, other: SourceKind): boolean {
  return one.source === other.source && one.kind === other.kind;
}

/** A third of the partners is enough to say that another kind broke with the one in which it shows. */
const alsoBroken = 1 / 3;

function findingOfCohort(cohort: Cohort, all: readonly StreamTally[]): ProgrammeFinding {
  const { sinceDay, untilDay, partnerIds, expected } = cohort;
  const source = cohort.streams[0]?.source;
  const further = all.filter(({ stream, lastSeen }) => {
    if (stream.source !== source || cohort.streams.some((known) => isSameStream(known, stream))) return false;
    const from = stream.knownToDay - untilDay;
    const ended = lastSeen.slice(Math.max(0, from), stream.knownToDay - sinceDay + 1).flat();
    return sharedCount(partnerIds, ended) >= alsoBroken * partnerIds.length;
  });
  const streams = [...cohort.streams, ...further.map(({ stream: { source, kind } }) => ({ source, kind }))];
  const everybody: PartnerGroup = { partnerType: null, region: null };
  const partners = partnerIds.length;
  return {
    cause: 'break',
    streams,
    group: everybody,
    partnerIds,
    since: toDay(untilDay),
    partners,
    expected,
    observed: partners,
    sentence: sameDaySentence({ streams, sinceDay, untilDay, partners, expected }),
  };
}
