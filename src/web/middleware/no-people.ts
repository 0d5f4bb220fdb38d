import type { RequestHandler } from 'express';
import { Refusal } from '../refusal.ts';
import { verifiedRequestOf } from '../verified-request.ts';

/**
 * For addresses that HubSpot calls by itself. hubspot.fetch signs whatever a user of the account has it send, to any
 * address of ours, but names that user in the query (hubspot-platform.md 6.6): without this, a person could pass off
 * their own words as those of a workflow, past the limit per user and under another name in the audit.
 */
export function refusePeople(): RequestHandler {
  return (request, _response, next) => {
    const { parameters } = verifiedRequestOf(request);
    if (parameters.has('userId') || parameters.has('userEmail')) {
      throw new Refusal(403, 'from_a_person', 'Only HubSpot itself may call this address, not its users.');
    }
    next();
  };
}
