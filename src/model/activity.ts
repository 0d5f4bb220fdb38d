import type { Instant } from './instant.ts';
import type { Kind } from './kind.ts';
import type { Money } from './money.ts';

/**
 * Where activities come from. A source either completed in a run or it did not; what an incomplete source would have
 * told us is unknown, never zero. Other systems are named `csv:<name>` or `rest:<name>`.
 */
const hubspotSources = [
  'hubspot.deals',
  'hubspot.calls',
  'hubspot.emails',
  'hubspot.meetings',
  'hubspot.notes',
  'hubspot.tasks',
  'hubspot.communications',
  'hubspot.company_properties',
] as const;
export type HubSpotSource = (typeof hubspotSources)[number];
export type Source = HubSpotSource | `csv:${string}` | `rest:${string}`;

/** Something that happened with a partner at a time. (source, sourceId, kind, partnerId) identifies it for ever. */
export type Activity = {
  readonly partnerId: string;
  readonly kind: Kind;
  /** May lie in the future (a booked meeting): whoever judges ignores it until then. */
  readonly occurredAt: Instant;
  /** How many of them: 1 for a deal, 37 for a day's clicks. */
  readonly quantity: number;
  readonly amount: Money | null;
  readonly source: Source;
  readonly sourceId: string;
};

/** What judging needs of an activity. */
export type TimelineEntry = Pick<Activity, 'kind' | 'occurredAt' | 'quantity' | 'amount' | 'source'>;

/**
 * Everything that happened with one partner, in any order, to be gone through as often as one likes. Whoever does keeps
 * no entry: the next one may be the same object, filled anew.
 */
export type Timeline = Iterable<TimelineEntry>;

/** Whether a source's picture is complete, and as of when it last was. */
export type SourceState = {
  readonly source: Source;
  /** True when the latest sync read everything this source has for our partners. */
  readonly complete: boolean;
  /** The instant up to which the source is known; null when it never completed. */
  readonly completeUpTo: Instant | null;
  /** The kinds this source can tell us about. A kind that no source covers is unknown, not absent. */
  readonly kinds: readonly Kind[];
};
