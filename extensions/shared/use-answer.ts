import { useEffect, useState } from 'react';
import { ask, type Outcome, type Question } from './ask.ts';
import type { Decoder } from './decode.ts';
import type { Problem } from './problem.ts';

/** What is shown of a question to the server. */
export type Shown<T> =
  | { readonly stage: 'loading' }
  | { readonly stage: 'failed'; readonly problem: Problem }
  | {
      readonly stage: 'answered';
      readonly answer: T;
      readonly refreshing: boolean;
      /** Why the latest refresh brought nothing; the answer shown is the one before. */
      readonly refreshProblem: Problem | null;
    };

type Asked<T> = { readonly turn: number; readonly shown: Shown<T> };

function whileAsking<T>({ turn, shown }: Asked<T>): Asked<T> {
  return {
    turn: turn + 1,
    shown: shown.stage === 'answered' ? { ...shown, refreshing: true } : { stage: 'loading' },
  };
}

function afterAnswer<T>(shown: Shown<T>, outcome: Outcome<T>): Shown<T> {
  if (outcome.ok) {
    return { stage: 'answered', answer: outcome.value, refreshing: false, refreshProblem: null };
  }
  if (shown.stage !== 'answered') return { stage: 'failed', problem: outcome.problem };
  return { ...shown, refreshing: false, refreshProblem: outcome.problem };
}

type Reading = Extract<Question, { method: 'GET' }>;

/** Asks, and asks again on `refresh` while the present answer stays on screen. */
export function useAnswer<T>(
  server: string | null,
  { path, query }: Pick<Reading, 'path' | 'query'>,
  decode: Decoder<T>,
): { shown: Shown<T>; refresh: () => void } {
  const [{ turn, shown }, setAsked] = useState<Asked<T>>({ turn: 1, shown: { stage: 'loading' } });
  const parameters = new URLSearchParams(query).toString();

  useEffect(() => {
    const load = async (): Promise<void> => {
      const asked = Object.fromEntries(new URLSearchParams(parameters));
      const outcome = await ask(server, { method: 'GET', path, query: asked }, decode);
      // Answers may arrive out of order: only the one to the latest question counts.
      setAsked((now) => (now.turn === turn ? { turn, shown: afterAnswer(now.shown, outcome) } : now));
    };
    void load();
  }, [server, path, parameters, decode, turn]);

  return { shown, refresh: () => setAsked(whileAsking) };
}
