/**
 * `POST /webhooks/hubspot`: what HubSpot says has changed. Verify, keep, answer; the work is the queue's
 * (reliability.md 7.4, "Flood"). HubSpot gives up after five seconds and comes back for a day when it is not answered
 * with success, so that nothing is lost when we say "not now".
 */
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { hintsOf, webhookEvent, type WebhookEvent } from '../hubspot/events.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { addHints } from '../store/hints.ts';
import { limits } from './limits.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { Refusal } from './refusal.ts';

const delivery = z.array(webhookEvent);

export function receiveWebhooks(options: {
  store: Store;
  portalId: string;
  appId: string | null;
  log: Logger;
  clock: () => Instant;
  /** Called when records wait to be read again. */
  onHints?: () => void;
}): RequestHandler {
  return async (request, response) => {
    const events = jsonBodyOf(request, delivery);
    for (const event of events) refuseForeign(event, options);
    const hints = events.flatMap(hintsOf);
    const kept = await addHints(options.store.db, hints, {
      now: options.clock(),
      limit: limits.waitingHints,
    });
    if (!kept) {
      throw new Refusal(429, 'too_many_hints', 'Too many changes are waiting. Send these again later.', {
        'Retry-After': String(limits.webhookRetryAfterSeconds),
      });
    }
    options.log.debug({ events: events.length, hints: hints.length }, 'HubSpot told of changes');
    response.status(204).end();
    if (hints.length > 0) options.onHints?.();
  };
}

/** One secret serves every account that an app is installed in: one foreign event makes the whole delivery doubtful. */
function refuseForeign(event: WebhookEvent, ours: { portalId: string; appId: string | null }): void {
  if (event.portalId !== ours.portalId) {
    throw new Refusal(403, 'other_portal', 'This server belongs to another HubSpot account.');
  }
  if (ours.appId !== null && event.appId !== ours.appId) {
    throw new Refusal(403, 'other_app', 'This server belongs to another HubSpot app.');
  }
}
