/** What the portal's history has taught, for operators and managers. */
import { streamNames, type Learned, type Stream } from '../model/cadence.ts';

/** One sentence per stream; where nothing was learned, why. */
export function learnedText(learned: Learned | null): string {
  if (learned === null) return 'Rhythms are learned from the history by the first run.';
  const streams = Object.entries(streamNames) as [Stream, string][];
  const known = streams.flatMap(([stream, name]) => {
    const model = learned.streams[stream];
    return model === null ? [] : [`${name}: ${model.because}`];
  });
  const warns = Object.values(learned.streams).some((model) => model?.decides === 'model');
  // models.md 6.3: seasons are not modelled, and whoever reads a warning should know.
  const season = warns ? [' It knows no seasons: a pause that comes every year looks like leaving.'] : [];
  return known.length > 0
    ? `${known.join(' ')}${season.join('')}`
    : 'Too little history to learn rhythms from (26 weeks and 15 partners that came back are needed): the rules decide alone.';
}
