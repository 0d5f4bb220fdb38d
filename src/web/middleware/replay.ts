import type { RequestHandler } from 'express';
import type { Instant } from '../../model/instant.ts';
import { limits } from '../limits.ts';
import { Refusal, notSigned } from '../refusal.ts';
import { verifiedRequestOf } from '../verified-request.ts';

/**
 * Lets every signature of a state-changing request through once (reliability.md 7.2).
 *
 * A signature is remembered until its timestamp no longer passes, and is keyed by its bytes rather than by the URL:
 * two spellings of one URL can carry the same signature. It is forgotten again when our answer was a 5xx, "not now" or
 * never arrived, because HubSpot then repeats the request (hubspot-platform.md 6.6), perhaps without signing it anew; the
 * routes behind this are idempotent, so that the repetition is safe. For the same reason each process may
 * remember for itself: a replay that another machine lets in finds the work done. A request of a workflow whose signature
 * has no timestamp is let through: HubSpot repeats it for days, and its route answers as the first time (workflow-actions.ts).
 */
export function refuseReplays(clock: () => Instant): RequestHandler {
  const seen = new Map<string, Instant>();
  return (request, response, next) => {
    const now = clock();
    const { signature, timestamp } = verifiedRequestOf(request);
    if (timestamp === null) {
      next();
      return;
    }
    if ((seen.get(signature) ?? 0) >= now) {
      throw notSigned('replayed');
    }
    if (seen.size >= limits.rememberedSignatures) {
      forgetExpired(seen, now);
    }
    if (seen.size >= limits.rememberedSignatures) {
      throw new Refusal(503, 'replay_cache_full', 'Too many requests at once. Try again in a minute.', {
        'Retry-After': '60',
      });
    }
    seen.set(signature, timestamp + limits.signatureWindowMs);
    response.once('close', () => {
      if (!response.writableFinished || response.statusCode === 429 || response.statusCode >= 500) {
        seen.delete(signature);
      }
    });
    next();
  };
}

function forgetExpired(seen: Map<string, Instant>, now: Instant): void {
  for (const [signature, expiresAt] of seen) {
    if (expiresAt < now) {
      seen.delete(signature);
    }
  }
}
