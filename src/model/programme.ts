/** What is true of the programme rather than of one partner: that something broke for many of them at once. */
import type { Source } from './activity.ts';
import type { DayNumber } from './calendar.ts';
import type { Day, Instant } from './instant.ts';
import type { PartnerKind } from './kind.ts';

/** What one source tells of one kind of activity. */
export type SourceKind = { readonly source: Source; readonly kind: PartnerKind };

/** The same with the last day on which the source is known completely. Days are the portal's. */
export type WatchedStream = SourceKind & { readonly knownToDay: DayNumber };

/** The days on which a partner acted, by stream in the order of a list of streams. */
export type PartnerDays = {
  readonly id: string;
  readonly partnerType: string | null;
  readonly region: string | null;
  /** Ascending; a day may repeat. */
  readonly days: readonly (ArrayLike<DayNumber> | undefined)[];
};

/** Of these two at most one is named; both null: everybody. */
export type PartnerGroup = { readonly partnerType: string | null; readonly region: string | null };

/** Many partners fell silent together, which one cause explains better than as many partners leaving. */
export type ProgrammeFinding = {
  /** `break`: in one place, while others went on. `season`: in all of them, as on holidays; it puts nobody in doubt. */
  readonly cause: 'break' | 'season';
  /** Where the silence is. */
  readonly streams: readonly SourceKind[];
  readonly group: PartnerGroup;
  /** The partners that fell silent on the same days; null where the whole group did. */
  readonly partnerIds: readonly string[] | null;
  /** The last day on which they were seen. */
  readonly since: Day;
  /** Who usually acts there. */
  readonly partners: number;
  /** Of the group: how many would have acted since. Of partners with one last day: how many would share it by chance. */
  readonly expected: number;
  /** How many really did. */
  readonly observed: number;
  readonly sentence: string;
};

export type ProgrammeIssue = ProgrammeFinding & {
  readonly id: number;
  readonly openedAt: Instant;
  readonly closed: IssueEnd | null;
};

/**
 * `acted`: they act again. `expired`: too long ago to be a mistake that somebody will still mend. `dismissed`: a person
 * says that it is none, and the same silence is not raised again.
 */
export type IssueEnd = { readonly at: Instant } & (
  | { readonly because: 'acted' | 'expired' }
  | { readonly because: 'dismissed'; readonly by: string; readonly reason: string }
);

/** One group in one stream, as far as a night has to know it to tell that it fell silent. */
export type WatchedGroup = SourceKind &
  PartnerGroup & {
    /** Of the latest activity. */
    readonly lastDay: DayNumber;
    /** In its history, the longest stretch of days on which nobody acted, and how many days that history has. */
    readonly longestQuietDays: number;
    readonly historyDays: number;
    /** Partners that usually act, and the gap in days that is typical of them. */
    readonly partners: number;
    readonly gapDays: number;
    /** How many partners have which horizon: when they have been silent for so much longer, three in four have acted. */
    readonly horizons: readonly (readonly [days: number, partners: number])[];
  };

/** What a scan of everybody leaves for the nights that follow it. */
export type ProgrammeWatch = { readonly groups: readonly WatchedGroup[] };
