import type { RequestHandler } from 'express';
import { Refusal } from '../refusal.ts';
import { verifiedRequestOf } from '../verified-request.ts';

const id = /^\d{1,20}$/;

/**
 * Refuses what HubSpot signed for another account or another app: the same secret serves every account an app is
 * installed in. The four parameters that hubspot.fetch appends are read from the verified query alone
 * (hubspot-platform.md 6.6).
 */
export function ourPortalOnly(options: { portalId: string; appId: string | null }): RequestHandler {
  return (request, _response, next) => {
    const { parameters } = verifiedRequestOf(request);
    if (parameters.get('portalId') !== options.portalId) {
      throw new Refusal(403, 'other_portal', 'This server belongs to another HubSpot account.');
    }
    if (options.appId !== null && parameters.get('appId') !== options.appId) {
      throw new Refusal(403, 'other_app', 'This server belongs to another HubSpot app.');
    }
    if (!id.test(parameters.get('userId') ?? '')) {
      throw new Refusal(400, 'no_user', 'The request does not say which HubSpot user sends it.');
    }
    next();
  };
}
