/** A what-if preview of a draft, as of now, against the settings in force. */
import { isDeepStrictEqual } from 'node:util';
import { previewSettings, type Preview } from '../insight/preview.ts';
import { UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { readPortal } from '../store/portal.ts';
import { currentSettings } from '../store/settings.ts';
import { factsFor } from './facts.ts';
import { judgingContext } from './judging.ts';
import { modelsForDraft } from './learn.ts';

/** @throws UsageError while there is nothing to compare with */
export async function previewDraft(options: {
  readonly store: Store;
  readonly draft: Settings;
  readonly now: Instant;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
}): Promise<Preview> {
  const { store, draft, now, limit, signal, onProgress } = options;
  const [settings, portal] = [await currentSettings(store.db), await readPortal(store.db)];
  if (settings === null || portal === null) {
    throw new UsageError(
      'There is nothing to compare with yet. Save settings and run `rekindle run` once, then preview what you would change.',
    );
  }
  const before = await judgingContext({ store, portal, settings, now });
  const next = { version: settings.version + 1, settings: draft };
  // Saving a definition has the facts gathered by it; only its rules decide what they say.
  const facts = haveSameRules(settings.settings, draft)
    ? before.facts
    : await factsFor({ store, portal, settings: next, now, signal });
  const { timeZone } = portal;
  const cadence = await modelsForDraft({ store, settings: draft, timeZone, now, signal }, settings.settings);
  return await previewSettings({
    store,
    before,
    after: await judgingContext({ store, portal, settings: next, now, facts, cadence }),
    salt: portal.id,
    limit,
    signal,
    onProgress,
  });
}

function haveSameRules(a: Settings, b: Settings): boolean {
  return isDeepStrictEqual([a.rules, a.combination], [b.rules, b.combination]);
}
