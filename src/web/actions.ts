/** `POST /card/action`: what a person does to the partner on the record. What it promises is in publish/actions.ts. */
import type { RequestHandler } from 'express';
import { askerOf } from './access.ts';
import type { Act, Acted } from './act.ts';
import { whyNotActing, type ActingCheck } from './acting.ts';
import { actionRequestSchema, type ActionResponse } from './action-contract.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { correlationIdOf } from './middleware/request-log.ts';

export function actFromCard(
  act: Act,
  allowed: { readonly acting: ActingCheck; readonly log: Logger },
): RequestHandler {
  return async (request, response) => {
    const { companyId, requestKey, action, ...fields } = jsonBodyOf(request, actionRequestSchema);
    const refusal = await whyNotActing(request, allowed);
    if (refusal !== null) {
      response.json({ state: 'refused', sentence: refusal } satisfies ActionResponse);
      return;
    }
    const { userId, email } = askerOf(request);
    const acted = await act({
      companyId,
      // A key is its user's own: nobody learns what became of somebody else's press.
      key: `card:${userId}:${requestKey}`,
      name: action,
      fields,
      actor: { from: 'card', userId, email },
      correlationId: correlationIdOf(request),
    });
    response.json(answerOf(acted) satisfies ActionResponse);
  };
}

function answerOf({ outcome, isJudged }: Acted): ActionResponse {
  const { state, sentence } = outcome;
  return { state, sentence: isJudged ? sentence : `${sentence} The verdict follows in a minute or two.` };
}
