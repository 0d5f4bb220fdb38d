import type { RequestHandler } from 'express';
import { retryAfter } from '../../hubspot/workflow-action.ts';
import { limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';

/**
 * Lets so many requests in at a time and asks to bring the others later: each costs requests to HubSpot, or a connection
 * to the database, which a crowd would wait for until nobody listens to the answers any more.
 */
export function limitAtOnce(most: number, refusal: () => Refusal = tooManyActions): RequestHandler {
  let atWork = 0;
  return (_request, response, next) => {
    if (atWork >= most) throw refusal();
    atWork += 1;
    response.once('close', () => {
      atWork -= 1;
    });
    next();
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
