/** How partners live: each story is a shape of three streams over time (domain.md section 9; A3-A8, B11, B43, B51, B52). */
import { millisecondsPerDay, type Instant } from '../../model/instant.ts';
import type { Random } from './random.ts';
import type { Phase } from './rhythm.ts';

export const stories = [
  'sells',
  'engaged_without_sales',
  'declining',
  'stopped',
  'never_activated',
  'seasonal',
  'tracking_break',
  'new',
  'reactivating',
] as const;
export type Story = (typeof stories)[number];

/** What a partner brings, what it uses of ours (portal, network links), and what it says to us. */
export type Stream = 'productive' | 'usage' | 'conversation';
export type Life = Readonly<Record<Stream, readonly Phase[]>>;

/** The programme's clock: the same for all its partners. */
export type Calendar = {
  readonly now: Instant;
  /** Nothing older is told. */
  readonly historyDays: number;
  /** How long ago those who stopped did so, at least and at most; beyond the programme's own window. */
  readonly stoppedDaysAgo: readonly [number, number];
  /** The day on which tracking broke, and the streams it took. */
  readonly breakAt: Instant;
  readonly brokenStreams: readonly Stream[];
};

const newPartnerDays = 25;

/** When the partnership began: late enough for "new", early enough for the story to have happened. */
export function drawJoinedAt(random: Random, story: Story, { now, stoppedDaysAgo }: Calendar): Instant {
  const earlierThan: Record<Story, number> = {
    sells: 150,
    engaged_without_sales: 150,
    declining: 500,
    stopped: stoppedDaysAgo[1] + 120,
    never_activated: 120,
    seasonal: 760,
    tracking_break: 400,
    new: 2,
    reactivating: 800,
  };
  const daysAgo =
    story === 'new' ? random.between(2, newPartnerDays) : earlierThan[story] + random.exponential(500);
  return Math.floor(now - Math.min(daysAgo, 8 * 365) * millisecondsPerDay);
}

export function drawLife(random: Random, story: Story, joinedAt: Instant, calendar: Calendar): Life {
  const { now } = calendar;
  const start = Math.max(joinedAt, now - calendar.historyDays * millisecondsPerDay);
  const ago = (from: number, to: number) => Math.floor(now - random.between(from, to) * millisecondsPerDay);
  const always: readonly Phase[] = [{ from: start, to: now, level: 1 }];
  switch (story) {
    case 'sells':
    case 'new':
      return all(always);
    case 'engaged_without_sales':
      return { productive: [], usage: always, conversation: always };
    case 'never_activated':
      return all([]);
    case 'declining': {
      const turn = ago(140, 200);
      return all([
        { from: start, to: turn, level: 1 },
        { from: turn, to: now, level: 0.25 },
      ]);
    }
    case 'stopped':
      return all([{ from: start, to: ago(...calendar.stoppedDaysAgo), level: 1 }]);
    case 'reactivating': {
      const quietFrom = ago(330, 480);
      return all([
        { from: start, to: quietFrom, level: 1 },
        { from: ago(10, 40), to: now, level: 3 },
      ]);
    }
    case 'seasonal':
      return all(seasons(random.integer(0, 11), start, now));
    case 'tracking_break': {
      const broken: readonly Phase[] = [{ from: start, to: calendar.breakAt + millisecondsPerDay, level: 1 }];
      const of = (stream: Stream) => (calendar.brokenStreams.includes(stream) ? broken : always);
      return { productive: of('productive'), usage: of('usage'), conversation: of('conversation') };
    }
  }
}

function all(phases: readonly Phase[]): Life {
  return { productive: phases, usage: phases, conversation: phases };
}

/** Three months of every year, at four times the normal rate; nothing between them. */
function seasons(firstMonth: number, start: Instant, now: Instant): Phase[] {
  const phases: Phase[] = [];
  for (let year = new Date(start).getUTCFullYear() - 1; ; year += 1) {
    const from = Math.max(Date.UTC(year, firstMonth), start);
    const to = Math.min(Date.UTC(year, firstMonth + 3), now);
    if (from >= now) return phases;
    if (from < to) phases.push({ from, to, level: 4 });
  }
}

/**
 * One story per partner, shuffled, with exactly the programme's shares: whole partners by largest remainder. A tracking
 * break hits at most `maxBroken` partners; whoever it does not hit sells.
 */
export function dealStories(
  random: Random,
  count: number,
  shares: Readonly<Record<Story, number>>,
  maxBroken: number,
): Story[] {
  const total = stories.reduce((sum, story) => sum + shares[story], 0);
  const quotas = stories.map((story) => ({ story, exact: (shares[story] / total) * count }));
  const dealt = quotas.flatMap(({ story, exact }) => Array.from({ length: Math.floor(exact) }, () => story));
  const byRemainder = quotas.toSorted((one, other) => (other.exact % 1) - (one.exact % 1));
  const rest = byRemainder.slice(0, count - dealt.length).map(({ story }) => story);
  let broken = 0;
  const capped = [...dealt, ...rest].map((story): Story => {
    if (story !== 'tracking_break') return story;
    broken += 1;
    return broken <= maxBroken ? story : 'sells';
  });
  return random.shuffle(capped);
}
