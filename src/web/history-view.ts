/** A partner's last twelve months: what it did, how it stood, and when that changed. Pure. */
import type { TimelineEntry } from '../model/activity.ts';
import { streams } from '../model/cadence.ts';
import { calendarOf, toDay, toDayNumber, type DayNumber } from '../model/calendar.ts';
import type { Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import { statusNames, type Status, type Verdict } from '../model/verdict.ts';
import type { HistoryResponse } from './history-contract.ts';

/** A change of status or primary reason, as the store keeps it. */
export type Change = {
  readonly changedAt: Instant;
  readonly from: Status | null;
  readonly to: Status;
  readonly evidence: Pick<Verdict, 'reasons'> | null;
};

export type HistoryFacts = {
  readonly timeline: readonly TimelineEntry[];
  /** Newest first; so many were asked for that one more would not be shown. */
  readonly changes: readonly Change[];
  /** The portal's, for days and months. */
  readonly timeZone: string;
  readonly now: Instant;
};

type Known = Extract<HistoryResponse, { state: 'known' }>;

const months = 12;
/** More are a list that nobody reads. */
const shownChanges = 8;

export function historyOf({ timeline, changes, timeZone, now }: HistoryFacts): Known {
  const calendar = calendarOf(timeZone);
  const today = calendar.dayNumberOf(now);
  const moves = changes.filter(({ from, to }) => from !== to);
  const spans = spansOf(moves, (instant) => calendar.dayNumberOf(instant), today);
  const counts = countsByMonth(timeline, (instant) => monthOf(calendar.dayNumberOf(instant)), now);
  return {
    state: 'known',
    months: lastMonths(today).map((month) => ({
      month,
      ...(counts.get(month) ?? { business: 0, engagement: 0 }),
      days: daysIn(month, spans),
    })),
    changes: moves.slice(0, shownChanges).map(({ changedAt, from, to, evidence }) => ({
      day: toDay(calendar.dayNumberOf(changedAt)),
      from: from === null ? null : statusNames[from],
      to: statusNames[to],
      status: to,
      because: evidence?.reasons[0]?.sentence ?? null,
    })),
    more: moves.length > shownChanges,
  };
}

function monthOf(day: DayNumber): string {
  return toDay(day).slice(0, 'YYYY-MM'.length);
}

/** Oldest first, the present one last. */
function lastMonths(today: DayNumber): string[] {
  const [year = 0, month = 1] = monthOf(today).split('-').map(Number);
  return Array.from({ length: months }, (_, index) => {
    const ordinal = year * 12 + (month - 1) - (months - 1 - index);
    return `${Math.floor(ordinal / 12)}-${String((ordinal % 12) + 1).padStart(2, '0')}`;
  });
}

type Counts = { business: number; engagement: number };

/** What the partner did itself; what is still to happen and what we did are not counted. */
function countsByMonth(
  timeline: readonly TimelineEntry[],
  monthAt: (instant: Instant) => string,
  now: Instant,
): ReadonlyMap<string, Counts> {
  const [business, engagement] = [streams.productive, streams.engagement].map(
    (kinds) => new Set<Kind>(kinds),
  );
  const counts = new Map<string, Counts>();
  for (const { kind, occurredAt, quantity } of timeline) {
    const stream = business?.has(kind) ? 'business' : engagement?.has(kind) ? 'engagement' : null;
    if (stream === null || occurredAt > now || !(quantity > 0)) continue;
    const month = monthAt(occurredAt);
    const count = counts.get(month) ?? { business: 0, engagement: 0 };
    count[stream] += 1;
    counts.set(month, count);
  }
  return counts;
}

/** From its first day up to, and without, its last. */
type Span = { readonly status: Status; readonly from: DayNumber; readonly to: DayNumber };

/** A day belongs to the status that it ended in. */
function spansOf(
  moves: readonly Change[],
  dayAt: (instant: Instant) => DayNumber,
  today: DayNumber,
): readonly Span[] {
  return moves.map(({ changedAt, to }, index) => {
    const next = moves[index - 1];
    return {
      status: to,
      from: dayAt(changedAt),
      to: next === undefined ? today + 1 : dayAt(next.changedAt),
    };
  });
}

function daysIn(month: string, spans: readonly Span[]): Partial<Record<Status, number>> {
  const begins = toDayNumber(`${month}-01`);
  const ends = nextMonthBegins(month);
  const days: Partial<Record<Status, number>> = {};
  for (const { status, from, to } of spans) {
    const shared = Math.min(to, ends) - Math.max(from, begins);
    if (shared > 0) days[status] = (days[status] ?? 0) + shared;
  }
  return days;
}

function nextMonthBegins(month: string): DayNumber {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12
    ? toDayNumber(`${year + 1}-01-01`)
    : toDayNumber(`${year}-${String(number + 1).padStart(2, '0')}-01`);
}
