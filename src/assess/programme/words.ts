/** Programme issues in plain sentences. Days are ISO, because a stored sentence must still be true tomorrow. */
import { toDay } from '../../model/calendar.ts';
import type { PartnerKind } from '../../model/kind.ts';
import type { PartnerGroup, ProgrammeIssue, SourceKind } from '../../model/programme.ts';
import { count, list, oneOf } from '../words.ts';

const daysOfAYear = 365;

/** Many of a group that usually act, and hardly anybody did. */
export type GroupSilence = {
  readonly streams: readonly SourceKind[];
  readonly group: PartnerGroup;
  readonly sinceDay: number;
  readonly partners: number;
  readonly expected: number;
  readonly observed: number;
  readonly gapDays: number;
  readonly historyDays: number;
  /** What the other sources do meanwhile; `unknown` where none is busy enough to tell. */
  readonly others: 'go_on' | 'quiet' | 'unknown';
};

export function silenceSentence(silence: GroupSilence): string {
  const { streams, group, sinceDay, partners, expected, observed, gapDays, historyDays, others } = silence;
  const since = `Since ${toDay(sinceDay)}`;
  if (others === 'quiet') {
    return `${since} hardly anything comes from any source (${list(sourcesOf(streams), 'and')} at least): a holiday or a season rather than a break, so silence counts as ever.`;
  }
  const who = `the ${partners} ${membersOf(group)} in ${list(sourcesOf(streams), 'and')} that usually act about ${Math.round(gapDays) <= 1 ? 'every day' : `every ${Math.round(gapDays)} days`}`;
  const what = oneOf(kindsOf(streams));
  const seen =
    observed === 0
      ? `no ${what} came from any of ${who}`
      : `a ${what} came from only ${observed} of ${who}, where about ${Math.round(expected)} were to be expected`;
  const meanwhile = others === 'go_on' ? ', though others go on' : '';
  return [
    `${since} ${seen}${meanwhile}: that is far more likely a break in tracking than ${partners} partners leaving at once.`,
    ...(others === 'unknown' ? ['No other source is busy enough to tell a break from a season.'] : []),
    ...(historyDays < daysOfAYear
      ? [`The history goes back ${historyDays} days, so a yearly pause cannot be ruled out.`]
      : []),
  ].join(' ');
}

export function sameDaySentence(found: {
  readonly streams: readonly SourceKind[];
  readonly sinceDay: number;
  readonly untilDay: number;
  readonly partners: number;
  readonly expected: number;
}): string {
  const { streams, sinceDay, untilDay, partners, expected } = found;
  const when =
    sinceDay === untilDay ? `on ${toDay(untilDay)}` : `from ${toDay(sinceDay)} to ${toDay(untilDay)}`;
  const byChance = expected < 1 ? 'hardly one' : `about ${Math.round(expected)}`;
  return `The last ${oneOf(kindsOf(streams))} in ${list(sourcesOf(streams), 'and')} of ${partners} partners came ${when}, where chance has it for ${byChance}: that is far more likely one break in tracking than ${partners} partners leaving at the same time.`;
}

/** For the card: why the silence of one partner is not held against it. */
export function doubtSentence({ id, streams, since, partners }: ProgrammeIssue): string {
  return `In doubt since ${since}: no ${oneOf(kindsOf(streams))} in ${list(sourcesOf(streams), 'and')} from this and ${count(partners - 1, 'other partner')} at once (programme issue ${id}), so silence there is not held against it.`;
}

function membersOf({ partnerType, region }: PartnerGroup): string {
  if (partnerType !== null) return `partners of type ${partnerType}`;
  return region === null ? 'partners' : `partners in ${region}`;
}

function sourcesOf(streams: readonly SourceKind[]): string[] {
  return [...new Set(streams.map(({ source }) => source))].sort();
}

function kindsOf(streams: readonly SourceKind[]): PartnerKind[] {
  return [...new Set(streams.map(({ kind }) => kind))].sort();
}
