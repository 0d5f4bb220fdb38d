/** `POST /settings/remove-properties`: the danger zone, behind a typed confirmation. */
import type { RequestHandler } from 'express';
import { count } from '../assess/words.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { withLease } from '../jobs/lease-keeper.ts';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { removeProperties } from '../publish/remove-properties.ts';
import type { Store } from '../store/connect.ts';
import { currentSettings } from '../store/settings.ts';
import { addAuditEntry } from '../store/settings-audit.ts';
import { askerOf, authorOf, type AccessCheck, type Asker } from './access.ts';
import type { Logger } from './log.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { removePropertiesRequestSchema, type RemovePropertiesResponse } from './settings-contract.ts';

type Options = {
  readonly store: Store;
  readonly hubspot: Pick<HubSpot, 'readCompanyProperties' | 'archiveCompanyProperties'>;
  readonly access: AccessCheck;
  readonly portalId: string;
  readonly log: Logger;
  readonly clock: () => Instant;
};

export function removeOurProperties(options: Options): RequestHandler {
  return async (request, response) => {
    const { confirmation } = jsonBodyOf(request, removePropertiesRequestSchema);
    const asker = askerOf(request);
    const { mayChange, sentence } = await options.access(asker);
    if (!mayChange) {
      response.json({ state: 'forbidden', sentence } satisfies RemovePropertiesResponse);
      return;
    }
    if (confirmation.trim() !== options.portalId) {
      response.json({
        state: 'unconfirmed',
        sentence: 'Nothing was removed: what was typed is not the number of this HubSpot account.',
      } satisfies RemovePropertiesResponse);
      return;
    }
    response.json((await remove(options, asker)) satisfies RemovePropertiesResponse);
  };
}

/** Under the lease, so that no run is writing the values at that moment. */
async function remove(
  { store, hubspot, log, clock }: Options,
  asker: Asker,
): Promise<RemovePropertiesResponse> {
  try {
    const removed = await withLease(
      store,
      new AbortController().signal,
      async () => {
        const removed = await removeProperties(hubspot, store);
        const current = await currentSettings(store.db);
        await addAuditEntry(store.db, {
          at: clock(),
          action: 'properties_removed',
          author: authorOf(asker),
          userId: asker.userId,
          fromVersion: current?.version ?? null,
          toVersion: null,
          note: count(removed, 'property', 'properties'),
        });
        return removed;
      },
      { brief: true },
    );
    log.warn({ removed, userId: asker.userId }, 'Rekindle’s company properties were removed from HubSpot');
    return { state: 'removed', sentence: removedSentence(removed) };
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    log.error({ error }, 'Removing the company properties failed');
    return { state: 'refused', sentence: error.message };
  }
}

function removedSentence(removed: number): string {
  if (removed === 0) return 'There was nothing to remove: HubSpot has none of Rekindle’s properties.';
  return (
    `${count(removed, 'property was', 'properties were')} removed with all values. Runs stop before they write until \`rekindle provision\` ` +
    'creates them anew. Stop the server, or uninstall the app, if Rekindle is to go altogether.'
  );
}
