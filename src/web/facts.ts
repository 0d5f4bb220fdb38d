/** What the database knows of one company, as the card's parts need it. */
import { heldOutUntil } from '../engage/hold-out.ts';
import { recommend } from '../engage/recommend.ts';
import { dayIn } from '../engage/words.ts';
import type { Instant } from '../model/instant.ts';
import { silentVoice } from '../model/voice.ts';
import { readCard } from '../store/card.ts';
import type { Store } from '../store/connect.ts';
import { readLearned } from '../store/learned.ts';
import { readSettings } from '../store/settings.ts';
import { readOnce } from '../store/versions.ts';
import type { CardFacts } from './card-view.ts';
import { freshnessOf } from './freshness.ts';
import { rhythmOf } from './rhythm.ts';

const settingsOf = readOnce(readSettings);
const learnedOf = readOnce(readLearned);

/** @param companyId of a company or of one that was merged into it */
export async function readFacts(store: Store, companyId: string, now: Instant): Promise<CardFacts> {
  const { partner, verdict, spell, owner, portal, settingsVersion, sources, run } = await readCard(
    store.pool,
    companyId,
  );
  const [settings, learned] = await Promise.all([
    settingsVersion === null ? null : settingsOf(store.db, settingsVersion),
    verdict === null || verdict.cadence === null ? null : learnedOf(store.db, verdict.cadence.model),
  ]);
  // Before the first sync there is no account yet, nor any day that would have to be told.
  const timeZone = portal?.timeZone ?? 'UTC';
  const today = dayIn(timeZone, now);
  const heldOut = verdict === null ? null : heldOutUntil(spell, verdict, today);
  const rhythm = verdict === null ? null : rhythmOf(verdict.cadence, learned, today);
  return {
    partner,
    verdict,
    heldOutUntil: heldOut,
    owner,
    settings,
    timeZone,
    rhythm,
    freshness: freshnessOf({ sources, run, incomplete: verdict?.stale ?? false, now, timeZone }),
    recommendation:
      partner === null || verdict === null || heldOut !== null
        ? null
        : recommend(partner, verdict, {
            timeZone,
            now,
            ownerName: owner?.name ?? null,
            voice: settings?.settings.programme ?? silentVoice,
            individualRateProperty: settings?.settings.mapping.individualRateProperty ?? null,
            rhythm: rhythm?.evidence ?? null,
          }),
  };
}
