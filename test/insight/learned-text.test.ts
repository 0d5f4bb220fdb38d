import { expect, test } from 'vitest';
import { learnedText } from '../../src/insight/learned-text.ts';
import type { Learned, StreamModel } from '../../src/model/cadence.ts';
import { streamModel } from '../world/stream-model.ts';

const model = streamModel({ parameters: { r: 1, alpha: 6, a: 0.6, b: 2 } });
const learned = (productive: StreamModel | null): Learned => ({
  version: 1,
  learnedAt: 0,
  streams: { productive, engagement: null },
});

test('whoever may be warned by a rhythm is told that it knows no seasons', () => {
  expect(learnedText(learned(model))).toBe(
    'Business: It told better. It knows no seasons: a pause that comes every year looks like leaving.',
  );
  expect(learnedText(learned({ ...model, decides: 'rule', because: 'The rule decides.' }))).toBe(
    'Business: The rule decides.',
  );
  expect(learnedText(learned(null))).toMatch(/^Too little history/);
});
