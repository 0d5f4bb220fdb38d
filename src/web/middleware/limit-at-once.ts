import type { RequestHandler } from 'express';
import { retryAfter } from '../../hubspot/workflow-action.ts';
import { limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';

/**
 * Lets so many requests be at work at a time and asks to bring the others later: each costs requests to HubSpot, or a
 * connection to the database, which a crowd would wait for until nobody listens to the answers any more. A place is free
 * when the work has ended: whoever hangs up leaves the work behind.
 * @returns what puts a handler behind the limit; all that it is given share one
 */
export function limitAtOnce(
  most: number,
  refusal: () => Refusal = tooManyActions,
): (handler: RequestHandler) => RequestHandler {
  let atWork = 0;
  return (handler) => async (request, response, next) => {
    if (atWork >= most) throw refusal();
    atWork += 1;
    try {
      await handler(request, response, next);
    } finally {
      atWork -= 1;
    }
  };
}

function tooManyActions(): Refusal {
  return new Refusal(
    429,
    'too_many_at_once',
    'Too many workflow actions at once. Send this one again later.',
    retryAfter(limits.workflowRetryAfterMs),
  );
}
