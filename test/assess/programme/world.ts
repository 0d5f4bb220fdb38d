/** Partners that act at a pace of their own, for tests of what befalls many of them at once. */
import type { Source } from '../../../src/model/activity.ts';
import { millisecondsPerDay } from '../../../src/model/instant.ts';
import type { PartnerKind } from '../../../src/model/kind.ts';
import type { PartnerDays, ProgrammeFinding, WatchedStream } from '../../../src/model/programme.ts';
import { findingsOf } from '../../../src/assess/programme/find.ts';
import { ProgrammeTally } from '../../../src/assess/programme/tally.ts';
import { createRandom } from '../../../src/sandbox/programmes/random.ts';

/** A Monday. */
export const today = Date.parse('2026-06-01') / millisecondsPerDay;

export function stream(source: Source, kind: PartnerKind, knownToDay = today - 1): WatchedStream {
  return { source, kind, knownToDay };
}

export const clicks = stream('csv:awin', 'click');
export const logins = stream('csv:portal', 'portal_login');

type Life = {
  readonly gapDays: number;
  readonly from?: number;
  readonly until?: number;
  /** Days on which nobody acts. */
  readonly off?: (day: number) => boolean;
};

/** Days of a Poisson process, ascending. */
export function daysOf(seed: number, { gapDays, from = today - 700, until = today, off }: Life): number[] {
  const random = createRandom(seed);
  const days: number[] = [];
  for (let at = from + random.exponential(gapDays); at < until; at += random.exponential(gapDays)) {
    const day = Math.floor(at);
    if (off?.(day) !== true) days.push(day);
  }
  return days;
}

export function partners(
  count: number,
  of: (index: number) => Partial<Omit<PartnerDays, 'id'>>,
  firstId = 1000,
): PartnerDays[] {
  return Array.from({ length: count }, (_item, index) => ({
    id: String(firstId + index),
    partnerType: null,
    region: null,
    days: [],
    ...of(index),
  }));
}

export function tallied(
  streams: readonly WatchedStream[],
  everybody: readonly PartnerDays[],
  alsoSince: readonly number[] = [],
): ProgrammeTally {
  const tally = new ProgrammeTally(streams, () => alsoSince);
  for (const partner of everybody) tally.add(partner);
  return tally;
}

export function found(
  streams: readonly WatchedStream[],
  everybody: readonly PartnerDays[],
): ProgrammeFinding[] {
  return findingsOf(tallied(streams, everybody).streams);
}
