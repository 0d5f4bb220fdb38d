/** What is usual for a partner, and what follows from it today. */
import { evidenceText, returnOf, outlookText } from '../assess/cadence/outlook.ts';
import { lowerFirst, upperFirst } from '../assess/words.ts';
import { streamNames, type Learned } from '../model/cadence.ts';
import { toDayNumber } from '../model/calendar.ts';
import type { Day } from '../model/instant.ts';
import type { Verdict } from '../model/verdict.ts';
import type { CardPartner } from './contract.ts';

/**
 * The chances are of today: they fall a little every day, so a verdict does not keep them.
 * @param learned what the reading follows from; null where it is not known
 */
export function rhythmOf(
  cadence: Verdict['cadence'],
  learned: Learned | null,
  today: Day,
): CardPartner['rhythm'] {
  const model = cadence === null ? null : (learned?.streams[cadence.stream] ?? null);
  if (cadence === null || model === null) return null;
  const outlook = outlookText(returnOf(cadence, model, toDayNumber(today)));
  return {
    evidence: `${streamNames[cadence.stream]}: ${lowerFirst(evidenceText(cadence))}.`,
    outlook: `${upperFirst(outlook)}.`,
  };
}
