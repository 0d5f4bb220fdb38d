import { useDebounce } from '@hubspot/ui-extensions';
import { useEffect, useState } from 'react';
import { ask, type Question } from '../shared/ask.ts';
import type { Decoder } from '../shared/decode.ts';
import type { Problem } from '../shared/problem.ts';

export type Asked<T> = {
  /** The latest answer, also while the next one is awaited; null before the first. */
  readonly answer: T | null;
  readonly asking: boolean;
  /** Why the latest question brought nothing. */
  readonly problem: Problem | null;
};

/**
 * Asks a question that people change while they type: once they pause. Answers may come out of order; only the one to
 * the latest question counts. Null asks nothing; another `occasion` asks the same again.
 */
export function useSettledAnswer<T>(
  server: string | null,
  question: Question | null,
  decode: Decoder<T>,
  occasion = 0,
): Asked<T> {
  const wanted = question === null ? null : JSON.stringify({ occasion, question });
  const settled = useDebounce(wanted);
  const [told, setTold] = useState<{ of: string | null } & Omit<Asked<T>, 'asking'>>({
    of: null,
    answer: null,
    problem: null,
  });

  useEffect(() => {
    if (settled === null) return undefined;
    let isLatest = true;
    const load = async (): Promise<void> => {
      const { question } = JSON.parse(settled) as { question: Question };
      const outcome = await ask(server, question, decode);
      if (!isLatest) return;
      setTold((before) =>
        outcome.ok
          ? { of: settled, answer: outcome.value, problem: null }
          : { of: settled, answer: before.answer, problem: outcome.problem },
      );
    };
    void load();
    return () => {
      isLatest = false;
    };
  }, [server, settled, decode]);

  return { answer: told.answer, problem: told.problem, asking: wanted !== null && told.of !== wanted };
}
