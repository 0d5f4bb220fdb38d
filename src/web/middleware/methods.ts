import type { RequestHandler } from 'express';
import { Refusal } from '../refusal.ts';

/** Answers 405 to every method that is not in `allowed`. */
export function allowMethods(...allowed: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!allowed.includes(request.method)) {
      throw new Refusal(405, 'method_not_allowed', 'This address does not answer to this method.', {
        Allow: allowed.join(', '),
      });
    }
    next();
  };
}
