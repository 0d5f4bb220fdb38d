import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardAnswer, taskAnswer, type CardAnswer, type TaskAnswer } from '../../extensions/card/answer.ts';
import { UnexpectedShapeError } from '../../extensions/shared/decode.ts';
import { dayInWords, dueInWords, instantInWords, signedPoints } from '../../extensions/shared/words.ts';
import {
  createTaskResponseSchema,
  type CardResponse,
  type CreateTaskResponse,
} from '../../src/web/contract.ts';
import { judged, notAPartner, notJudgedYet, thriving } from './answers.ts';

// The compiler's part: whatever the contract allows the server to say, the card can show.
const theContractFits = (answer: CardResponse): CardAnswer => answer;
const theTaskContractFits = (answer: CreateTaskResponse): TaskAnswer => answer;

/** Every path to a leaf or branch below `value`, e.g. ['reasons', '0', 'since']. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? replaced(item, rest, by) : item));
  const entries = Object.entries(value as object);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === name ? replaced(inner, rest, by) : inner]),
  );
}

function outcomeOf(answer: unknown): string {
  try {
    const text = JSON.stringify(cardAnswer(answer, '$'));
    return /undefined|NaN/.test(text) ? `half understood: ${text}` : 'understood';
  } catch (error) {
    return error instanceof UnexpectedShapeError ? 'rejected' : `crashed: ${String(error)}`;
  }
}

describe('reading the server’s answer', () => {
  it('accepts everything the contract allows', () => {
    for (const answer of [judged(), thriving, notAPartner, notJudgedYet]) {
      expect(cardAnswer(theContractFits(answer), '$').state).toBe(answer.state);
    }
  });

  it.each(createTaskResponseSchema.shape.state.options)('accepts a task that is %s', (state) => {
    const answer = theTaskContractFits({ state, taskId: null, sentence: 'So it is.' });
    expect(taskAnswer(answer, '$')).toEqual({ state, sentence: 'So it is.' });
  });

  it('ignores what a newer server adds', () => {
    expect(cardAnswer({ ...judged(), forecast: { chance: 0.4 } }, '$').state).toBe('judged');
  });

  it('rejects any JSON that is not an answer, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => cardAnswer(value, '$')).toThrow(UnexpectedShapeError);
      }),
    );
  });

  it('rejects or fully understands an answer with one part replaced, wherever it is', () => {
    const paths = pathsOf(judged());
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        expect(outcomeOf(replaced(judged(), path, value))).toMatch(/^(understood|rejected)$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('names the place of what is wrong', () => {
    const answer = replaced(judged(), ['reasons', '1', 'sentence'], 7);
    expect(() => cardAnswer(answer, '$')).toThrow('Expected text at $.reasons[1].sentence.');
  });
});

describe('words', () => {
  it('writes a day as it is, in no time zone', () => {
    expect(dayInWords('2026-01-01')).toBe('1 Jan 2026');
    expect(dayInWords('2026-12-31')).toBe('31 Dec 2026');
  });

  it('writes an instant on the portal’s clock', () => {
    expect(instantInWords('2026-06-15T02:10:00Z', 'America/New_York')).toBe('14 Jun 2026, 22:10');
    expect(instantInWords('2026-06-15T02:10:00Z', 'nowhere')).toBe('15 Jun 2026, 02:10 UTC');
  });

  it.each([
    [12, '+12'],
    [-20, '−20'],
    [0, '0'],
  ])('writes %i points as %s', (points, words) => {
    expect(signedPoints(points)).toBe(words);
  });

  it.each([
    [0, 'due today'],
    [1, 'due tomorrow'],
    [14, 'due in 14 days'],
  ])('writes %i days to go as %s', (days, words) => {
    expect(dueInWords(days)).toBe(words);
  });
});
