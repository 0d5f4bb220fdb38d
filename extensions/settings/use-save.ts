import { useState } from 'react';
import { ask, type Question } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { saveAnswer, type SaveAnswer } from './answer.ts';

export type SaveState =
  | { readonly stage: 'ready' }
  | { readonly stage: 'saving' }
  | { readonly stage: 'answered'; readonly answer: Exclude<SaveAnswer, { state: 'saved' }> }
  | { readonly stage: 'failed'; readonly problem: Problem };

/**
 * Sends what makes a new version: a save or a restore. Sending the same twice is safe, and what was not saved stays where
 * it is.
 */
export function useSave(
  server: string | null,
  onSaved: (sentence: string) => void,
): {
  state: SaveState;
  send: (path: '/settings' | '/settings/restore', body: BodyOf) => Promise<void>;
  forget: () => void;
} {
  const [state, setState] = useState<SaveState>({ stage: 'ready' });
  const send = async (path: '/settings' | '/settings/restore', body: BodyOf): Promise<void> => {
    if (state.stage === 'saving') return;
    setState({ stage: 'saving' });
    const outcome = await ask(server, { method: 'POST', path, body }, saveAnswer);
    if (!outcome.ok) return setState({ stage: 'failed', problem: outcome.problem });
    const answer = outcome.value;
    if (answer.state !== 'saved') return setState({ stage: 'answered', answer });
    setState({ stage: 'ready' });
    onSaved(answer.sentence);
  };
  return { state, send, forget: () => setState({ stage: 'ready' }) };
}

type BodyOf = Extract<Question, { method: 'POST' }>['body'];
