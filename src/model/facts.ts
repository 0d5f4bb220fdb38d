/**
 * What is true of the programme as a whole and that one partner is held against. Computed rarely and stored as plain JSON,
 * so that a partner's segment needs no look at all the others and stands still from one night to the next.
 */
import type { Day } from './instant.ts';

/** Evenly spaced values of a distribution, ascending; empty where nothing is known of it. */
export type Distribution = readonly number[];

/** Of the spells that had lasted so long and whose next 26 weeks are known. */
export type ReturnStep = {
  readonly fromWeek: number;
  readonly known: number;
  /** The share that came back within the next 26 weeks, held near what portals usually see where `known` is small. */
  readonly chance: number;
};

/** How partners of this portal came back by themselves or otherwise. It says nothing of what outreach does. */
export type ReturnCurve = {
  readonly spells: number;
  readonly returned: number;
  /** Of all spells, the share that was over so many weeks after the day of becoming inactive (Kaplan-Meier). */
  readonly returnedWithin: readonly { readonly weeks: number; readonly share: number }[];
  /** Ascending; the first begins on the day of becoming inactive. */
  readonly steps: readonly ReturnStep[];
};

export type ProgrammeFacts = {
  readonly asOf: Day;
  /** Partners that ever did anything. */
  readonly partners: number;
  /** Only amounts in it are compared. */
  readonly currency: string;
  /** What partners brought in their best twelve months. */
  readonly amounts: Distribution;
  /** In how many weeks of their best twelve months partners were active. */
  readonly peaks: Distribution;
  /** In how many weeks partners were ever active. */
  readonly histories: Distribution;
  /** Where partners of a tier usually stand among all, 0 to 1; names in lower case. */
  readonly tiers: Readonly<Record<string, number>>;
  /** A partner's standing from which its potential is medium, and high. */
  readonly bounds: { readonly medium: number; readonly high: number };
  /** Null before anybody was ever inactive. */
  readonly returns: ReturnCurve | null;
  /**
   * The median of clicks in the conversion rules' window, of the partners that had any: in a programme where most send
   * none it would be 0, and everybody who clicks above it. Null where nobody clicked or no rule asks, absent from facts
   * of before it was gathered with them.
   */
  readonly medianClicks?: number | null | undefined;
};

/** What holds for a spell of this age; null where the portal's past does not tell. */
export function returnStepAt(curve: ReturnCurve | null, days: number): ReturnStep | null {
  return curve?.steps.findLast(({ fromWeek }) => fromWeek * 7 <= days) ?? null;
}
