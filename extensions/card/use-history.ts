import { useEffect, useState } from 'react';
import { ask, type Outcome } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { historyAnswer, type HistoryAnswer } from './history-answer.ts';

export type HistoryState =
  | { readonly stage: 'loading' }
  | { readonly stage: 'failed'; readonly problem: Problem }
  | { readonly stage: 'answered'; readonly answer: HistoryAnswer };

const loading: HistoryState = { stage: 'loading' };

/** Loads one company's history when it is first shown, and again on `retry`. */
export function useHistory(
  server: string | null,
  companyId: string,
): { history: HistoryState; retry: () => void } {
  const [{ question, history }, setAsked] = useState({ question: 1, history: loading });

  useEffect(() => {
    const load = async (): Promise<void> => {
      const outcome = await ask(
        server,
        { method: 'GET', path: '/card/history', query: { companyId } },
        historyAnswer,
      );
      // Answers may arrive out of order: only the one to the latest question counts.
      setAsked((now) => (now.question === question ? { question, history: afterAnswer(outcome) } : now));
    };
    void load();
  }, [server, companyId, question]);

  return {
    history,
    retry: () => setAsked(({ question: asked }) => ({ question: asked + 1, history: loading })),
  };
}

function afterAnswer(outcome: Outcome<HistoryAnswer>): HistoryState {
  return outcome.ok
    ? { stage: 'answered', answer: outcome.value }
    : { stage: 'failed', problem: outcome.problem };
}
