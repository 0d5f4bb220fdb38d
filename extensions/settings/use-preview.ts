import { useEffect, useRef, useState } from 'react';
import type { Settings } from '../../src/model/settings.ts';
import { ask } from '../shared/ask.ts';
import type { Problem } from '../shared/problem.ts';
import { previewAnswer, type PreviewDone } from './answer.ts';

export type PreviewState =
  | { readonly stage: 'none' }
  /** `judged` so far; null while somebody else's draft is being previewed. */
  | { readonly stage: 'running'; readonly judged: number | null }
  | { readonly stage: 'done'; readonly preview: PreviewDone }
  | { readonly stage: 'refused'; readonly sentences: readonly string[] }
  | { readonly stage: 'failed'; readonly problem: Problem };

/** A large programme takes minutes; whoever waits longer than this looks again later. */
const mostQuestions = 300;

/**
 * Previews a draft: asks, and asks again until the answer is there. What it says is of exactly the draft that was asked
 * about: for any other one there is no preview.
 */
export function usePreview(
  server: string | null,
  draft: Settings,
): { preview: PreviewState; start: () => Promise<void> } {
  const [asked, setAsked] = useState<{ of: string; preview: PreviewState }>({
    of: '',
    preview: { stage: 'none' },
  });
  const latest = useRef('');
  useEffect(
    () => () => {
      latest.current = '';
    },
    [],
  );
  const of = JSON.stringify(draft);

  const start = async (): Promise<void> => {
    latest.current = of;
    setAsked({ of, preview: { stage: 'running', judged: 0 } });
    for (let question = 0; question < mostQuestions && latest.current === of; question += 1) {
      const next = await askOnce(server, draft);
      if (latest.current !== of) return;
      setAsked({ of, preview: next.preview });
      if (next.againInMs === null) return;
      await pause(next.againInMs);
    }
  };
  return { preview: asked.of === of ? asked.preview : { stage: 'none' }, start };
}

async function askOnce(
  server: string | null,
  settings: Settings,
): Promise<{ preview: PreviewState; againInMs: number | null }> {
  const question = { method: 'POST', path: '/settings/preview', body: { settings } } as const;
  const outcome = await ask(server, question, previewAnswer);
  if (!outcome.ok) return { preview: { stage: 'failed', problem: outcome.problem }, againInMs: null };
  const answer = outcome.value;
  switch (answer.state) {
    case 'done':
      return { preview: { stage: 'done', preview: answer }, againInMs: null };
    case 'running':
      return {
        preview: { stage: 'running', judged: answer.judged },
        againInMs: answer.retryAfterSeconds * 1000,
      };
    case 'busy':
      return { preview: { stage: 'running', judged: null }, againInMs: answer.retryAfterSeconds * 1000 };
    case 'invalid':
      return { preview: { stage: 'refused', sentences: answer.problems }, againInMs: null };
    case 'refused':
      return { preview: { stage: 'refused', sentences: [answer.sentence] }, againInMs: null };
  }
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
}
