import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { verifiedRequestOf } from '../verified-request.ts';

/**
 * A limit per portal user, so that one runaway script inside HubSpot does not take the card from everyone else.
 *
 * There is no limit per address: all of HubSpot calls from the same few, so that a stranger's app pointed at our URL
 * could use it to lock our own users out. What an unsigned request costs us is bounded by `limits.bodyBytes`.
 */
export function limitPerUser(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: limits.requestsPerUserPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => verifiedRequestOf(request).parameters.get('userId') ?? '',
    handler: (_request, _response, next) => {
      next(
        new Refusal(429, 'too_many_requests', 'Too many requests in a minute. Wait a moment and try again.'),
      );
    },
  });
}
