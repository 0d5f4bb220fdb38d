/**
 * The status machine. Entry and exit differ: the rules let silence lead into a status, and only something the partner
 * does leads out of it (rules.ts: no reading gets better by waiting). Coming back from inactivity has a stage of its own.
 */
import type { Instant } from '../model/instant.ts';
import type { Standing, Status } from '../model/verdict.ts';
import type { Concern } from './concern.ts';

/**
 * What the machine is told. `came_back`: a spell that was real, by what is known today, ended by activity.
 * `momentum_held`: free of at-risk and inactive reasons for the momentum days, and clear now.
 * `momentum_failed`: the momentum days are over and the partner is still at risk.
 */
export type Condition = Concern | 'excluded' | 'unknown' | 'came_back' | 'momentum_held' | 'momentum_failed';

type Transition = {
  readonly from: readonly Status[] | 'any';
  readonly when: readonly Condition[];
  readonly to: Status;
};

/** The first line that fits decides. */
export const transitions: readonly Transition[] = [
  { from: 'any', when: ['excluded'], to: 'excluded' },
  { from: 'any', when: ['unknown'], to: 'unknown' },
  { from: 'any', when: ['never_activated'], to: 'never_activated' },
  { from: 'any', when: ['inactive'], to: 'inactive' },
  { from: ['inactive', 'never_activated'], when: ['came_back'], to: 'reactivated' },
  { from: ['reactivated'], when: ['momentum_held'], to: 'active' },
  { from: ['reactivated'], when: ['momentum_failed'], to: 'at_risk' },
  { from: ['reactivated'], when: ['clear', 'cooling', 'at_risk'], to: 'reactivated' },
  { from: 'any', when: ['at_risk'], to: 'at_risk' },
  { from: 'any', when: ['cooling'], to: 'cooling' },
  // Also for an inactive partner whose spell turns out never to have been: a correction is no comeback.
  { from: 'any', when: ['clear'], to: 'active' },
];

/** A partner without a verdict stands where an unknown one does. */
export function nextStatus(from: Status, condition: Condition): Status {
  const transition = transitions.find(
    (line) => (line.from === 'any' || line.from.includes(from)) && line.when.includes(condition),
  );
  return transition?.to ?? from;
}

/** How far from thriving a status is; equal ranks are neither better nor worse. */
export const ranks: Readonly<Record<Status, number>> = {
  active: 0,
  cooling: 1,
  reactivated: 1,
  at_risk: 2,
  inactive: 3,
  never_activated: 3,
  excluded: 0,
  unknown: 0,
};

const outOfActive: ReadonlySet<Status> = new Set(['cooling', 'at_risk', 'inactive', 'never_activated']);

/**
 * An episode opens on the first day out of `active`, keeps its number through all that follows and ends with
 * reactivation; a relapse from there opens the next one.
 */
function nextEpisode(previous: Standing | null, status: Status): number {
  const episode = previous?.episode ?? 0;
  const wasOut = previous !== null && outOfActive.has(previous.status);
  return outOfActive.has(status) && !wasOut ? episode + 1 : episode;
}

/** The standing after a judgement at `now`. A partner's first verdict counts as a change. */
export function nextStanding(
  previous: Standing | null,
  status: Status,
  now: Instant,
): Omit<Standing, 'inactiveSince'> {
  const changed = previous?.status !== status;
  return {
    status,
    previousStatus: changed ? (previous?.status ?? null) : previous.previousStatus,
    statusChangedAt: changed ? now : previous.statusChangedAt,
    episode: nextEpisode(previous, status),
  };
}
