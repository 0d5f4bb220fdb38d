/** Which status the rules, the sources and the partner's past propose, or whether the previous verdict must stand. */
import { toDayNumber, type DayNumber } from '../model/calendar.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import {
  concernOf,
  concernOn,
  rhythmConcern,
  rulesConcern,
  worse,
  type Concern,
  type Finding,
  type Rhythm,
} from './concern.ts';
import type { Scene } from './scene.ts';
import { nextStatus, ranks, type Condition } from './status.ts';

/** A status to take, and the findings it rests on. */
export type Proposal = {
  readonly status: Status;
  readonly concern: Concern;
  readonly basis: readonly Finding[];
  /** The partner's own rhythm, where it counts beside the findings. */
  readonly rhythm: Rhythm | null;
};

export const nothingToSay: Proposal = { status: 'unknown', concern: 'clear', basis: [], rhythm: null };

/** The status to take, or `keep` when the previous verdict must stand: nobody is called worse on missing data or in a pause. */
export function propose(scene: Scene, previous: Verdict | null): Proposal | 'keep' {
  const settled = previous !== null && previous.status !== 'unknown' && previous.status !== 'excluded';
  const proposal =
    scene.incomplete || scene.warningStands
      ? proposeFromIncomplete(scene, previous, settled)
      : proposeFrom(scene, previous, completeConcern(scene, previous), completely(scene.rhythm));
  if (proposal === 'keep' || scene.pausedUntilDay === null) return proposal;
  if (settled) return ranks[proposal.status] > ranks[previous.status] ? 'keep' : proposal;
  return ranks[proposal.status] > ranks.active ? nothingToSay : proposal;
}

/**
 * What the rules say where they could be answered completely. Whether the partner ever did anything may be unknown all
 * the same: then it is not called never activated, and the rules judge it as they would after a first sign of life, which
 * must not be what makes it inactive.
 */
function completeConcern(scene: Scene, previous: Verdict | null): Concern {
  const { findings, history, settings, frame } = scene;
  return scene.mayHaveActed && previous?.status !== 'never_activated'
    ? rulesConcern(findings, settings, frame)
    : concernOf(findings, history, settings, frame);
}

/**
 * Missing is not zero. What was seen counts: if it makes the partner better off even when everything unseen is taken as
 * silence, it is better off. What was not seen does not: the status stays, and a first verdict rests on the complete
 * sources alone and never says more than at risk.
 */
function proposeFromIncomplete(scene: Scene, previous: Verdict | null, settled: boolean): Proposal | 'keep' {
  const { findings, history, settings, frame } = scene;
  const pessimistic = proposeFrom(
    scene,
    previous,
    concernOf(findings, history, settings, frame),
    scene.rhythm,
  );
  if (previous !== null && settled) {
    // What was warned of is over when the rhythm that is seen says so, or the next look would find nothing to warn of.
    const isWarned = scene.warningStands && rhythmConcern(scene.rhythm, frame) !== 'clear';
    return !isWarned && ranks[pessimistic.status] < ranks[previous.status] ? pessimistic : 'keep';
  }
  if (pessimistic.concern === 'clear') return pessimistic;
  const complete = findings.filter(({ coverage }) => coverage.state === 'complete');
  if (complete.length === 0) return nothingToSay;
  const concern = rulesConcern(complete, settings, frame);
  const lenient = concern === 'inactive' ? 'at_risk' : concern;
  return { ...proposeFrom(scene, previous, lenient, completely(scene.rhythm)), basis: complete };
}

/** A silence in what could not be read completely is no silence. */
function completely(rhythm: Rhythm | null): Rhythm | null {
  return rhythm?.coverage.state === 'complete' ? rhythm : null;
}

function proposeFrom(
  scene: Scene,
  previous: Verdict | null,
  byRules: Concern,
  rhythm: Rhythm | null,
): Proposal {
  if (scene.findings.length === 0) return nothingToSay;
  const concern = worse(byRules, rhythmConcern(rhythm, scene.frame));
  const condition = conditionFor(scene, previous, concern);
  const status = nextStatus(previous?.status ?? 'unknown', condition);
  return { status, concern, basis: scene.findings, rhythm };
}

function conditionFor(scene: Scene, previous: Verdict | null, concern: Concern): Condition {
  if (previous === null || concern === 'inactive' || concern === 'never_activated') return concern;
  const { today } = scene.frame;
  const { momentumDays } = scene.settings;
  switch (previous.status) {
    case 'inactive':
    case 'never_activated':
      // Nobody comes back without a sign of life: what ends such a spell is another definition or joining date.
      return scene.history.days.length > 0 && spellWasReal(scene, previous) ? 'came_back' : concern;
    case 'reactivated':
      if (concern === 'clear' && today >= freeSinceDay(scene, previous) + momentumDays)
        return 'momentum_held';
      if (concern === 'at_risk' && today >= changedDay(scene, previous) + momentumDays)
        return 'momentum_failed';
      return concern;
    default:
      return concern;
  }
}

type Changed = Pick<Verdict, 'statusChangedAt'>;

export function changedDay(scene: Scene, previous: Changed): DayNumber {
  return scene.calendar.dayNumberOf(previous.statusChangedAt);
}

/**
 * Whether the partner was really inactive by what is known today. Otherwise late data or new settings corrected the
 * record, and a correction is no comeback to celebrate.
 */
function spellWasReal(scene: Scene, previous: Verdict): boolean {
  const fromDay =
    previous.inactiveSince === null ? changedDay(scene, previous) : toDayNumber(previous.inactiveSince);
  if (previous.status === 'never_activated') return !((scene.history.days[0] ?? Infinity) < fromDay);
  const then = concernAtStartOf(fromDay, scene);
  return then === 'inactive' || then === 'never_activated';
}

/** Since when a reactivated partner has been free of at-risk reasons: they end with activity, so only its days count. */
export function freeSinceDay(scene: Scene, previous: Changed): DayNumber {
  const reactivatedDay = changedDay(scene, previous);
  let checked = Infinity;
  const { days } = scene.history;
  for (let index = days.length - 1; index >= 0; index -= 1) {
    const day = days[index] ?? -Infinity;
    if (day <= reactivatedDay) break;
    if (day === checked) continue;
    checked = day;
    const before = concernAtStartOf(day, scene);
    if (before !== 'clear' && before !== 'cooling') return day;
  }
  return reactivatedDay;
}

function concernAtStartOf(day: DayNumber, scene: Scene): Concern {
  return concernOn(day, scene.rules, scene.coverages, scene.history, scene.settings, scene.frame);
}
