/** Step 1: find the partners, page by page; page and cursor land in one transaction. */
import { propertyKeys, propertyName, propertyNamePrefix } from '../hubspot/properties.ts';
import { RefusedError } from '../model/errors.ts';
import type { Company } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import { upsertActivities } from '../store/activities.ts';
import { fenced } from '../store/lease.ts';
import { countPartners, savePartners, type SyncedPartner } from '../store/partners.ts';
import { finishSync, readProgress, saveProgress } from '../store/progress.ts';
import type { SyncContext } from './context.ts';
import { companyActivities, parseDateProperty } from './derive.ts';

const step = 'partners';

/**
 * Reads every company that meets the partner definition. Afterwards the store knows whom it saw in this sync.
 * @returns how many partners there are
 * @throws RefusedError when HubSpot reports none, or less than half of those we know: an empty answer is far more often
 *   a renamed property or a lost permission than the end of a programme (reliability.md, fact 6 and fault row 20)
 */
export async function discoverPartners(context: SyncContext): Promise<number> {
  const { hubspot, store, settings, syncId } = context;
  const known = await countPartners(store.db);
  const progress = await readProgress(store.db, syncId, step);
  let found = progress?.counts['partners'] ?? 0;
  let after = progress?.cursor ?? null;
  let done = progress?.done ?? false;

  while (!done) {
    context.signal.throwIfAborted();
    const page = await hubspot.findPartners(settings.partnerDefinition, partnerProperties(settings), after);
    found += page.items.length;
    after = page.next;
    done = after === null;
    const finished = done;
    if (finished) await refuseCollapse(context, found, context.acceptFewerPartners ? 0 : known);
    await fenced(store.db, context.lease, async (transaction) => {
      await savePartners(
        transaction,
        syncId,
        page.items.map((company) => partnerOf(company, settings, context.portal.timeZone)),
      );
      await upsertActivities(
        transaction,
        page.items.flatMap((company) =>
          companyActivities(company, settings.mapping, context.portal.timeZone),
        ),
      );
      await saveProgress(transaction, syncId, step, {
        cursor: after,
        done: finished,
        counts: { partners: found },
      });
    });
    context.onProgress({ step, done: found, total: finished ? found : null });
  }
  return found;
}

/** The fewer partners a portal has, the more a few of them weigh: small programmes may halve overnight. */
const collapseMinimum = 20;

/** A refused sync is over: going on from its cursor would never find the partners that its first pages lacked. */
async function refuseCollapse(context: SyncContext, found: number, known: number): Promise<void> {
  const refusal = collapseRefusal(found, known, context.settings);
  if (refusal === null) return;
  const { store, lease, syncId, now } = context;
  await fenced(store.db, lease, (transaction) => finishSync(transaction, syncId, now));
  throw refusal;
}

function collapseRefusal(found: number, known: number, settings: Settings): RefusedError | null {
  const definition = settings.partnerDefinition;
  const where =
    definition.by === 'property'
      ? `company property "${definition.property}" is ${definition.values.join(' or ')}`
      : `list ${definition.listId}`;
  if (found === 0) {
    return new RefusedError(
      `HubSpot reports 0 partner companies (${where})${known > 0 ? `, although ${known} were known` : ''}. ` +
        'Nothing was judged or written. Check the partner definition in the settings, the property in HubSpot and the ' +
        "app's permission to read companies, then run again.",
    );
  }
  if (known >= collapseMinimum && found < known / 2) {
    return new RefusedError(
      `HubSpot reports only ${found} of ${known} known partner companies (${where}). Nothing was judged or written. ` +
        'If that is right, run `rekindle run --accept-fewer-partners`; otherwise check the partner definition.',
    );
  }
  return null;
}

function partnerProperties(settings: Settings): string[] {
  const { mapping } = settings;
  const mapped = [
    mapping.partnerTypeProperty,
    mapping.tierProperty,
    mapping.regionProperty,
    mapping.externalIdProperty,
    mapping.joinedAtProperty,
    ...mapping.activityDates.map(({ property }) => property),
  ].filter((name) => name !== null);
  return [...new Set([...mapped, ...propertyKeys.map(propertyName)])];
}

/** A company in the house's words. Where no property tells when a partner joined, it joined when HubSpot first knew it. */
function partnerOf(company: Company, settings: Settings, timeZone: string): SyncedPartner {
  const { mapping } = settings;
  const read = (property: string | null): string | null =>
    property === null ? null : company.properties[property] || null;
  return {
    id: company.id,
    name: company.name,
    domain: company.domain,
    ownerId: company.ownerId,
    partnerType: read(mapping.partnerTypeProperty),
    tier: read(mapping.tierProperty),
    region: read(mapping.regionProperty),
    externalId: read(mapping.externalIdProperty),
    joinedAt: parseDateProperty(read(mapping.joinedAtProperty), timeZone) ?? company.createdAt,
    snoozedUntil: read(propertyName('snoozed_until')),
    updatedAt: company.updatedAt,
    mergedIds: company.mergedIds,
    published: Object.fromEntries(
      Object.entries(company.properties).filter(([name]) => name.startsWith(propertyNamePrefix)),
    ),
  };
}
