import { useRef, useState } from 'react';
import type { ActionName } from '../../src/model/partner-action.ts';
import { ask } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { newRequestKey } from '../shared/request-key.ts';
import { actionAnswer, type ActionAnswer } from './answer.ts';
import type { FieldName } from './action-forms.ts';

export type ActionState =
  | { readonly stage: 'ready' }
  | { readonly stage: 'sending' }
  | { readonly stage: ActionAnswer['state']; readonly sentence: string }
  | { readonly stage: 'failed'; readonly problem: Problem };

export type Filled = Readonly<Partial<Record<FieldName, string>>>;

/**
 * Does something to one partner. Pressed again with the same content before an answer was seen, it is the same request,
 * which the server carries out once; with another content, or after an answer, it is a new one.
 */
export function useAction(
  server: string | null,
  companyId: string,
  onDone: (sentence: string, changed: boolean) => void,
): {
  action: ActionState;
  send: (name: ActionName, filled: Filled) => Promise<void>;
  clear: () => void;
} {
  const [action, setAction] = useState<ActionState>({ stage: 'ready' });
  const pressed = useRef<{ content: string; key: string } | null>(null);

  const send = async (name: ActionName, filled: Filled): Promise<void> => {
    if (action.stage === 'sending') return;
    setAction({ stage: 'sending' });
    const content = JSON.stringify([name, filled]);
    if (pressed.current?.content !== content) pressed.current = { content, key: newRequestKey() };
    const body = { companyId, requestKey: pressed.current.key, action: name, ...filled };
    const outcome = await ask(server, { method: 'POST', path: '/card/action', body }, actionAnswer);
    if (!outcome.ok) return setAction({ stage: 'failed', problem: outcome.problem });
    const { state, sentence } = outcome.value;
    setAction({ stage: state, sentence });
    if (state === 'refused') return;
    pressed.current = null;
    onDone(sentence, state !== 'unchanged');
  };

  return { action, send, clear: () => setAction({ stage: 'ready' }) };
}
