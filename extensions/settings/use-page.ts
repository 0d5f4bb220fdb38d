import { useEffect, useState } from 'react';
import { ask, type Outcome } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { pageAnswer, type PageAnswer } from './answer.ts';

export type PageState =
  | { readonly stage: 'loading' }
  | { readonly stage: 'failed'; readonly problem: Problem }
  | {
      readonly stage: 'ready';
      readonly page: PageAnswer;
      /** Grows when people begin anew with what is in force; a draft of before is then over. */
      readonly beginning: number;
    };

type Asked = { readonly question: number; readonly anew: boolean; readonly state: PageState };

/**
 * Loads the settings. `reload` keeps what people are doing, and keeps it also where the answer does not come;
 * `beginAnew` has them begin with the answer once it is there.
 */
export function usePage(server: string | null): {
  state: PageState;
  reload: () => void;
  beginAnew: () => void;
} {
  const [{ question, state }, setAsked] = useState<Asked>({
    question: 1,
    anew: true,
    state: { stage: 'loading' },
  });

  useEffect(() => {
    const load = async (): Promise<void> => {
      const outcome = await ask(server, { method: 'GET', path: '/settings', query: {} }, pageAnswer);
      setAsked((now) => (now.question === question ? { ...now, state: afterAnswer(now, outcome) } : now));
    };
    void load();
  }, [server, question]);

  const again = (anew: boolean): void =>
    setAsked((now) => ({
      question: now.question + 1,
      anew,
      state: now.state.stage === 'failed' ? { stage: 'loading' } : now.state,
    }));
  return { state, reload: () => again(false), beginAnew: () => again(true) };
}

function afterAnswer({ state, anew }: Asked, outcome: Outcome<PageAnswer>): PageState {
  const before = state.stage === 'ready' ? state.beginning : 0;
  if (outcome.ok) return { stage: 'ready', page: outcome.value, beginning: anew ? before + 1 : before };
  return state.stage === 'ready' && !anew ? state : { stage: 'failed', problem: outcome.problem };
}
