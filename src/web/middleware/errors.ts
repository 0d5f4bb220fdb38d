import type { ErrorRequestHandler, RequestHandler } from 'express';
import { z } from 'zod';
import type { errorResponseSchema } from '../contract.ts';
import { isDatabaseAway } from '../../store/connection-failure.ts';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { correlationIdOf } from './request-log.ts';

/** What express and its body reader throw for a request that they cannot read. */
const unreadable = z.object({ status: z.int().min(400).max(499), type: z.string().optional() });

const sentences: Readonly<Record<number, string>> = {
  413: 'The request is larger than this server accepts. Send less at once.',
  415: 'The request is encoded in a way that this server does not accept. Send its body without compression.',
};

export function notFound(): RequestHandler {
  return () => {
    throw new Refusal(404, 'not_found', 'There is nothing at this address.');
  };
}

/**
 * Every refusal and failure as JSON with a correlation id. What went wrong inside stays inside: the answer to a 500 is
 * the same for every cause, and the log has the cause under the correlation id.
 */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const correlationId = correlationIdOf(request);
    const refusal = refusalOf(error);
    if (refusal.status >= 500) {
      log.error({ correlationId, reason: refusal.reason, error }, 'A request failed');
    } else {
      // The address is kept for refusals alone: who tries forged requests is what the operator needs to know.
      log.warn({ correlationId, reason: refusal.reason, address: request.ip }, 'A request was refused');
    }
    if (response.headersSent) {
      // Half an answer must not look whole. Express would do this too, and print the error past the log.
      response.destroy();
      return;
    }
    response
      .status(refusal.status)
      .set(refusal.headers)
      .json({ error: refusal.message, correlationId } satisfies z.infer<typeof errorResponseSchema>);
  };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  const parsed = unreadable.safeParse(error);
  if (parsed.success) {
    const { status, type } = parsed.data;
    return new Refusal(status, type ?? 'unreadable', sentences[status] ?? 'The request cannot be read.');
  }
  if (isDatabaseAway(error)) {
    return new Refusal(
      503,
      'no_database',
      'Rekindle’s database does not answer in time. Try again in a minute; if it stays, give the correlation id to your administrator.',
      { 'Retry-After': '10' },
    );
  }
  return new Refusal(
    500,
    'internal',
    'Something went wrong on our side. Try again; if it stays, give the correlation id to your administrator.',
  );
}
