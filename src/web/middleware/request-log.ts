import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Instant } from '../../model/instant.ts';
import type { Logger } from '../log.ts';

const correlationIds = new WeakMap<Request, string>();

/** The id under which the log speaks of this request; ours, never one that the caller sent. */
export function correlationIdOf(request: Request): string {
  const known = correlationIds.get(request);
  if (known !== undefined) {
    return known;
  }
  const fresh = randomUUID();
  correlationIds.set(request, fresh);
  return fresh;
}

/**
 * One line per answer: which route, not which address, since paths and queries are the caller's words and the query
 * holds a person's email address (reliability.md 7.1, 14.2.1).
 */
export function logRequests(log: Logger, clock: () => Instant): RequestHandler {
  return (request, response, next) => {
    const startedAt = clock();
    const correlationId = correlationIdOf(request);
    response.setHeader('X-Correlation-Id', correlationId);
    response.once('close', () => {
      const route: unknown = request.route?.path;
      log.info(
        {
          correlationId,
          method: request.method,
          route: typeof route === 'string' ? route : null,
          status: response.writableFinished ? response.statusCode : null,
          durationMs: clock() - startedAt,
        },
        response.writableFinished ? 'Answered' : 'The caller hung up before the answer',
      );
    });
    next();
  };
}
