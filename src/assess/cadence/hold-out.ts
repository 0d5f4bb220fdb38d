/**
 * A test on the portal's own past (models.md 6.9): what the model would have said on an earlier day, knowing only what was
 * known then, against what happened after it, and against the fixed rule.
 */
import type { Accuracy, EventDays, HoldOut } from '../../model/cadence.ts';
import { toDay, type DayNumber } from '../../model/calendar.ts';
import { aucOf, brierOf, reliabilityOf } from './accuracy.ts';
import { countUpTo } from '../days.ts';
import { columnsAt, daysOfPartner } from './columns.ts';
import { fitCadence } from './fit.ts';
import { activeChance, daysPerWeek, stateOf, type Parameters } from './mbg.ts';
import { rhythmSinceReturn } from './rhythm.ts';

const bandEdges = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

/**
 * @param tested.ruleDays after how many days of silence the fixed rule gives a partner up
 * @returns null where nobody had done anything by then
 */
export function holdOut(
  events: EventDays,
  cutDay: DayNumber,
  tested: { readonly weeks: number; readonly ruleDays: number },
): HoldOut | null {
  const { parameters } = fitCadence(columnsAt(events, cutDay, null).columns);
  const { active, quiet, flagged } = foretell(events, cutDay, parameters, tested);
  if (active.length === 0) return null;
  return {
    weeks: tested.weeks,
    cutDay: toDay(cutDay),
    partners: active.length,
    quietShare: quiet.reduce((sum, one) => sum + one, 0) / active.length,
    model: accuracyOf(
      active.map((chance) => 1 - chance),
      quiet,
    ),
    rule: accuracyOf(flagged, quiet),
    reliability: reliabilityOf(
      active,
      quiet.map((one) => 1 - one),
      bandEdges,
    ).flatMap(({ partners: inBand, predicted, actual }) =>
      predicted === null || actual === null ? [] : [{ partners: inBand, predicted, actual }],
    ),
  };
}

/** One entry for each partner that had done something by the cut; what came true, and what the rule said, is 0 or 1. */
type Foretold = {
  readonly active: Float64Array;
  readonly quiet: Uint8Array;
  readonly flagged: Uint8Array;
};

function foretell(
  events: EventDays,
  cutDay: DayNumber,
  parameters: Parameters,
  { weeks, ruleDays }: { readonly weeks: number; readonly ruleDays: number },
): Foretold {
  const active = new Float64Array(events.partners);
  const quiet = new Uint8Array(events.partners);
  const flagged = new Uint8Array(events.partners);
  let count = 0;
  for (let partner = 0; partner < events.partners; partner += 1) {
    const days = daysOfPartner(events, partner);
    const known = countUpTo(days, cutDay);
    const rhythm = rhythmSinceReturn(days, parameters, known);
    if (rhythm === null) continue;
    active[count] = activeChance(parameters, stateOf(rhythm, cutDay), weeks);
    quiet[count] = countUpTo(days, cutDay + weeks * daysPerWeek) === known ? 1 : 0;
    flagged[count] = cutDay - rhythm.lastDay >= ruleDays ? 1 : 0;
    count += 1;
  }
  return {
    active: active.subarray(0, count),
    quiet: quiet.subarray(0, count),
    flagged: flagged.subarray(0, count),
  };
}

function accuracyOf(chances: ArrayLike<number>, outcomes: ArrayLike<number>): Accuracy {
  return { auc: aucOf(chances, outcomes), brier: brierOf(chances, outcomes) ?? 0 };
}
