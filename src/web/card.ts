/** `GET /card?companyId=...`: the card of one company record. */
import type { RequestHandler } from 'express';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { askerOf } from './access.ts';
import type { ActingCheck } from './acting.ts';
import { cardOf } from './card-view.ts';
import type { CardResponse } from './contract.ts';
import { readFacts } from './facts.ts';
import { Refusal } from './refusal.ts';
import { verifiedRequestOf } from './verified-request.ts';

export function showCard(options: {
  readonly store: Store;
  readonly acting: ActingCheck;
  readonly clock: () => Instant;
}): RequestHandler {
  return async (request, response) => {
    const companyId = verifiedRequestOf(request).parameters.get('companyId') ?? '';
    if (!/^\d{1,20}$/.test(companyId)) {
      throw new Refusal(400, 'bad_company_id', 'companyId must be the number of a HubSpot company.');
    }
    const [facts, acting] = await Promise.all([
      readFacts(options.store, companyId, options.clock()),
      options.acting(askerOf(request)),
    ]);
    response.json(cardOf(facts, acting) satisfies CardResponse);
  };
}
