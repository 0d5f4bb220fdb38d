/** `GET /card/history?companyId=...`: asked for when somebody opens the charts, so that every other card stays quick. */
import type { RequestHandler } from 'express';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { readPartner } from '../store/partners.ts';
import { readPortal } from '../store/portal.ts';
import { readPackedTimelines } from '../store/timelines.ts';
import { verdictChanges } from '../store/verdicts.ts';
import type { HistoryResponse } from './history-contract.ts';
import { historyOf } from './history-view.ts';
import { Refusal } from './refusal.ts';
import { verifiedRequestOf } from './verified-request.ts';

/** A partner changes a few times a year; a year of changes every week is bounded, too. */
const readChanges = 100;

export function showHistory(options: { store: Store; clock: () => Instant }): RequestHandler {
  return async (request, response) => {
    const companyId = verifiedRequestOf(request).parameters.get('companyId') ?? '';
    if (!/^\d{1,20}$/.test(companyId)) {
      throw new Refusal(400, 'bad_company_id', 'companyId must be the number of a HubSpot company.');
    }
    response.json(await readHistory(options.store, companyId, options.clock()));
  };
}

async function readHistory(store: Store, companyId: string, now: Instant): Promise<HistoryResponse> {
  const { db } = store;
  const [partner, portal] = [await readPartner(db, companyId), await readPortal(db)];
  if (partner === null || portal === null) {
    return {
      state: 'nothing_known',
      sentence: 'Rekindle keeps no history of this company: it is no partner now.',
    };
  }
  const [timelines, changes] = await Promise.all([
    readPackedTimelines(db, [partner.id]),
    verdictChanges(db, partner.id, readChanges),
  ]);
  const timeline = timelines.get(partner.id) ?? [];
  return historyOf({ timeline, changes, timeZone: portal.timeZone, now });
}
