/** What the database knows of one company, as the card's parts need it. */
import { recommend } from '../engage/recommend.ts';
import type { Instant } from '../model/instant.ts';
import type { Store } from '../store/connect.ts';
import { readLearned } from '../store/learned.ts';
import { readOwners } from '../store/owners.ts';
import { readPartner } from '../store/partners.ts';
import { readPortal } from '../store/portal.ts';
import { latestRun } from '../store/runs.ts';
import { currentSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { readVerdict } from '../store/verdicts.ts';
import type { CardFacts } from './card-view.ts';
import { freshnessOf } from './freshness.ts';

/** @param companyId of a company or of one that was merged into it */
export async function readFacts(store: Store, companyId: string, now: Instant): Promise<CardFacts> {
  const { db } = store;
  const [partner, portal, settings, sources, run] = await Promise.all([
    readPartner(db, companyId),
    readPortal(db),
    currentSettings(db),
    readSourceStates(db),
    latestRun(db, { finishedOnly: true }),
  ]);
  const [verdict, owners] =
    partner === null
      ? [null, new Map<string, never>()]
      : await Promise.all([readVerdict(db, partner.id), readOwners(db)]);
  const learned =
    verdict === null || verdict.cadence === null ? null : await readLearned(db, verdict.cadence.model);
  const owner = owners.get(partner?.ownerId ?? '') ?? null;
  // Before the first sync there is no account yet, nor any day that would have to be told.
  const timeZone = portal?.timeZone ?? 'UTC';
  return {
    partner,
    verdict,
    owner,
    settings,
    timeZone,
    learned,
    now,
    freshness: freshnessOf({ sources, run, incomplete: verdict?.stale ?? false, now }),
    recommendation:
      partner === null || verdict === null
        ? null
        : recommend(partner, verdict, { timeZone, ownerName: owner?.name ?? null }),
  };
}
