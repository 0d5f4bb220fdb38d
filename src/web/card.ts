/** `GET /card?companyId=...`: the card of one company record. */
import type { RequestHandler } from 'express';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { cardOf } from './card-view.ts';
import type { CardResponse } from './contract.ts';
import { readFacts } from './facts.ts';
import { Refusal } from './refusal.ts';
import { verifiedRequestOf } from './verified-request.ts';

export function showCard(options: { store: Store; clock: () => Instant }): RequestHandler {
  return async (request, response) => {
    const companyId = verifiedRequestOf(request).parameters.get('companyId') ?? '';
    if (!/^\d{1,20}$/.test(companyId)) {
      throw new Refusal(400, 'bad_company_id', 'companyId must be the number of a HubSpot company.');
    }
    const facts = await readFacts(options.store, companyId, options.clock());
    response.json(cardOf(facts) satisfies CardResponse);
  };
}
