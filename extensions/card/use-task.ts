import { useState } from 'react';
import { ask } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { taskAnswer, type TaskAnswer } from './answer.ts';

export type TaskState =
  | { readonly stage: 'ready' }
  | { readonly stage: 'creating' }
  | { readonly stage: TaskAnswer['state']; readonly sentence: string }
  | { readonly stage: 'failed'; readonly problem: Problem };

/** Creates the recommended task. Pressing twice is safe: the server creates it once per episode and play. */
export function useTask(
  server: string | null,
  companyId: string,
  play: string,
  onCreated: (sentence: string, created: boolean) => void,
): { task: TaskState; create: () => Promise<void> } {
  const [task, setTask] = useState<TaskState>({ stage: 'ready' });

  const create = async (): Promise<void> => {
    if (task.stage === 'creating') return;
    setTask({ stage: 'creating' });
    const outcome = await ask(
      server,
      { method: 'POST', path: '/card/task', body: { companyId, play } },
      taskAnswer,
    );
    if (!outcome.ok) return setTask({ stage: 'failed', problem: outcome.problem });
    const { state, sentence } = outcome.value;
    setTask({ stage: state, sentence });
    if (state === 'created' || state === 'already_created') onCreated(sentence, state === 'created');
  };

  return { task, create };
}
