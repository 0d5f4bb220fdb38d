/** What was learned of one stream, for whoever needs some model and names what matters. */
import type { StreamModel } from '../../src/model/cadence.ts';

export function streamModel(changes: Partial<StreamModel> = {}): StreamModel {
  return {
    parameters: { r: 1.1, alpha: 6, a: 0.6, b: 2 },
    alarm: { by: 'alive', level: 0.5 },
    decides: 'model',
    fittedOn: '2026-06-29',
    firstDay: '2025-06-01',
    partners: 40,
    repeats: 300,
    falseAlarmShare: 0.05,
    closedGaps: 220,
    holdOuts: [],
    because: 'It told better.',
    ...changes,
  };
}
