import { useEffect, useState } from 'react';
import { ask, type Outcome } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { cardAnswer, type CardAnswer } from './answer.ts';

export type CardState =
  | { readonly stage: 'loading' }
  | { readonly stage: 'failed'; readonly problem: Problem }
  | {
      readonly stage: 'answered';
      readonly answer: CardAnswer;
      readonly refreshing: boolean;
      /** Why the latest refresh brought nothing; the answer shown is the one before. */
      readonly refreshProblem: Problem | null;
    };

type Asked = { readonly question: number; readonly card: CardState };

function whileAsking({ question, card }: Asked): Asked {
  const shown: CardState = card.stage === 'answered' ? { ...card, refreshing: true } : { stage: 'loading' };
  return { question: question + 1, card: shown };
}

function afterAnswer(shown: CardState, outcome: Outcome<CardAnswer>): CardState {
  if (outcome.ok) {
    return { stage: 'answered', answer: outcome.value, refreshing: false, refreshProblem: null };
  }
  if (shown.stage !== 'answered') return { stage: 'failed', problem: outcome.problem };
  return { ...shown, refreshing: false, refreshProblem: outcome.problem };
}

/** Loads one company's card, and loads it again on `refresh` while the present answer stays on screen. */
export function useCard(server: string | null, companyId: string): { card: CardState; refresh: () => void } {
  const [{ question, card }, setAsked] = useState<Asked>({ question: 1, card: { stage: 'loading' } });

  useEffect(() => {
    const load = async (): Promise<void> => {
      const outcome = await ask(server, { method: 'GET', path: '/card', query: { companyId } }, cardAnswer);
      // Answers may arrive out of order: only the one to the latest question counts.
      setAsked((now) =>
        now.question === question ? { question, card: afterAnswer(now.card, outcome) } : now,
      );
    };
    void load();
  }, [server, companyId, question]);

  return { card, refresh: () => setAsked(whileAsking) };
}
