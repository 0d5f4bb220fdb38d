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
  return known.length > 0
    ? known.join(' ')
    : 'Too little history to learn rhythms from (26 weeks and 15 partners that came back are needed): the rules decide alone.';
}
