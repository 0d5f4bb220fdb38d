/** `GET /home`: the programme at a glance. */
import type { RequestHandler } from 'express';
import { readHome } from '../insight/home.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import type { HomeResponse } from './home-contract.ts';
import { homeOf } from './home-view.ts';
import { verifiedRequestOf } from './verified-request.ts';

export function showHome({ store, clock }: { store: Store; clock: () => Instant }): RequestHandler {
  return async (request, response) => {
    const email = verifiedRequestOf(request).parameters.get('userEmail') ?? '';
    const facts = await readHome(store, { now: clock(), email });
    response.json(homeOf(facts, email) satisfies HomeResponse);
  };
}
