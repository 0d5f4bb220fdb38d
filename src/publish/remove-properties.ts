/** Takes Rekindle's company properties out of HubSpot again: the one thing that cannot be brought back by a run. */
import type { HubSpot } from '../hubspot/hubspot.ts';
import { propertyDefinitions } from '../hubspot/properties.ts';
import type { Store } from '../store/connect.ts';
import { forgetAllPublished } from '../store/publishing.ts';

/**
 * Archives those of our properties that are there, with all their values, and forgets what HubSpot showed, so that
 * `provision` and a run would write everything anew. Doing it again finds nothing to do.
 * @returns how many there were
 */
export async function removeProperties(
  hubspot: Pick<HubSpot, 'readCompanyProperties' | 'archiveCompanyProperties'>,
  store: Store,
): Promise<number> {
  const ours = new Set(propertyDefinitions.map(({ name }) => name));
  const present = (await hubspot.readCompanyProperties()).filter(
    ({ name, archived }) => ours.has(name) && !archived,
  );
  await hubspot.archiveCompanyProperties(present.map(({ name }) => name));
  await forgetAllPublished(store.db);
  return present.length;
}
