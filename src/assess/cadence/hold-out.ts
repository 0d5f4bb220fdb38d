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
import { scoreAll } from './score.ts';

const daysPerWeek = 7;
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
  const { weeks, ruleDays } = tested;
  const { parameters } = fitCadence(columnsAt(events, cutDay, null).columns);
  const { columns, partners } = columnsAt(events, cutDay, parameters);
  if (columns.count === 0) return null;
  const { active } = scoreAll(parameters, columns, { weeks, chance: 0.5 });
  const quiet = new Float64Array(columns.count);
  const flagged = new Float64Array(columns.count);
  partners.forEach((partner, row) => {
    const days = daysOfPartner(events, partner);
    const known = countUpTo(days, cutDay);
    quiet[row] = countUpTo(days, cutDay + weeks * daysPerWeek) === known ? 1 : 0;
    flagged[row] = cutDay - (days[known - 1] ?? cutDay) >= ruleDays ? 1 : 0;
  });
  return {
    weeks,
    cutDay: toDay(cutDay),
    partners: columns.count,
    quietShare: quiet.reduce((sum, one) => sum + one, 0) / columns.count,
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

function accuracyOf(chances: Float64Array, outcomes: Float64Array): Accuracy {
  return { auc: aucOf(chances, outcomes), brier: brierOf(chances, outcomes) ?? 0 };
}
