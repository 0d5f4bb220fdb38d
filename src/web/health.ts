/** What a load balancer or watchdog asks. Says whether, never what: no versions, hosts or causes. */
import type { RequestHandler } from 'express';
import type { Logger } from './log.ts';
import { limits } from './limits.ts';

/** Alive: the event loop came round to answer. A blocked one cannot, which is why the watchdog has to be outside. */
export function livez(): RequestHandler {
  return (_request, response) => {
    response.json({ status: 'alive' });
  };
}

/**
 * Ready: the database answers a one-row question in time and we are not closing. Otherwise 503, so that traffic goes
 * elsewhere; the cause is in the log.
 */
export function readyz(options: {
  askDatabase: () => Promise<unknown>;
  isClosing: () => boolean;
  log: Logger;
}): RequestHandler {
  const databaseAnswers = shared(() => answersInTime(options));
  return async (_request, response) => {
    const ready = !options.isClosing() && (await databaseAnswers());
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not_ready' });
  };
}

/** Anybody may ask, as often as they like: all who do so at once share one question to the database. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | null = null;
  return async () => {
    asking ??= ask();
    try {
      return await asking;
    } finally {
      asking = null;
    }
  };
}

async function answersInTime({ askDatabase, log }: { askDatabase: () => Promise<unknown>; log: Logger }) {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => deadline.reject(new Error(`The database did not answer within ${limits.readinessTimeoutMs} ms.`)),
    limits.readinessTimeoutMs,
  );
  try {
    await Promise.race([askDatabase(), deadline.promise]);
    return true;
  } catch (error) {
    log.error({ error }, 'The database is not ready');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
